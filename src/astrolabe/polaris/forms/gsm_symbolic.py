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


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: twenty templates of one to four steps, four instances of each."""
    rng = Random(f"{seed}:gsm_symbolic")
    splits = problems.benchmark()
    seen = {str(row["question"]) for rows in splits.values() for row in rows}
    used: dict[object, int] = {}
    drawn: list[Row] = []
    for number, original in enumerate(splits["test"]):
        question, answer = str(original["question"]), str(original["answer"])
        made = template(question, answer)
        if made is None or used.get(original["steps"], 0) == TEMPLATES_PER_STEPS:
            continue
        used[original["steps"]] = used.get(original["steps"], 0) + 1
        for i in range(INSTANCES):
            instance = fresh(partial(made.draw, rng), seen)
            drawn.append(
                {
                    "id": sum(used.values()) - 1,
                    "instance": i,
                    "question": instance.question,
                    "answer": instance.answer,
                    "original_id": number,
                    "original_question": question,
                    "original_answer": answer,
                }
            )
    return {"test": drawn}


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
