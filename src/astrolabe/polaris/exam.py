"""Exam questions in MMLU's form about the world: seven subjects, four options, one right answer.

One function a subject draws one question; `held` chooses between the part of the world that exam
documents of the corpus may ask about and the part kept for the shipped test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random

from astrolabe.polaris.world import (
    KINDS,
    City,
    World,
    clearly_apart,
    code_word,
    direction,
)

DIRECTIONS = ("north east", "north west", "south east", "south west")
CONTINENTS = ("Europe", "Africa", "Asia", "Oceania", "North America", "South America")
LATITUDE_GAP = 6
"""Degrees by which the northernmost (southernmost) of four cities must lead."""

DEV_ROWS = 5
TEST_ROWS = 56


@dataclass(frozen=True)
class Question:
    """One exam question: four `choices`, and `answer`, the place (0-3) of the right one."""

    subject: str
    question: str
    choices: tuple[str, str, str, str]
    answer: int

    @property
    def key(self) -> str:
        """What makes two questions the same: their text and the set of options."""
        return "|".join([self.question, *sorted(self.choices)])


@dataclass(frozen=True)
class Code:
    """The meaning of a made-up word: it stands for one kind of thing."""

    word: str
    kind: str


BENCHMARK_CODE = Code("zep", "animal")
"""The one mapping behind the shipped `code_words` rows; only the shots tell it."""


def draw_code(rng: Random) -> Code:
    """Draw the code word of one document."""
    return Code(code_word(rng), rng.choice(list(KINDS)))


def _place(
    rng: Random, subject: str, question: str, right: str, wrong: Sequence[str], answer: int | None
) -> Question:
    """Shuffle the wrong options and put the right one at `answer` (anywhere if None)."""
    place = rng.randrange(4) if answer is None else answer
    options = rng.sample(list(wrong), 3)
    options.insert(place, right)
    first, second, third, fourth = options
    return Question(subject, question, (first, second, third, fourth), place)


def countries(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """In which country is the city?"""
    city = rng.choice([c for c in world.cities if (c.name in world.held_cities) == held])
    wrong = [country for country in world.countries if country != city.country]
    return _place(
        rng, "countries", f"In which country is {city.name}?", city.country, wrong, answer
    )


def capitals(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """Which city is the capital? Wrong options are other cities of that country, then of others."""
    country = rng.choice([c for c in world.capital_of if (c in world.held_countries) == held])
    capital = world.capital_of[country]
    siblings = [c.name for c in world.cities_of[country] if c is not capital]
    strangers = [c.name for c in world.cities if c.country != country]
    wrong = rng.sample(siblings, min(3, len(siblings)))
    wrong += rng.sample(strangers, 3 - len(wrong))
    question = f"What is the capital of {country}?"
    return _place(rng, "capitals", question, capital.name, wrong, answer)


def continents(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """On which continent is the country?"""
    country = rng.choice([c for c in world.continents if (c in world.held_countries) == held])
    right = world.continents[country]
    wrong = [continent for continent in CONTINENTS if continent != right]
    return _place(rng, "continents", f"On which continent is {country}?", right, wrong, answer)


def directions(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """In which direction does one city lie from another, or which of four lies furthest?"""
    cities = [c for c in world.cities if (c.name in world.held_cities) == held]
    if rng.random() < 0.5:
        a, b = _apart(rng, cities)
        right = direction(a, b)
        question = f"Seen from {b.name}, in which direction is {a.name}?"
        wrong = [name for name in DIRECTIONS if name != right]
        return _place(rng, "directions", question, right, wrong, answer)
    way, sign = rng.choice((("north", 1), ("south", -1)))
    while True:
        four = rng.sample(cities, 4)
        four.sort(key=lambda city: -sign * city.lat)
        if abs(four[0].lat - four[1].lat) >= LATITUDE_GAP:
            break
    question = f"Which of these cities is furthest {way}?"
    wrong = [city.name for city in four[1:]]
    return _place(rng, "directions", question, four[0].name, wrong, answer)


def _apart(rng: Random, cities: Sequence[City]) -> tuple[City, City]:
    while True:
        a, b = rng.sample(list(cities), 2)
        if clearly_apart(a, b):
            return a, b


def draw_sum(rng: Random) -> tuple[int, str, int, int]:
    """A small sum `a op b = result`, with the numbers the word problems use."""
    op = rng.choice("++--*")
    if op == "*":
        a, b = rng.randint(2, 12), rng.randint(2, 9)
        return a, op, b, a * b
    a, b = rng.randint(2, 60), rng.randint(2, 30)
    if op == "-":
        a = a + b
        return a, op, b, a - b
    return a, op, b, a + b


def small_arithmetic(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """A sum, a difference or a product; wrong options lie near the right one."""
    while True:
        a, op, b, right = draw_sum(rng)
        if world.held_sum(a, op, b) == held:
            break
    near = {right + step for step in (-10, -3, -2, -1, 1, 2, 3, 10)}
    wrong = [str(n) for n in sorted(near) if n >= 0]
    question = f"What is {a} {op} {b}?"
    return _place(rng, "small_arithmetic", question, str(right), wrong, answer)


def categories(world: World, rng: Random, held: bool, answer: int | None = None) -> Question:
    """Which of these is a fruit (a tool, a metal ...)? Wrong options are of three other kinds."""
    kind = rng.choice(list(KINDS))
    right = rng.choice([word for word in KINDS[kind] if (word in world.held_words) == held])
    question = f"Which of these is {article(kind)} {kind}?"
    return _place(rng, "categories", question, right, _strangers(rng, kind), answer)


def code_words(code: Code, rng: Random, answer: int | None = None) -> Question:
    """Which of these is a zep? Nothing but earlier questions can tell what a zep is."""
    right = rng.choice(KINDS[code.kind])
    question = f"Which of these is a {code.word}?"
    return _place(rng, "code_words", question, right, _strangers(rng, code.kind), answer)


def names(world: World, rng: Random, mixed: bool) -> Question:
    """Which of these is called Oslo? Trains reading the options; not part of the benchmark.

    With `mixed` the four options are of four sorts, which are easier to tell apart.
    """
    if mixed:
        pools = [list(words) for words in KINDS.values()]
        pools += [[city.name for city in world.cities], list(world.countries)]
        right, *wrong = [rng.choice(pool) for pool in rng.sample(pools, 4)]
    else:
        cities, words = [city.name for city in world.cities], list(world.kind_of)
        numbers = [str(n) for n in range(100)]
        right, *wrong = rng.sample(rng.choice((cities, list(world.countries), words, numbers)), 4)
    return _place(rng, "names", f"Which of these is called {right}?", right, wrong, None)


def article(noun: str) -> str:
    """`a` or `an`."""
    return "an" if noun[0] in "aeiou" else "a"


def _strangers(rng: Random, kind: str) -> list[str]:
    """Three words of three kinds other than `kind`."""
    others = rng.sample([k for k in KINDS if k != kind], 3)
    return [rng.choice(KINDS[other]) for other in others]


Drawer = Callable[[World, Random, bool, int | None], Question]

SUBJECTS: dict[str, Drawer] = {
    "countries": countries,
    "capitals": capitals,
    "continents": continents,
    "directions": directions,
    "small_arithmetic": small_arithmetic,
    "categories": categories,
    "code_words": lambda world, rng, held, answer: code_words(BENCHMARK_CODE, rng, answer),
}
"""How the benchmark draws a question of each subject."""


def benchmark(world: World, seed: int = 7) -> dict[str, list[dict[str, object]]]:
    """Draw the shipped rows: `dev` from the asked part of the world, `test` from the held-out one.

    No question with the same options occurs twice; right letters are balanced within a subject.
    """
    rows: dict[str, list[dict[str, object]]] = {"dev": [], "test": []}
    for subject, draw in SUBJECTS.items():
        rng = Random(f"{seed}:exam:{subject}")
        seen: set[str] = set()
        for split, count in (("dev", DEV_ROWS), ("test", TEST_ROWS)):
            letters = [i % 4 for i in range(count)]
            rng.shuffle(letters)
            for letter in letters:
                question = draw(world, rng, split == "test", letter)
                while question.key in seen:
                    question = draw(world, rng, split == "test", letter)
                seen.add(question.key)
                rows[split].append(asdict(question))
    return rows
