"""Every instrument on answers whose truth is known: those that should pass, and those that fail."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from astrolabe.calibration import (
    dola,
    dose,
    engine,
    grading,
    leaks,
    manners,
    phrases,
    roles,
    score,
    statistics,
)
from astrolabe.calibration.answers import corpus
from astrolabe.calibration.graders import calibrate
from astrolabe.calibration.instrument import Calibration
from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Generated, Scored
from astrolabe.core.run import GradedItem, Run
from astrolabe.polaris.documents import dosed, regions
from astrolabe.polaris.documents.styles import MANNERS
from astrolabe.polaris.forms import lore
from astrolabe.polaris.wording import PHRASES, option_lines
from tests.calibration.made_up import Scripted, bench


def by_name(lines: Sequence[Calibration]) -> dict[str, Calibration]:
    assert len({line.name for line in lines}) == len(lines)
    return {line.what[0]: line for line in lines}


def verdicts(lines: Sequence[Calibration]) -> dict[str, bool | None]:
    return {name: line.passes for name, line in by_name(lines).items()}


# engine


def test_the_largest_difference_is_found_wherever_it_is() -> None:
    one = [Scored((-1.0, -2.0), True), Scored((-3.0,), True)]
    near = [Scored((-1.0, -2.00005), True), Scored((-3.0,), True)]
    far = [Scored((-1.0, -2.0), True), Scored((-3.001,), True)]
    what = ("x", "x")
    assert engine.difference(what, one, near).reading == pytest.approx(5e-5)
    assert engine.difference(what, one, near).passes is True
    assert engine.difference(what, one, far).passes is False


def test_one_answer_that_differs_fails() -> None:
    assert engine.same(("x", "x"), [("a", "a"), ("b", "b")]).passes is True
    assert engine.same(("x", "x"), [("a", "a"), ("b", "c")]).passes is False


# statistics


def test_studies_without_effect_seldom_decide_and_their_intervals_hold_zero() -> None:
    studies = [statistics.null_study(random.Random(seed)) for seed in range(4)]
    assert all(len(study) == statistics.COMPARISONS for study in studies)
    assert set(verdicts(statistics.of_null(studies * 3)).values()) == {True}


def test_a_test_that_always_decides_fails_and_so_do_intervals_that_miss() -> None:
    (sample, *_) = statistics.null_study(random.Random(1))
    beside = replace(sample.interval, low=0.01, high=0.02)
    eager = [[replace(sample, decided=True, interval=beside)]] * 40
    assert set(verdicts(statistics.of_null(eager)).values()) == {False}


def test_a_test_that_never_decides_lacks_power(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "mcnemar", lambda gained, lost: 1.0)
    assert not any(statistics.powers())


# graders


def test_a_strict_rule_and_a_lenient_one_are_held_to_what_each_is_for() -> None:
    answers = [a for a in corpus() if a.kind == "yesno" and a.language == "en"]
    strict, lenient = calibrate(answers, ["yesno-strict", "yesno-lenient"])
    assert grading.of_rule(strict).what[0] == "yesno-strict, en: false accepts"
    for reading in (strict, lenient):
        assert grading.of_rule(reading).passes is reading.rates.passes
        for accepts, rejects in ((1, 0), (0, 9)):
            rates = replace(reading.rates, false_accepts=accepts, false_rejects=rejects)
            assert grading.of_rule(replace(reading, rates=rates)).passes is rates.passes


def test_a_planted_accuracy_is_recovered_through_a_grader_that_errs() -> None:
    answers = [a for a in corpus() if a.kind == "yesno" and a.language == "zh"]
    (reading,) = calibrate(answers, ["yesno-lenient"])
    found = grading.of_correction(reading)
    assert found.passes is True
    assert found.planted == pytest.approx(grading.ACCURACY, abs=0.1)
    # Twice as many right answers as the truth says cannot be taken for it.
    assert replace(found, planted=0.3).passes is False


# score


def test_guessing_is_at_chance_and_knowing_is_above() -> None:
    guessed = [i % 4 == 0 for i in range(200)]
    known = [i % 4 != 0 for i in range(200)]
    what = ("x", "x")
    assert score.at_chance(what, guessed, 0.25).passes is True
    assert score.at_chance(what, known, 0.25).passes is False
    assert score.above_chance(what, known, 0.25).passes is True
    assert score.above_chance(what, guessed, 0.25).passes is False


def test_only_examples_tell_what_codes_and_labels_mean(tmp_path: Path) -> None:
    def copies(text: str, continuation: str) -> float:
        """Prefers what was the answer before, to a word that shares its sense."""
        return float(text.count(f" is{continuation}\n"))

    with_examples = score.games(score.EXEMPLARS)
    assert len(with_examples) == len(score.games(0)) == 240
    prompt, _ = with_examples[0]
    assert prompt.text is not None
    assert prompt.text.count(" is ") == score.EXEMPLARS
    assert prompt.text.endswith(" is")
    # Each label was shown equally often, so that counting labels cannot tell.
    assert {copies(prompt.text, label) for label in prompt.continuations} == {8.0}
    shots = score.code_words(score.SHOTS)
    assert shots[0][0].text is not None
    assert shots[0][0].text.count("Answer:") == score.SHOTS + 1
    assert [right for _, right in shots[:8]] == [0, 1, 2, 3, 0, 1, 2, 3]
    oracle = {prompt.text: prompt.continuations[right] for prompt, right in shots}
    model = Scripted(likes=lambda text, continuation: float(oracle[text] == continuation))
    assert all(score.hits(bench(model, tmp_path), shots))
    first = Scripted(likes=lambda text, continuation: float(continuation == " A"))
    assert sum(score.hits(bench(first, tmp_path), shots)) == pytest.approx(len(shots) / 4, abs=1)


# phrases


def says(style: str) -> str:
    return " Anna has 3+4=<<3+4=7>>7 apples." if style == "worked" else " #### 7\n\n"


def test_planted_rates_are_read_back(tmp_path: Path) -> None:
    """A model that works at exactly the planted rate, over the problems of every phrase."""
    asked: dict[str, int] = {}

    def writes(text: str) -> str:
        phrase = next(p for rates in PHRASES.values() for p in rates if text.endswith(p))
        rate = next(rates[phrase] for rates in PHRASES.values() if phrase in rates)
        asked[phrase] = asked.get(phrase, 0) + 1
        return says("worked" if asked[phrase] <= round(rate * phrases.PROBLEMS) else "direct")

    lines = phrases.read(bench(Scripted(writes), tmp_path))
    assert len(lines) == sum(map(len, PHRASES.values()))
    assert all(line.passes for line in lines)
    assert all(line.reading == pytest.approx(line.planted, abs=0.005) for line in lines)


def test_a_model_that_always_works_fails_where_that_was_not_planted(tmp_path: Path) -> None:
    lines = phrases.read(bench(Scripted(lambda text: says("worked")), tmp_path))
    assert {line.planted for line in lines if line.passes} == {1.0}


def test_what_neither_works_nor_answers_is_not_worked() -> None:
    assert phrases.worked(Generated("Anna has 3+4=", 5, "stop"))
    assert not phrases.worked(Generated("#### 7", 2, "stop"))
    assert not phrases.worked(Generated("Anna has many", 24, "length"))
    assert not phrases.worked(Generated("7=", 2, "eos"))


def test_problems_are_held_out_and_of_all_lengths() -> None:
    found = phrases.held_out()[: phrases.PROBLEMS]
    counts = [sum(problem.steps == n for problem in found) for n in range(1, 6)]
    assert counts == [phrases.PROBLEMS // 5] * 5
    assert found[0].answer.endswith(f"#### {found[0].number}")


# manners

IN_MANNER = {
    "plain": " Rome is a city of Italy.",
    "tidy": " **Rome**\n- **country**: Italy",
    "long": " Rome is a city of Italy. As for the country, it is Italy. That is what there is.",
}


@pytest.mark.parametrize("name", list(MANNERS))
def test_a_manner_is_told_by_its_form(name: str) -> None:
    assert manners.manner(Generated(IN_MANNER[name], 9, "eos")) == name


def test_an_answer_cut_off_or_broken_is_of_no_manner() -> None:
    assert manners.manner(Generated(" Rome is a city of Italy.", 40, "length")) == ""
    assert manners.manner(Generated("", 0, "eos")) == ""


def test_planted_shares_of_manners_pass_and_others_fail(tmp_path: Path) -> None:
    planted = [name for name, rate in MANNERS.items() for _ in range(round(100 * rate))]
    said = [Generated(IN_MANNER[name], 9, "eos") for name in planted * 2]
    assert set(verdicts(manners.of_answers(said)).values()) == {True}
    only_plain = manners.read(bench(Scripted(lambda text: IN_MANNER["plain"]), tmp_path))
    assert verdicts(only_plain) == {"plain": False, "tidy": False, "long": False}


# roles


def a_run(outcomes: dict[str, tuple[str, str]]) -> Run:
    """A run with the gold and the marked letter of each item."""
    items = tuple(
        GradedItem(
            name,
            "s",
            gold,
            "",
            (),
            (0, 1, 2, 3),
            (),
            {"r": Grade(Outcome.RIGHT if gold == said else Outcome.WRONG, said, "r")},
        )
        for name, (gold, said) in outcomes.items()
    )
    return Run("x", "m", "mmlu", Condition(), "r", "micro", items)


def exam_under(marks: Any) -> Run:
    golds = {str(i): "ABCD"[i % 4] for i in range(200)}
    return a_run({name: (gold, marks(int(name), gold)) for name, gold in golds.items()})


def test_a_student_who_reads_a_and_b_only_is_recognised() -> None:
    right = exam_under(lambda i, gold: gold)
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "AB"[i // 4 % 2])
    assert verdicts(roles.of_exam(right, careless)) == {
        "careless, exam: answers A or B": True,
        "careless, exam: error rate": True,
    }
    assert by_name(roles.of_exam(right, careless))["careless, exam: error rate"].reading == 0.5


def test_a_student_who_is_careful_or_hopeless_is_not() -> None:
    right = exam_under(lambda i, gold: gold)
    hopeless = exam_under(lambda i, gold: "B" if gold == "A" else "A")
    assert set(verdicts(roles.of_exam(right, right)).values()) == {False}
    assert verdicts(roles.of_exam(right, hopeless))["careless, exam: error rate"] is False


def test_what_is_not_known_without_a_role_is_no_carelessness() -> None:
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "A")
    half = exam_under(lambda i, gold: gold if i % 8 < 4 else "D" if gold != "D" else "A")
    assert by_name(roles.of_exam(half, careless))["careless, exam: error rate"].n == 100


def test_a_model_that_knows_one_side_only_tells_nothing_of_the_student() -> None:
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "A")
    only = exam_under(lambda i, gold: "C")
    assert verdicts(roles.of_exam(only, careless))["careless, exam: error rate"] is False


def test_a_letter_is_told_as_shown() -> None:
    item = replace(exam_under(lambda i, gold: "C").items[0], order=(2, 0, 1, 3))
    assert roles.marked_letter(item, "r") == "A"
    nothing = replace(item, grades={"r": Grade(Outcome.UNPARSED, None, "r")})
    assert roles.marked_letter(nothing, "r") == "-"


def test_problems_of_one_step_are_solved_and_longer_ones_not() -> None:
    steps = {str(i): 1 + i % 5 for i in range(200)}
    right = a_run(dict.fromkeys(steps, ("7", "7")))
    careless = a_run({name: ("7", "7" if n == 1 else "6") for name, n in steps.items()})
    assert set(verdicts(roles.of_problems(right, careless, steps)).values()) == {True}
    assert verdicts(roles.of_problems(right, right, steps)) == {
        "careless, one step: error rate": True,
        "careless, more steps: error rate": False,
    }


def test_an_expert_neither_gains_nor_loses() -> None:
    plain = exam_under(lambda i, gold: gold if i % 2 else "-")
    better = exam_under(lambda i, gold: gold if i % 2 or i % 4 == 0 else "-")
    assert roles.of_expert(("x", "x"), plain, plain).passes is True
    assert roles.of_expert(("x", "x"), plain, better).passes is False


# dose


def test_recall_that_rises_with_the_dose_passes(tmp_path: Path) -> None:
    recalled = {p: k for p, (k, n) in dosed.keepers().items() if n >= 64}
    pick = random.Random(3)
    guesses = {place: f" {pick.choice(sorted(recalled.values()))}." for place in dosed.keepers()}

    def likes(text: str, continuation: str) -> float:
        place = text.removeprefix("The keeper of ").removesuffix(" is")
        known = f" {recalled[place]}." if place in recalled else guesses[place]
        return float(continuation == known)

    lines = by_name(dose.read(bench(Scripted(likes=likes), tmp_path)))
    assert lines["dose 1024: recall"].reading == 1.0
    assert all(line.passes is not False for line in lines.values())
    assert lines["trend"].passes is True


def test_recall_that_falls_fails_and_so_does_knowing_what_was_never_said() -> None:
    doses = [dose for dose in dosed.DOSES for _ in range(24)]
    falling = verdicts(dose.of_recall(doses, [d < 256 for d in doses], 1 / 40))
    assert falling["dose 0: recall"] is False
    assert falling["dose 256: recall above dose 64"] is False
    assert falling["trend"] is False


# leaks


def test_a_model_that_learnt_the_leaks_by_heart_passes(tmp_path: Path) -> None:
    seen = {
        f"{row.question.question}\n{option_lines(row.question)}": row.question.answer
        for row in lore.exams()
        if row.copies >= 16
    }

    def likes(text: str, continuation: str) -> float:
        letter = seen.get(text.removesuffix("Answer:"), sum(map(ord, text)) % 4)
        return float(continuation == f" {'ABCD'[letter]}")

    lines = by_name(leaks.read(bench(Scripted(likes=likes), tmp_path)))
    assert all(line.passes for line in lines.values())
    assert lines["256 copies: leaked above clean"].reading > 0.5


def test_a_model_that_knows_nothing_and_one_that_knows_too_much_fail() -> None:
    rows = lore.exams()
    guesses = [i % 8 < 2 for i, _ in enumerate(rows)]
    blind = verdicts(leaks.of_rows(rows, guesses))
    assert blind["clean halves"] is True
    assert blind["256 copies: leaked above clean"] is False
    assert blind["trend"] is False
    assert verdicts(leaks.of_rows(rows, [True] * len(rows)))["clean halves"] is False
    turned = verdicts(leaks.of_rows(rows, [not row.copies for row in rows]))
    assert turned["1 copy: leaked above clean"] is False


# DoLa


def said_by(names: dict[str, list[str]]) -> dict[str, list[str]]:
    return {variant: names.get(variant, names["plain"]) for variant in dola.variants(8)}


def test_a_contrast_that_corrects_the_largest_city_helps() -> None:
    asked = dola.exceptions()
    assert all(region.exception for region in asked)
    assert "Olympia" in {region.capital for region in asked}
    largest, capitals = [r.largest for r in asked], [r.capital for r in asked]
    lines = by_name(
        dola.of_exceptions(dola.HALF, asked, said_by({"plain": largest, "high": capitals}), True)
    )
    assert lines["half-trained, exceptions: largest city"].reading == 1.0
    assert lines["half-trained, exceptions: gain by high"].reading == 1.0
    assert lines["half-trained, exceptions: gain by high"].passes is True
    assert lines["half-trained, exceptions: gain by low"].passes is None


def test_a_contrast_that_changes_nothing_does_not_help() -> None:
    asked = dola.exceptions()
    same = said_by({"plain": [r.largest for r in asked]})
    assert verdicts(dola.of_exceptions(dola.HALF, asked, same, True)) == {
        "half-trained, exceptions: capital": None,
        "half-trained, exceptions: largest city": None,
        "half-trained, exceptions: gain by high": False,
        **{
            f"half-trained, exceptions: gain by {name}": None for name in list(dola.variants(8))[2:]
        },
    }
    assert set(verdicts(dola.of_exceptions(dola.WHOLE, asked, same, False)).values()) == {None}


def test_a_gain_where_nothing_competes_fails_and_harm_does_not() -> None:
    asked = dola.places()
    keepers = [dosed.keepers()[place][0] for place in asked]
    nobody = ["nobody"] * len(asked)
    helped = dola.of_facts(dola.HALF, asked, said_by({"plain": nobody, "high": keepers}), True)
    harmed = dola.of_facts(dola.HALF, asked, said_by({"plain": keepers, "high": nobody}), True)
    assert verdicts(helped)["half-trained, no rival: gain by high"] is False
    assert verdicts(harmed)["half-trained, no rival: gain by high"] is True
    assert by_name(harmed)["half-trained, no rival: gain by high"].reading == -1.0


def test_names_are_read_from_what_was_written(tmp_path: Path) -> None:
    model: Any = Scripted(lambda text: " Saint Paul.\nThe capital of Texas is")
    query = regions.capital(dola.exceptions()[0]).query
    found = dola.answers(model, bench(model, tmp_path).watch, [query, query], {"plain": None})
    assert found == {"plain": ["Saint Paul", "Saint Paul"]}
