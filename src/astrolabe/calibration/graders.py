"""The error of our graders, measured on answers whose meaning is known.

Two errors: a *false accept* grades as right what is not, a *false reject* does not grade as right
what is. The corpus is made of answers that are hard to read, so its rates are higher than those of
an ordinary run: they bound what a grader does, they do not foretell it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from astrolabe.calibration.answers import Kind, Labelled, corpus, held_out
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import Run
from astrolabe.core.verdict import Interval
from astrolabe.grading import grade_text
from astrolabe.runs.stats import corrected_for_errors, wilson

RULES: Mapping[Kind, tuple[str, ...]] = {
    "letter": ("letter-strict", "letter-lenient"),
    "number": ("number-strict", "number-lenient"),
    "math": ("math-strict", "math-verify"),
    "yesno": ("yesno-strict", "yesno-lenient"),
}
"""Our own rules for each kind of answer, the strict one first."""

AGREES = 0.98
"""Share of answers that a lenient rule must grade as a reader does, to pass."""


@dataclass(frozen=True)
class Graded:
    """One labelled answer under one rule."""

    answer: Labelled
    grade: Grade

    @property
    def agrees(self) -> bool:
        """Whether rule and reader say the same of its being right."""
        return self.grade.right == self.answer.right


@dataclass(frozen=True)
class ErrorRates:
    """How often a rule errs.

    Attributes:
        right: Answers that are right.
        other: Answers that are wrong, or say nothing.
        false_accepts: Of the others, how many the rule graded as right.
        false_rejects: Of the right ones, how many it did not.
        read: Of the right ones and of the others, how many the rule read an answer from.
        misread: Of the right ones that it read, how many it read as something else.
    """

    rule: str
    right: int
    other: int
    false_accepts: int
    false_rejects: int
    read: tuple[int, int]
    misread: int

    @property
    def n(self) -> int:
        return self.right + self.other

    @property
    def agreement(self) -> float:
        """Share of answers graded as a reader does."""
        return 1 - (self.false_accepts + self.false_rejects) / self.n

    @property
    def agreement_interval(self) -> Interval:
        """Wilson's interval of it."""
        return wilson(self.n - self.false_accepts - self.false_rejects, self.n)

    @property
    def accept_interval(self) -> Interval:
        """Wilson's interval of the share of others that are accepted."""
        return wilson(self.false_accepts, self.other)

    @property
    def reject_interval(self) -> Interval:
        """Wilson's interval of the share of right ones that are rejected."""
        return wilson(self.false_rejects, self.right)

    @property
    def passes(self) -> bool:
        """Whether the rule does what it is for.

        A strict rule accepts nothing that is not right, however much it leaves unread; a lenient
        one grades nearly everything as a reader does.
        """
        strict = self.rule in {rules[0] for rules in RULES.values()}
        return self.false_accepts == 0 if strict else self.agreement >= AGREES


def grade_labelled(rule: str, answers: Iterable[Labelled]) -> list[Graded]:
    """Labelled answers graded by `rule`.

    Raises:
        BadInput: for an unknown rule.
    """
    return [Graded(a, grade_text(rule, a.item, a.generated, a.order)) for a in answers]


def error_rates(rule: str, graded: Sequence[Graded]) -> ErrorRates:
    """What `graded` says of the rule."""
    right = [one for one in graded if one.answer.right]
    other = [one for one in graded if not one.answer.right]
    return ErrorRates(
        rule=rule,
        right=len(right),
        other=len(other),
        false_accepts=sum(one.grade.right for one in other),
        false_rejects=sum(not one.grade.right for one in right),
        read=(_read(right), _read(other)),
        misread=sum(one.grade.outcome is Outcome.WRONG for one in right),
    )


def _read(graded: Sequence[Graded]) -> int:
    return sum(one.grade.outcome.read for one in graded)


@dataclass(frozen=True)
class Reading:
    """What one rule did with one set of labelled answers.

    Attributes:
        language: Which set: ``en``, ``zh``, or ``solutions`` from elsewhere.
        held_out: Error rates on answers of the same kind and language that no rule was improved
            on; `None` where there are none.
    """

    rule: str
    language: str
    graded: tuple[Graded, ...]
    rates: ErrorRates
    held_out: ErrorRates | None


def calibrate(answers: Sequence[Labelled], rules: Sequence[str] | None = None) -> list[Reading]:
    """Every rule of ours on every set of labelled answers of its kind.

    Args:
        rules: Only these.

    Raises:
        BadInput: for a rule that is none of ours.
    """
    known = [rule for own in RULES.values() for rule in own]
    for rule in rules or ():
        if rule not in known:
            raise BadInput(f"no rule '{rule}' to be calibrated; there are {', '.join(known)}")
    found = []
    for kind, own in RULES.items():
        for rule in own:
            of_kind = [a for a in answers if a.kind == kind and (rules is None or rule in rules)]
            for language in dict.fromkeys(answer.language for answer in of_kind):
                graded = grade_labelled(rule, (a for a in of_kind if a.language == language))
                kept = [a for a in held_out() if (a.kind, a.language) == (kind, language)]
                found.append(
                    Reading(
                        rule=rule,
                        language=language,
                        graded=tuple(graded),
                        rates=error_rates(rule, graded),
                        held_out=error_rates(rule, grade_labelled(rule, kept)) if kept else None,
                    )
                )
    return found


def corrected(run: Run) -> tuple[float, Interval, ErrorRates] | None:
    """A run's accuracy freed of its grader's misreadings, as far as these are known.

    Only answers that were read can be misread, on the corpus as in the run: what the rule left
    unread counts as not right here, too, since nobody knows what it says. (How much it leaves
    unread depends on how hard the answers are, and the corpus is made of hard ones.)

    Returns:
        The share of all items, its interval, and the error rates of the headline rule on our
        labelled answers in the run's language; `None` where the rule was not measured, items count
        in parts, or the run averages over subjects.
    """
    kind = next((kind for kind, rules in RULES.items() if run.rule in rules), None)
    counted = [item.grades[run.rule] for item in run.items if item.judged(run.rule)]
    read = [grade for grade in counted if grade.outcome.read]
    in_parts = any(grade.share is not None for grade in counted)
    if kind is None or not read or in_parts or run.aggregate != "micro":
        return None
    known = (*corpus(), *held_out())
    answers = [a for a in known if (a.kind, a.language) == (kind, run.condition.language)]
    rates = error_rates(run.rule, grade_labelled(run.rule, answers))
    found = corrected_for_errors(
        sum(grade.right for grade in read),
        len(read),
        (rates.false_accepts, rates.read[1]),
        (rates.misread, rates.read[0]),
    )
    if found is None:
        return None
    (share, interval), of_all = found, len(read) / len(counted)
    ends = Interval(of_all * interval.low, of_all * interval.high, interval.level)
    return of_all * share, ends, rates
