"""Whether our `lm-eval` recipes give what lm-evaluation-harness gives: ``make peers``.

On real rows and for models of two families: the same prompts byte for byte, the same log-probs
within `TOLERANCE`, the same generated texts, the same grades. As a model with random weights writes
nothing that a grader could read, given texts are graded, too (`generations`). Exit code 1 when
anything differs, after a list of what does.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from astrolabe.core.condition import Scoring
from astrolabe.report.tables import show, text_table
from perf import generations, models, sides
from perf.agree import Agreement, Difference, Row, agreement
from perf.harness import NoPeer
from perf.protocols import PROTOCOLS

BATCH = 4
MAX_TOKENS = 32
GIVEN = ("texts", "log-probs")
"""What is given to both graders, besides models' answers."""

Compared = tuple[str, str, Agreement]
"""Name of a task, whose answers, and how far both sides agree on them."""


def main() -> None:
    """Compare and print; exit 1 on disagreement, 2 without rows or peers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20, help="rows of each subject or type")
    parser.add_argument("--task", choices=PROTOCOLS, nargs="*", default=list(PROTOCOLS))
    parser.add_argument("--family", choices=models.FAMILIES, nargs="*", default=models.FAMILIES)
    parser.add_argument("--listed", type=int, default=3, help="differences shown of each kind")
    asked = parser.parse_args()
    tasks = [sides.Task(name, asked.rows, max_tokens=MAX_TOKENS) for name in asked.task]
    found: list[Compared] = []
    try:
        for family in asked.family:
            given = family == asked.family[-1]
            for task, answers_of, result in compare(family, tasks, given):
                told = f"{task}, {answers_of}: {result.sentence()}"
                print(told, file=sys.stderr, flush=True)
                found.append((task, answers_of, result))
    except (NoPeer, FileNotFoundError) as error:
        print(f"peers: {error}", file=sys.stderr)
        sys.exit(2)
    _show(found)
    for task, answers_of, result in found:
        _list(f"{task}, {answers_of}", result.differences, asked.listed)
    sys.exit(0 if all(result.holds for _, _, result in found) else 1)


def compare(family: models.Family, tasks: Sequence[sides.Task], given: bool) -> Iterator[Compared]:
    """Agreement on what one model answers to each task, and on grades of answers `given` to both.

    Given texts are graded, and log-probs that one side found.
    """
    import torch

    from astrolabe.models.local import load

    place = models.model(family, models.SMALL)
    model = load(str(place), dtype="float32", device="cpu")
    with sides.LmEval(place, torch.get_num_threads()) as peer:
        for task in map(peer.equipped, tasks):
            _, mine = sides.ours(model, task)
            _, theirs = peer.run(task, BATCH)
            if task.protocol.answers:
                # There answers stand as they are listed, here the true ones first.
                pairs = zip(mine, theirs, strict=True)
                mine = [row.in_order_of(other) for row, other in pairs]
            yield task.name, family, agreement(mine, theirs)
            if given and task.protocol.rules:
                yield (
                    (task.name, GIVEN[0], _on_texts(task, peer))
                    if task.condition().scoring is Scoring.GENERATED
                    else (task.name, GIVEN[1], _on_log_probs(task, mine, peer))
                )


def _on_texts(task: sides.Task, peer: sides.LmEval) -> Agreement:
    mine: list[Row] = []
    theirs: list[Row] = []
    items = task.items()
    for texts in generations.texts(task.protocol.benchmark, items):
        mine += sides.our_grades(task, items, texts)
        theirs += peer.grades(task, texts)
    return agreement(mine, theirs)


def _on_log_probs(task: sides.Task, rows: Sequence[Row], peer: sides.LmEval) -> Agreement:
    """On what `rows` of ours say, which lm-eval's own model says nearly, but not quite."""
    mine = [row.unasked() for row in rows]
    return agreement(mine, peer.grades(task, [row.logprobs for row in mine]))


def _show(found: Sequence[Compared]) -> None:
    """Two tables: what was asked and answered, and how answers were graded."""
    asked = text_table("task", numbers=("answers of", "rows", "prompts", "Δ nats", "texts"))
    graded = text_table("task", numbers=("graded", "rule", "rows", "alike", "right"))
    for task, answers_of, result in sorted(found, key=lambda one: list(PROTOCOLS).index(one[0])):
        rows = str(result.rows)
        if answers_of not in GIVEN:
            nats = f"{result.nats:.0e}" if result.scored else "–"
            texts = "–" if result.scored else str(result.texts)
            asked.add_row(task, answers_of, rows, str(result.prompts), nats, texts)
        for rule, alike in result.alike.items():
            right = f"{result.credit[rule]:.6g}"
            graded.add_row(task, answers_of, rule, rows, str(alike), right)
    show("our lm-eval recipes against lm-evaluation-harness 0.4.13: the same", asked)
    show("graded alike by both: each model's answers, and texts or log-probs given to both", graded)


def _list(title: str, differences: Sequence[Difference], most: int) -> None:
    """The first few differences of each kind."""
    by_kind = sorted(differences, key=lambda difference: difference.what)
    for what, group in groupby(by_kind, key=lambda difference: difference.what):
        some = list(group)
        print(f"\n{title}: {len(some)} differ in {what}")
        for difference in some[:most]:
            for side in (difference.mine, difference.theirs):
                print(f"  {side.name}: {_told(what, side)}")


def _told(what: str, row: Row) -> str:
    match what:
        case "prompt":
            return f"{row.context!r} {row.scored!r}"
        case "log-probs":
            return " ".join(f"{value:.6f}" for value in row.logprobs)
        case "text":
            return repr(row.text)
    return f"counts {row.credit[what]:.7g} {row.text!r}"


if __name__ == "__main__":
    main()
