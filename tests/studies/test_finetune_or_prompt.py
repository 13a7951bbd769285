"""The same examples shown or learned: planted effects, null effects, and where curves cross."""

import random
from dataclasses import replace

import pytest
from scipy.stats import binom

from astrolabe.core.errors import BadInput
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.crossing import crossing
from astrolabe.studies.finetune_or_prompt import EXPERIMENT
from astrolabe.studies.laboratory import Bench
from astrolabe.studies.shown_or_learned import Before, Point, findings
from tests.studies.made_up import made_run

ITEMS = 60
COUNTS = (1, 4, 16)
ALL = frozenset(f"i{place}" for place in range(ITEMS))


def run(rng: random.Random, chance: float, benchmark: str = "sentiment"):
    grades = [rng.random() < chance for _ in range(ITEMS)]
    return made_run(grades, str(rng.random()), subjects=5, benchmark=benchmark)


def study(
    rng: random.Random, shown: dict[int, float], learned: dict[int, float], others: float
) -> tuple[Before, list[Point]]:
    """A study with one draw, in which every item is right with the same chance, by itself."""
    before = Before(run(rng, 0.5), {"mmlu": run(rng, 0.7, "mmlu")}, ALL)
    points = [
        Point(
            count,
            (run(rng, shown[count]),),
            (run(rng, learned[count]),),
            ({"mmlu": run(rng, others, "mmlu")},),
            (),
        )
        for count in COUNTS
    ]
    return before, points


def test_planted_effects_are_found_with_their_sign() -> None:
    rng = random.Random(1)
    found = findings(*study(rng, {1: 0.9, 4: 0.95, 16: 0.5}, {1: 0.3, 4: 0.5, 16: 1.0}, 0.2), 0.05)
    assert [one.outcome for one in found] == ["shown", "shown", "reversed", "shown"]
    assert found[0].estimate == pytest.approx(0.6, abs=0.15)


def test_items_that_were_learned_do_not_count() -> None:
    before, points = study(random.Random(2), dict.fromkeys(COUNTS, 0), dict.fromkeys(COUNTS, 1), 0)
    half = replace(before, items=frozenset(sorted(ALL)[:5]))
    assert findings(before, points, 0.05)[0].p < 1e-9
    assert findings(half, points, 0.05)[0].p == 2 / 2**5


@pytest.mark.usefixtures("only_decisions")
def test_nothing_is_found_where_nothing_is() -> None:
    rng, studies = random.Random(3), 300
    same = dict.fromkeys(COUNTS, 0.6)
    false = sum(
        any(one.decided for one in findings(*study(rng, same, same, 0.7), 0.05))
        for _ in range(studies)
    )
    assert false <= binom.ppf(0.975, studies, 0.05)


def curve(*means: float, items: int = 40) -> list[dict[str, tuple[str, float]]]:
    """Gaps with these means, spread over items alike at every number of examples."""
    return [
        {str(n): (f"s{n % 8}", mean + 0.5 * (n % 8 - 3.5) / 3.5) for n in range(items)}
        for mean in means
    ]


def test_where_the_curves_cross() -> None:
    # Straight over log2 k: a quarter of the way from 4 to 64 is 8.
    found = crossing([1, 4, 64], curve(-0.5, -0.1, 0.3), 0.95, seed=0)
    assert found.estimate == pytest.approx(8)
    assert found.low < 8 < found.high
    assert "near 8 examples" in found.sentence.en


def test_curves_that_never_cross() -> None:
    never = crossing([1, 4], curve(-0.9, -0.8), 0.95, seed=0)
    assert never.estimate == never.low == never.high == float("inf")
    assert never.sentence.en.endswith("(95 % interval of the crossing: beyond 4).")
    always = crossing([1, 4], curve(0.8, 0.9), 0.95, seed=0)
    assert always.estimate == always.low == always.high == 0


def test_the_interval_of_a_crossing_covers_it() -> None:
    # Items of one kind of chance, none of which hangs on another.
    rng, covered, studies = random.Random(4), 0, 200
    means = (-0.3, -0.1, 0.1, 0.3)
    for _ in range(studies):
        gaps = [
            {str(n): (f"s{n}", 1.0 if rng.random() < 0.5 + mean / 2 else -1.0) for n in range(60)}
            for mean in means
        ]
        found = crossing([1, 4, 16, 64], gaps, 0.95, seed=0)
        covered += found.low <= 8 <= found.high
    assert covered >= binom.ppf(0.001, studies, 0.95)


@pytest.fixture
def conduct(model_folder, tmp_path):
    """Conducts the experiment on a random-weight model."""
    name = str(model_folder("qwen2", "no-bos"))
    usual = {
        "shots": (1, 3),
        "draws": 2,
        "epochs": 2,
        "tuned": str(tmp_path / "tuned"),
    }

    def conduct(benchmark: str = "sentiment", data: str | None = None, **changes):
        knobs = {**usual, **changes}
        setting = EXPERIMENT.setting(name, benchmark, limit=4, data=data, knobs=knobs)
        with Store(tmp_path / "a.db") as store:
            bench = Bench(lambda place: load(place, device="cpu"), store, Silent())
            return EXPERIMENT.conduct(setting, bench)

    return conduct


def test_both_sides_see_the_same_examples(conduct, monkeypatch) -> None:
    seen = []

    def lessons(items, *rest):
        seen.append([item.id for item in items])
        return original(items, *rest)

    from astrolabe.studies import finetune_or_prompt

    original = finetune_or_prompt.lessons
    monkeypatch.setattr(finetune_or_prompt, "lessons", lessons)
    found = conduct()
    assert [len(ids) for ids in seen] == [1, 1, 3, 3]
    assert seen[0] == seen[2][:1]  # a larger set holds the smaller one
    assert seen[0] != seen[1]
    # The model itself on two benchmarks; then a prompt, and a model on two, for each k and draw.
    assert len(found.runs) == 2 + 2 * 2 * 3
    assert len(found.findings) == 3
    (first, second) = found.tables[1].rows
    # Two epochs of one, and of three examples.
    assert second["trained"] > 2 * first["trained"]
    assert first["read"] < second["read"]
    monkeypatch.setattr("astrolabe.models.finetune._Training", None)
    assert conduct().findings == found.findings


def test_what_does_not_fit_is_left_out_and_said(conduct) -> None:
    found = conduct(shots=(1, 2, 200), draws=1, epochs=1)
    assert [row["examples"] for row in found.tables[0].rows] == [0, 1, 2]
    assert any("200 examples" in note.en for note in found.notes)


def test_bad_input(conduct) -> None:
    with pytest.raises(BadInput, match="each have examples of their own"):
        conduct("mmlu")
    with pytest.raises(BadInput, match="1 can be tried"):
        conduct(shots=(1, 5000))
    with pytest.raises(BadInput, match="unknown method"):
        conduct(method="prefix")
