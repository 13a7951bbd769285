"""Polaris' form of GSM-Symbolic's harder sets: templates with one clause more, or with two.

A clause is a sentence before the question, and a step more to the answer: somebody gains or loses
once more, or the question is about another person, or about several together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from random import Random

from astrolabe.polaris import problems
from astrolabe.polaris.forms.draws import SEED, Files, Row
from astrolabe.polaris.forms.gsm_symbolic import Source, Template, instances, sources
from astrolabe.polaris.world import World

TEMPLATES_PER_STEPS = 2
INSTANCES = 2

_ASKED = re.compile(
    r"How many (?P<thing>\S+) do(?:es)? (?P<who>.+) (?P<verb>have|pay)(?P<when>[a-z ]*)\?$"
)


@dataclass(frozen=True)
class Asked:
    """What a problem asks for: how many of a thing somebody has or pays.

    `who` are slots of persons, `when` is `now`, `left`, `together` or empty.
    """

    thing: str
    who: tuple[str, ...]
    verb: str
    when: str

    @property
    def persons(self) -> str:
        """The persons as a subject: `{p0} and {p2}`."""
        *before, last = self.who
        return f"{', '.join(before)} and {last}" if before else last

    @property
    def does(self) -> str:
        """The persons and their verb: `{p0} has`, `{p0} and {p2} pay`."""
        single = {"have": "has", "pay": "pays"}
        return f"{self.persons} {self.verb if len(self.who) > 1 else single[self.verb]}"

    @property
    def question(self) -> str:
        """The question itself."""
        do = "do" if len(self.who) > 1 else "does"
        end = f" {self.when}" if self.when else ""
        return f"How many {self.thing} {do} {self.persons} {self.verb}{end}?"


@dataclass(frozen=True)
class Clause:
    """A sentence with a new number `{n}`, what is done with the number, and what is asked then.

    `size` is a number of the size that `{n}` has.
    """

    sentence: str
    op: str
    asked: Asked
    size: int = 15


Writer = Callable[[Asked, str], Clause | None]
"""Writes a clause after what was asked; may name one new person. None where it does not fit."""


def change(asked: Asked, new: str, gain: bool) -> Clause | None:
    """The same person gains or loses some, or pays more or less."""
    if len(asked.who) > 1:
        return None
    (person,) = asked.who
    if asked.verb == "pay":
        told = f"A bag costs {person} {{n}} dollars more."
        if not gain:
            told = f"The seller lets {person} off {{n}} dollars."
        return Clause(told, "+" if gain else "-", asked)
    more = " dollars" if asked.thing == "dollars" else ""
    told = f"Then {person} {'finds' if gain else 'loses'} {{n}}{more}."
    return Clause(told, "+" if gain else "-", replace(asked, when="now"))


def comparison(asked: Asked, new: str, more: bool) -> Clause:
    """Another person has more or fewer."""
    other = replace(asked, who=(new,), when="")
    end = f" {asked.when}" if asked.when else ""
    told = f"{other.does} {{n}} {'more' if more else 'fewer'} {asked.thing} than {asked.does}{end}."
    return Clause(told, "+" if more else "-", other, size=5)


def multiple(asked: Asked, new: str) -> Clause:
    """Another person has several times as many."""
    other = replace(asked, who=(new,), when="")
    end = f" {asked.when}" if asked.when else ""
    told = f"{other.does} {{n}} times as many {asked.thing} as {asked.does}{end}."
    return Clause(told, "*", other, size=2)


def together(asked: Asked, new: str) -> Clause:
    """Another person has some, too, and all are asked for together."""
    other = replace(asked, who=(new,), when="")
    when = "together now" if asked.when in ("now", "left", "together now") else "together"
    both = replace(asked, who=(*asked.who, new), when=when)
    return Clause(f"{other.does} {{n}} {asked.thing}.", "+", both)


WRITERS: tuple[Writer, ...] = (
    partial(change, gain=False),
    partial(comparison, more=True),
    together,
    multiple,
    partial(change, gain=True),
    partial(comparison, more=False),
)


def extended(template: Template, writer: Writer) -> Template | None:
    """A template with a clause more; None where the clause does not fit."""
    found = _ASKED.search(template.question)
    if found is None:
        return None
    asked = Asked(
        found["thing"],
        tuple(re.findall(r"\{p\d+\}", found["who"])),
        found["verb"],
        found["when"].strip(),
    )
    new = f"{{p{template.people}}}"
    clause = writer(asked, new)
    if clause is None:
        return None
    last, number = f"r{len(template.chain) - 1}", f"n{len(template.numbers)}"
    result = f"r{len(template.chain)}"
    told = clause.sentence.replace("{n}", f"{{{number}}}")
    sum_ = f"{{{last}}}{clause.op}{{{number}}}"
    before = "Then " if told.startswith("Then ") else ""
    worked = f"{sum_}=<<{sum_}={{{result}}}>>{{{result}}}"
    line = f"{before}{clause.asked.does} {worked} {clause.asked.thing}."
    lines = template.answer.rpartition("\n#### ")[0]
    return Template(
        f"{template.question[: found.start()]}{told} {clause.asked.question}",
        f"{lines}\n{line}\n#### {{{result}}}",
        template.people + (new in told),
        template.things,
        (*template.numbers, clause.size),
        (*template.chain, (last, clause.op, number)),
    )


def chosen() -> list[Source]:
    """Templates of GSM-Symbolic: two of each number of steps, which ask for different things."""
    found: dict[object, dict[str, Source]] = {}
    for source in sources():
        asked = _ASKED.search(source.template.question)
        of_steps = found.setdefault(source.steps, {})
        if asked and len(of_steps) < TEMPLATES_PER_STEPS:
            of_steps.setdefault(asked["verb"] + asked["when"], source)
    return [source for of_steps in found.values() for source in of_steps.values()]


def benchmark(world: World, seed: int = SEED, clauses: int = 1) -> Files:
    """Draw `test`: two instances of each of eight templates, with one or two `clauses` more.

    The kinds of clause come in turn: the first for the first template, the second for the second,
    and after it, where there are to be two, the third.
    """
    rng = Random(f"{seed}:gsm_symbolic:{clauses}")
    seen = {str(row["question"]) for rows in problems.benchmark().values() for row in rows}
    drawn: list[Row] = []
    for turn, source in enumerate(sorted(chosen(), key=lambda source: source.number)):
        template, writers = source.template, cycle(WRITERS[turn % len(WRITERS) :] + WRITERS)
        for _ in range(clauses):
            fitting = (extended(template, writer) for writer in writers)
            template = next(made for made in fitting if made is not None)
        drawn += instances(rng, replace(source, template=template), INSTANCES, seen)
    return {"test": drawn}
