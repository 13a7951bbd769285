"""The summary of a run, checked by hand-counted tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.stats import wilson
from astrolabe.runs.summary import NEAR_TIE, summarise

OUTCOME = {
    "r": Outcome.RIGHT,
    "w": Outcome.WRONG,
    "u": Outcome.UNPARSED,
    "t": Outcome.TRUNCATED,
    "n": Outcome.NOT_RUN,
    "l": Outcome.UNLABELLED,
    "i": Outcome.INFRA,
}


def run(subjects: dict[str, str], aggregate: str = "micro", **categories: str) -> Run:
    """A run with the outcomes of each subject's items, one first letter an item.

    A second rule holds every item that was read for right.
    """
    items = []
    for subject, outcomes in subjects.items():
        for i, letter in enumerate(outcomes):
            second = Outcome.RIGHT if letter in "rw" else OUTCOME[letter]
            grades = {
                "other": Grade(second, "A", "other"),
                "argmax": Grade(OUTCOME[letter], "A", "argmax", margin=i * NEAR_TIE / 2),
            }
            own = (categories[subject],) if subject in categories else ()
            items.append(GradedItem(f"{subject}/{i}", subject, "A", "Q", (), (), (), grades, own))
    return Run("abc", "polaris", "mmlu", Condition(), "argmax", aggregate, tuple(items))


SUBJECTS = {"anatomy": "rrrrrrwwut", "law": "rw", "logic": "rrnw"}
CATEGORIES = {"anatomy": "other", "law": "humanities", "logic": "humanities"}


def test_the_headline_keeps_five_outcomes_apart() -> None:
    summary = summarise(run(SUBJECTS, **CATEGORIES))
    assert summary.n == 16
    assert list(summary.outcomes.values()) == [9, 4, 1, 1, 1, 0, 0]
    assert summary.accuracy == 9 / 16
    assert summary.interval == wilson(9, 16)
    assert (summary.unparsed_rate, summary.truncated_rate) == (1 / 16, 1 / 16)
    assert summary.accuracy_read == 9 / 13
    assert summary.rules == {"argmax": 9 / 16, "other": 13 / 16}
    assert list(summary.rules) == ["argmax", "other"]


def test_macro_is_the_mean_of_subjects_with_kishs_sample_size() -> None:
    summary = summarise(run(SUBJECTS, "macro", **CATEGORIES))
    mean = (0.6 + 0.5 + 0.5) / 3
    effective = 9 / (1 / 10 + 1 / 2 + 1 / 4)
    assert summary.accuracy == pytest.approx(mean)
    expected = wilson(mean * effective, effective)
    assert summary.interval.low == pytest.approx(expected.low)
    assert summary.interval.high == pytest.approx(expected.high)


def test_tables_by_subject_and_category() -> None:
    summary = summarise(run(SUBJECTS, **CATEGORIES))
    assert [(g.name, g.n, g.right) for g in summary.subjects] == [
        ("anatomy", 10, 6),
        ("law", 2, 1),
        ("logic", 4, 2),
    ]
    assert [(g.name, g.n, g.right) for g in summary.categories] == [
        ("other", 10, 6),
        ("humanities", 6, 3),
    ]
    assert summary.subjects[0].interval == wilson(6, 10)


def test_categories_concatenate_under_micro_and_average_under_macro() -> None:
    uneven = {"law": "rrrrrrrr", "logic": "rw"}
    by = {how: summarise(run(uneven, how, law="h", logic="h")) for how in ("micro", "macro")}
    assert by["micro"].categories[0].accuracy == 0.9
    assert by["macro"].categories[0].accuracy == 0.75


def test_near_ties_are_counted_below_the_constant_only() -> None:
    # Margins are 0, 1/2, 1, 3/2 ... of NEAR_TIE within each of the three subjects.
    assert summarise(run(SUBJECTS)).near_ties == 6


def test_without_categories_there_is_no_row_and_without_answers_no_accuracy() -> None:
    summary = summarise(run({"law": "uut"}))
    assert summary.categories == ()
    assert (summary.accuracy, summary.accuracy_read) == (0, None)


def test_an_empty_run_is_refused() -> None:
    with pytest.raises(BadInput, match="no items"):
        summarise(run({}))


@given(
    st.dictionaries(
        st.sampled_from("abcde"), st.text("rwutn", min_size=1, max_size=12), min_size=1
    ),
    st.sampled_from(["micro", "macro"]),
)
def test_parts_add_up_to_the_whole(subjects: dict[str, str], aggregate: str) -> None:
    summary = summarise(run(subjects, aggregate))
    assert sum(summary.outcomes.values()) == summary.n == sum(g.n for g in summary.subjects)
    assert sum(g.right for g in summary.subjects) == summary.outcomes[Outcome.RIGHT]
    assert summary.interval.low <= summary.accuracy <= summary.interval.high
    if summary.accuracy_read is not None and aggregate == "micro":
        assert summary.accuracy_read >= summary.accuracy


def parts(shares: list[float], aggregate: str = "micro") -> Run:
    """A run in which items count in parts, in subjects of two."""
    items = tuple(
        GradedItem(
            str(n),
            str(n // 2),
            "A",
            "",
            (),
            (),
            (),
            {"mc2": Grade(Outcome.RIGHT, "x", "mc2", 0.5 * share, share, votes=1 - share)},
        )
        for n, share in enumerate(shares)
    )
    return Run("abc", "m", "truthfulqa", Condition(), "mc2", aggregate, items)


def test_items_may_count_in_parts() -> None:
    summary = summarise(parts([0.25, 0.75, 1.0]))
    assert summary.accuracy == pytest.approx(2 / 3)
    assert summary.interval == wilson(2.0, 3)
    assert summary.margins == {"mc2": pytest.approx(1 / 3)}
    assert summary.votes == {"mc2": pytest.approx(1 / 3)}
    assert summarise(parts([0.25, 0.75, 1.0], "macro")).accuracy == pytest.approx(0.75)


def test_an_item_counts_in_every_category_it_belongs_to() -> None:
    grades = {"r": Grade(Outcome.RIGHT, "A", "r")}
    items = (
        GradedItem("1", "s", "A", "", (), (), (), grades, ("Social Science", "China specific")),
        GradedItem("2", "s", "A", "", (), (), (), grades, ("Social Science",)),
    )
    summary = summarise(Run("r", "m", "cmmlu", Condition(), "r", "macro", items))
    assert [(g.name, g.n) for g in summary.categories] == [
        ("Social Science", 2),
        ("China specific", 1),
    ]
