"""The lens against transformers' own hidden states, norm and head, in float64."""

import copy
import math
from dataclasses import dataclass

import pytest
import torch
from transformers import GenerationConfig

from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generation
from astrolabe.engine import lens as engine_lens
from astrolabe.engine import plain
from astrolabe.engine.lens import View, continued, look
from astrolabe.engine.memory import Budget
from astrolabe.inside.head import Inside
from tests.conftest import make_model, make_tokenizer

TEXT = (0, 17, 90, 5, 211, 64, 8, 300, 45, 12)
PROMPT = 4
ARCHITECTURES = ("llama", "gpt2", "qwen2")


def sharp(architecture: str, layers: int = 4) -> Inside:
    """A random model whose layers have opinions: freshly drawn weights are all but uniform."""
    model = make_model(architecture, num_hidden_layers=layers)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() > 1:
                weights *= 30 if any(part in name for part in ("lm_head", "wte", "embed")) else 10
    return Inside(model)


@dataclass(frozen=True)
class Reference:
    """Log-probs of all layers in float64, [N+1, T, V]."""

    logprobs: torch.Tensor

    @classmethod
    def of(cls, inside: Inside, norm: str) -> "Reference":
        model = copy.deepcopy(inside.model).double()
        last_norm = model.transformer.ln_f if hasattr(model, "transformer") else model.model.norm
        with torch.inference_mode():
            out = model(torch.tensor([TEXT]), output_hidden_states=True)
            # transformers gives the last of its hidden states after the norm.
            states = [state[0] for state in out.hidden_states[:-1]]
            early = [model.lm_head(last_norm(s) if norm == "final" else s) for s in states]
            return cls(torch.stack([*early, out.logits[0]]).log_softmax(-1))

    def js(self, layer: int, at: int) -> float:
        p, q = self.logprobs[-1, at].exp(), self.logprobs[layer, at].exp()
        m = (p + q) / 2
        return float(((p * (p / m).log()).sum() + (q * (q / m).log()).sum()) / 2)

    def published(self, layer: int, at: int) -> float:
        p, q = self.logprobs[-1, at].exp(), self.logprobs[layer, at].exp()
        m = (p + q) / 2
        return float(((m * (m / p).log()).mean() + (m * (m / q).log()).mean()) / 2)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("norm", ["final", "none"])
@pytest.mark.parametrize("divergence", ["js", "published"])
def test_divergences_equal_the_reference(architecture: str, norm: str, divergence: str) -> None:
    inside = sharp(architecture)
    dola = Dola(layers="all", norm=norm, divergence=divergence)
    seen = look(inside, TEXT, View(PROMPT, PROMPT, dola))
    reference = Reference.of(inside, norm)
    measure = getattr(reference, divergence)
    expected = [[measure(layer, at - 1) for layer in range(4)] for at in range(PROMPT, len(TEXT))]
    noise = 1e-5 if divergence == "js" else 2e-7
    assert (torch.tensor(seen.divergences) - torch.tensor(expected)).abs().max() < noise
    assert max(map(max, expected)) > 100 * noise  # there is something to tell apart
    assert seen.depth == 4
    assert seen.read == TEXT[PROMPT:]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("norm", ["final", "none"])
def test_every_layer_says_what_it_would_say(architecture: str, norm: str) -> None:
    inside = sharp(architecture)
    seen = look(inside, TEXT, View(PROMPT, PROMPT, Dola(layers=(1, 2), norm=norm), tops=3))
    reference = Reference.of(inside, norm)
    for place, tops in enumerate(seen.tops):
        for layer, found in enumerate(tops):
            probs = reference.logprobs[layer, PROMPT + place - 1].exp()
            best = probs.sort(descending=True)
            assert [p for _, p in found] == pytest.approx(best.values[:3].tolist(), abs=1e-5)
            assert [probs[token].item() for token, _ in found] == pytest.approx(
                [p for _, p in found], abs=1e-5
            )


def test_the_contrasted_layer_is_the_candidate_most_unlike_the_last() -> None:
    inside = sharp("llama", layers=6)
    seen = look(inside, TEXT, View(PROMPT, 1, Dola(layers=(1, 2, 4, 5))))
    assert seen.candidates == (1, 2, 4, 5)
    for row, layer in zip(seen.divergences, seen.contrasted, strict=True):
        assert layer in (1, 2, 4, 5)
        assert row[layer] == max(row[i] for i in (1, 2, 4, 5))
    assert len(set(seen.contrasted)) > 1
    # Layers that are no candidates may be more unlike.
    assert any(max(row) > max(row[1:]) for row in seen.divergences)


def test_traces_follow_a_token_over_the_layers_and_through_the_contrast() -> None:
    inside = sharp("llama")
    dola = Dola(layers="all", relative_top=0.1)
    reference = Reference.of(inside, "final").logprobs[:, PROMPT + 1]
    likeliest = reference[-1].topk(4).indices.tolist()
    wanted = (*likeliest, 7)
    seen = look(inside, TEXT, View(PROMPT, PROMPT, dola, position=2, traced=wanted))
    assert [trace.token for trace in seen.traces] == list(wanted)
    for trace in seen.traces:
        assert trace.layers == pytest.approx(reference[:, trace.token].exp().tolist(), abs=1e-5)
    early = reference[seen.contrasted[2]]
    kept = reference[-1] >= reference[-1].max() + math.log(0.1)
    assert 1 < kept.sum() < 100
    after = (reference[-1] - early).masked_fill(~kept, -math.inf).softmax(-1)
    found = [trace.contrasted for trace in seen.traces]
    assert found == pytest.approx([after[token].item() for token in wanted], abs=1e-4)
    assert [trace.contrasted == 0 for trace in seen.traces] == [not kept[t] for t in wanted]


def test_unnamed_candidates_are_the_last_layers_first_and_the_middles() -> None:
    def tops(*firsts: tuple[int, float]) -> tuple[tuple[tuple[int, float], ...], ...]:
        return tuple(((token, p), (90, 0.01), (91, 0.001), (92, 0.0)) for token, p in firsts)

    # Layers 0 to 8: the first and the last quarter are no middle layers.
    layers = tops(
        (1, 1.0), (2, 0.9), (3, 0.5), (4, 0.6), (3, 0.2), (5, 0.3), (6, 0.4), (7, 0.99), (8, 0.8)
    )
    assert engine_lens._worth_tracing(layers) == (8, 90, 91, 4)
    assert engine_lens._worth_tracing(tops((1, 1.0), (8, 0.3), (8, 0.9))) == (8, 90, 91)
    assert engine_lens._worth_tracing(tops((1, 1.0), (8, 0.9))) == (8, 90, 91)


def test_more_positions_change_nothing_and_say_where_they_are() -> None:
    inside = sharp("gpt2")
    dola = Dola(layers=(1, 3))
    some = look(inside, TEXT, View(PROMPT, PROMPT, dola, position=2))
    every = look(inside, TEXT, View(PROMPT, 1, dola, position=2))
    assert len(every.divergences) == len(TEXT) - 1
    assert every.read[every.place] == some.read[some.place] == TEXT[PROMPT + 2]
    assert every.position == some.position == 2
    assert torch.allclose(
        torch.tensor(every.divergences[PROMPT - 1 :]), torch.tensor(some.divergences), atol=1e-6
    )
    assert [t.layers for t in every.traces] == [pytest.approx(t.layers) for t in some.traces]


def test_distributions_are_made_a_few_positions_at_a_time(monkeypatch) -> None:
    inside = sharp("llama")
    whole = look(inside, TEXT, View(PROMPT, 1, Dola(layers="all")))
    made: list[int] = []
    unembed = Inside.logits

    def counted(self: Inside, states: torch.Tensor, norm: str) -> torch.Tensor:
        logits = unembed(self, states, norm)
        made.append(logits.numel())
        return logits

    monkeypatch.setattr(Inside, "logits", counted)
    limit = 2 * 4 * inside.model.config.vocab_size  # two positions of four layers
    monkeypatch.setattr(engine_lens, "_AT_ONCE", limit)
    parts = look(inside, TEXT, View(PROMPT, 1, Dola(layers="all")))
    assert max(made) <= limit
    assert torch.allclose(
        torch.tensor(parts.divergences), torch.tensor(whole.divergences), atol=1e-6
    )
    assert parts.contrasted == whole.contrasted


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_greedy_text_is_that_of_transformers(architecture: str) -> None:
    inside = sharp(architecture)
    expected = inside.model.generate(
        torch.tensor([TEXT]),
        attention_mask=torch.ones(1, len(TEXT), dtype=torch.long),
        generation_config=GenerationConfig(max_new_tokens=9, pad_token_id=0),
    )
    found = continued(inside, TEXT, 9, Decoding())
    assert list(found) == expected[0, len(TEXT) :].tolist()
    end = found[2]
    assert continued(inside, TEXT, 9, Decoding(), {end}) == found[: found.index(end) + 1]


def test_text_by_dola_is_that_of_the_plain_path() -> None:
    inside, tokenizer = sharp("llama"), make_tokenizer("no-bos")
    decoding = Decoding(dola=Dola(layers="all", relative_top=0.3))
    asked = Generation(TEXT, 8, decoding=decoding)
    ((_, said),) = plain.generate(inside, tokenizer, [asked], Budget(64))
    found = continued(inside, TEXT, 8, decoding, {1})
    assert tokenizer.decode(found[: said.tokens], skip_special_tokens=True) == said.text
    assert found != continued(inside, TEXT, 8, Decoding(), {1})


def test_a_model_without_such_layers_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot contrast layer 4"):
        look(sharp("llama"), TEXT, View(PROMPT, PROMPT, Dola(layers=(4,))))


def test_numbers_that_are_not_finite_are_refused() -> None:
    inside = sharp("llama")
    with torch.no_grad():
        inside.model.model.embed_tokens.weight[TEXT[-2]] = math.nan
    with pytest.raises(BadInput, match="not finite"):
        look(inside, TEXT, View(PROMPT, PROMPT, Dola(layers="all")))


def test_the_model_is_left_as_it_was() -> None:
    inside = sharp("llama")
    with torch.inference_mode():
        before = inside.model(torch.tensor([TEXT])).logits
    look(inside, TEXT, View(PROMPT, 1, Dola(layers="all")))
    continued(inside, TEXT, 2, Decoding(dola=Dola(layers="all")))
    with torch.inference_mode():
        after = inside.model(torch.tensor([TEXT])).logits
    assert torch.equal(before, after)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in inside.model.modules())
