"""What a list of runs says beneath itself: which metric it shows, and what to do next."""

from collections.abc import Mapping

from astrolabe.core.condition import Scoring
from astrolabe.core.grade import Outcome
from astrolabe.core.run import Run
from astrolabe.report.rows import one_line
from astrolabe.runs import submission
from astrolabe.runs.figures import percent
from astrolabe.runs.summary import Summary, summarise

ID = 8
"""Characters shown of a run's id; commands take any beginning that is not ambiguous."""

MANY = 0.5
"""Share of unread answers from which on they are what matters."""


def metrics(runs: Mapping[str, Run]) -> list[str]:
    """By which rule and aggregate the accuracies are, and what other metrics say of the same
    answers. Rules that agree in every shown digit are left out."""
    headlines = dict.fromkeys(
        f"{run.benchmark} by {run.rule}, mean over "
        f"{'items' if run.aggregate == 'micro' else 'subjects'}"
        for run in runs.values()
    )
    lines = [f"accuracy: {'; '.join(headlines)}"] if headlines else []
    for label, run in runs.items():
        summary = summarise(run)
        shown = percent(summary.accuracy)
        others = [
            f"{rule} {percent(share)}"
            for rule, share in summary.rules.items()
            if percent(share) != shown
        ]
        if others:
            lines.append(f"{one_line(label)}, otherwise: {', '.join(others)}")
    return lines


def next_steps(runs: Mapping[str, Run]) -> list[str]:
    """What to do about runs whose number says nothing yet."""
    found = (_next_step(one_line(label), run, summarise(run)) for label, run in runs.items())
    return [step for step in found if step]


def _next_step(label: str, run: Run, summary: Summary) -> str:
    name = run.id[:ID]
    if summary.accuracy is None and not any(item.gold for item in run.items):
        form = "ceval-submission" if run.benchmark == submission.BENCHMARK else "json"
        return (
            f"{label}: these items come without right answers; `astrolabe export {name} --format "
            f"{form}` writes what was answered"
        )
    truncated = summary.outcomes[Outcome.TRUNCATED]
    unread = truncated + summary.outcomes[Outcome.UNPARSED]
    if unread < MANY * summary.n:
        return ""
    room = ""
    if truncated and run.condition.scoring is Scoring.GENERATED:
        room = f"; --max-tokens gives more room than {run.condition.max_tokens} tokens"
    return (
        f"{label}: {unread} of {summary.n} items could not be read ({truncated} cut off), so the "
        f"accuracy says little; `astrolabe show {name} --item 0` shows one{room}"
    )
