"""Leaked exams: the half that stood in the training word for word, against the clean half.

`forms.lore` makes exams on made-up legends, one for each number of copies; nothing but the leak can
tell an answer. Read by the likeliest letter, asked as the leaked documents ask.

Passes: the clean halves together are answered at chance (one in four lies in the interval); in each
exam the leaked half is not below the clean one (the interval of the difference, Newcombe 1998, does
not lie below zero), and in that with the most copies it is above (the interval lies above zero);
over leaked rows, Spearman's correlation of copies and being right lies above zero with all of its
interval (bootstrap over rows).
"""

from collections.abc import Sequence

from astrolabe.calibration.asking import preferred
from astrolabe.calibration.instrument import LEVEL, Bench, Calibration, Instrument, Relation, share
from astrolabe.calibration.intervals import newcombe, rank_correlation
from astrolabe.core.prompt import Prompt
from astrolabe.polaris.forms import lore
from astrolabe.polaris.forms.lore import Lore
from astrolabe.polaris.wording import LETTERS, exam_turn

CHANCE = 1 / len(LETTERS)


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    rows = lore.exams()
    letters = tuple(f" {letter}" for letter in LETTERS)
    prompts = [
        Prompt(exam_turn(row.question, row.question.answer, "en").ask, continuations=letters)
        for row in rows
    ]
    chosen = preferred(bench.model, bench.watch, "leaks", prompts)
    right = [i == row.question.answer for i, row in zip(chosen, rows, strict=True)]
    return of_rows(rows, right)


def of_rows(rows: Sequence[Lore], right: Sequence[bool]) -> list[Calibration]:
    """The lines, from which rows were answered right."""
    graded = list(zip(rows, right, strict=True))
    clean = [hit for row, hit in graded if not row.copies]
    lines = [share("leaks", ("clean halves", "干净的一半"), clean, CHANCE)]
    for copies in lore.COPIES:
        exam = [(row, hit) for row, hit in graded if row.question.subject == lore.subject(copies)]
        unseen, seen = (
            [hit for row, hit in exam if bool(row.copies) is leaked] for leaked in (False, True)
        )
        gap, interval = newcombe(unseen, seen, LEVEL)
        relation: Relation = ">" if copies == max(lore.COPIES) else ">="
        times = f"{copies} {'copy' if copies == 1 else 'copies'}"
        what = (f"{times}: leaked above clean", f"{copies} 份：泄漏减干净")
        lines.append(Calibration("leaks", what, 0.0, gap, interval, len(exam), relation, "points"))
    leaked = [(row.copies, hit) for row, hit in graded if row.copies]
    rho, ends = rank_correlation([n for n, _ in leaked], [hit for _, hit in leaked], LEVEL)
    trend = ("trend", "趋势")
    last = Calibration("leaks", trend, 0.0, rho, ends, len(leaked), ">", "correlation")
    return [*lines, last]


INSTRUMENT = Instrument("leaks", ("Leaked exams", "泄漏的考试"), read)
