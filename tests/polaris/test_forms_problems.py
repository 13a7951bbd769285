"""GSM-Symbolic's form: instances of shipped problems, each solved anew from its question."""

from __future__ import annotations

import re
from typing import Any

import pytest

from astrolabe.polaris.forms.gsm_symbolic import template
from tests.polaris.rows import rows

SHIPPED = rows("gsm_symbolic/test")
ORIGINALS = rows("gsm8k/test")
GAINS = {"buys", "finds", "gets", "wins", "makes", "picks"}


def solve(question: str) -> int:
    """Act the story out, sentence by sentence."""
    have: dict[str, int] = {}
    cost = 0
    *told, asked = re.findall(r"[^.?]+", question)
    for sentence in told:
        if prices := re.findall(r"(\d+) \w+ for (\d+) dollars each", sentence):
            cost = sum(int(count) * int(price) for count, price in prices)
        elif found := re.search(r"(\w+) has (\d+) \w+ with (\d+) \w+ in each", sentence):
            have[found[1]] = int(found[2]) * int(found[3])
        elif found := re.search(r"(\w+) has (\d+) (more|fewer) than (\w+)", sentence):
            sign = 1 if found[3] == "more" else -1
            have[found[1]] = have[found[4]] + sign * int(found[2])
        elif found := re.search(r"(\w+) has (\d+) \w+", sentence):
            have[found[1]] = int(found[2])
        else:
            found = re.search(r"(?:Then )?(\w+) (\w+)(?: away)? (\d+)", sentence)
            assert found, sentence
            have[found[1]] += int(found[3]) if found[2] in GAINS else -int(found[3])
    if found := re.search(r"do (\w+) and (\w+) have together", asked):
        return have[found[1]] + have[found[2]]
    found = re.search(r"does (\w+) (pay|have)( left)?", asked)
    assert found, asked
    return cost if found[2] == "pay" else have[found[1]] - cost


@pytest.mark.parametrize("row", SHIPPED, ids=lambda row: f"{row['id']}-{row['instance']}")
def test_instances_are_solved_rightly(row: dict[str, Any]) -> None:
    *lines, last = row["answer"].split("\n")
    known = set(re.findall(r"\d+", row["question"]))
    for line in lines:
        found = re.search(r" (\d+)([-+*])(\d+)=<<\1\2\3=(\d+)>>\4 ", line)
        assert found, line
        a, op, b, result = found.groups()
        assert {"+": int(a) + int(b), "-": int(a) - int(b), "*": int(a) * int(b)}[op] == int(result)
        assert {a, b} <= known
        known.add(result)
    assert last == f"#### {result}" == f"#### {solve(row['question'])}"


def test_the_solver_solves_the_originals() -> None:
    for row in ORIGINALS:
        assert row["answer"].endswith(f"#### {solve(row['question'])}")


def test_instances_keep_the_steps_and_change_the_rest() -> None:
    known = {row["question"] for split in ("train", "test") for row in rows(f"gsm8k/{split}")}
    assert [(row["id"], row["instance"]) for row in SHIPPED] == [
        (i, j) for i in range(20) for j in range(4)
    ]
    steps = []
    for row in SHIPPED:
        original = ORIGINALS[row["original_id"]]
        assert row["original_question"] == original["question"]
        assert row["original_answer"] == original["answer"]
        assert row["question"] not in known
        assert row["answer"].count("<<") == original["steps"]
        steps.append(original["steps"])
    assert {n: steps.count(n) for n in steps} == {1: 20, 2: 20, 3: 20, 4: 20}


def test_a_number_that_could_be_two_makes_no_template() -> None:
    answer = "Tom has 5+5=<<5+5=10>>10 pens.\n#### 10"
    assert template("Tom has 5 pens. Tom finds 5. How many pens does Tom have now?", answer) is None
