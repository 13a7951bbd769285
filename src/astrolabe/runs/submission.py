"""C-Eval's submission: what a model answered on the test split, as its authors' site takes it.

Form: github.com/hkust-nlp/ceval, submission_example.json: a letter for each id, by subject. The
example holds nothing but letters, and not every id; so an answer that could not be read is left
out: the site would count an empty text as not right, too, if it took it.
"""

import json
import logging
from pathlib import Path

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run

BENCHMARK = "ceval-test"
NAMED = 5
"""Unread items that a warning names."""

log = logging.getLogger("astrolabe")


def ceval_submission(run: Run) -> dict[str, dict[str, str]]:
    """The letters that were answered, by id, by subject: those of the options as the source orders
    them, whatever order was shown. Unread items are left out; see `unread`.

    Raises:
        BadInput: for a run of another benchmark, or one of which nothing could be read.
    """
    if run.benchmark != BENCHMARK:
        raise BadInput(
            f"run {run.id[:8]} is of '{run.benchmark}', but only the answers to '{BENCHMARK}' are "
            f"handed in; run `astrolabe run {BENCHMARK}` first"
        )
    letters: dict[str, dict[str, str]] = {item.subject: {} for item in run.items}
    for item in run.items:
        letter = item.grades[run.rule].extracted
        if letter is not None:
            _, _, name = item.item.split("/", 2)
            letters[item.subject][name] = letter
    if not any(letters.values()):
        raise BadInput(
            f"no answer of run {run.id[:8]} could be read, so there is nothing to hand in; "
            "scoring 'letters' always has an answer"
        )
    return letters


def unread(run: Run) -> list[str]:
    """Ids of the items whose answer could not be read."""
    return [item.item for item in run.items if item.grades[run.rule].extracted is None]


def write_ceval_submission(run: Run, path: Path) -> None:
    """Write the submission, and warn of what is not in it.

    Raises:
        BadInput: see `ceval_submission`.
        OSError: when it cannot be written.
    """
    letters = ceval_submission(run)
    path.write_text(json.dumps(letters, indent=4) + "\n", encoding="utf-8")
    for warning in _warnings(run):
        log.warning(warning)


def _warnings(run: Run) -> list[str]:
    warnings = []
    data = run.record.get("data", {})
    if data.get("items") != data.get("of"):
        warnings.append(
            f"the run asked {data['items']} of {data['of']} items; the others are not in the "
            "submission"
        )
    missing = unread(run)
    if missing:
        more = len(missing) - NAMED
        named = ", ".join(missing[:NAMED]) + (f" and {more} more" if more > 0 else "")
        warnings.append(
            f"{len(missing)} of {len(run.items)} answers could not be read and are not in the "
            f"submission: {named}"
        )
    return warnings
