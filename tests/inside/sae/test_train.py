import itertools

import pytest
import torch

from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.batchtopk import BatchTopK
from astrolabe.inside.sae.jumprelu import JumpRelu
from astrolabe.inside.sae.quality import recovery
from astrolabe.inside.sae.relu import Relu
from astrolabe.inside.sae.synthetic import Planted
from astrolabe.inside.sae.topk import TopK
from astrolabe.inside.sae.train import CHECKPOINT, Settings, Trainer, train

PLANTED = Planted(inputs=16, features=32, active=2, seed=3)
KINDS = [TopK(2), BatchTopK(2), Relu(0.3, 0.25), JumpRelu(1e-2, 0.25)]


def source(first):
    return PLANTED.batches(64, first)


def settings(objective=KINDS[0], **changed):
    return Settings(
        **{"objective": objective, "width": 32, "steps": 40, "dead_after": 500} | changed
    )


def same(one, other):
    for name in ("W_enc", "b_enc", "W_dec", "b_dec", "threshold"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None and b is None) or torch.equal(a, b)


class Stopped(Exception):
    pass


@pytest.mark.parametrize("objective", KINDS, ids=lambda objective: objective.kind)
def test_going_on_gives_what_an_uninterrupted_training_gives(objective, tmp_path):
    asked = settings(objective)
    whole = train(source, asked)
    same(whole, train(source, asked))

    def stop(seen):
        if seen.step == 17:
            raise Stopped

    with pytest.raises(Stopped):
        train(source, asked, tmp_path, stop, every=0)
    seen = []
    same(whole, train(source, asked, tmp_path, seen.append, every=0))
    # Step 17 was done, but killed before it was kept.
    assert [one.step for one in seen] == list(range(17, 41))
    assert [file.name for file in tmp_path.iterdir()] == [CHECKPOINT]
    # What is done is not done again.
    same(whole, train(lambda first: pytest.fail("read"), asked, tmp_path))


def test_a_killed_checkpoint_leaves_the_last_one(tmp_path, monkeypatch):
    trainer = Trainer(settings(), next(source(0)))
    trainer.learn(next(source(0)))
    trainer.save(tmp_path / CHECKPOINT)

    def killed(value, file):
        file.write_bytes(b"half of it")
        raise Stopped

    monkeypatch.setattr(torch, "save", killed)
    with pytest.raises(Stopped):
        trainer.save(tmp_path / CHECKPOINT)
    assert Trainer.load(settings(), tmp_path / CHECKPOINT).step == 1


@pytest.mark.parametrize("objective", KINDS, ids=lambda objective: objective.kind)
def test_the_scale_of_the_model_changes_nothing(objective):
    asked = settings(objective)
    one = train(source, asked)
    # A power of two, so that every number is the same but for its exponent.
    other = train(lambda first: (1024 * states for states in source(first)), asked)
    states = next(PLANTED.batches(64, 999))
    assert torch.equal(other.W_dec, one.W_dec)
    assert torch.equal(other.reconstruct(1024 * states), 1024 * one.reconstruct(states))


def test_decoder_rows_keep_norm_1_and_the_seed_decides():
    one, other = (train(source, settings(seed=seed)) for seed in (0, 1))
    torch.testing.assert_close(one.W_dec.norm(dim=1), torch.ones(32))
    assert not torch.equal(one.W_dec, other.W_dec)


def test_what_is_watched_is_what_the_dictionary_does():
    seen = []
    batches = list(itertools.islice(source(0), 40))
    train(lambda first: batches[first:], settings(), watch=seen.append)
    assert [one.step for one in seen] == list(range(1, 41))
    assert seen[-1].states == 40 * 64
    # The last step is told of before it is taken.
    even = {"warmup": 0.0, "cooldown": 0.0}
    found = train(lambda first: batches[first:], settings(steps=39, **even))
    after = train(lambda first: batches[first:], settings(steps=40, **even), watch=seen.append)
    states = batches[39]
    before = found.reconstruct(states)
    share = (states - before).square().sum() / (states - states.mean(0)).square().sum()
    assert seen[-1].explained == pytest.approx(1 - float(share), abs=1e-5)
    assert seen[-1].loss < 1
    assert seen[-1].l0 == pytest.approx(float((found.encode(states).dense() > 0).sum()) / 64)
    assert not torch.equal(after.W_dec, found.W_dec)


def test_the_rate_rises_and_falls():
    asked = settings(rate=1.0, steps=100, warmup=0.1, cooldown=0.2)
    rates = [asked.rate_at(step, 16) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:81] == pytest.approx([1.0] * 72)
    assert rates[99] == pytest.approx(0.05)
    assert Settings(TopK(1), 2**16, 10**6).rate_at(10**5, 1024) == pytest.approx(1e-4)
    # In a short training every step turns rows by 0.04.
    assert Settings(TopK(1), 2**16, 10).rate_at(5, 1024) == pytest.approx(0.04 / 32)


# k is about the number of planted features; L0 costs a tenth of the variance that one of them
# explains, L1 takes a fifth of its activation.
@pytest.mark.parametrize(
    ("objective", "least"),
    [(TopK(3), 0.9), (BatchTopK(3), 0.8), (Relu(0.2), 0.8), (JumpRelu(0.03), 0.6)],
    ids=["topk", "batchtopk", "relu", "jumprelu"],
)
def test_every_kind_recovers_a_planted_dictionary(objective, least):
    planted = Planted(inputs=32, features=64, active=2.5, seed=5)
    asked = Settings(objective, 64, 1000)
    found = train(lambda first: planted.batches(256, first), asked)
    truth = planted.directions()
    assert recovery(found.W_dec, truth).found > least
    # Directions that were not learnt are no better than chance.
    random = torch.randn(64, 32, generator=torch.Generator().manual_seed(1))
    assert recovery(random, truth).found == 0


def test_features_are_dead_after_a_share_of_the_training():
    assert Settings(TopK(1), 8, 1000).dead_window(256) == pytest.approx(2560)
    assert Settings(TopK(1), 8, 10**6).dead_window(4096) == 10**7
    assert Settings(TopK(1), 8, 1000, dead_after=7).dead_window(256) == 7


@pytest.mark.parametrize(
    ("batches", "says"),
    [
        ([], "empty"),
        ([torch.zeros(8, 4)], "all zero"),
        ([torch.full((8, 4), torch.nan)], "NaN"),
        ([torch.ones(8, 4), torch.ones(8, 5)], "5 wide"),
        ([torch.randn(8, 4)] * 3, "after 3 of 40"),
        ([torch.randn(8)], "rows, width"),
        ([torch.randn(8, 4), torch.full((8, 4), torch.inf)], "infinity"),
    ],
)
def test_bad_streams_are_refused(batches, says):
    with pytest.raises(BadInput, match=says):
        train(lambda first: batches[first:], settings())


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"width": 1}, "k is 2"),
        ({"steps": 0}, "at least one step"),
        ({"rate": -1.0}, "learning rate"),
        ({"warmup": 0.9}, "together at most 1"),
    ],
)
def test_bad_settings_are_refused(changed, says):
    with pytest.raises(BadInput, match=says):
        settings(**changed)


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    train(source, settings(), tmp_path)
    with pytest.raises(BadInput, match=r"another width \(32, now 16\)"):
        train(source, settings(width=16), tmp_path)
    (tmp_path / CHECKPOINT).write_bytes(b"broken")
    with pytest.raises(BadInput, match="is broken"):
        train(source, settings(), tmp_path)
