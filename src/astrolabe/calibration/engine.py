"""The engine: what is shared between prompts, and what is read early, against ordinary passes.

Lines: the largest difference in log-probs between the shared-prefix pass and ordinary forward
passes, over exam questions with five shots in four orders of their options; between an early exit
at the last layer and the model's own log-probs, over the same; and the share of greedy answers to
word problems that are the same, token for token, as transformers' own `generate` gives.

Passes: differences of at most `TOLERANCE` nats; all answers the same.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from astrolabe.calibration.instrument import Bench, Calibration, Instrument, What
from astrolabe.core.model import Exit, Generation, Reading
from astrolabe.core.prompt import Prompt
from astrolabe.polaris import exam, problems
from astrolabe.polaris.wording import LETTERS, exam_header, exam_turn

if TYPE_CHECKING:
    from astrolabe.core.model import Exited, Scored

TOLERANCE = 1e-4
"""Nats. Rounding in float32 is some ten times less; a wrong mask or position costs whole nats."""
QUESTIONS = 12
PROBLEMS = 8
MAX_TOKENS = 48


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    from astrolabe.engine import plain

    model = bench.model
    readings = [r for one in model.encode(exam_prompts()) for r in one.readings]
    last = Exit(model.inside.depth)
    early = [Reading(r.tokens, r.start, last) for r in readings]
    asked = [
        Generation(one.context, MAX_TOKENS, ("\n\n",))
        for one in model.encode([Prompt(ask) for ask in problem_asks()])
    ]
    with bench.watch.stage("engine: answers", 3 * len(readings) + 2 * len(asked)) as advance:
        both = dict(model.score([*readings, *early]))
        advance(2 * len(readings))
        alone = dict(plain.score(model.inside, readings, model.budget))
        advance(len(readings))
        together = dict(model.generate(asked))
        advance(len(asked))
        theirs = dict(plain.generate(model.inside, model.tokenizer, asked, model.budget))
        advance(len(asked))
    places = range(len(readings))
    shared = [both[i] for i in places]
    return [
        difference(("shared prefixes", "共享前缀"), shared, [alone[i] for i in places]),
        difference(
            ("exit at the last layer", "末层退出"),
            shared,
            [both[i + len(readings)] for i in places],
        ),
        same(
            ("greedy answers", "贪心回答"),
            [(together[i].text, theirs[i].text) for i in range(len(asked))],
        ),
    ]


def difference(
    what: What, one: Sequence["Scored | Exited"], other: Sequence["Scored | Exited"]
) -> Calibration:
    """The line of the largest difference between two ways to the same log-probs."""
    largest = max(
        abs(mine - theirs)
        for a, b in zip(one, other, strict=True)
        for mine, theirs in zip(a.logprobs, b.logprobs, strict=True)
    )
    return Calibration(
        "engine", what, 0.0, largest, None, len(one), kind="nats", tolerance=TOLERANCE
    )


def same(what: What, pairs: Iterable[tuple[str, str]]) -> Calibration:
    """The line of how many pairs of texts are one text."""
    found = [mine == theirs for mine, theirs in pairs]
    return Calibration("engine", what, 1.0, sum(found) / len(found), None, len(found))


def exam_prompts() -> list[Prompt]:
    """The shipped exam's questions after five shots, each in the four rotations of its options."""
    from astrolabe.polaris.world import World

    rows = exam.benchmark(World())
    found = []
    for subject in ("countries", "code_words"):
        shots, asked = (
            [exam.Question(**row) for row in rows[split] if row["subject"] == subject]  # type: ignore[arg-type]
            for split in ("dev", "test")
        )
        head = exam_header(subject, "en", 1)
        turns = [exam_turn(question, question.answer, "en") for question in shots]
        shown = "".join(f"{turn.ask}{turn.space}{turn.reply}\n\n" for turn in turns)
        for question in asked[: QUESTIONS // 2]:
            for by in range(len(LETTERS)):
                a, b, c, d = (*question.choices[by:], *question.choices[:by])
                turned = exam.Question(subject, question.question, (a, b, c, d), 0)
                ask = exam_turn(turned, 0, "en").ask
                letters = tuple(f" {letter}" for letter in LETTERS)
                found.append(Prompt(f"{head}{shown}{ask}", continuations=letters))
    return found


def problem_asks() -> list[str]:
    """Word problems of the shipped test, to be worked."""
    rows = problems.benchmark()["test"][:PROBLEMS]
    return [f"Question: {row['question']}\nAnswer:" for row in rows]


INSTRUMENT = Instrument("engine", ("Engine", "引擎"), read)
