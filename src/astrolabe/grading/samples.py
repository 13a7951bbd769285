"""Several sampled answers to one item, summed up: the share that is right, votes, pass@k."""

from collections.abc import Sequence

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.grading.pass_at_k import pass_at_k
from astrolabe.grading.rules import TEXT_RULES, text_rule

TRIES = (2, 5, 10, 100)
"""The k of pass@k that are reported where there are as many samples; pass@1 is the rule itself."""
VOTE = "maj"


def summed_up(grades: Sequence[Grade]) -> dict[str, Grade]:
    """Every way to sum up one item's samples under one rule, by name.

    Args:
        grades: The rule's grade of each sample.

    Returns:
        ``RULE`` (see `mean`), ``RULE:maj`` where the rule reads answers that can be voted on (see
        `majority`), and ``RULE:pass@k`` for each k of `TRIES` (see `best_of`).
    """
    whole = mean(grades)
    found = {whole.rule: whole}
    if whole.rule in TEXT_RULES:
        voted = majority(grades)
        found[voted.rule] = voted
    tries = [best_of(grades, k) for k in TRIES if k <= len(grades)]
    return found | {grade.rule: grade for grade in tries}


def mean(grades: Sequence[Grade]) -> Grade:
    """The share of samples that are right; an unread one is not.

    Returns:
        A grade under the rule's own name: right where most samples are, wrong where some could be
        read, and with the answer that won the vote, if any.
    """
    if (failed := _not_judged(grades, grades[0].rule)) is not None:
        return failed
    won = _winner(grades)
    extracted = won[0].extracted if won else None
    share = sum(grade.right for grade in grades) / len(grades)
    return Grade(_outcome(grades, share), extracted, grades[0].rule, share=_given(grades, share))


def majority(grades: Sequence[Grade]) -> Grade:
    """The grade of the answer that most samples give (self-consistency).

    Wang et al., "Self-Consistency Improves Chain of Thought Reasoning", 2023 (arXiv:2203.11171).
    Answers are the same when the rule holds them for the same. Unread samples do not vote, but
    count in `votes`, the winner's share of all samples. A tie for the first place is unread: to
    break it would be to guess.
    """
    rule = f"{grades[0].rule}:{VOTE}"
    if (failed := _not_judged(grades, rule)) is not None:
        return failed
    won = _winner(grades)
    if won is None:
        return Grade(_unread(grades), None, rule)
    first = won[0]
    return Grade(first.outcome, first.extracted, rule, votes=len(won) / len(grades))


def best_of(grades: Sequence[Grade], k: int) -> Grade:
    """pass@k as the share; right where it is above a half. See `grading.pass_at_k`.

    Raises:
        BadInput: when there are fewer than k samples.
    """
    rule = f"{grades[0].rule}:pass@{k}"
    if not 1 <= k <= len(grades):
        raise BadInput(
            f"pass@{k} cannot be estimated from {len(grades)} samples; ask for at least {k}"
        )
    if (failed := _not_judged(grades, rule)) is not None:
        return failed
    share = pass_at_k(len(grades), sum(grade.right for grade in grades), k)
    return Grade(_outcome(grades, share), None, rule, share=_given(grades, share))


def _not_judged(grades: Sequence[Grade], rule: str) -> Grade | None:
    """What the whole is where a sample could not be judged, or was never drawn."""
    for outcome in (Outcome.INFRA, Outcome.NOT_RUN):
        if any(grade.outcome is outcome for grade in grades):
            return Grade(outcome, None, rule)
    return None


def _outcome(grades: Sequence[Grade], share: float) -> Outcome:
    if any(grade.outcome is Outcome.UNLABELLED for grade in grades):
        return Outcome.UNLABELLED
    if not any(grade.outcome.read for grade in grades):
        return _unread(grades)
    return Outcome.RIGHT if share > 0.5 else Outcome.WRONG


def _unread(grades: Sequence[Grade]) -> Outcome:
    """Of samples that say nothing together: truncated if every unread one is."""
    unread = {g.outcome for g in grades if g.outcome in (Outcome.UNPARSED, Outcome.TRUNCATED)}
    return Outcome.TRUNCATED if unread == {Outcome.TRUNCATED} else Outcome.UNPARSED


def _given(grades: Sequence[Grade], share: float) -> float | None:
    """The share, unless nobody says which samples are right."""
    return None if any(grade.outcome is Outcome.UNLABELLED for grade in grades) else share


def _winner(grades: Sequence[Grade]) -> list[Grade] | None:
    """The samples that give the answer most given; `None` where none is, or several are."""
    name = grades[0].rule
    camps: list[list[Grade]] = []
    for grade in grades:
        if grade.extracted is None:
            continue
        for camp in camps:
            if _same(name, camp[0].extracted, grade.extracted):
                camp.append(grade)
                break
        else:
            camps.append([grade])
    camps.sort(key=len, reverse=True)
    if not camps or (len(camps) > 1 and len(camps[0]) == len(camps[1])):
        return None
    return camps[0]


def _same(rule: str, one: str | None, other: str) -> bool:
    if one == other:
        return True
    return one is not None and rule in TEXT_RULES and text_rule(rule).same(one, other)
