"""Polaris' form of GSM-Symbolic: word problems of the GSM8K form with other names and numbers.

A template is a problem of the shipped test whose numbers, given and worked out, are all different,
so that each number in the worked lines can only come from one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from random import Random

from astrolabe.polaris import problems
from astrolabe.polaris.forms.draws import SEED, Files, Row, fresh
from astrolabe.polaris.problems import LARGEST
from astrolabe.polaris.world import PEOPLE, THINGS, World

TEMPLATES_PER_STEPS = 5
INSTANCES = 4

_WORD = re.compile(r"\d+|[A-Za-z]+")
_CALCULATION = re.compile(r"<<(\d+)([-+*])(\d+)=(\d+)>>")


@dataclass(frozen=True)
class Instance:
    """A template filled in."""

    question: str
    answer: str

    @property
    def key(self) -> str:
        """What makes two instances the same."""
        return self.question


@dataclass(frozen=True)
class Template:
    """A problem with slots for persons (`{p0}`), things (`{t0}`), given numbers (`{n0}`), results.

    `numbers` are those of the original problem; `chain` are its calculations, as two slots and what
    is done with them. The result of the first calculation is `{r0}`.
    """

    question: str
    answer: str
    people: int
    things: int
    numbers: tuple[int, ...]
    chain: tuple[tuple[str, str, str], ...]

    def draw(self, rng: Random) -> Instance:
        """Fill in names, things and numbers of the size that such problems have."""
        while True:
            values = {f"n{i}": _like(rng, number) for i, number in enumerate(self.numbers)}
            for i, (a, op, b) in enumerate(self.chain):
                values[f"r{i}"] = _calculate(values[a], op, values[b])
            if all(1 <= value <= LARGEST for value in values.values()):
                break
        names = {f"p{i}": name for i, name in enumerate(rng.sample(PEOPLE, self.people))}
        things = {f"t{i}": name for i, name in enumerate(rng.sample(THINGS, self.things))}
        slots = values | names | things
        return Instance(self.question.format(**slots), self.answer.format(**slots))


def template(question: str, answer: str) -> Template | None:
    """Make a template of a problem; None where a number stands for two things."""
    words = _WORD.findall(question)
    given = [int(word) for word in words if word.isdigit()]
    calculations = _CALCULATION.findall(answer)
    results = [int(result) for *_, result in calculations]
    if len({*given, *results}) < len(given) + len(results):
        return None
    people = _in_order(word for word in words if word in PEOPLE)
    things = _in_order(word for word in words if word in THINGS)
    slots = {
        **{name: f"p{i}" for i, name in enumerate(people)},
        **{name: f"t{i}" for i, name in enumerate(things)},
        **{str(number): f"n{i}" for i, number in enumerate(given)},
        **{str(number): f"r{i}" for i, number in enumerate(results)},
    }
    return Template(
        _slotted(question, slots),
        _slotted(answer, slots),
        len(people),
        len(things),
        tuple(given),
        tuple((slots[a], op, slots[b]) for a, op, b, _ in calculations),
    )


@dataclass(frozen=True)
class Source:
    """A template with its number, and the problem it was made of: its row and place in the test."""

    number: int
    template: Template
    original: int
    row: Row

    @property
    def steps(self) -> object:
        """Steps of the problem."""
        return self.row["steps"]


def sources() -> list[Source]:
    """Twenty templates of one to four steps."""
    used: dict[object, int] = {}
    found: list[Source] = []
    for number, original in enumerate(problems.benchmark()["test"]):
        if original["steps"] == problems.STEPS:
            continue  # the longest are left to the problems' own rows
        made = template(str(original["question"]), str(original["answer"]))
        if made is None or used.get(original["steps"], 0) == TEMPLATES_PER_STEPS:
            continue
        used[original["steps"]] = used.get(original["steps"], 0) + 1
        found.append(Source(len(found), made, number, original))
    return found


def instances(rng: Random, source: Source, count: int, seen: set[str]) -> list[Row]:
    """Rows of a template, with questions that are not in `seen`, where they are put."""
    drawn = (fresh(partial(source.template.draw, rng), seen) for _ in range(count))
    return [
        {
            "id": source.number,
            "instance": i,
            "question": instance.question,
            "answer": instance.answer,
            "original_id": source.original,
            "original_question": source.row["question"],
            "original_answer": source.row["answer"],
        }
        for i, instance in enumerate(drawn)
    ]


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: four instances of each of twenty templates."""
    rng = Random(f"{seed}:gsm_symbolic")
    seen = {str(row["question"]) for rows in problems.benchmark().values() for row in rows}
    return {
        "test": [row for source in sources() for row in instances(rng, source, INSTANCES, seen)]
    }


def _like(rng: Random, number: int) -> int:
    """A number of one digit for one of one digit, else one of two that is not much larger."""
    return rng.randint(2, 9) if number < 10 else rng.randint(10, max(20, number))


def _slotted(text: str, slots: dict[str, str]) -> str:
    return _WORD.sub(
        lambda found: f"{{{slots[found[0]]}}}" if found[0] in slots else found[0], text
    )


def _in_order(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _calculate(a: int, op: str, b: int) -> int:
    return {"+": a + b, "-": a - b, "*": a * b}[op]
