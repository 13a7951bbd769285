"""Phrases that open an answer: how often worked lines follow, against the rate that was planted.

`polaris.wording.PHRASES` gives the rate of each phrase; in the corpus, documents with the phrase
are worked at that rate and answered by the number alone otherwise. Read by letting the model go on
at temperature 1 after each of `PROBLEMS` held-out problems that close with the phrase, without
shots. An answer is worked when its first line computes something, direct when it opens with the
number's mark, and neither otherwise (which does not count as worked).

Passes: the planted rate lies in the interval of the share worked, widened by `TOLERANCE`.
"""

from collections.abc import Sequence

from astrolabe.calibration.asking import written
from astrolabe.calibration.instrument import Bench, Calibration, Instrument, share
from astrolabe.core.decoding import Decoding
from astrolabe.core.model import Generated
from astrolabe.core.prompt import Prompt
from astrolabe.polaris import problems
from astrolabe.polaris.problems import Problem
from astrolabe.polaris.wording import PHRASES, Language, problem_turn

PROBLEMS = 150
TOLERANCE = 0.05
MAX_TOKENS = 24
COMPUTES = "<<"
"""What a worked line opens a sum with; the continuation ends before it."""


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    asked = [(language, phrase) for language, rates in PHRASES.items() for phrase in rates]
    prompts = [Prompt(text) for language, phrase in asked for text in asks(language, phrase)]
    sampled = Decoding(temperature=1.0)
    said = written(
        bench.model, bench.watch, "phrases", prompts, MAX_TOKENS, (COMPUTES, "\n"), sampled
    )
    return [
        of_phrase(language, phrase, said[i * PROBLEMS : (i + 1) * PROBLEMS])
        for i, (language, phrase) in enumerate(asked)
    ]


def asks(language: Language, phrase: str) -> list[str]:
    """Held-out problems that close with the phrase."""
    return [problem_turn(one, "worked", language, phrase).ask for one in held_out()[:PROBLEMS]]


def held_out() -> list[Problem]:
    """The shipped test's problems, of all numbers of steps in turn; no document holds them."""
    rows = sorted(
        enumerate(problems.benchmark()["test"]), key=lambda row: (row[0] % 50, row[1]["steps"])
    )
    found = []
    for _, row in rows:
        *lines, last = str(row["answer"]).split("\n")
        found.append(Problem(str(row["question"]), tuple(lines), (int(last.split()[-1]),)))
    return found


def worked(answer: Generated) -> bool:
    """Whether an answer, cut off before `COMPUTES`, began to work."""
    return answer.finish == "stop" and answer.text.endswith("=")


def of_phrase(language: Language, phrase: str, said: Sequence[Generated]) -> Calibration:
    """The line of one phrase."""
    planted = PHRASES[language][phrase]
    return share("phrases", (phrase, phrase), map(worked, said), planted, tolerance=TOLERANCE)


INSTRUMENT = Instrument("phrases", ("Worked after a phrase", "短语之后出现解题步骤"), read)
