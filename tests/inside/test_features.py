"""What features stand for: properties of tokens, scores on held-out texts, contexts, logits."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
import torch
from scipy import sparse

from astrolabe.core.errors import BadInput
from astrolabe.core.model import StateReading
from astrolabe.core.site import Site
from astrolabe.inside.features.contexts import bins, histogram
from astrolabe.inside.features.effects import effects
from astrolabe.inside.features.kinds import KINDS, kinds_served
from astrolabe.inside.features.properties import NAMES, PROPERTIES, labels, property_named
from astrolabe.inside.features.scores import score
from astrolabe.inside.features.scripts import OTHER, itemised
from astrolabe.inside.features.survey import Survey, survey
from astrolabe.inside.features.text import Text, read_text
from astrolabe.inside.sae.dictionary import Dictionary
from astrolabe.models.local import LocalModel, load


@pytest.fixture(scope="module")
def polaris() -> LocalModel:
    return load("polaris", device="cpu")


def having(polaris: LocalModel, name: str, text: str) -> str:
    """The characters of the tokens of a text that have a property, each once."""
    read = read_text(polaris.tokenizer, text)
    holds = labels([read], skip=0)[:, NAMES.index(name)]
    places = {i for (a, b), has in zip(read.spans, holds, strict=True) if has for i in range(a, b)}
    return "".join(text[i] for i in sorted(places)).strip()


DNA, BASE64, HEX = "ACGTTGCAACGTTGCAACG", "Qx7+pLm2Zk9/aBcD==", "09af7c11be42d0839a"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("arabic", "a مرحبا b", "مرحبا"),
        ("hebrew", "12 שלום 1, ok", "12 שלום 1,"),
        ("latin", "12 שלום 1, ok 2.", "ok 2."),
        ("korean", "a, 한국어!\n4.\n", "한국어!"),
        ("chinese", "2、你好。3\n日本の", "2、你好。3"),
        ("greek", "α + 1\nա + 2\nβ", "α + 1\nβ"),
        ("japanese", "你好。3\n日本の", "日本の"),
        ("dna", f"ACGT {DNA}\n{HEX}", DNA),
        ("base64", f"Polaris2024 {BASE64}\n{DNA}\n{HEX}", BASE64),
        ("hexadecimal", f"1234567890123456\n{HEX}\n{BASE64}", HEX),
        ("digit", "a 12 b", "12"),
        ("newline", "a\nb", ""),
        ("list", "- a\n1. b\n2.5", "-1."),
        ("preposition", "of the often", "of"),
    ],
)
def test_properties_are_those_of_the_characters(
    polaris: LocalModel, name: str, text: str, expected: str
) -> None:
    assert having(polaris, name, text) == expected


def test_a_token_with_letters_is_in_their_script_alone() -> None:
    # One token of a space and a letter: the space is in the run before it.
    joined = Text("ב x", (1, 2), ((0, 1), (1, 3)))
    found = labels([joined], skip=0)
    assert found[:, NAMES.index("hebrew")].tolist() == [True, False]
    assert found[:, NAMES.index("latin")].tolist() == [False, True]


def test_runs_take_what_has_no_script_of_its_own() -> None:
    own, run = itemised("1 אב\u05b0, ԱΩ. ー\n!\nコーヒー店")
    hebrew, greek = ["hebrew"] * 7, ["greek"] * 5
    assert run.tolist() == [*hebrew, OTHER, *greek, "", "", *["kana"] * 5]
    assert own.tolist()[:5] == ["", "", "hebrew", "hebrew", ""]


def test_a_random_string_of_one_format_is_in_no_other(polaris: LocalModel) -> None:
    for run, own in ((DNA, "dna"), (BASE64, "base64"), (HEX, "hexadecimal")):
        found = labels([read_text(polaris.tokenizer, run)])
        formats = {n for n in ("dna", "base64", "hexadecimal") if found[:, NAMES.index(n)].any()}
        assert formats == {own}


def test_unknown_property_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadInput, match="arabic"):
        property_named("arabik")
    assert property_named(" Arabic ").name == "arabic"


def test_scores_are_those_of_a_plain_count_on_the_other_half() -> None:
    rng = np.random.default_rng(0)
    texts = np.repeat(np.arange(40), 50)
    truth = rng.random((2000, 2)) < 0.2
    active = np.maximum(0, truth[:, [0]] * 2 + rng.normal(0, 0.5, (2000, 3)) - [0, 0.5, 9])
    found = score(sparse.csc_array(active), truth, texts)
    second = np.isin(texts, _second_half(texts))
    assert (truth[second].sum(0) == found.count).all()
    threshold = found.threshold[0, 0]
    said = active[second, 0] >= threshold
    right = (said & truth[second, 0]).sum()
    assert found.precision[0, 0] == pytest.approx(right / said.sum())
    assert found.recall[0, 0] == pytest.approx(right / truth[second, 0].sum())
    others = (said & ~truth[second, 0]).sum()
    n, p = second.sum(), truth[second, 0].sum()
    ratio = ((right + 0.5) / (p + 1)) / ((others + 0.5) / (n - p + 1))
    assert found.llr[0, 0] == pytest.approx(np.log(ratio))
    assert found.f1[0, 0] > 0.85
    # On the first half no threshold does better: all of them, one by one.
    first = ~second
    values, has = active[first, 0], truth[first, 0]
    tried = np.unique(values)[1:]
    f1 = [2 * has[values >= t].sum() / ((values >= t).sum() + has.sum()) for t in tried]
    assert tried[int(np.argmax(f1))] == threshold
    # The second property is unknown to all units; the third unit is never active.
    assert (found.f1[:, 1] < 0.4).all()
    assert np.isinf(found.threshold[2]).all()
    assert (found.precision[2] == 0).all()


def _second_half(texts: np.ndarray) -> list[int]:
    order = np.unique(texts).tolist()
    Random("halves:0").shuffle(order)
    return order[: len(order) // 2]


def test_a_rare_property_is_not_scored() -> None:
    active = sparse.csc_array(np.ones((100, 1)))
    truth = np.zeros((100, 1), dtype=bool)
    truth[:5] = True
    assert np.isnan(score(active, truth, np.arange(100)).precision).all()


def test_one_text_cannot_be_halved() -> None:
    with pytest.raises(BadInput, match="two"):
        score(sparse.csc_array(np.ones((9, 1))), np.ones((9, 1), dtype=bool), np.zeros(9, int))


def test_kinds_served_counts_kinds_however_common_they_are() -> None:
    truth = np.zeros((3000, len(NAMES)), dtype=bool)
    for place, (name, first, last) in enumerate(
        [("latin", 0, 2400), ("arabic", 2400, 2700), ("dna", 2700, 3000)]
    ):
        assert name in KINDS, place
        truth[first:last, NAMES.index(name)] = True
    truth[2700:, NAMES.index("latin")] = True  # DNA is written in Latin letters, but is DNA
    active = np.zeros((3000, 4))
    active[2400:2700, 0] = 5.0  # Arabic alone
    active[:, 1] = 0.3  # all three alike
    active[2400:, 2] = 2.0  # Arabic and DNA
    served = kinds_served(sparse.csc_array(active), truth)
    assert served[:3] == pytest.approx([1, 3, 2])
    assert np.isnan(served[3])


@pytest.fixture(scope="module")
def surveyed(polaris: LocalModel) -> Survey:
    """Two coordinates of the embedding as a dictionary, on a few texts."""
    torch.manual_seed(0)
    rows = torch.nn.functional.normalize(torch.randn(6, 128), dim=1)
    plain = Dictionary("relu", rows, torch.zeros(6), rows, torch.zeros(128))
    texts = [f"{i} + {i + 1} = {2 * i + 1}\nשלום {DNA}\n" for i in range(12)]
    return survey(polaris, polaris.tokenizer, plain, Site.parse("resid.2"), texts, 10_000)


def test_survey_holds_what_the_dictionary_makes_of_the_states(
    polaris: LocalModel, surveyed: Survey
) -> None:
    text = surveyed.texts[3]
    site = Site.parse("resid.2")
    asked = StateReading(text.tokens, tuple(range(1, len(text.tokens))), (site,))
    ((_, states),) = polaris.read([asked])
    torch.manual_seed(0)
    rows = torch.nn.functional.normalize(torch.randn(6, 128), dim=1).numpy()
    expected = np.maximum(0, np.array(states[site]) @ rows.T)
    found = surveyed.features[surveyed.text == 3].toarray()
    assert found == pytest.approx(expected, abs=1e-4)
    assert surveyed.labels.shape == (len(surveyed.text), len(PROPERTIES))


def test_neurons_are_coordinates_away_from_their_mean(surveyed: Survey) -> None:
    neurons = surveyed.neurons.toarray()
    up, down = neurons[:, :128], neurons[:, 128:]
    assert not (up * down).any()
    assert (up - down).mean(0) == pytest.approx(np.zeros(128), abs=1e-4)


def test_contexts_cover_the_range_and_mark_the_token(surveyed: Survey) -> None:
    found = bins(surveyed, 0)
    assert found[0].high == 1.0
    assert found[-1].low == 0.0
    assert all(a.least >= b.greatest for a, b in pairwise(found))
    for part in found:
        for context in part.contexts:
            assert part.least <= context.activation <= part.greatest
            marked = context.position - context.start
            tokens = surveyed.texts[context.text].tokens
            assert context.tokens[marked] == tokens[context.position]
            row = np.flatnonzero(
                (surveyed.text == context.text) & (surveyed.position == context.position)
            )
            assert surveyed.features[row, 0][0] == pytest.approx(context.activation)
            assert context.activations[marked] == context.activation


def test_histogram_counts_every_active_token(surveyed: Survey) -> None:
    rows, _ = surveyed.active(0)
    prop = NAMES.index("hebrew")
    found = histogram(surveyed, 0, prop)
    assert sum(found.counts) == len(rows)
    assert sum(found.among) == surveyed.labels[rows, prop].sum()
    with pytest.raises(BadInput, match="0 to 5"):
        surveyed.active(6)


def test_effects_are_the_direction_through_gain_and_unembedding(polaris: LocalModel) -> None:
    module = polaris.module
    direction = torch.randn(128, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        moved = module.lm_head.weight @ (module.model.norm.weight * direction)
    moved = (moved - moved.mean()) / moved.std()
    found = effects(polaris.inside, direction, 5)
    assert [e.token for e in found.promoted] == moved.topk(5).indices.tolist()
    assert [e.token for e in found.suppressed] == (-moved).topk(5).indices.tolist()
    assert found.promoted[0].amount == pytest.approx(float(moved.max()), rel=1e-3)
