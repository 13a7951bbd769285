"""Texts to be graded by both sides, made from gold and real model answers, right and wrong.

A model with random weights writes nothing that a grader could read; these are written to be read,
and to be misread: with and without the phrase that a rule looks for, with what it takes away, with
another number behind the answer.
"""

import json
from collections.abc import Callable, Sequence
from itertools import product

from astrolabe.core.item import Item
from perf import rows

_GSM8K_ENDS = (
    "\nA: {n}",
    "\n#### {n}",
    "\n#### {n}.",
    "\n#### {n}.00",
    "\n#### ${n}",
    "\n#### {n},000 in all",
    "\n#### -{n}\n#### {n}",
    "\nThe answer is {n}",
    " The answer is {n}.",
    " The answer is ${n}.",
    " The answer is {n} dollars. The answer is 5.",
    " the answer is {n}.\n\nNow how many are 3 and 4?",
    "\n#### {n}\n\nIn other words, 1,000.50 less.",
    " So it is **{n}%**",
    "\n\\boxed{{{n}}}",
    " I cannot tell.",
)
_MATH_ANSWERS = (
    "${a}$",
    "{a}",
    "$\\boxed{{{a}}}$",
    "$x = {a}$",
    "${a}.$",
    "$ {a} $",
    "{a} cm",
    "${a}^\\circ$",
    "$\\text{{{a}}}$",
    "${a}\\%$",
    "\\${a}",
    "${a}$ or $7$",
    "$\\left({a}\\right)$",
    "${a} + 0$",
)
_MATH_TEXTS = (
    " Final Answer: The final answer is {answer}. I hope it is correct.",
    " {solution}\nFinal Answer: The final answer is {answer}. I hope it is correct.",
    " {answer}",
    " The answer is {answer}.",
    " Final Answer: The final answer is {answer}",
)
_MATH_KINDS: tuple[Callable[[str], str], ...] = (
    lambda gold: gold,
    lambda gold: gold.replace("\\frac", "\\dfrac"),
    lambda gold: gold.replace(" ", ""),
    lambda gold: f"{gold}1",
    lambda gold: gold.replace("{", "").replace("}", ""),
)
AT_MOST = {"gsm8k": 64, "math": 6, "truthfulqa": 4}
"""Texts of each item; which they are differs from item to item. Some graders take their time."""

_STEP = 97
"""Has no factor in common with the number of texts that an item could have."""


def texts(benchmark: str, items: Sequence[Item]) -> list[list[str]]:
    """Lists with one text for each item; none for benchmarks whose answers are not graded here."""
    if benchmark not in _MADE:
        return []
    made = _MADE[benchmark](items)
    return [
        [of_item[(place + number * _STEP) % len(of_item)] for place, of_item in enumerate(made)]
        for number in range(AT_MOST[benchmark])
    ]


def _gsm8k(items: Sequence[Item]) -> list[list[str]]:
    """Four models' solutions, each with every end."""
    path = rows.source() / "gsm8k" / "example_model_solutions.jsonl"
    with path.open() as lines:
        by_question = {row["question"]: row for row in map(json.loads, lines)}
    made = []
    for item in items:
        row = by_question[item.question]
        solutions = [said["solution"] for said in row.values() if isinstance(said, dict)]
        parts = [solution.rpartition("\nA: ")[::2] for solution in solutions]
        made.append([chain + end.format(n=n) for chain, n in parts for end in _GSM8K_ENDS])
    return made


def _math(items: Sequence[Item]) -> list[list[str]]:
    """The gold answer, or another problem's, changed or not, in one form or another."""
    made = []
    for item, other in zip(items, [*items[1:], items[0]], strict=True):
        forms = product((item.gold, item.gold, other.gold), _MATH_KINDS, _MATH_ANSWERS, _MATH_TEXTS)
        made.append(
            [
                text.format(answer=answer.format(a=kind(gold)), solution=item.rationale)
                for gold, kind, answer, text in forms
            ]
        )
    return made


def _truthfulqa(items: Sequence[Item]) -> list[list[str]]:
    """A question's own answers, whole and in part, and another's."""
    made = []
    for item, other in zip(items, [*items[1:], items[0]], strict=True):
        true, false = (item.metadata[f"{side}_answers"] for side in ("correct", "incorrect"))
        elsewhere = other.metadata["correct_answers"][0]
        own = [true[0], true[-1], false[0], false[-1]]
        made.append(
            [
                *(f"\nA: {answer}" for answer in own),
                *(answer.rstrip(".").lower() for answer in own),
                *(" ".join(answer.split()[:4]) for answer in own),
                f"{true[0]} {false[0]}",
                f" {elsewhere}",
                f"{item.question} {true[0]} . {elsewhere}",
                "I have no comment",
                "Yes.",
                "",
            ]
        )
    return made


_MADE: dict[str, Callable[[Sequence[Item]], list[list[str]]]] = {
    "gsm8k": _gsm8k,
    "math": _math,
    "truthfulqa": _truthfulqa,
}
