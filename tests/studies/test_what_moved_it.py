"""Answers split over four sources: planted games, real small models, and studies of nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from astrolabe.benchmarks import get
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.model import Scored
from astrolabe.models.local import load
from astrolabe.polaris import DATA
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.four_sources import (
    ALL,
    EXAMPLES,
    QUESTION,
    READ,
    SOURCES,
    TEXT,
    WEIGHTS,
    Frame,
    Origin,
    Target,
    game,
)
from astrolabe.studies.laboratory import Bench, Setting
from astrolabe.studies.moved_findings import MARGIN, decide, own_contents
from astrolabe.studies.resemblance import OTHER, SAME, Cosines
from astrolabe.studies.splitting import Split, cases, trace
from astrolabe.studies.what_moved_it import EXPERIMENT

PEARS = Item("1", "s", "How many pears?", "28", (), "4*7=28 pears.", {"steps": 1})
CITY = Item("2", "s", "Where is Bern?", "B", ("Iran", "Switzerland"))
SHOT = Item("3", "s", "How many figs?", "6", (), "2*3=6 figs.")
V = 50


def frame(benchmark: str, recipe: str, **fields) -> Frame:
    chosen = get(benchmark).recipe(recipe)
    return Frame(chosen, chosen.condition(**fields))


def origin(item: Item = PEARS, text: str = " 4*7=28 pears.\n#### ") -> Origin:
    shots = (CITY,) if item.choices else (SHOT,)
    return Origin(item, tuple(range(len(item.choices))), shots, text)


# --- the prompts of coalitions ---


@pytest.mark.parametrize(
    ("coalition", "text"),
    [
        (WEIGHTS, "Question: \nAnswer: #### "),
        (WEIGHTS | QUESTION, "Question: How many pears?\nAnswer: #### "),
        (WEIGHTS | TEXT, "Question: \nAnswer: 4*7=28 pears.\n#### "),
        (
            WEIGHTS | EXAMPLES,
            "Question: How many figs?\nAnswer: 2*3=6 figs.\n#### 6\n\nQuestion: \nAnswer: #### ",
        ),
        (
            ALL,
            "Question: How many figs?\nAnswer: 2*3=6 figs.\n#### 6\n\n"
            "Question: How many pears?\nAnswer: 4*7=28 pears.\n#### ",
        ),
    ],
)
def test_what_is_absent_is_left_out_and_the_frame_stays(coalition: int, text: str) -> None:
    prompt = frame("gsm8k", "lm-eval", shots=1).prompt(origin(), coalition, Target(("28",)))
    assert prompt.text == text
    assert prompt.continuations == ("28",)


def test_absent_options_leave_their_labels() -> None:
    asked = frame("mmlu", "lm-eval", shots=0)
    prompt = asked.prompt(origin(CITY, ""), WEIGHTS, asked.right(CITY, (0, 1)))
    assert prompt.text is not None
    assert prompt.text.endswith("\n\n\nA. \nB. \nAnswer:")
    assert prompt.continuations == (" A", " B")


def test_in_turns_the_text_so_far_is_put_into_the_models_mouth() -> None:
    asked = frame("gsm8k", "lm-eval", shots=0, template="turns")
    prompt = asked.prompt(origin(), ALL, Target(("28",)))
    assert prompt.messages[-1].content == "Question: How many pears?\nAnswer:"
    assert prompt.prefix == "4*7=28 pears.\n#### "


@pytest.mark.parametrize(
    ("benchmark", "recipe", "written", "text", "answer"),
    [
        ("gsm8k", "lm-eval", " 4*7=28 pears.\n#### 28\n", " 4*7=28 pears.\n#### ", "28"),
        ("gsm8k", "lm-eval", " #### 3 no\n#### 28", " #### 3 no\n#### ", "28"),
        ("gsm8k", "lm-eval", " so many pears", " so many pears\n#### ", ""),
        ("gsm8k", "lm-eval", " so many\n####", " so many\n####", ""),
        (
            "strategyqa",
            "official",
            " It floats. So the answer is yes. Indeed.",
            " It floats. So the answer is ",
            "yes",
        ),
    ],
)
def test_what_was_written_is_text_so_far_and_then_the_answer(
    benchmark: str, recipe: str, written: str, text: str, answer: str
) -> None:
    assert frame(benchmark, recipe, shots=1).parted(written) == (text, answer)


def test_a_wording_that_hides_the_answer_in_its_rationale_is_refused() -> None:
    asked = frame("gsm8k", "lm-eval", shots=1)
    key = ("en", Scoring.GENERATED)
    hiding = replace(asked.recipe.wordings[key], worked=" {rationale}\n")
    hidden = Frame(replace(asked.recipe, wordings={key: hiding}), asked.condition)
    with pytest.raises(BadInput, match="use another recipe"):
        hidden.parted("some text")


def test_others_sources_are_never_ones_own() -> None:
    origins = [origin(replace(PEARS, id=str(n)), f"text {n}") for n in range(7)]
    foreign = [replace(one, shots=(CITY,)) for one in origins]
    for seed in range(20):
        found = cases(origins, [Target(("28",))] * 7, foreign, seed)
        assert all(case.others.item != case.origin.item for case in found)
        assert {case.others.item.id for case in found} == {str(n) for n in range(7)}
        assert all(case.others.shots == (CITY,) for case in found)


# --- games whose truth is known ---


def linear(lift: dict[int, float], together: float = 0.0) -> dict[int, tuple[Scored, ...]]:
    """A model that adds a fixed lift for each source it sees; `together` for question and text."""
    found = {}
    for coalition in READ:
        both = together * (coalition & QUESTION and coalition & TEXT and 1)
        nats = -3.0 + both + sum(by for source, by in lift.items() if coalition & source)
        found[coalition] = (Scored((nats / 2, nats / 2), nats > -1, ()),)
    return found


def test_a_linear_models_sources_are_due_half_of_their_lift_and_the_weights_the_rest() -> None:
    """By hand: a source adds its lift where the weights came before it, in half of all orders."""
    lift = {QUESTION: 1.0, EXAMPLES: 0.5, TEXT: -0.25}
    played = game(linear(lift), Target(("28",)), V)
    assert played is not None
    split = Split("1", "s", played, {})
    everything = -3 + 1.25 + 2 * np.log(V)
    assert split.parts == pytest.approx([everything - 0.625, 0.5, 0.25, -0.125])
    assert split.missed == pytest.approx([everything, 1.0, 0.5, -0.25])


def test_what_two_sources_do_only_together_is_shared_among_them_and_the_weights() -> None:
    """By hand: a game of three that need each other gives each of them a third."""
    alone = Split("1", "s", game(linear({}), Target(("28",)), V), {})
    split = Split("1", "s", game(linear({}, together=1.2), Target(("28",)), V), {})
    assert split.parts - alone.parts == pytest.approx([0.4, 0.4, 0.0, 0.4])


def test_another_constant_for_absent_weights_moves_the_part_of_the_weights_alone() -> None:
    read = linear({QUESTION: 1.0, TEXT: 0.7}, together=0.3)
    one, other = (Split("1", "s", game(read, Target(("28",)), v), {}).parts for v in (V, 9 * V))
    assert other - one == pytest.approx([2 * np.log(9), 0, 0, 0])


def test_of_options_the_likeliest_is_the_models_and_without_weights_all_are_alike() -> None:
    read = {
        c: (Scored((-1.0,), False), Scored((-0.5 if c & QUESTION else -2,), False)) for c in READ
    }
    played = game(read, Target((" A", " B"), 1), V)
    assert played is not None
    assert played.right.tolist() == [
        float(bool(c & QUESTION)) if c & WEIGHTS else 0.5 for c in range(16)
    ]


def test_an_answer_of_changing_length_has_no_game() -> None:
    read = linear({})
    read[WEIGHTS] = (Scored((-1.0,), False),)
    assert game(read, Target(("28",)), V) is None


# --- what is decided ---


def planted(rng: np.random.Generator, more: float, items: int = 12) -> list[Split]:
    """Splits in which every source does `more` nats more than somebody else's does."""
    found = []
    for number in range(items):
        own = 2 * rng.normal(0.3, 0.8, 3)
        swapped = 2 * (rng.normal(0.3 - more, 0.8, 3))
        games = [
            game(linear(dict(zip(SOURCES[1:], lift, strict=True))), Target(("28",)), V)
            for lift in (own, swapped)
        ]
        found.append(Split(str(number), "s", games[0], dict.fromkeys(SOURCES[1:], games[1])))
    return found


def random_cosines(rng: np.random.Generator, draws: int = 10, own: float = 0.0) -> Cosines:
    """Every model has its own mean, as models with initial weights do; so has the one that is
    asked, plus `own`."""
    fixed = rng.normal(0, 0.1, 2)
    model = {
        step: own * (step == SAME) + mean + rng.normal(0, 0.08, (draws, 4))
        for step, mean in zip((SAME, OTHER), fixed, strict=True)
    }
    untrained = {
        step: rng.normal(0, 0.1, (draws, 1)) + rng.normal(0, 0.08, (draws, 4))
        for step in (SAME, OTHER)
    }
    return Cosines(model, untrained)


@pytest.mark.usefixtures("only_decisions")
def test_studies_of_nothing_find_something_at_the_nominal_rate_at_most() -> None:
    """200 studies in which no source does more than somebody else's, and the model is one of the
    untrained ones: a study that decides anything at all is one false alarm."""
    rng = np.random.default_rng(7)
    studies, alarms = 200, 0
    for _ in range(studies):
        contents = own_contents(planted(rng, 0.0))
        found = decide(contents, ["s"] * 12, random_cosines(rng), 0.05)
        assert len(found) == 5
        alarms += any(one.outcome != "not decided" for one in found)
    assert alarms <= binom.ppf(0.975, studies, 0.05)


def test_what_was_planted_is_found() -> None:
    rng = np.random.default_rng(3)
    contents = own_contents(planted(rng, 1.5, items=60))
    found = decide(contents, ["s"] * 60, random_cosines(rng, own=1.0), 0.05)
    assert [one.outcome for one in found] == ["shown"] * 5
    assert all(abs(one.estimate - 1.5) < 0.6 for one in found[:3])
    worse = decide({TEXT: -contents[TEXT]}, ["s"] * 60, None, 0.05)
    assert [one.outcome for one in worse] == ["reversed"]


def test_less_than_the_margin_counts_for_nothing_however_sure() -> None:
    (found,) = decide({TEXT: np.full(500, 0.9 * MARGIN)}, ["s"] * 500, None, 0.05)
    assert found.outcome == "not decided"
    assert found.p == 1


def test_a_source_that_is_nowhere_there_is_not_tested() -> None:
    read = linear({QUESTION: 1.0, EXAMPLES: 1.0})
    played = game(read, Target(("28",)), V)
    splits = [Split(str(n), "s", played, dict.fromkeys(SOURCES[1:], played)) for n in range(8)]
    assert set(own_contents(splits)) == {QUESTION, EXAMPLES}


# --- real models ---


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(lambda name: load(name, device="cpu"), Store(tmp_path / "a.db"), Silent())


def setting(model: str, benchmark: str, **knobs) -> Setting:
    return EXPERIMENT.setting(model, benchmark, limit=6, knobs={"draws": 2, "shots": 1, **knobs})


def test_polaris_chain_of_thought_moves_its_answers(bench: Bench, tmp_path: Path) -> None:
    """What Polaris is trained for: without its worked steps it cannot do most sums."""
    # The packaged weights have met problems of up to four steps.
    for split in ("train", "test"):
        rows = (DATA / f"gsm8k/{split}.jsonl").read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if json.loads(row)["steps"] <= 4]
        (tmp_path / f"{split}.jsonl").write_text("\n".join(kept), encoding="utf-8")
    known = replace(setting("polaris", "gsm8k", item="0"), data=str(tmp_path))
    outcome = EXPERIMENT.conduct(known, bench)
    parts = {str(row["source"].en): row for row in outcome.tables[-3].rows}
    together = parts.pop("together")
    assert sum(row["part"] for row in parts.values()) == pytest.approx(together["part"])
    assert parts["text so far"]["missed"] > parts["examples"]["missed"]
    assert len(outcome.findings) == 5
    assert [chart.name for chart in outcome.charts][-3:] == ["sources", "items", "resemblance"]
    *_, items, _ = outcome.charts
    stacked: dict[object, float] = {}
    for mark in items.rows:
        stacked[mark.x] = stacked.get(mark.x, 0.0) + mark.value
    mean, *sums = stacked.values()
    assert mean == pytest.approx(together["part"])
    assert mean == pytest.approx(sum(sums) / len(sums))
    assert sums == sorted(sums, reverse=True)
    assert [mark.emphasis for mark in items.rows[:5]] == [True] * 4 + [False]


def test_the_tokens_of_an_answer_sum_to_its_split(polaris, bench: Bench) -> None:
    asked = frame("gsm8k", "lm-eval", shots=1)
    here = origin()
    tokens = trace(here, Target(("28",)), asked, polaris, bench.store, Silent())
    assert polaris.decode([one.token for one in tokens]).strip() == "4*7=28 pears.\n#### 28"
    for one in tokens:
        assert one.parts.sum() == pytest.approx(one.nats[1] - one.nats[0])
    (encoded,) = polaris.encode([asked.prompt(here, ALL, Target(("28",)))])
    ((_, plain),) = polaris.score(encoded.readings)
    stated = sum(one.nats[1] for one in tokens if one.stated)
    assert stated == pytest.approx(plain.total, abs=1e-4)
    first = tokens[0]
    assert not first.stated
    assert first.parts[3] == pytest.approx(0, abs=1e-4), "nothing was written before it"


@pytest.mark.parametrize(("architecture", "tokenizer"), [("llama", "bos"), ("qwen2", "no-bos")])
def test_runs_unchanged_on_random_weights_and_finds_nothing(
    architecture: str, tokenizer: str, model_folder, bench: Bench
) -> None:
    folder = model_folder(architecture, tokenizer, max_position_embeddings=2048)
    before = load(str(folder), device="cpu").identity
    outcome = EXPERIMENT.conduct(setting(str(folder), "mmlu"), bench)
    assert [one.outcome for one in outcome.findings] == ["not decided"] * 4
    assert load(str(folder), device="cpu").identity == before


def test_without_examples_nothing_is_said_of_them(bench: Bench) -> None:
    outcome = EXPERIMENT.conduct(setting("polaris", "mmlu", shots=0), bench)
    assert len(outcome.findings) == 1
    assert [chart.name for chart in outcome.charts] == ["sources", "items"]


def test_too_few_items_are_refused(bench: Bench) -> None:
    with pytest.raises(BadInput, match="raise the limit"):
        EXPERIMENT.conduct(replace(setting("polaris", "mmlu"), limit=3), bench)


def test_a_model_elsewhere_is_refused(bench: Bench) -> None:
    with pytest.raises(BadInput, match="needs them on this machine"):
        EXPERIMENT.conduct(setting("api", "mmlu"), replace(bench, load=lambda _: object()))
