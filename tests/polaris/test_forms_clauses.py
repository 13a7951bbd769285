"""GSM-Symbolic's harder sets: every problem acted out, and each of its steps worked again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from astrolabe.polaris.forms.gsm_clauses import WRITERS, extended
from astrolabe.polaris.forms.gsm_symbolic import Template
from tests.polaris.rows import rows
from tests.polaris.test_forms_problems import GAINS

SETS = {1: rows("gsm_symbolic_p1/test"), 2: rows("gsm_symbolic_p2/test")}
MAIN, ORIGINALS = rows("gsm_symbolic/test"), rows("gsm8k/test")

Counts = dict[str, int]
"""What each person has, or pays where something is bought without a purse."""


def amount(counts: Counts, persons: str) -> int:
    return sum(counts[name] for name in re.split(r", | and ", persons))


def put(name: str, value: int, counts: Counts) -> None:
    counts[name] = value


def buy(counts: Counts, name: str, count: str, price: str, more: str) -> None:
    cost = int(count) * int(price)
    for other, each in re.findall(r"(\d+) \w+ for (\d+) dollars each", more):
        cost += int(other) * int(each)
    counts[name] = counts[name] - cost if name in counts else cost


def gain(counts: Counts, name: str, verb: str, number: str) -> None:
    counts[name] += int(number) if verb in GAINS else -int(number)


SENTENCES: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"(\w+) buys (\d+) \w+ for (\d+) dollars each(.*)", buy),
    (
        r"(\w+) has (\d+) \w+ with (\d+) \w+ in each",
        lambda counts, name, m, n: put(name, int(m) * int(n), counts),
    ),
    (
        r"(\w+) (?:has|pays) (\d+) (more|fewer)(?: \w+)? than (.+?)"
        r"(?: (?:has|have|pays|pay))?(?: now| left| together| together now)?",
        lambda counts, name, n, way, who: put(
            name, amount(counts, who) + (int(n) if way == "more" else -int(n)), counts
        ),
    ),
    (
        r"(\w+) (?:has|pays) (\d+) times as many \w+ as (.+?) (?:has|have|pays|pay)"
        r"(?: now| left| together| together now)?",
        lambda counts, name, n, who: put(name, int(n) * amount(counts, who), counts),
    ),
    (r"(\w+) (?:has|pays) (\d+) \w+", lambda counts, name, n: put(name, int(n), counts)),
    (
        r"The seller lets (\w+) off (\d+) dollars",
        lambda counts, name, n: put(name, counts[name] - int(n), counts),
    ),
    (
        r"A bag costs (\w+) (\d+) dollars more",
        lambda counts, name, n: put(name, counts[name] + int(n), counts),
    ),
    (r"(?:Then )?(\w+) (\w+)(?: away)? (\d+)(?: dollars)?", gain),
)


def solve(question: str) -> int:
    """Act the story out, sentence by sentence; the first form that fits decides."""
    counts: Counts = {}
    *told, asked = re.findall(r"[^.?]+", question)
    for sentence in told:
        found = ((re.fullmatch(form, sentence.strip()), act) for form, act in SENTENCES)
        match, act = next((match, act) for match, act in found if match)
        act(counts, *match.groups())
    of = re.search(r"do(?:es)? (.+) (?:have|pay)", asked)
    assert of, asked
    return amount(counts, of[1])


def steps(answer: str) -> int:
    return answer.count("<<")


@pytest.mark.parametrize("more", SETS)
def test_problems_are_solved_rightly(more: int) -> None:
    for row in SETS[more]:
        assert row["answer"].endswith(f"\n#### {solve(row['question'])}"), row


def test_the_solver_solves_the_easier_sets() -> None:
    for row in [*MAIN, *ORIGINALS]:
        assert row["answer"].endswith(f"\n#### {solve(row['question'])}"), row


@pytest.mark.parametrize("more", SETS)
def test_steps_follow_from_the_question_and_each_other(more: int) -> None:
    for row in SETS[more]:
        known = set(re.findall(r"\d+", row["question"]))
        for line in row["answer"].split("\n")[:-1]:
            found = re.search(r" (\d+)([-+*])(\d+)=<<\1\2\3=(\d+)>>\4 ", line)
            assert found, line
            a, op, b, result = found.groups()
            value = {"+": int(a) + int(b), "-": int(a) - int(b), "*": int(a) * int(b)}[op]
            assert 1 <= value == int(result) <= 99
            assert {a, b} <= known
            known.add(result)
        assert row["answer"].endswith(f"\n#### {result}")


@pytest.mark.parametrize("more", SETS)
def test_a_problem_has_so_many_steps_and_sentences_more_than_its_original(more: int) -> None:
    originals = {row["id"]: row for row in MAIN}
    for row in SETS[more]:
        original = originals[row["id"]]
        for column in ("original_id", "original_question", "original_answer"):
            assert row[column] == original[column]
        assert steps(row["answer"]) == steps(original["answer"]) + more
        assert row["question"].count(".") == original["question"].count(".") + more


@pytest.mark.parametrize("more", SETS)
def test_eight_templates_of_one_to_four_steps_twice_each(more: int) -> None:
    numbers = [0, 1, 2, 3, 4, 8, 11, 13]
    pairs = [(row["id"], row["instance"]) for row in SETS[more]]
    assert pairs == [(number, i) for number in numbers for i in (0, 1)]
    counted = Counter(steps(row["original_answer"]) for row in SETS[more])
    assert counted == {1: 4, 2: 4, 3: 4, 4: 4}


def test_questions_are_new() -> None:
    asked = [row["question"] for more in SETS for row in SETS[more]]
    known = {row["question"] for row in [*MAIN, *ORIGINALS, *rows("gsm8k/train")]}
    assert len(asked) == len(set(asked))
    assert not known & set(asked)


CLAUSES = (
    "Then .+ finds",
    "Then .+ loses",
    "than .+ has",
    "times as many",
    "together",
    "seller lets",
    "fewer .+ than .+ (?:has|pays)",
)


@pytest.mark.parametrize("more", SETS)
def test_clauses_of_all_kinds_occur(more: int) -> None:
    for clause in CLAUSES:
        assert any(re.search(clause, row["question"]) for row in SETS[more]), clause


BUYING = Template(
    "{p0} buys {n0} {t0} for {n1} dollars each. How many dollars does {p0} pay?",
    "The {t0} cost {n0}*{n1}=<<{n0}*{n1}={r0}>>{r0} dollars.\n#### {r0}",
    *(1, 1, (4, 5), (("n0", "*", "n1"),)),
)


def test_a_clause_fits_or_is_refused() -> None:
    loses, _, together, _, finds, fewer = WRITERS
    for writer in WRITERS:
        made = extended(BUYING, writer)
        assert made is not None
        assert (len(made.numbers), len(made.chain)) == (3, 2)
        assert made.people == (1 if writer in (loses, finds) else 2)
    both = extended(BUYING, together)
    assert both is not None
    assert both.question.endswith("How many dollars do {p0} and {p1} pay together?")
    # Who of the two gains?
    assert extended(both, finds) is None
    three = extended(both, fewer)
    assert three is not None
    assert "{p2} pays {n3} fewer dollars than {p0} and {p1} pay together." in three.question


def test_a_wrong_answer_is_noticed() -> None:
    row: dict[str, Any] = SETS[2][0]
    spoilt = row["question"].replace(" off ", " on ")
    with pytest.raises((StopIteration, KeyError)):
        solve(spoilt)
    assert solve(row["question"].replace(" more dollars", " fewer dollars")) != solve(
        row["question"]
    )
