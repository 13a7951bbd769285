"""Tiny programs put together from three pieces: which things, changed how, taken together how.

A piece is kept twice: as code, which makes the solution, and as a function, which makes the
expected values; tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from operator import mul
from random import Random
from typing import Any

from astrolabe.polaris.world import KINDS


@dataclass(frozen=True)
class Piece:
    """A choice (`code` is a condition, empty for all) or a change (`code` is an expression)."""

    name: str
    words: str
    code: str
    run: Callable[[Any], Any]


@dataclass(frozen=True)
class End:
    """How the chosen and changed things become one result.

    `lines` is the body: `{each}` stands for the changed thing, `{those}` for the loop with its
    condition as a comprehension has it. A body that loops has `{head}` and `{step}` instead.
    """

    name: str
    words: str
    lines: tuple[str, ...]
    run: Callable[[list[Any]], Any]
    after: tuple[str, ...] = ()
    """The only changes it goes with; empty for any."""


@dataclass(frozen=True)
class Family:
    """Programs on one sort of argument. `noun` are the things in it, `source` runs through them."""

    argument: str
    noun: str
    variable: str
    source: str
    things: Callable[[Any], list[Any]]
    """The things in an argument: the second form of `source`."""
    draw: Callable[[Random], Any]
    choices: tuple[Piece, ...]
    changes: tuple[Piece, ...]
    ends: tuple[End, ...]

    def programs(self) -> Iterator[Program]:
        """All programs of the family."""
        for parts in product(self.choices, self.changes, self.ends):
            program = Program(self, *parts)
            if program.sensible:
                yield program


@dataclass(frozen=True)
class Program:
    """A program of a family: a choice, a change and an end."""

    family: Family
    choice: Piece
    change: Piece
    end: End

    @property
    def sensible(self) -> bool:
        """Whether the pieces go together, and do something."""
        fits = not self.end.after or self.change.name in self.end.after
        return fits and bool(self.choice.name or self.change.name)

    @property
    def name(self) -> str:
        """Name of the function."""
        parts = (self.end.name, self.change.name, self.choice.name, self.family.argument)
        return "_".join(part for part in parts if part)

    @property
    def key(self) -> str:
        """What makes two programs the same."""
        return self.name

    @property
    def sentence(self) -> str:
        """What the program does."""
        things = f"{self.change.words}{self.family.noun}{self.choice.words}"
        return f"Return {self.end.words.format(x=things)}."

    @property
    def signature(self) -> str:
        """The line that opens the function."""
        return f"def {self.name}({self.family.argument}):"

    @property
    def body(self) -> str:
        """The lines under the docstring, indented, with a newline at the end."""
        condition, variable = self.choice.code, self.family.variable
        loop = f"for {variable} in {self.family.source}"
        deep = "    " if condition else ""
        pieces = {
            "each": self.change.code,
            "those": f"{loop} if {condition}" if condition else loop,
            "head": f"{loop}:" + (f"\n        if {condition}:" if condition else ""),
            "step": f"    {deep}",
        }
        return "".join(f"    {line.format(**pieces)}\n" for line in self.end.lines)

    def run(self, argument: Any) -> Any:
        """What the program returns, computed from the functions of its pieces."""
        things = [thing for thing in self.family.things(argument) if self.choice.run(thing)]
        return self.end.run([self.change.run(thing) for thing in things])

    def neighbours(self) -> list[Program]:
        """Programs that differ from this one in one piece: what its test must tell apart."""
        family = self.family
        others = [
            *(replace(self, choice=piece) for piece in family.choices),
            *(replace(self, change=piece) for piece in family.changes),
            *(replace(self, end=end) for end in family.ends),
        ]
        return [other for other in others if other != self and other.sensible]


ALL = Piece("", "", "", lambda thing: True)


def _above(k: int) -> Piece:
    return Piece(f"above_{k}", f" that are greater than {k}", f"n > {k}", lambda n: n > k)


def _below(k: int) -> Piece:
    return Piece(f"below_{k}", f" that are less than {k}", f"n < {k}", lambda n: n < k)


def _multiples(k: int) -> Piece:
    return Piece(
        f"multiples_of_{k}", f" that are multiples of {k}", f"n % {k} == 0", lambda n: n % k == 0
    )


def _plus(k: int) -> Piece:
    return Piece(f"plus_{k}", f"{k} more than each of ", f"n + {k}", lambda n: n + k)


EVEN = Piece("even", " that are even", "n % 2 == 0", lambda n: n % 2 == 0)
ODD = Piece("odd", " that are odd", "n % 2 == 1", lambda n: n % 2 == 1)
POSITIVE = Piece("positive", " that are positive", "n > 0", lambda n: n > 0)
NEGATIVE = Piece("negative", " that are negative", "n < 0", lambda n: n < 0)

SAME = Piece("", "", "n", lambda n: n)
DOUBLES = Piece("doubles", "the doubles of ", "n * 2", lambda n: n * 2)
SQUARES = Piece("squares", "the squares of ", "n * n", lambda n: n * n)
OPPOSITES = Piece("opposites", "the opposites of ", "-n", lambda n: -n)
ABSOLUTES = Piece("absolutes", "the absolute values of ", "abs(n)", abs)

SUM = End(
    "sum",
    "the sum of {x}",
    ("total = 0", "{head}", "{step}total += {each}", "return total"),
    sum,
)
PRODUCT = End(
    "product",
    "the product of {x}, or 1 if there are none",
    ("result = 1", "{head}", "{step}result *= {each}", "return result"),
    lambda things: reduce(mul, things, 1),
)
COUNT = End(
    "count",
    "the count of {x}",
    ("count = 0", "{head}", "{step}count += 1", "return count"),
    len,
    after=("",),
)
LIST = End("list", "a list of {x}", ("return [{each} {those}]",), list)
BACKWARDS = End(
    "reversed",
    "a list of {x}, last first",
    ("result = [{each} {those}]", "result.reverse()", "return result"),
    lambda things: things[::-1],
)
SORTED = End(
    "sorted",
    "a sorted list of {x}",
    ("return sorted({each} {those})",),
    sorted,
)
LARGEST = End(
    "largest",
    "the largest of {x}, or 0 if there are none",
    ("return max(({each} {those}), default=0)",),
    lambda things: max(things, default=0),
)
SMALLEST = End(
    "smallest",
    "the smallest of {x}, or 0 if there are none",
    ("return min(({each} {those}), default=0)",),
    lambda things: min(things, default=0),
)

NUMBERS = Family(
    argument="numbers",
    noun="the numbers in the list",
    variable="n",
    source="numbers",
    things=list,
    draw=lambda rng: [rng.randint(-9, 12) for _ in range(rng.randint(0, 6))],
    choices=(ALL, EVEN, ODD, POSITIVE, NEGATIVE, _above(3), _above(5), _below(4), _multiples(3)),
    changes=(SAME, DOUBLES, SQUARES, OPPOSITES, ABSOLUTES, _plus(1), _plus(10)),
    ends=(SUM, PRODUCT, COUNT, LIST, BACKWARDS, SORTED, LARGEST, SMALLEST),
)

RANGE = Family(
    argument="limit",
    noun="the whole numbers from 1 to limit",
    variable="n",
    source="range(1, limit + 1)",
    things=lambda limit: list(range(1, limit + 1)),
    draw=lambda rng: rng.randint(0, 10),
    choices=(ALL, EVEN, ODD, _above(2), _above(4), _below(5), _multiples(3), _multiples(4)),
    changes=(SAME, DOUBLES, SQUARES, _plus(1), _plus(5)),
    ends=(SUM, PRODUCT, COUNT, LIST, BACKWARDS),
)


def _starting(letter: str) -> Piece:
    return Piece(
        f"starting_with_{letter}",
        f" that start with '{letter}'",
        f"word.startswith('{letter}')",
        lambda word: word[:1] == letter,
    )


def _ending(letter: str) -> Piece:
    return Piece(
        f"ending_with_{letter}",
        f" that end with '{letter}'",
        f"word.endswith('{letter}')",
        lambda word: word[-1:] == letter,
    )


def _containing(letter: str) -> Piece:
    return Piece(
        f"containing_{letter}",
        f" that contain '{letter}'",
        f"'{letter}' in word",
        lambda word: word.find(letter) >= 0,
    )


def _longer(k: int) -> Piece:
    return Piece(
        f"longer_than_{k}",
        f" that have more than {k} letters",
        f"len(word) > {k}",
        lambda word: len(word) > k,
    )


def _joined(name: str, words: str, mark: str) -> End:
    return End(name, f"{{x}}, {words}", (f"return '{mark}'.join({{each}} {{those}})",), mark.join)


_WORDS = [word for words in KINDS.values() for word in words]

WORDS = Family(
    argument="words",
    noun="the words in the list",
    variable="word",
    source="words",
    things=list,
    draw=lambda rng: rng.sample(_WORDS, rng.randint(0, 5)),
    choices=(
        ALL,
        *map(_starting, "bcpt"),
        *map(_ending, "enr"),
        *map(_containing, "aio"),
        *map(_longer, (4, 5)),
    ),
    changes=(
        Piece("", "", "word", lambda word: word),
        Piece("capitals", "the capital forms of ", "word.upper()", str.upper),
        Piece("backward", "the backward forms of ", "word[::-1]", lambda w: "".join(reversed(w))),
        Piece("initials", "the first letters of ", "word[0]", lambda word: word[:1]),
        Piece("last_letters", "the last letters of ", "word[-1]", lambda word: word[-1:]),
    ),
    ends=(
        LIST,
        SORTED,
        BACKWARDS,
        COUNT,
        _joined("joined", "joined by spaces", " "),
        _joined("glued", "joined without spaces", ""),
        End(
            "letters",
            "how many letters there are in {x}",
            ("total = 0", "{head}", "{step}total += len(word)", "return total"),
            lambda words: len("".join(words)),
            after=("",),
        ),
    ),
)

TEXT = Family(
    argument="text",
    noun="the characters in the text",
    variable="c",
    source="text",
    things=list,
    draw=lambda rng: " ".join(
        rng.choice((word, word.capitalize(), str(rng.randint(1, 99))))
        for word in rng.sample(_WORDS, rng.randint(0, 3))
    ),
    choices=(
        ALL,
        Piece("vowels", " that are one of 'aeiou'", "c in 'aeiou'", set("aeiou").__contains__),
        Piece("digits", " that are digits", "c.isdigit()", set("0123456789").__contains__),
        Piece("letters", " that are letters", "c.isalpha()", lambda c: c.lower() != c.upper()),
        Piece("capitals", " that are capital letters", "c.isupper()", lambda c: c != c.lower()),
        Piece("no_spaces", " that are not spaces", "c != ' '", lambda c: bool(c.strip(" "))),
    ),
    changes=(
        Piece("", "", "c", lambda c: c),
        Piece("upper", "the capital forms of ", "c.upper()", str.upper),
        Piece("lower", "the small forms of ", "c.lower()", str.lower),
        Piece("twice", "two copies of each of ", "c * 2", lambda c: c + c),
    ),
    ends=(
        LIST,
        COUNT,
        _joined("text", "as one text", ""),
        _joined("dashed", "joined by dashes", "-"),
        End(
            "backward",
            "{x}, last first, as one text",
            ("result = ''", "{head}", "{step}result = {each} + result", "return result"),
            lambda things: "".join(things[::-1]),
        ),
    ),
)

FAMILIES = (NUMBERS, RANGE, WORDS, TEXT)
