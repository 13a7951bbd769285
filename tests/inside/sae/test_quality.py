import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.head import Inside
from astrolabe.inside.sae.dictionary import Dictionary
from astrolabe.inside.sae.quality import cross_entropy, explained_variance, measure, recovery
from astrolabe.inside.sae.synthetic import Planted

W = 16


def of(bias, width=4, kind="relu", encoder=None, decoder=None):
    zero = torch.zeros(width, W)
    return Dictionary(
        kind,
        zero if encoder is None else encoder,
        torch.zeros(width),
        zero if decoder is None else decoder,
        bias,
    )


def identity():
    """Every coordinate and its negative: a dictionary that reconstructs everything."""
    both = torch.cat([torch.eye(W), -torch.eye(W)])
    return of(torch.zeros(W), 2 * W, encoder=both, decoder=both)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_predicting_the_mean_scores_exactly_0(scale):
    # Integers, so that their mean has a float32 form; scale and offset must not matter.
    states = torch.randint(-50, 50, (64, W), generator=torch.Generator().manual_seed(1)).float()
    states = (torch.cat([states, -states]) + 7) * 2.0 ** round(torch.tensor(scale).log2().item())
    assert measure(of(states.mean(0)), [states[:40], states[40:]]).explained == 0
    assert explained_variance([(states, states.mean(0).expand_as(states))]) == 0


def test_a_dictionary_that_reconstructs_everything_scores_1():
    states = torch.randn(50, W) + 100
    found = measure(identity(), [states[:20], states[20:]])
    assert found.explained == pytest.approx(1, abs=1e-9)
    assert (found.states, found.l0, found.dead) == (50, W, 0.5)


def test_states_without_variance_or_of_another_width_are_refused():
    with pytest.raises(BadInput, match="empty"):
        measure(identity(), [])
    with pytest.raises(BadInput, match="all states are the same"):
        measure(identity(), [torch.ones(5, W)])
    with pytest.raises(BadInput, match="8 wide, the dictionary takes 16"):
        measure(identity(), [torch.ones(5, 8)])
    with pytest.raises(BadInput, match="NaN"):
        measure(identity(), [torch.full((5, W), torch.nan)])


def test_recovery_matches_one_to_one():
    planted = torch.eye(W)[:4]
    whole = recovery(torch.cat([3 * planted.flip(0), torch.eye(W)[8:]]), planted)
    assert (whole.mmcs, whole.found) == (1, 1)
    # One learnt feature near two planted ones counts once.
    near = torch.eye(W)[:2].clone()
    near[1, 0] = 3.0
    once = recovery(torch.eye(W)[:1], near)
    assert once.found == 0.5
    assert once.mmcs == pytest.approx((1 + 3 / 10**0.5) / 2)
    # The opposite direction is another feature.
    assert recovery(-planted, planted).found == 0
    with pytest.raises(BadInput, match="wide"):
        recovery(torch.eye(3), planted)


def test_planted_states_are_what_they_say():
    planted = Planted(W, 32, active=3, noise=0.0)
    one, other = next(planted.batches(64, 5)), next(planted.batches(64, 5))
    assert torch.equal(one, other)
    assert not torch.equal(one, next(planted.batches(64, 6)))
    stream = planted.batches(64)
    assert torch.equal([next(stream) for _ in range(6)][5], one)
    assert torch.allclose(planted.directions().norm(dim=1), torch.ones(32))
    # Without anything active there is the offset alone.
    assert next(Planted(W, 32, active=0.0, offset=2.0).batches(8)).norm(dim=1).tolist() == (
        pytest.approx([2.0] * 8)
    )


@pytest.fixture(scope="module")
def inside():
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=40,
        hidden_size=W,
        intermediate_size=24,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    return Inside(LlamaForCausalLM(config).eval())


TEXTS = [(1, 5, 9, 3, 7, 2), (4, 4, 8)]


@pytest.mark.parametrize("site", ["embed", "resid.2", "resid.3", "mlp.2", "attn.1"])
def test_cross_entropy_of_all_four(inside, site):
    at = Site.parse(site)
    found = cross_entropy(inside, at, identity(), torch.zeros(W), TEXTS)
    assert found.tokens == 7
    own = 0.0
    for text in TEXTS:
        ids = torch.tensor([text])
        with torch.inference_mode():
            own += float(inside.model(input_ids=ids, labels=ids).loss) * (len(text) - 1)
    assert found.untouched == pytest.approx(own / 7, abs=1e-5)
    assert found.reconstructed == pytest.approx(found.untouched, abs=1e-5)
    # The mean that was given is zero, and so is what a dictionary of nothing reconstructs.
    assert found.mean == found.zeroed != pytest.approx(found.untouched, abs=1e-4)
    nothing = cross_entropy(inside, at, of(torch.zeros(W)), torch.zeros(W), TEXTS)
    assert nothing.reconstructed == nothing.zeroed
    assert nothing.recovered == 0
    assert found.recovered == pytest.approx(1, abs=1e-2)


def test_the_model_is_untouched_afterwards(inside):
    ids = torch.tensor([TEXTS[0]])
    before = inside.model(input_ids=ids).logits
    wrong = Dictionary("relu", *(torch.zeros(s) for s in ((2, 3), (2,), (2, 3), (3,))))
    with pytest.raises(BadInput, match="16 wide, the dictionary takes 3"):
        cross_entropy(inside, Site("resid", 1), wrong, torch.zeros(W), TEXTS)
    assert torch.equal(inside.model(input_ids=ids).logits, before)
    with pytest.raises(BadInput, match="no text of two tokens"):
        cross_entropy(inside, Site("resid", 1), identity(), torch.zeros(W), [(3,)])
