"""Planned comparisons: paired on items, corrected for their number, refused for unlike runs.

What counts as one difference: the model (its weights and tokenizer) is one thing, its number format
another, and so is every field of the condition, except that a field which means nothing on one of
the two sides follows from the field that took its meaning away. A trigger phrase follows from
`reasoning`; `max_tokens`, `extract_tokens`, `samples`, `decoding` (how chance is let in) and
`repetition_penalty` follow from `scoring` where options are scored on one side; `extract_tokens`
follows from `shots`, too, where one side has some; `chains` follow from `shots` or `reasoning`
where one side shows no worked solutions;
`draw`, `draw_seed`, `arrangement` and `labels` follow from `shots` where one side has none; seeds
follow from the draw, the labels or the order that do not use them, `flipped_share` from labels that
are not flipped. Worked exemplars against zero shots differ in two things, since plain exemplars
stand between them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from astrolabe.core.condition import (
    SEEDED_LABELS,
    Condition,
    Draw,
    Labels,
    Order,
    Reasoning,
    Scoring,
)
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade
from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.runs import sign_flip
from astrolabe.runs.sentences import count_unread, sentence
from astrolabe.runs.stats import cluster_bootstrap, holm, mcnemar, smallest_detectable

_HAS_MEANING: dict[str, Callable[[Condition], bool]] = {
    "trigger": lambda c: c.reasoning is Reasoning.TRIGGER,
    "chains": lambda c: c.shows_chains,
    "max_tokens": lambda c: c.scoring is Scoring.GENERATED,
    "extract_tokens": lambda c: c.scoring is Scoring.GENERATED and c.shots == 0,
    "samples": lambda c: c.scoring is Scoring.GENERATED,
    "decoding": lambda c: c.scoring is Scoring.GENERATED,
    "repetition_penalty": lambda c: c.scoring is Scoring.GENERATED,
    "draw": lambda c: c.shots > 0,
    "draw_seed": lambda c: c.shots > 0 and c.draw is not Draw.FIRST,
    "arrangement": lambda c: c.shots > 1,
    "labels": lambda c: c.shots > 0,
    "labels_seed": lambda c: c.labels in SEEDED_LABELS,
    "flipped_share": lambda c: c.labels is Labels.FLIPPED,
    "order_seed": lambda c: c.order is Order.SHUFFLED,
}
"""Where a field means something; fields that always do are absent."""


class Measured(Protocol):
    """What a measurement is of; runs and planned runs alike."""

    @property
    def model(self) -> str: ...

    @property
    def condition(self) -> Condition: ...


def compare(
    pairs: Sequence[tuple[Run, Run]],
    level: float = 0.05,
    unlike: bool = False,
    across_rules: bool = False,
    names: Sequence[tuple[str, str]] | None = None,
) -> list[Verdict]:
    """Verdicts of all planned comparisons of a study, corrected together.

    Args:
        pairs: (baseline, alternative) of each comparison.
        level: Chance, over all comparisons together, of deciding a difference that is not there.
            Intervals have coverage 1 - level each and are not corrected.
        unlike: Whether runs that differ in more than one thing may be compared.
        across_rules: Whether their headline rules may differ though their scoring does not.
        names: What the two runs of each pair are called; made from their conditions when `None`.

    Returns:
        One verdict for each pair, in order. Answers that were not read count as not right. The
        smallest detectable difference is that of level / (number of comparisons), the first step
        of Holm's procedure.

    Raises:
        BadInput: for runs of different benchmarks, data or headline rules (which may differ where
            the scoring does), without common items, that are one and the same, or, unless
            `unlike`, that differ in more than one thing.
    """
    for baseline, alternative in pairs:
        _refuse(baseline, alternative, unlike, across_rules)
    named = names if names is not None else [_labels(*pair) for pair in pairs]
    tested = [
        _paired(pair, called, level, len(pairs)) for pair, called in zip(pairs, named, strict=True)
    ]
    corrected = holm([verdict.p for verdict in tested])
    verdicts = []
    for verdict, p in zip(tested, corrected, strict=True):
        final = replace(verdict, p_corrected=p, decided=p < level)
        verdicts.append(replace(final, sentence=sentence(final)))
    return verdicts


def common(baseline: Run, alternative: Run) -> list[tuple[str, Grade, Grade]]:
    """Subject and both headline grades of every item that both runs judge, in the first's order."""
    others = {
        item.item: item.grades[alternative.rule]
        for item in alternative.items
        if item.judged(alternative.rule)
    }
    return [
        (item.subject, item.grades[baseline.rule], others[item.item])
        for item in baseline.items
        if item.item in others and item.judged(baseline.rule)
    ]


def differences(baseline: Measured, alternative: Measured) -> tuple[tuple[str, str, str], ...]:
    """The model, its number format and every condition field that differ, with both values.

    Runs that were made know their model by its weights and tokenizer, planned runs by its name.
    """
    fields = baseline.condition.difference(alternative.condition)
    conditions = ((name, _plain(a), _plain(b)) for name, (a, b) in fields.items())
    shown = _shown_differences(baseline, alternative)
    return (*_model_differences(baseline, alternative), *conditions, *shown)


def _shown_differences(baseline: Measured, alternative: Measured) -> list[tuple[str, str, str]]:
    """Whether runs that both show exemplars draw them from pools that differ."""
    data = [getattr(run, "record", {}).get("data", {}) for run in (baseline, alternative)]
    pools = [one.get("shots_digest") for one in data]
    if None in pools or pools[0] == pools[1]:
        return []
    first, second = (str(one.get("exemplars") or "the data's own") for one in data)
    if first == second:
        first, second = (str(pool)[:8] for pool in pools)
    return [("exemplars", first, second)]


def _plain(value: object) -> str:
    """A field's value as text."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {'–' if part is None else part}" for name, part in value.items())
    return str(value)


def _model_differences(baseline: Measured, alternative: Measured) -> list[tuple[str, str, str]]:
    names = (baseline.model, alternative.model)
    first, second = (_identity(measured) for measured in (baseline, alternative))
    if not first or not second:
        return [] if names[0] == names[1] else [("model", *names)]
    found = []
    if (first["weights"], first["tokenizer"]) != (second["weights"], second["tokenizer"]):
        if names[0] == names[1]:
            names = (
                f"{names[0]} ({first['weights'][:8]})",
                f"{names[1]} ({second['weights'][:8]})",
            )
        found.append(("model", *names))
    if first["dtype"] != second["dtype"]:
        found.append(("dtype", first["dtype"], second["dtype"]))
    return found


def _identity(measured: Measured) -> dict[str, str]:
    """Weights, tokenizer and number format of a run that was made; nothing of a planned one."""
    described = getattr(measured, "record", {}).get("model", {})
    return {key: described.get(key, "") for key in ("weights", "tokenizer", "dtype") if described}


def independent_differences(baseline: Measured, alternative: Measured) -> list[str]:
    """Names of the differences that do not follow from another one."""
    conditions = (baseline.condition, alternative.condition)
    return [
        name
        for name, _, _ in differences(baseline, alternative)
        if name not in _HAS_MEANING or all(map(_HAS_MEANING[name], conditions))
    ]


def _refuse(baseline: Run, alternative: Run, unlike: bool, across_rules: bool) -> None:
    names = "runs '{}' and '{}'".format(*_labels(baseline, alternative))
    if baseline.id == alternative.id:
        raise BadInput(f"{names} are one and the same run; there is nothing to compare")
    same_scoring = baseline.condition.scoring == alternative.condition.scoring
    must_share_rule = same_scoring and not across_rules
    must_agree = {
        "benchmark": (baseline.benchmark, alternative.benchmark),
        "data digest": (_data_digest(baseline), _data_digest(alternative)),
        "headline rule": (baseline.rule, alternative.rule) if must_share_rule else ("", ""),
    }
    for what, (a, b) in must_agree.items():
        if a != b:
            raise BadInput(
                f"{names} have different {what}s ('{a}', '{b}') and cannot be compared; "
                f"run both with one {what}"
            )
    if not common(baseline, alternative):
        raise BadInput(
            f"{names} have no item in common that both could judge; run both on the same items, "
            "of a split with labels"
        )
    if not unlike:
        refuse_unlike(baseline, alternative, _labels(baseline, alternative))


def refuse_unlike(baseline: Measured, alternative: Measured, names: tuple[str, str]) -> None:
    """Refuse a comparison from which no single cause could be named.

    Raises:
        BadInput: when the two differ in more than one thing.
    """
    fields = independent_differences(baseline, alternative)
    if len(fields) > 1:
        advice = ""
        if {"dola", "repetition_penalty"} <= set(fields):
            advice = "give both the same repetition_penalty; "
        raise BadInput(
            f"runs '{names[0]}' and '{names[1]}' differ in {len(fields)} things "
            f"({', '.join(fields)}), so a difference could not be laid to any one of them; "
            f"{advice}to compare them anyway say 'unlike: true' in the study or --unlike on the "
            "command line"
        )


def _data_digest(run: Run) -> object:
    """Digest of the items; what is shown before them is a difference like others."""
    data = run.record.get("data", {})
    return data.get("items_digest", data.get("digest"))


def _paired(
    runs: tuple[Run, Run], names: tuple[str, str], level: float, comparisons: int
) -> Verdict:
    """The verdict before correction."""
    baseline, alternative = runs
    pairs = common(baseline, alternative)
    changes = [b.credit - a.credit for _, a, b in pairs]
    gained, lost = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    subjects = [subject for subject, _, _ in pairs]
    p, smallest = paired_test(changes, level / comparisons)
    return Verdict(
        baseline=names[0],
        alternative=names[1],
        difference=sum(changes) / len(pairs),
        interval=cluster_bootstrap(changes, subjects, 1 - level),
        items=len(pairs),
        clusters=len(set(subjects)),
        gained=gained,
        lost=lost,
        p=p,
        p_corrected=p,
        comparisons=comparisons,
        smallest_detectable=smallest,
        decided=False,
        differs_in=differences(baseline, alternative),
        unread=(count_unread(a for _, a, _ in pairs), count_unread(b for _, _, b in pairs)),
        sentence="",
        parts=not _whole(changes),
    )


def paired_test(changes: Sequence[float], level: float) -> tuple[float, float]:
    """p-value that the mean change is zero, and the smallest that would have been found.

    McNemar's exact test where items are right or wrong; where they count in parts, the sign-flip
    test of paired differences, which equals it on whole ones.
    """
    if _whole(changes):
        gained, lost = changes.count(1), changes.count(-1)
        return mcnemar(gained, lost), smallest_detectable(len(changes), gained + lost, level)
    import numpy as np

    values = np.array(changes)
    found = sign_flip.smallest_detectable(values, level) if len(values) > 1 else 1.0
    return sign_flip.sign_flip(values), min(1.0, found)


def _whole(changes: Sequence[float]) -> bool:
    """Whether every change is one between right and not right."""
    return all(change in (-1, 0, 1) for change in changes)


def _labels(baseline: Run, alternative: Run) -> tuple[str, str]:
    """Names of two runs that tell them apart: condition, model where needed, id if nothing else."""
    runs = (baseline, alternative)
    names = [run.condition.label() for run in runs]
    if baseline.model != alternative.model:
        names = [f"{run.model} · {name}" for run, name in zip(runs, names, strict=True)]
    if names[0] == names[1]:
        names = [f"{name} [{run.id[:8]}]" for run, name in zip(runs, names, strict=True)]
    return names[0], names[1]
