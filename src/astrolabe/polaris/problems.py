"""Word problems in GSM8K's form.

One to five steps, worked lines with calculator annotations, and `#### N` at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from astrolabe.polaris.world import PEOPLE, THINGS

GAINS = ("buys", "finds", "gets", "wins", "makes", "picks")
LOSSES = ("sells", "loses", "gives away", "drops", "throws away", "breaks")
HOLDERS = ("boxes", "bags", "baskets", "jars", "drawers", "crates")

LARGEST = 99
STEPS = 5
ROWS_PER_STEPS = {"train": 25, "test": 50}


@dataclass(frozen=True)
class Problem:
    """A word problem. `lines` are the worked steps, `results` what each comes to."""

    question: str
    lines: tuple[str, ...]
    results: tuple[int, ...]

    @property
    def steps(self) -> int:
        """Number of worked steps."""
        return len(self.lines)

    @property
    def number(self) -> int:
        """The right answer."""
        return self.results[-1]

    @property
    def answer(self) -> str:
        """The answer field as GSM8K writes it."""
        return "\n".join([*self.lines, f"#### {self.number}"])

    def careless(self) -> Problem:
        """What the careless student hands in: the last step forgotten, if there are several."""
        if self.steps == 1:
            return self
        return Problem(self.question, self.lines[:-1], self.results[:-1])


def _calc(a: int, op: str, b: int) -> tuple[str, int]:
    """The annotated sum `a+b=<<a+b=c>>c` and its result."""
    result = {"+": a + b, "-": a - b, "*": a * b}[op]
    return f"{a}{op}{b}=<<{a}{op}{b}={result}>>{result}", result


class _Misfit(Exception):
    """The drawn numbers leave the allowed range; draw again."""


class _Writer:
    """Collects worked lines and checks that every result stays between 1 and `LARGEST`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.results: list[int] = []

    def step(self, before: str, a: int, op: str, b: int, after: str) -> int:
        """Add the line `{before} a op b = <<...>>c {after}.` and return c."""
        text, result = _calc(a, op, b)
        if not 1 <= result <= LARGEST:
            raise _Misfit
        self.lines.append(f"{before} {text} {after}.")
        self.results.append(result)
        return result

    def problem(self, question: str) -> Problem:
        """The finished problem."""
        return Problem(question, tuple(self.lines), tuple(self.results))


def _changes(rng: Random, steps: int) -> Problem:
    """Somebody has things, then gains and loses some."""
    name, thing, out = rng.choice(PEOPLE), rng.choice(THINGS), _Writer()
    have = rng.randint(3, 40)
    question = f"{name} has {have} {thing}."
    for i in range(steps):
        gain, amount = rng.random() < 0.5, rng.randint(2, 20)
        then = "" if i == 0 else "Then "
        question += f" {then}{name} {rng.choice(GAINS if gain else LOSSES)} {amount}."
        have = out.step(f"{then}{name} has", have, "+" if gain else "-", amount, thing)
    return out.problem(f"{question} How many {thing} does {name} have now?")


def _holders(rng: Random, steps: int) -> Problem:
    """Things in boxes, then changes to the whole."""
    name, thing, holder, out = (
        rng.choice(PEOPLE),
        rng.choice(THINGS),
        rng.choice(HOLDERS),
        _Writer(),
    )
    count, each = rng.randint(2, 9), rng.randint(2, 9)
    question = f"{name} has {count} {holder} with {each} {thing} in each."
    have = out.step(f"The {holder} hold", count, "*", each, thing)
    for _ in range(steps - 1):
        gain, amount = rng.random() < 0.5, rng.randint(2, 20)
        question += f" Then {name} {rng.choice(GAINS if gain else LOSSES)} {amount}."
        have = out.step(f"Then {name} has", have, "+" if gain else "-", amount, thing)
    return out.problem(f"{question} How many {thing} does {name} have now?")


def _people(rng: Random, steps: int) -> Problem:
    """Each person has more or fewer than the one before; with three steps, asked together."""
    names, thing, out = rng.sample(PEOPLE, max(5, 1 + steps)), rng.choice(THINGS), _Writer()
    have = rng.randint(3, 30)
    question = f"{names[0]} has {have} {thing}."
    together = steps >= 2 and rng.random() < 0.5
    counts = [have]
    for i in range(steps - together):
        more, amount = rng.random() < 0.5, rng.randint(2, 15)
        word = "more" if more else "fewer"
        question += f" {names[i + 1]} has {amount} {word} than {names[i]}."
        counts.append(
            out.step(f"{names[i + 1]} has", counts[-1], "+" if more else "-", amount, thing)
        )
    if not together:
        return out.problem(f"{question} How many {thing} does {names[steps]} have?")
    last, first = names[steps - 1], names[0]
    out.step(f"{first} and {last} have", counts[0], "+", counts[-1], thing)
    return out.problem(f"{question} How many {thing} do {first} and {last} have together?")


def _shop(rng: Random, steps: int) -> Problem:
    """Buying things at a price; with two kinds of things a sum, with four steps the change."""
    name, (one, two), out = rng.choice(PEOPLE), rng.sample(THINGS, 2), _Writer()
    count, price = rng.randint(2, 9), rng.randint(2, 9)
    question = f"{name} buys {count} {one} for {price} dollars each"
    total = out.step(f"The {one} cost", count, "*", price, "dollars")
    if steps >= 3:
        count, price = rng.randint(2, 5), rng.randint(2, 9)
        question += f" and {count} {two} for {price} dollars each"
        second = out.step(f"The {two} cost", count, "*", price, "dollars")
        total = out.step("Together they cost", total, "+", second, "dollars")
    if steps in (1, 3):
        return out.problem(f"{question}. How many dollars does {name} pay?")
    purse = total + rng.randint(2, 20)
    out.step(f"{name} has", purse, "-", total, "dollars left")
    question = f"{name} has {purse} dollars. {question}."
    return out.problem(f"{question} How many dollars does {name} have left?")


TEMPLATES: tuple[Callable[[Random, int], Problem], ...] = (_changes, _holders, _people, _shop)
"""The kinds of problem; each takes a generator and a number of steps, `_shop` from 1 to 4."""


def draw(rng: Random, steps: int | None = None) -> Problem:
    """Draw a problem of `steps` steps (any from 1 to 5 if None)."""
    wanted = rng.randint(1, STEPS) if steps is None else steps
    template = rng.choice([t for t in TEMPLATES if wanted < STEPS or t is not _shop])
    while True:
        try:
            return template(rng, wanted)
        except _Misfit:
            continue


def benchmark(seed: int = 7) -> dict[str, list[dict[str, object]]]:
    """Draw the shipped rows `{"question", "answer", "steps"}`, as many of each number of steps.

    Problems of one to four steps take turns, those of five come after them.
    """
    rng, last = Random(f"{seed}:problems"), Random(f"{seed}:problems:{STEPS}")
    rows: dict[str, list[dict[str, object]]] = {"train": [], "test": []}
    seen: set[str] = set()
    for split, each in ROWS_PER_STEPS.items():
        while len(rows[split]) < each * STEPS:
            place = len(rows[split])
            short = place < each * (STEPS - 1)
            problem = draw(rng, 1 + place % (STEPS - 1)) if short else draw(last, STEPS)
            if problem.question in seen:
                continue
            seen.add(problem.question)
            rows[split].append(
                {"question": problem.question, "answer": problem.answer, "steps": problem.steps}
            )
    return rows
