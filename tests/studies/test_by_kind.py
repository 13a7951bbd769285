"""The study: readings against a second way to compute them, verdicts on planted divergences."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import permutation_test

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Encoded, Exited, Reading, Scored
from astrolabe.models.local import load
from astrolabe.runs.sign_flip import beyond_margin, sign_flip, smallest_detectable
from astrolabe.studies.by_kind import FEWEST, MARGIN, ByKind, by_kind, late_layers
from astrolabe.studies.kinds import Kind, kinds
from astrolabe.studies.texts import Source, polaris_texts, read_texts
from tests.conftest import MakeFolder, make_tokenizer

HERE = Source(file="made-up.txt")
LAYERS = 4
TEXTS = [
    f"the ox saw {name} in {year} and the ox saw the {thing}"
    for name, year, thing in zip(
        ("Ada", "Ben", "Cid", "Dov", "Eva", "Fay", "Gus", "Hal", "Ida", "Jon", "Kay", "Lee"),
        range(1801, 1813),
        ("sun", "sea", "hut", "oak", "bay", "elm", "den", "fog", "gem", "ink", "jar", "kit"),
        strict=True,
    )
]


class Planted:
    """A model whose divergences are decided by the kind of the token that comes next."""

    name = "planted"
    context_length = 512
    inside = SimpleNamespace(depth=LAYERS)

    def __init__(self, js: dict[Kind, float], noise: float = 0.0) -> None:
        self.tokenizer = make_tokenizer("bos")
        self.js = js
        self.noise = np.random.default_rng(0).normal(0, noise, 100_000)

    def exits(self, _dola: object) -> tuple[()]:
        return ()

    def encode(self, prompts: Sequence[Any]) -> list[Encoded]:
        return [Encoded(tuple(self.tokenizer(p.text).input_ids), ()) for p in prompts]

    def score(self, readings: Sequence[Reading]) -> Any:
        for index, reading in enumerate(readings):
            told = self._kinds(reading.tokens[reading.start :])
            count = len(told)
            if reading.exit is None:
                yield index, Scored((-2.0,) * count, False)
                continue
            # Below the upper half the opposite is planted, which must not count.
            upper = reading.exit.layer >= LAYERS / 2
            js = [
                self.js.get(kind, 0.3) if upper else 0.6 - self.js.get(kind, 0.3) for kind in told
            ]
            noise = self.noise[hash(reading.tokens) % 90_000 :][:count]
            zeros = (0.0,) * count
            yield index, Exited(zeros, zeros, tuple(np.add(js, noise)), zeros, zeros)

    def _kinds(self, tokens: Sequence[int]) -> list[Kind]:
        text = self.tokenizer.decode(tokens)
        spans = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return kinds(text, spans.offset_mapping)


def study(js: dict[Kind, float], texts: Sequence[str] = TEXTS, noise: float = 0.0) -> ByKind:
    return by_kind(Planted(js, noise), texts, HERE)  # type: ignore[arg-type]


def outcomes(found: ByKind) -> dict[str, str]:
    return {one.planned.name: one.outcome for one in found.contrasts}


def test_planted_findings_are_shown() -> None:
    found = study({"name": 0.5, "number": 0.4, "function": 0.1, "copied": 0.15, "other": 0.3})
    assert outcomes(found) == {"names": "shown", "numbers": "shown", "copied": "shown"}
    names, numbers, copied = found.contrasts
    assert names.means == pytest.approx((0.5, 0.1))
    assert numbers.difference == pytest.approx(0.3)
    # New words of a text: ox, saw, a name, a number and a thing.
    assert copied.means == pytest.approx((0.15, (0.3 + 0.3 + 0.5 + 0.4 + 0.3) / 5))
    assert {one.comparisons for one in found.contrasts} == {3}
    assert {one.texts for one in found.contrasts} == {12}


def test_planted_opposites_are_reversed() -> None:
    found = study({"name": 0.1, "number": 0.2, "function": 0.5, "copied": 0.5, "other": 0.3})
    assert outcomes(found) == {"names": "reversed", "numbers": "reversed", "copied": "reversed"}


def test_differences_within_the_margin_are_not_decided() -> None:
    close = MARGIN * 0.9
    found = study({"name": 0.3 + close, "function": 0.3, "number": 0.3 + 1.1 * MARGIN})
    assert outcomes(found) == {"names": "not decided", "numbers": "shown", "copied": "not decided"}
    assert found.contrasts[0].p == 1.0


def test_noise_alone_is_not_decided() -> None:
    found = study({}, noise=0.05)
    assert set(outcomes(found).values()) == {"not decided"}
    assert all(one.smallest > MARGIN for one in found.contrasts)


def test_curves_hold_every_layer_and_the_late_change() -> None:
    found = study({"name": 0.5, "function": 0.05})
    curves = {curve.kind: curve for curve in found.curves}
    assert curves["name"].means == pytest.approx((0.1, 0.1, 0.5, 0.5))
    assert curves["name"].late == pytest.approx(0.5)
    assert (curves["name"].tokens, curves["name"].texts) == (12, 12)
    assert curves["function"].tokens == 12 * 5
    assert curves["name"].settled is None
    assert curves["function"].settled == 2
    assert curves["name"].nats == pytest.approx(2.0)
    assert found.tokens == sum(curve.tokens for curve in found.curves)


def test_each_text_counts_once() -> None:
    """A text with many names weighs no more than one with a single name."""
    many = "the ox met " + " and ".join(f"Zo{letter}" for letter in "bcdfghjklm")
    found = study({"name": 0.5, "function": 0.1}, [*TEXTS, many])
    curve = next(curve for curve in found.curves if curve.kind == "name")
    assert (curve.tokens, curve.texts) == (22, 13)
    assert found.contrasts[0].texts == 13


def test_texts_without_both_kinds_do_not_count() -> None:
    lone = ["Zoe Yan Xia", "of the and"]
    found = study({"name": 0.5, "function": 0.1}, [*TEXTS, *lone])
    assert found.texts == 14
    assert found.contrasts[0].texts == 12


def test_a_comparison_without_enough_texts_is_left_out_and_said() -> None:
    texts = [text.replace(text.split()[3], "us") for text in TEXTS[FEWEST - 1 :]] + TEXTS[:3]
    found = study({"number": 0.5, "function": 0.1}, texts)
    assert [(planned.name, count) for planned, count in found.left_out] == [("names", 3)]
    assert {one.comparisons for one in found.contrasts} == {2}


def test_late_layers_are_the_upper_half() -> None:
    assert [list(late_layers(n)) for n in (2, 3, 6, 7)] == [[1], [2], [3, 4, 5], [4, 5, 6]]


@pytest.mark.parametrize("norm", ["final", "none"])
def test_readings_equal_a_plain_pass(model_folder: MakeFolder, norm: Any) -> None:
    """Against transformers' hidden states and scipy's divergence, in float64."""
    folder = model_folder("llama", "bos", num_hidden_layers=3)
    model = load(str(folder), "float32", "cpu")
    found = by_kind(model, TEXTS, HERE, norm)
    sums: dict[tuple[str, int], list[float]] = {}
    for text in TEXTS:
        encoded = model.tokenizer(text, return_offsets_mapping=True)
        told = kinds(text, encoded.offset_mapping[1:])
        with torch.inference_mode():
            out = model.module(torch.tensor([encoded.input_ids]), output_hidden_states=True)
            last = out.logits[0].double().softmax(-1)
            for layer in range(3):
                state = out.hidden_states[layer][0]
                if norm == "final":
                    state = model.module.model.norm(state)
                early = model.module.lm_head(state).double().softmax(-1)
                js = jensenshannon(last, early, axis=-1) ** 2
                for kind in set(told):
                    here = [js[place] for place, other in enumerate(told) if other == kind]
                    sums.setdefault((kind, layer), []).append(float(np.mean(here)))
    assert {(curve.kind, layer) for curve in found.curves for layer in range(3)} == set(sums)
    for curve in found.curves:
        expected = [np.mean(sums[curve.kind, layer]) for layer in range(3)]
        assert curve.means == pytest.approx(expected, abs=1e-6)
        for mean, interval in zip(curve.means, curve.intervals, strict=True):
            assert interval.low <= mean <= interval.high


def test_without_a_bos_the_first_token_is_not_predicted(model_folder: MakeFolder) -> None:
    with_bos = by_kind(load(str(model_folder("llama", "bos"))), TEXTS, HERE)
    without = by_kind(load(str(model_folder("llama", "no-bos"))), TEXTS, HERE)
    assert with_bos.tokens - without.tokens == len(TEXTS)
    counts = [
        {curve.kind: curve.tokens for curve in found.curves}["function"]
        for found in (with_bos, without)
    ]
    assert counts[0] - counts[1] == len(TEXTS)  # every text begins with "the"


def test_long_texts_are_cut_to_the_context(model_folder: MakeFolder) -> None:
    model = load(str(model_folder("llama", "bos", max_position_embeddings=32)))
    found = by_kind(model, [f"{text} and {text}" for text in TEXTS], HERE)
    assert found.cut == len(TEXTS)
    assert found.tokens == 31 * len(TEXTS)


def test_bad_texts_are_refused() -> None:
    with pytest.raises(BadInput, match="only 0 of 12 texts"):
        by_kind(Planted({}), [""] * 12, HERE)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="only 5 of 5 texts"):
        study({}, TEXTS[:5])
    with pytest.raises(BadInput, match="no two kinds of token"):
        study({}, ["of the and"] * 12)


def test_models_that_cannot_serve_are_refused(model_folder: MakeFolder) -> None:
    slow = Planted({})
    slow.tokenizer = SimpleNamespace(is_fast=False)
    with pytest.raises(BadInput, match=r"tokenizer\.json"):
        by_kind(slow, TEXTS, HERE)  # type: ignore[arg-type]
    single = load(str(model_folder("llama", "bos", num_hidden_layers=1)))
    with pytest.raises(BadInput, match="single layer"):
        by_kind(single, TEXTS, HERE)


def test_sign_flip_by_hand_and_by_scipy() -> None:
    assert sign_flip(np.array([1.0, 2.0, 3.0])) == 2 / 8
    assert sign_flip(np.array([1.0, 2.0, -4.0])) == 1.0
    rng = np.random.default_rng(1)
    few = rng.normal(0.4, 1, 11)
    exact = [abs(np.dot(signs, few)) for signs in itertools.product((-1, 1), repeat=11)]
    assert sign_flip(few) == np.mean(np.array(exact) >= abs(few.sum()) - 1e-9)
    many = rng.normal(0.3, 1, 40)
    theirs = permutation_test((many,), np.mean, permutation_type="samples", n_resamples=9999)
    assert sign_flip(many) == pytest.approx(theirs.pvalue, abs=0.015)
    assert sign_flip(np.full(200, 0.1)) == 1 / 10_000


def test_sign_flip_keeps_its_level() -> None:
    rng = np.random.default_rng(2)
    found = [sign_flip(rng.normal(0, 1, 10)) < 0.05 for _ in range(400)]
    assert 0.02 < np.mean(found) < 0.08


def test_a_margin_is_taken_off_towards_zero() -> None:
    noise = np.random.default_rng(3).normal(0, 0.001, 30)
    noise -= noise.mean()
    assert beyond_margin(noise + 0.02, 0.01) < 0.001
    assert beyond_margin(noise - 0.02, 0.01) < 0.001
    assert beyond_margin(noise + 0.0101, 0.01) > 0.05
    assert beyond_margin(noise + 0.009, 0.01) == 1.0


def test_the_smallest_detectable_difference_is_found_four_times_out_of_five() -> None:
    unit = np.tile([-1.0, 1.0], 25)
    smallest = smallest_detectable(unit / unit.std(ddof=1), 0.05)
    rng = np.random.default_rng(5)
    found = [sign_flip(rng.normal(smallest, 1, 50)) < 0.05 for _ in range(500)]
    assert 0.74 < np.mean(found) < 0.86  # three standard errors
    assert smallest_detectable(3 * unit / unit.std(ddof=1), 0.05) == pytest.approx(3 * smallest)
    # With half the texts, or at a stricter level, less can be seen.
    assert smallest_detectable(unit[:26] / unit.std(ddof=1), 0.05) > smallest
    assert smallest_detectable(unit / unit.std(ddof=1), 0.01) > smallest


def test_polaris_documents_are_fresh() -> None:
    assert polaris_texts(3, 2) == polaris_texts(4, 2)[:3]
    assert polaris_texts(3, 2) != polaris_texts(3, 4)
    with pytest.raises(BadInput, match="seed 1 made the documents that Polaris was trained on"):
        polaris_texts(3, 1)


def test_texts_are_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes("\ufeffone\r\nline\r\n\r\n \r\n两段\r\n".encode())
    assert read_texts(file) == ["one\nline", "两段"]


def test_files_that_are_no_texts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read \(No such file"):
        read_texts(tmp_path / "none.txt")
    with pytest.raises(BadInput, match="cannot be read"):
        read_texts(tmp_path)
    empty, broken = tmp_path / "empty.txt", tmp_path / "broken.txt"
    empty.write_text(" \n\n")
    with pytest.raises(BadInput, match="holds no text"):
        read_texts(empty)
    broken.write_bytes(b"ab\xff")
    with pytest.raises(BadInput, match=r"not UTF-8 text \(byte 2\)"):
        read_texts(broken)
