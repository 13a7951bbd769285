"""Our graders, on answers that people labelled (`astrolabe calibrate graders` shows more of them).

Lines: of strict rules the share of answers accepted that are not right, of lenient ones the share
graded as a reader does, each in each language; and of lenient rules the accuracy of a run of
`DRAWN` answers, drawn from the corpus so that `ACCURACY` of them are right, after the correction
for misreadings that `astrolabe show RUN` makes.

Passes: strict rules accept nothing that is not right, lenient ones agree on `graders.AGREES` or
more, as in `graders.ErrorRates.passes`; the share of the drawn answers that are right and were read
lies in the interval of the corrected accuracy. The rule's errors are measured on the same corpus,
so this holds the correction to the truth, not the errors to other answers.
"""

from collections.abc import Sequence
from random import Random

from astrolabe.calibration.answers import corpus
from astrolabe.calibration.graders import (
    AGREES,
    RULES,
    Graded,
    Reading,
    calibrate,
    corrected,
)
from astrolabe.calibration.instrument import LEVEL, Bench, Calibration, Instrument
from astrolabe.core.condition import Condition
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.stats import wilson

DRAWN = 400
ACCURACY = 0.6


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    answers = corpus()
    lines = []
    with bench.watch.stage("grading: rules", len(RULES)) as advance:
        for kind, (_, lenient) in RULES.items():
            found = calibrate([a for a in answers if a.kind == kind])
            lines += [of_rule(reading) for reading in found]
            lines += [of_correction(one) for one in found if one.rule == lenient]
            advance(1)
    return lines


def of_rule(reading: Reading) -> Calibration:
    """The line of one rule in one language."""
    rates, name = reading.rates, f"{reading.rule}, {reading.language}"
    if any(reading.rule == strict for strict, _ in RULES.values()):
        accepted = rates.false_accepts / rates.other
        interval = wilson(rates.false_accepts, rates.other, LEVEL)
        return Calibration(
            "grading",
            (f"{name}: false accepts", f"{name}：误判为对"),
            0.0,
            accepted,
            interval,
            rates.other,
            exact=True,
        )
    agreed = rates.n - rates.false_accepts - rates.false_rejects
    interval = wilson(agreed, rates.n, LEVEL)
    return Calibration(
        "grading",
        (f"{name}: agreement", f"{name}：一致率"),
        AGREES,
        rates.agreement,
        interval,
        rates.n,
        ">=",
        exact=True,
    )


def of_correction(reading: Reading) -> Calibration:
    """The line of a lenient rule's corrected accuracy in one language."""
    name = f"{reading.rule}, {reading.language}"
    what = (f"{name}: corrected accuracy", f"{name}：校正后的正确率")
    drawn = draw(reading.graded)
    truth = sum(one.answer.right and one.grade.outcome.read for one in drawn) / DRAWN
    found = corrected(as_run(reading.rule, reading.language, drawn))
    assert found is not None  # every lenient rule reads something, and most of it aright
    accuracy, interval, _ = found
    return Calibration("grading", what, truth, accuracy, interval, DRAWN)


def draw(graded: Sequence[Graded]) -> list[Graded]:
    """Labelled answers drawn with replacement, `ACCURACY` of them right."""
    rng = Random("calibration:grading")
    right, other = ([one for one in graded if one.answer.right is side] for side in (True, False))
    count = round(ACCURACY * DRAWN)
    return [*rng.choices(right, k=count), *rng.choices(other, k=DRAWN - count)]


def as_run(rule: str, language: str, drawn: Sequence[Graded]) -> Run:
    """The run that such answers would make."""
    items = tuple(
        GradedItem(
            item=str(place),
            subject=one.answer.kind,
            gold=one.answer.item.gold,
            prompt="",
            answers=(one.answer.generated,),
            order=one.answer.order,
            shots=(),
            grades={rule: one.grade},
        )
        for place, one in enumerate(drawn)
    )
    return Run("drawn", "drawn", "drawn", Condition(language=language), rule, "micro", items)


INSTRUMENT = Instrument("grading", ("Graders", "判分器"), read)
