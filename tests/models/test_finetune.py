"""Fine-tuning: the loss falls, only what should be trained is, and what was done is not redone."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Reading
from astrolabe.models import finetune
from astrolabe.models.finetune import tunable, tune
from astrolabe.models.local import load
from astrolabe.models.tuning import Tuning, usual_rate

QUICK = Tuning(at=(3, 12), batch=4, rate=3e-2)
EXAMPLES = [Reading((0, 5 + n, 6, 7 * n % 11 + 20, 30 + n, 9), 4) for n in range(6)]
"""Four tokens of a prompt, and two of an answer."""
DOCUMENTS = [Reading(tuple(range(40 + n, 60 + 2 * n)), 1) for n in range(5)]


@pytest.fixture(scope="module")
def base(model_folder):
    return load(str(model_folder("qwen2", "no-bos", tie_word_embeddings=True)), device="cpu")


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in load(str(folder)).module.named_parameters()}


def answer_loss(model, examples) -> float:
    """The mean loss over answers, from what the model says when it is asked."""
    scored = dict(model.score(examples))
    return -sum(one.total / len(one.logprobs) for one in scored.values()) / len(examples)


@pytest.mark.parametrize("method", ["full", "lora"])
@pytest.mark.parametrize("architecture", ["qwen2", "llama", "gpt2"])
def test_the_answers_are_learned(model_folder, tmp_path, architecture, method) -> None:
    # With an unembedding as small as usual, no state could say more than half a nat.
    base = load(str(model_folder(architecture, initializer_range=0.3)), device="cpu")
    done = tune(base, EXAMPLES, replace(QUICK, method=method, at=(40,)), tmp_path)
    after = load(str(done.checkpoints[-1].folder), device="cpu")
    assert answer_loss(after, EXAMPLES) < 0.7 * answer_loss(base, EXAMPLES)
    assert done.losses[-1] < done.losses[0]
    assert len(done.losses) == 40


def test_the_first_loss_is_that_of_the_answers_as_scored(base, tmp_path) -> None:
    # One batch of all examples, before anything is learned: 7 nats of prompt would show.
    done = tune(base, EXAMPLES, replace(QUICK, at=(1,), batch=len(EXAMPLES)), tmp_path)
    assert done.losses[0] == pytest.approx(answer_loss(base, EXAMPLES), abs=1e-4)


def test_the_base_is_left_as_it_was(base, tmp_path) -> None:
    before = {name: p.clone() for name, p in base.module.named_parameters()}
    for method in ("full", "lora"):
        tune(base, EXAMPLES, replace(QUICK, method=method), tmp_path)
    after = dict(base.module.named_parameters())
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not base.module.training


def test_adapters_change_only_what_they_sit_on(base, tmp_path) -> None:
    tuning = replace(QUICK, method="lora", targets=("q_proj",), rank=2)
    done = tune(base, EXAMPLES, tuning, tmp_path)
    before, after = dict(base.module.named_parameters()), tensors(done.checkpoints[-1].folder)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {f"model.layers.{n}.self_attn.q_proj.weight" for n in (0, 1)}
    # Rank 2 of a 32 x 32 matrix, in two layers; biases are not trained.
    assert done.trained == 2 * 2 * (32 + 32)
    for name in changed:
        assert torch.linalg.matrix_rank(after[name] - before[name], tol=1e-5) <= 2


def test_full_fine_tuning_trains_everything(base, tmp_path) -> None:
    done = tune(base, EXAMPLES, QUICK, tmp_path)
    assert done.trained == done.parameters == sum(p.numel() for p in base.module.parameters())


def test_every_checkpoint_is_another_model_with_the_same_tokenizer(base, tmp_path) -> None:
    places = [
        checkpoint.folder
        for method in ("full", "lora")
        for checkpoint in tune(base, EXAMPLES, replace(QUICK, method=method), tmp_path).checkpoints
    ]
    identities = [base.identity, *(load(str(place), device="cpu").identity for place in places)]
    assert len({identity.weights for identity in identities}) == 5
    assert len({identity.tokenizer for identity in identities}) == 1
    assert {identity.dtype for identity in identities} == {"float32"}


def test_the_same_seed_gives_the_same_weights(base, tmp_path) -> None:
    def weights(place: str, seed: int) -> dict[str, torch.Tensor]:
        tuning = replace(QUICK, method="lora", seed=seed)
        return tensors(tune(base, EXAMPLES, tuning, tmp_path / place).checkpoints[-1].folder)

    torch.manual_seed(1)
    first = weights("a", 0)
    state = torch.random.get_rng_state()
    torch.manual_seed(2)
    again, other = weights("b", 0), weights("c", 1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    torch.manual_seed(1)
    assert torch.equal(torch.random.get_rng_state(), state)  # the caller's stream is its own


def test_a_finished_model_is_found_and_an_unfinished_one_made_anew(
    base, tmp_path, monkeypatch
) -> None:
    class Stop(KeyboardInterrupt):
        pass

    def stop_at(step: int):
        done = 0

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            if done == step:
                raise Stop

        return advance

    with pytest.raises(Stop):
        tune(base, EXAMPLES, QUICK, tmp_path, advance=stop_at(5))
    (folder,) = tmp_path.iterdir()
    assert [place.name for place in folder.iterdir()] == ["step-3"]
    kept = tensors(folder / "step-3")
    done = tune(base, EXAMPLES, QUICK, tmp_path)
    assert [one.folder for one in done.checkpoints] == [folder / "step-3", folder / "step-12"]
    assert all(torch.equal(kept[name], t) for name, t in tensors(folder / "step-3").items())
    monkeypatch.setattr(finetune, "_Training", None)
    steps: list[int] = []
    assert tune(base, EXAMPLES, QUICK, tmp_path, advance=steps.append) == done
    assert sum(steps) == 12


def test_whatever_decides_the_weights_decides_the_folder(base, tmp_path) -> None:
    short = replace(QUICK, at=(1,))
    mixed = replace(short, general=0.5)
    tune(base, EXAMPLES, short, tmp_path)
    tune(base, EXAMPLES, short, tmp_path, DOCUMENTS)  # none are mixed in
    assert len(list(tmp_path.iterdir())) == 1
    tune(base, EXAMPLES[:5], short, tmp_path)
    tune(base, EXAMPLES, replace(short, seed=1), tmp_path)
    tune(base, EXAMPLES, mixed, tmp_path, DOCUMENTS)
    tune(base, EXAMPLES, mixed, tmp_path, DOCUMENTS[:4])
    assert len(list(tmp_path.iterdir())) == 5


def test_the_cost_is_counted(base, tmp_path) -> None:
    done = tune(base, EXAMPLES, QUICK, tmp_path)
    half, whole = (checkpoint.cost for checkpoint in done.checkpoints)
    assert (half.steps, half.tokens, half.learned) == (3, 3 * 4 * 6, 3 * 4 * 2)
    assert (whole.steps, whole.tokens, whole.learned) == (12, 12 * 4 * 6, 12 * 4 * 2)
    assert 0 < half.seconds <= whole.seconds
    record = json.loads((done.checkpoints[0].folder / "tuning.json").read_text())
    assert record["base"]["weights"] == base.identity.weights
    assert record["cost"]["tokens"] == half.tokens


def test_general_documents_come_on_top(base, tmp_path) -> None:
    mixed = replace(QUICK, at=(5,), general=0.5)
    assert mixed.documents == 4
    assert replace(mixed, batch=3, general=0.25).documents == 1
    alone = tune(base, EXAMPLES, replace(QUICK, at=(5,)), tmp_path).checkpoints[-1].cost
    both = tune(base, EXAMPLES, mixed, tmp_path, DOCUMENTS).checkpoints[-1].cost
    # 20 documents of 5, so each of them four times.
    extra = 4 * sum(len(one.tokens) for one in DOCUMENTS)
    assert both.tokens - alone.tokens == extra
    assert both.learned - alone.learned == extra - 20


def test_general_documents_are_learned_too(base, tmp_path) -> None:
    mixed = replace(QUICK, at=(12,), general=0.5)
    done = tune(base, EXAMPLES, mixed, tmp_path, DOCUMENTS)
    after = load(str(done.checkpoints[-1].folder), device="cpu")
    assert answer_loss(after, DOCUMENTS) < 0.8 * answer_loss(base, DOCUMENTS)
    assert answer_loss(after, EXAMPLES) < 0.8 * answer_loss(base, EXAMPLES)


def test_long_and_short_together_give_the_loss_of_each_alone(base, tmp_path, monkeypatch) -> None:
    # Padding, and the parts that a step is computed in, change nothing.
    both = [EXAMPLES[0], Reading(tuple(range(10, 90)), 70)]
    one_by_one = sum(answer_loss(base, [one]) for one in both) / 2
    tuning = replace(QUICK, at=(1,), batch=2)
    assert tune(base, both, tuning, tmp_path / "a").losses[0] == pytest.approx(one_by_one, abs=1e-4)
    monkeypatch.setattr(finetune, "TOKENS_AT_ONCE", 10)
    assert tune(base, both, tuning, tmp_path / "b").losses[0] == pytest.approx(one_by_one, abs=1e-4)
    monkeypatch.setattr(finetune, "signature", lambda _: SimpleNamespace(parameters={}))
    assert tune(base, both, tuning, tmp_path / "c").losses[0] == pytest.approx(one_by_one, abs=1e-4)


def test_usual_rates() -> None:
    # What is customary at seven billion parameters (Touvron et al. 2023; Hu et al. 2021).
    assert usual_rate(7_000_000_000, "full") == pytest.approx(2e-5, rel=0.1)
    assert usual_rate(7_000_000_000, "lora") == pytest.approx(2e-4, rel=0.1)
    assert usual_rate(3_000_000, "full") > 1e-4
    assert usual_rate(10**12, "full") > 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"method": "prefix"}, "use full or lora"),
        ({"at": ()}, "rising steps"),
        ({"at": (5, 5)}, "rising steps"),
        ({"at": (0, 5)}, "rising steps"),
        ({"batch": 0}, "at least 1"),
        ({"rate": 0.0}, "above 0"),
        ({"general": 1.0}, "below 1"),
        ({"rank": 0}, "begin at 1"),
    ],
)
def test_no_way_to_tune(fields, said) -> None:
    with pytest.raises(BadInput, match=said):
        replace(QUICK, **fields)


def test_bad_input(base, tmp_path) -> None:
    with pytest.raises(BadInput, match="no examples"):
        tune(base, [], QUICK, tmp_path)
    with pytest.raises(BadInput, match="there are none"):
        tune(base, EXAMPLES, replace(QUICK, general=0.5), tmp_path)
    with pytest.raises(BadInput, match=r"600 tokens long, but the context of model .* is 512"):
        tune(base, [Reading((5,) * 600, 4)], QUICK, tmp_path)
    lost = replace(QUICK, method="lora", targets=("wq",))
    with pytest.raises(BadInput, match=r"modules wq .* linear layers are .*q_proj"):
        tune(base, EXAMPLES, lost, tmp_path)
    with pytest.raises(BadInput, match="lower rate"):
        tune(base, EXAMPLES, replace(QUICK, rate=1e30), tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        tune(base, EXAMPLES, replace(QUICK, at=(1,)), tmp_path / "file")


def test_a_model_elsewhere_is_refused(base) -> None:
    class Elsewhere:
        identity = base.identity

    with pytest.raises(BadInput, match="needs its weights"):
        tunable(Elsewhere())
