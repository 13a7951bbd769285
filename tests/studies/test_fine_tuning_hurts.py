"""What fine-tuning did to other tasks: planted effects are found, and none where there is none."""

import random

import pytest
from scipy.stats import binom

from astrolabe.core.errors import BadInput
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.fine_tuning_hurts import EXPERIMENT
from astrolabe.studies.forgetting import Arm, Asked, findings
from astrolabe.studies.laboratory import Bench
from tests.studies.made_up import made_run

ARMS = [Arm(method, mixed) for mixed in (False, True) for method in ("full", "lora")]
TASK, OTHERS = "gsm8k", ("mmlu", "cmmlu")


def drawn(rng: random.Random, task: float, others: float, items: int = 120) -> Asked:
    """Runs in which every item is right with the same chance, by itself."""
    chances = {TASK: task, **dict.fromkeys(OTHERS, others)}
    return {
        name: made_run(
            [rng.random() < chance for _ in range(items)],
            str(rng.random()),
            subjects=5,
            benchmark=name,
        )
        for name, chance in chances.items()
    }


def test_planted_effects_are_found_with_their_sign() -> None:
    rng = random.Random(5)
    before = drawn(rng, 0.2, 0.8)
    after = {
        Arm("full"): drawn(rng, 0.9, 0.3),
        Arm("lora"): drawn(rng, 0.9, 0.55),
        Arm("full", True): drawn(rng, 0.9, 0.75),
        Arm("lora", True): drawn(rng, 0.9, 0.78),
    }
    found = findings(before, after, 0.05)
    assert {name: one.outcome for name, one in found.items()} == dict.fromkeys(found, "shown")
    assert found["others full"].estimate == pytest.approx(-0.5, abs=0.1)
    assert found["remedy full"].estimate == pytest.approx(0.45, abs=0.1)
    assert found["adapters"].estimate == pytest.approx(0.25, abs=0.1)
    assert found["task full"].estimate > 0.5
    within = found["others full"].interval
    assert within is not None
    assert within.low < -0.5 + 0.1
    assert within.high < 0


def test_the_other_way_round_is_said_to_be_so() -> None:
    rng = random.Random(6)
    after = dict.fromkeys(ARMS[:2], drawn(rng, 0.2, 0.9))
    found = findings(drawn(rng, 0.8, 0.3), after, 0.05)
    assert found["others full"].outcome == found["task full"].outcome == "reversed"
    assert "remedy full" not in found  # no general data were at hand


def test_all_items_of_the_others_count_and_none_of_the_task() -> None:
    right = {TASK: 40, "mmlu": 30, "cmmlu": 10}
    before = {name: made_run([True] * items, benchmark=name) for name, items in right.items()}
    after = {**before, "cmmlu": made_run([False] * 10, benchmark="cmmlu")}
    found = findings(before, {Arm("full"): after, Arm("lora"): before}, 0.05)
    assert found["others full"].estimate == -10 / 40
    assert found["others full"].p == 2 / 2**10  # exact McNemar: ten losses, no gain
    assert found["task full"].estimate == found["others lora"].estimate == 0
    assert found["adapters"].estimate == 10 / 40


@pytest.mark.usefixtures("only_decisions")
def test_nothing_is_found_where_nothing_is() -> None:
    rng, studies = random.Random(7), 300
    false = 0
    for _ in range(studies):
        models = [drawn(rng, 0.5, 0.6, 40) for _ in range(1 + len(ARMS))]
        found = findings(models[0], dict(zip(ARMS, models[1:], strict=True)), 0.05)
        false += any(one.decided for one in found.values())
    # Exact tests after Holm's correction err at most as often as the level says.
    assert false <= binom.ppf(0.975, studies, 0.05)


@pytest.fixture
def made(model_folder, tmp_path, monkeypatch):
    """Conducts the experiment on a random-weight model; says how many runs were kept."""
    # Models this small need not be gone before the next one is loaded; looking through all that a
    # test process holds, after each, takes most of the time.
    monkeypatch.setattr("gc.collect", lambda: 0)
    name = str(model_folder("qwen2", "no-bos"))
    texts = tmp_path / "texts.txt"
    texts.write_text("One general text.\n\nAnother one, which is longer.\n", encoding="utf-8")
    knobs = {
        "others": ("label-games",),
        "steps": (1, 2),
        "batch": 2,
        "tuned": str(tmp_path / "tuned"),
        "general": str(texts),
    }

    def conduct(**changes):
        setting = EXPERIMENT.setting(name, "sentiment", limit=4, knobs={**knobs, **changes})
        with Store(tmp_path / "a.db") as store:
            before = len(store.runs())
            bench = Bench(lambda place: load(place, device="cpu"), store, Silent())
            found = EXPERIMENT.conduct(setting, bench)
            return found, len(store.runs()) - before

    return conduct


def test_every_checkpoint_is_asked_and_nothing_twice(made, monkeypatch) -> None:
    found, runs = made()
    # The model itself and two checkpoints of four trainings, each asked two benchmarks.
    assert runs == len(found.runs) == len(set(found.runs)) == (1 + 2 * 4) * 2
    assert [row["steps"] for row in found.tables[0].rows] == [0, 1, 2, 1, 2, 1, 2, 1, 2]
    assert len(found.findings) == 7
    assert {len(one["checkpoints"]) for one in found.record["tuned"].values()} == {2}
    monkeypatch.setattr("astrolabe.models.finetune._Training", None)
    again, runs = made()
    assert runs == 0
    assert again.findings == found.findings


def test_without_general_texts_the_remedy_is_left_out(made) -> None:
    found, _ = made(general=None, steps=(1,))
    assert len(found.findings) == 5
    assert any("--general" in note.en for note in found.notes)


def test_bad_input(made, tmp_path) -> None:
    for others in ((), ("sentiment",), ("mmlu", "sentiment")):
        with pytest.raises(BadInput, match="give benchmarks besides it"):
            made(others=others)
    with pytest.raises(BadInput, match="1 other benchmarks, but 2 places"):
        made(others_data=("a", "b"))
    with pytest.raises(BadInput, match="cannot be read"):
        made(general=str(tmp_path / "none.txt"))
    with pytest.raises(BadInput, match="rising steps"):
        made(steps=(5, 2))
