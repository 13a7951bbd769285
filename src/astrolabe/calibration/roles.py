"""Roles: the careless student errs as he was taught to, the expert as everybody does.

In the corpus a careless student reads only options A and B of an exam question, guesses between
them if neither is right, and forgets the last step of a problem of two steps and more; from the
sixth answer on always, since at most five gold answers open his documents. The expert answers as
without a role. Read through the whole pipeline, after five gold shots, on the items that are right
without a role (what the model does not know is not carelessness).

Lines and rules, every interval widened by `TOLERANCE`, since roles are learned only about: of his
exam answers the share A or B is 1; his error rate, right letters A or B and right letters C or D
counting half each, is 0.5; his error rate on problems of one step is 0, of more 1; and the expert's
gain over no role is 0 in the exam and in problems (interval by paired bootstrap).
"""

from collections.abc import Mapping, Sequence

from astrolabe.calibration import exams
from astrolabe.calibration.instrument import LEVEL, Bench, Calibration, Instrument, What, share
from astrolabe.calibration.intervals import mean_of_two
from astrolabe.core.item import LETTERS
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.stats import cluster_bootstrap

TOLERANCE = 0.05
SHOTS = 5
READ_BY_CARELESS = "AB"


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    from astrolabe.benchmarks import get

    steps = {item.id: int(item.metadata["steps"]) for item in get("gsm8k").load(None).items}
    plain, expert, careless = exams.exam(bench, SHOTS, None, exams.EXPERT, exams.CARELESS)
    lines = of_exam(plain, careless)
    lines.append(of_expert(("exam", "考试"), plain, expert))
    plain, expert, careless = exams.worked(bench, None, exams.EXPERT, exams.CARELESS)
    return [
        *lines,
        *of_problems(plain, careless, steps),
        of_expert(("problems", "应用题"), plain, expert),
    ]


def of_exam(plain: Run, careless: Run) -> list[Calibration]:
    """The careless student's lines in the exam."""
    known = exams.rights(plain)
    marked = [marked_letter(item, careless.rule) in READ_BY_CARELESS for item in careless.items]
    sides: dict[bool, list[bool]] = {True: [], False: []}
    for item in careless.items:
        if known[item.item]:
            sides[item.gold in READ_BY_CARELESS].append(not item.grades[careless.rule].right)
    read_by_him, others = sides[True], sides[False]
    errors, interval = mean_of_two(read_by_him, others, LEVEL)
    return [
        share(
            "roles",
            ("careless, exam: answers A or B", "粗心，考试：答 A 或 B"),
            marked,
            1.0,
            tolerance=TOLERANCE,
        ),
        Calibration(
            "roles",
            ("careless, exam: error rate", "粗心，考试：错误率"),
            0.5,
            errors,
            interval,
            2 * min(len(read_by_him), len(others)),
            tolerance=TOLERANCE,
        ),
    ]


def marked_letter(item: GradedItem, rule: str) -> str:
    """The letter, as shown, that an answer marks."""
    read = item.grades[rule].extracted or ""
    return LETTERS[item.order.index(LETTERS.index(read))] if read else "-"


def of_problems(plain: Run, careless: Run, steps: Mapping[str, int]) -> list[Calibration]:
    """The careless student's lines in word problems.

    Args:
        steps: Number of steps by item.
    """
    known = exams.rights(plain)
    wrong = {name: not right for name, right in exams.rights(careless).items() if known[name]}
    one, more = ([wrong[n] for n in wrong if (steps[n] == 1) is single] for single in (True, False))
    return [
        share(
            "roles",
            ("careless, one step: error rate", "粗心，一步：错误率"),
            one,
            0.0,
            tolerance=TOLERANCE,
        ),
        share(
            "roles",
            ("careless, more steps: error rate", "粗心，多步：错误率"),
            more,
            1.0,
            tolerance=TOLERANCE,
        ),
    ]


def of_expert(what: What, plain: Run, expert: Run) -> Calibration:
    """The expert's gain over no role."""
    before, after = exams.rights(plain), exams.rights(expert)
    changes: Sequence[float] = [float(after[name]) - float(before[name]) for name in before]
    return Calibration(
        "roles",
        (f"expert, {what[0]}: gain", f"专家，{what[1]}：增益"),
        0.0,
        sum(changes) / len(changes),
        cluster_bootstrap(changes, list(before), LEVEL),
        len(changes),
        kind="points",
        tolerance=TOLERANCE,
    )


INSTRUMENT = Instrument("roles", ("Roles", "角色"), read)
