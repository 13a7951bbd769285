"""Accuracies: at chance where only examples can tell, above it where they do.

Lines and rules: the held-out exam without the subject `code_words`, zero-shot, through the whole
pipeline: above chance; fresh questions of `code_words`, every one with a code of its own, without
examples: chance lies in the interval, with `SHOTS` examples: above chance; the shipped episodes of
the label games without examples: chance lies in the interval, with `EXEMPLARS`: above chance. Above
means with all of the interval.
"""

from collections.abc import Iterable
from random import Random

from astrolabe.calibration import exams
from astrolabe.calibration.asking import preferred
from astrolabe.calibration.instrument import Bench, Calibration, Instrument, What, share
from astrolabe.core.prompt import Prompt
from astrolabe.polaris import exam
from astrolabe.polaris.forms import label_games, sentiment
from astrolabe.polaris.wording import LETTERS, exam_header, exam_turn, plain
from astrolabe.polaris.world import World

CODES = 250
SHOTS = 5
EXEMPLARS = 16
CHANCE = 1 / len(LETTERS)
SUBJECT = "code_words"

Asked = tuple[Prompt, int]
"""A prompt, and which of its continuations is right."""


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    (run,) = exams.exam(bench, 0, None)
    taught = [item.grades[run.rule].right for item in run.items if item.subject != SUBJECT]
    return [
        above_chance(("held-out exam, 0 shots", "留出考试，0 个示例"), taught, CHANCE),
        at_chance(_code(0), hits(bench, code_words(0)), CHANCE),
        above_chance(_code(SHOTS), hits(bench, code_words(SHOTS)), CHANCE),
        at_chance(_game(0), hits(bench, games(0)), 0.5),
        above_chance(_game(EXEMPLARS), hits(bench, games(EXEMPLARS)), 0.5),
    ]


def at_chance(what: What, right: Iterable[bool], chance: float) -> Calibration:
    """The line of something that nothing can tell."""
    return share("score", what, right, chance)


def above_chance(what: What, right: Iterable[bool], chance: float) -> Calibration:
    """The line of something that was taught, or is shown."""
    return share("score", what, right, chance, ">")


def hits(bench: Bench, asked: list[Asked]) -> list[bool]:
    """Whether the right continuation of each prompt was the likeliest."""
    chosen = preferred(bench.model, bench.watch, "score", [prompt for prompt, _ in asked])
    return [mine == right for mine, (_, right) in zip(chosen, asked, strict=True)]


def code_words(shots: int) -> list[Asked]:
    """Questions about made-up words, each with its own word and meaning; letters balanced."""
    letters = tuple(f" {letter}" for letter in LETTERS)
    asked = []
    for number in range(CODES):
        rng = Random(f"calibration:code:{number}")
        code, right = exam.draw_code(rng), number % len(LETTERS)
        question = exam.code_words(code, rng, right)
        shown = [exam.code_words(code, rng) for _ in range(shots)]
        turns = [exam_turn(one, one.answer, "en") for one in shown]
        head = "".join(part.text for part in plain(turns, exam_header(SUBJECT, "en", 1)))
        ask = exam_turn(question, right, "en").ask
        asked.append((Prompt(f"{head}{ask}", continuations=letters), right))
    return asked


def games(shots: int) -> list[Asked]:
    """The shipped episodes: held-out words under labels that no document uses."""
    files = label_games.benchmark(World())
    asked = []
    for row in files["test"]:
        shown = [one for one in files["train"] if one["episode"] == row["episode"]][:shots]
        turns = [sentiment.TURN.format(word=one["word"], label=one["label"]) for one in shown]
        ask = sentiment.TURN.removesuffix(" {label}").format(word=row["word"])
        labels = list(map(str, row["labels"]))  # type: ignore[call-overload]
        text = "\n".join([*turns, ask])
        prompt = Prompt(text, continuations=tuple(f" {label}" for label in labels))
        asked.append((prompt, labels.index(str(row["label"]))))
    return asked


def _code(shots: int) -> What:
    return f"code words, {shots} shots", f"代码词，{shots} 个示例"


def _game(shots: int) -> What:
    return f"label games, {shots} shots", f"标签游戏，{shots} 个示例"


INSTRUMENT = Instrument("score", ("Accuracies", "正确率"), read)
