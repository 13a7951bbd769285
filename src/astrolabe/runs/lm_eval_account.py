"""lm-evaluation-harness' account of our items, from what it wrote down."""

from collections.abc import Sequence
from pathlib import Path

from astrolabe.core.benchmark import Dataset
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.runs.accounts import Account, Told
from astrolabe.runs.lm_eval_logs import Results, Sample, read_logs, read_results

_METRICS = {
    "argmax": "acc,none",
    "argmax-per-char": "acc_norm,none",
    "argmax-per-byte": "acc_bytes,none",
    "gsm8k-cot": "exact_match,strict-match",
    "minerva": "exact_match,none",
    "between-dollars": "exact_match,none",
    "completion": "pass@1,create_test",
    **{f"{name}-acc": f"{name}_acc,none" for name in ("bleu", "rouge1", "rouge2", "rougeL")},
}
"""What our rules are called there; other rules have the names of its filters."""

_BY_TEXT = ("mc1", "mc2", "mc3")
"""Rules that name the preferred option by its text."""

_INVALID = "[invalid]"
"""What a filter leaves of a text in which it found nothing."""


def of_lm_eval(
    place: Path,
    dataset: Dataset,
    rules: Sequence[str],
    metric: str | None = None,
    task: str | None = None,
) -> Account:
    """The account of lm-evaluation-harness.

    Args:
        place: ``results_DATE.json``, made with ``--log_samples``.
        dataset: The data of the run it is held against. Tasks that are about none of its items are
            passed over.
        rules: Names of the run's rules, the headline first.
        metric: ``METRIC,FILTER`` such as ``exact_match,strict-match``; `None` takes what measures
            the same as a rule of the run, or else the first.
        task: Task or group to read; `None` for all.

    Raises:
        BadInput: for files that are not there or of another form, rows of other data, a metric or
            task that is not there, or several tasks that ask the same items.
    """
    results = read_results(place)
    logs = read_logs(results, dataset, task)
    tasks = [log.task for log in logs]
    chosen = metric or _same_metric(rules, tasks[0], results)
    same = next((rule for rule in rules if _metric(rule, tasks[0]) == chosen), None)
    name, _, chain = chosen.partition(",")
    told: dict[str, Told] = {}
    elsewhere: list[float] = []
    for log in logs:
        for sample, item in log.samples:
            if sample.get("filter", "none") != (chain or "none") or name not in sample:
                continue
            if item is None or item.id in told:
                elsewhere.append(float(sample[name]))
            else:
                header = results.headers.get(log.task)
                told[item.id] = _told(sample, item, header, name, same)
    if not told:
        raise BadInput(
            f"no sample of {tasks[0]} beside '{place}' has the metric '{chosen}'; it has "
            f"{', '.join(results.metrics(tasks[0]))}"
        )
    credits = [*(one.credit for one in told.values()), *elsewhere]
    title, reported = _headline(tasks, chosen, results)
    return Account(
        name=f"lm-eval {title}, {chosen}",
        rule=same or chosen,
        aggregate="micro" if reported is None else "as reported",
        accuracy=sum(credits) / len(credits) if reported is None else reported,
        template=results.template,
        opening=None,
        told=told,
        elsewhere=tuple(elsewhere),
    )


def _metric(rule: str, task: str) -> str | None:
    """What a rule of ours is called in a task; `None` where it has no such."""
    if rule in _BY_TEXT:
        return "acc,none" if rule in task else None
    return _METRICS.get(rule, f"exact_match,{rule}")


def _same_metric(rules: Sequence[str], task: str, results: Results) -> str:
    """The metric that measures what the first possible of `rules` does, or else the first."""
    known = list(results.metrics(task))
    if not known:
        raise BadInput(f"'{results.place}' has no score of task '{task}'")
    same = (_metric(rule, task) for rule in rules)
    return next((metric for metric in same if metric in known), known[0])


def _headline(tasks: Sequence[str], metric: str, results: Results) -> tuple[str, float | None]:
    """What the tasks are together, and the score that was reported of it; `None` for none."""
    for name in (*results.groups, *tasks):
        if results.tasks(name) == set(tasks):
            return name, results.metrics(name).get(metric)
    return f"{tasks[0]} and {len(tasks) - 1} more", None


def _told(sample: Sample, item: Item, header: str | None, metric: str, rule: str | None) -> Told:
    arguments = list(sample["arguments"].values())
    scored = tuple(str(a["arg_1"]) for a in arguments if isinstance(a.get("arg_1"), str))
    responses = [one[0] for one in sample["resps"]]
    read: str | None = None
    if scored:
        read = _preferred(item, scored, [float(response[0]) for response in responses], rule)
    elif sample.get("filtered_resps"):
        read = str(sample["filtered_resps"][0])
    return Told(
        item=item,
        header=header,
        prompt=str(arguments[0]["arg_0"]),
        scored=scored,
        shots=None,
        order=tuple(range(len(item.choices))),
        said="\n".join(text for text in responses if isinstance(text, str)),
        read=None if read == _INVALID else read,
        gold=item.gold,
        credit=float(sample[metric]),
        under={},
    )


def _preferred(item: Item, scored: Sequence[str], totals: Sequence[float], rule: str | None) -> str:
    """The option preferred, in the form in which ours is read: a letter, or a text."""
    lengths = [len(text.strip()) if rule == "argmax-per-char" else 1 for text in scored]
    values = [total / max(1, length) for total, length in zip(totals, lengths, strict=True)]
    place = max(range(len(values)), key=values.__getitem__)
    text = scored[place].strip()
    if rule in _BY_TEXT:
        return text
    index = item.choices.index(text) if text in item.choices else place
    return LETTERS[index] if index < len(LETTERS) else text
