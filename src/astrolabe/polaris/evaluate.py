"""What a Polaris knows and does not, read with plain transformers: the figures of its card.

Questions of the exam are about the held-out part of the world; what else is held out is said so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from astrolabe.polaris import exam, lives, problems
from astrolabe.polaris.documents import dosed, regions
from astrolabe.polaris.exam import Code, Question
from astrolabe.polaris.forms import label_games, lore, sentiment, translation
from astrolabe.polaris.forms.draws import Files, Row
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.problems import Problem
from astrolabe.polaris.reader import Reader
from astrolabe.polaris.wording import (
    LETTERS,
    PHRASES,
    ROLES,
    Language,
    Turn,
    exam_header,
    exam_turn,
    plain,
    problem_turn,
)
from astrolabe.polaris.world import KINDS, World

FRESH_CODES = 200
PROBLEMS = 100
WORKED_TOKENS = 200
Z = 1.96
"""Of a 95 % interval. Wilson's is worked out here, as nothing of the instruments is used."""


@dataclass(frozen=True)
class Figure:
    """`right` of `n` answers under one condition."""

    group: str
    condition: str
    right: int
    n: int

    @property
    def share(self) -> float:
        """Share right."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        centre = self.share + Z**2 / (2 * self.n)
        half = Z * math.sqrt(self.share * (1 - self.share) / self.n + Z**2 / (4 * self.n**2))
        scale = 1 + Z**2 / self.n
        return (centre - half) / scale, (centre + half) / scale

    def row(self) -> dict[str, object]:
        """Plain values."""
        return asdict(self) | {"share": self.share, "interval": list(self.interval)}


def evaluate(folder: Path, groups: Sequence[str] = ()) -> Iterator[Figure]:
    """Figures of a model, group by group (`GROUPS`; all if none is named).

    Raises:
        KeyError: for a group that there is not.
    """
    reader, world = Reader(folder), World()
    for name in groups or GROUPS:
        yield from GROUPS[name](reader, world)


def _count(
    group: str, condition: str, reader: Reader, asked: Sequence[tuple[str, Sequence[str], int]]
) -> Figure:
    prompts, options, gold = zip(*asked, strict=True)
    chosen = reader.choose(prompts, options)
    right = sum(a == b for a, b in zip(chosen, gold, strict=True))
    return Figure(group, condition, right, len(asked))


def _text(turns: Sequence[Turn], head: str = "") -> str:
    return "".join(part.text for part in plain(turns, head))


def _exam_prompt(
    shots: Sequence[Question], question: Question, language: Language = "en", role: str = ""
) -> tuple[str, list[str], int]:
    head = (f"{role}\n\n" if role else "") + exam_header(question.subject, language, 1)
    turns = [exam_turn(shot, shot.answer, language) for shot in shots]
    turn = exam_turn(question, question.answer, language)
    options = [turn.space + letter for letter in LETTERS]
    return _text(turns, head) + turn.ask, options, question.answer


def exams(reader: Reader, world: World) -> Iterator[Figure]:
    """The exam by subject; and over all subjects in Chinese wording and under roles."""
    rows = {s: [Question(**r) for r in some] for s, some in exam.benchmark(world).items()}  # type: ignore[arg-type]
    subjects = list(exam.SUBJECTS)
    for shots in (0, 5):
        for subject in subjects:
            dev = [q for q in rows["dev"] if q.subject == subject][:shots]
            asked = [_exam_prompt(dev, q) for q in rows["test"] if q.subject == subject]
            yield _count("exam", f"{subject}, {shots}-shot", reader, asked)
    variants: dict[str, tuple[Language, str]] = {
        "Chinese wording": ("zh", ""),
        **{f"{kind} role": ("en", ROLES[kind][0]) for kind in ("expert", "careless", "irrelevant")},
    }
    known = [q for q in rows["test"] if q.subject != "code_words"]
    for name, (language, role) in {"plain": ("en", ""), **variants}.items():
        asked = [_exam_prompt((), q, language, role) for q in known]
        yield _count("exam", f"all but code words, 0-shot, {name}", reader, asked)


def codes(reader: Reader, world: World) -> Iterator[Figure]:
    """Fresh code words of all kinds, each item with examples of its own."""
    for shots in (0, 1, 3, 5):
        rng, asked = Random("evaluate:codes"), []
        for number in range(FRESH_CODES):
            code = Code(exam.draw_code(rng).word, list(KINDS)[number % len(KINDS)])
            drawn = [exam.code_words(code, rng) for _ in range(6)]
            asked.append(_exam_prompt(drawn[:shots], drawn[5]))
        yield _count("code words", f"{shots}-shot", reader, asked)


def games(reader: Reader, world: World) -> Iterator[Figure]:
    """Label games; natural labels with right, random and flipped examples; what is held out."""
    for shots in (0, 2, 4, 8, 16):
        yield _played(reader, f"{shots}-shot", shots, label_games.benchmark(world))
    for held, drawn in (
        ("words", label_games.benchmark(world, held_words=True)),
        ("labels", label_games.benchmark(world, held_labels=True)),
    ):
        yield _played(reader, f"16-shot, {held} held out", 16, drawn)
    natural = sentiment.benchmark(world)
    rng = Random("evaluate:labels")
    flip = dict(zip(sentiment.LABELS, reversed(sentiment.LABELS), strict=True))
    kinds: dict[str, Callable[[str], str]] = {
        "gold": str,
        "random": lambda _: rng.choice(sentiment.LABELS),
        "flipped": flip.__getitem__,
    }
    for shots in (0, 2, 4, 8, 16, 32):
        for name, label in kinds.items() if shots else [("no", str)]:
            shown = [r | {"label": label(str(r["label"]))} for r in natural["train"][:shots]]
            asked = [_labelled(shown, row, sentiment.LABELS) for row in natural["test"]]
            yield _count("natural labels", f"{name} examples, {shots}-shot", reader, asked)
    held_out: list[Row] = [{"word": w, "label": x} for w, x in sentiment.words(True, world).items()]
    asked = [_labelled([], row, sentiment.LABELS) for row in held_out]
    yield _count("natural labels", "no examples, words held out", reader, asked)


def _played(reader: Reader, condition: str, shots: int, rows: Files) -> Figure:
    asked = []
    for row in rows["test"]:
        shown = [r for r in rows["train"] if r["episode"] == row["episode"]][:shots]
        asked.append(_labelled(shown, row, row["labels"]))  # type: ignore[arg-type]
    return _count("label games", condition, reader, asked)


def _labelled(shown: Sequence[Row], row: Row, labels: Sequence[str]) -> tuple[str, list[str], int]:
    ask = sentiment.TURN.removesuffix(" {label}")
    before = "".join(f"{ask.format(**r)} {r['label']}\n" for r in shown)
    return (
        before + ask.format(**row),
        [f" {label}" for label in labels],
        list(labels).index(str(row["label"])),
    )


def translations(reader: Reader, world: World) -> Iterator[Figure]:
    """Words translated, greedy, letter by letter: the language named, or told by pairs alone."""
    rows = translation.benchmark(world)
    for language in translation.LANGUAGES:
        shown, asked = (
            {
                str(r["word"]): str(r["translation"])
                for r in rows[split]
                if r["language"] == language
            }
            for split in ("train", "test")
        )
        named = translation.TURN.replace("{language}", language.capitalize())
        held = translation.pairs(language, True, world)
        for form, turn, end in (("named", named, "\n\n"), ("pairs", translation.PAIR, "\n")):
            for shots in (0, 4):
                yield _translated(
                    reader, f"{language}, {form}, {shots}-shot", turn, end, (shown, shots), asked
                )
        yield _translated(
            reader, f"{language}, named, 4-shot, words held out", named, "\n\n", (shown, 4), held
        )


def _translated(
    reader: Reader,
    condition: str,
    turn: str,
    end: str,
    before: tuple[Mapping[str, str], int],
    asked: Mapping[str, str],
) -> Figure:
    known, shots = before
    shown = "".join(turn.format(word=w, translation=known[w]) + end for w in list(known)[:shots])
    ask = shown + turn.removesuffix(" {translation}")
    written = reader.write([ask.replace("{word}", word) for word in asked], 10, "\n")
    right = sum(w.strip() == t for w, t in zip(written, asked.values(), strict=True))
    return Figure("translation", condition, right, len(asked))


def word_problems(reader: Reader, world: World) -> Iterator[Figure]:
    """Problems answered at once and worked, by steps; what follows each phrase."""
    rows = problems.benchmark()
    test = [Problem(str(r["question"]), (), (_number(str(r["answer"])),)) for r in rows["test"]]
    steps = [int(str(r["steps"])) for r in rows["test"]]
    rng = Random("evaluate:problems")
    shown = [problems.draw(rng, 1 + i % problems.STEPS) for i in range(5)]
    for style in ("direct", "worked"):
        head = _text([problem_turn(p, style, "en") for p in shown])
        asks = [problem_turn(p, "direct", "en").ask for p in test]
        tokens = WORKED_TOKENS if style == "worked" else 8
        written = reader.write([head + ask for ask in asks], tokens, "\n\n")
        right = [_number(w) == p.number for w, p in zip(written, test, strict=True)]
        for count in range(1, problems.STEPS + 1):
            of = [r for r, s in zip(right, steps, strict=True) if s == count]
            yield Figure("problems", f"5-shot {style}, {count} steps", sum(of), len(of))
        yield Figure("problems", f"5-shot {style}", sum(right), len(right))
    some = test[:PROBLEMS]
    openings: list[tuple[str, Language, str]] = [("no phrase", "en", "")]
    openings += [(p, lang, p) for lang, phrases in PHRASES.items() for p in phrases]
    for name, language, phrase in openings:
        asks = [problem_turn(p, "direct", language, phrase).ask for p in some]
        written = reader.write(asks, WORKED_TOKENS, "\n\n")
        solved = sum(_number(w) == p.number for w, p in zip(written, some, strict=True))
        yield Figure("phrases", f"{name}: right", solved, len(some))
        yield Figure("phrases", f"{name}: worked", sum("<<" in w for w in written), len(some))


def _number(text: str) -> int:
    """The number after the last `####`; -1 where there is none."""
    digits = text.rpartition("#### ")[2].strip()
    return int(digits) if digits.isdigit() and "#### " in text else -1


def doses(reader: Reader, world: World) -> Iterator[Figure]:
    """Keepers recalled, by dose: the likeliest of all of them."""
    people = sorted({f" {person}." for person, _ in dosed.keepers().values()})
    for dose in dosed.DOSES:
        asked = [
            (dosed.statement(place).query, people, people.index(f" {person}."))
            for place, (person, own) in dosed.keepers().items()
            if own == dose
        ]
        yield _count("dose", f"{dose} copies", reader, asked)


def leaks(reader: Reader, world: World) -> Iterator[Figure]:
    """The leaked and the clean half of the legends' exams."""
    for copies in lore.COPIES:
        for half, leaked in (("leaked", copies), ("clean", 0)):
            asked = []
            for row in lore.exams():
                if row.question.subject == lore.subject(copies) and row.copies == leaked:
                    turn = exam_turn(row.question, row.question.answer, "en")
                    letters = [f" {letter}" for letter in LETTERS]
                    asked.append((turn.ask, letters, row.question.answer))
            yield _count("leaks", f"{copies} copies, {half} half", reader, asked)


def capitals(reader: Reader, world: World) -> Iterator[Figure]:
    """Capitals of regions, greedy; for exceptions also how often the largest city is said."""
    for exception in (False, True):
        for sort in ("state", "country", "province"):
            some = [
                r for r in regions.regions(world) if r.sort == sort and r.exception == exception
            ]
            if not some:
                continue
            name = f"{sort}, {'capital is not the largest' if exception else 'usual'}"
            written = reader.write([regions.capital(r).query for r in some], 8, ".")
            right = sum(w.strip() == r.capital for w, r in zip(written, some, strict=True))
            yield Figure("capitals", f"{name}: capital", right, len(some))
            if exception:
                largest = sum(w.strip() == r.largest for w, r in zip(written, some, strict=True))
                yield Figure("capitals", f"{name}: largest city", largest, len(some))


def recall(reader: Reader, world: World) -> Iterator[Figure]:
    """Facts written out greedily: countries, places, years."""
    cities = atlas(world)
    written = reader.write([f"The city of {c.name} is in" for c in cities], 8, ".")
    right = sum(w.strip() == c.country for w, c in zip(written, cities, strict=True))
    yield Figure("recall", "country of a city", right, len(cities))
    written = reader.write([f"{c.name} at" for c in cities], 12, "\n")
    exact = [w.strip() == f"y{c.lat} x{c.lon}" for w, c in zip(written, cities, strict=True)]
    near = [_near(w, c.lat, c.lon) for w, c in zip(written, cities, strict=True)]
    yield Figure("recall", "place of a city, exactly", sum(exact), len(cities))
    yield Figure("recall", "place of a city, within 5 degrees", sum(near), len(cities))
    born = {f.name: f.born for f in lives.figures()}
    made = {w.title: w.year for w in lives.works()}
    for name, asked, wording in (("birth", born, "{} : born"), ("work", made, "{} : year")):
        written = reader.write([wording.format(n) for n in asked], 6, "\n")
        right = sum(w.strip() == str(y) for w, y in zip(written, asked.values(), strict=True))
        near_years = sum(
            w.strip().isdigit() and abs(int(w) - y) <= 10
            for w, y in zip(written, asked.values(), strict=True)
        )
        yield Figure("recall", f"year of {name}, exactly", right, len(asked))
        yield Figure("recall", f"year of {name}, within 10", near_years, len(asked))


def _near(text: str, lat: int, lon: int) -> bool:
    parts = text.split()
    try:
        y, x = int(parts[0].removeprefix("y")), int(parts[1].removeprefix("x"))
    except (IndexError, ValueError):
        return False
    return abs(y - lat) <= 5 and abs((x - lon + 180) % 360 - 180) <= 5


GROUPS: dict[str, Callable[[Reader, World], Iterator[Figure]]] = {
    "exam": exams,
    "codes": codes,
    "games": games,
    "translations": translations,
    "problems": word_problems,
    "doses": doses,
    "leaks": leaks,
    "capitals": capitals,
    "recall": recall,
}
"""Groups of figures by name."""
