"""Two accounts of the same items: a run of ours, or what lm-evaluation-harness wrote down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Scoring, Template
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem, Run
from astrolabe.prompting.render import subject_name
from astrolabe.runs.summary import summarise


@dataclass(frozen=True)
class Told:
    """One item as one side asked and graded it.

    Attributes:
        prompt: What was sent, as text; empty where it was not kept.
        scored: Texts that were scored, in the order shown; empty for generated answers.
        shots: Texts of the exemplars' questions, in order; `None` where they are not known.
        order: Original index of the option at each place.
        said: The text that was written; empty for scored options.
        read: What was read from it, or which option was preferred.
        credit: What the item counted, 0 to 1.
        under: What it would have counted under other rules, by their names.
    """

    item: Item
    header: str
    prompt: str
    scored: tuple[str, ...]
    shots: tuple[str, ...] | None
    order: tuple[int, ...]
    said: str
    read: str | None
    gold: str
    credit: float
    under: Mapping[str, float]


@dataclass(frozen=True)
class Account:
    """What one side says.

    Attributes:
        accuracy: The headline, by the side's own aggregate.
        opening: Text of the prompt's first token; `None` where nobody wrote it down.
        cut: Prompts that were cut or lost exemplars; `None` where nobody wrote it down.
        told: By our items' ids.
    """

    name: str
    rule: str
    aggregate: str
    accuracy: float
    chat: bool
    opening: str | None
    cut: int | None
    told: Mapping[str, Told]


def of_run(run: Run, dataset: Dataset | None = None) -> Account:
    """Our own account of a run.

    Args:
        dataset: Its data, where they are loaded already.

    Raises:
        BadInput: for a run without a single judged item, or data that are no longer there.
    """
    data = dataset or get(run.benchmark).load(run.record.get("data", {}).get("place"))
    items = {item.id: item for item in data.items}
    exemplars = {item.id: item for pool in data.exemplars.values() for item in pool}
    accuracy = summarise(run).accuracy
    if accuracy is None:
        raise BadInput(f"run '{run.id[:8]}' has no item with a label; there is no gap to explain")
    prompts = run.record.get("prompts", {})
    return Account(
        name=run.condition.label(),
        rule=run.rule,
        aggregate=run.aggregate,
        accuracy=accuracy,
        chat=run.condition.template is not Template.OFF,
        opening=prompts.get("opening"),
        cut=prompts.get("shots_dropped", 0) + prompts.get("cut_left", 0),
        told={
            graded.item: _told(run, graded, items[graded.item], exemplars)
            for graded in run.items
            if graded.item in items and graded.judged(run.rule)
        },
    )


def _told(run: Run, graded: GradedItem, item: Item, exemplars: Mapping[str, Item]) -> Told:
    recipe = get(run.benchmark).recipe(run.condition.recipe)
    wording = recipe.wording(run.condition.language, run.condition.scoring)
    scored: tuple[str, ...] = ()
    if run.condition.scoring is not Scoring.GENERATED:
        by_text = run.condition.scoring is Scoring.TEXT
        shown = (item.choices[i] if by_text else LETTERS[p] for p, i in enumerate(graded.order))
        scored = tuple(wording.answer.format(answer=answer) for answer in shown)
    known = all(name in exemplars for name in graded.shots)
    shots = tuple(exemplars[name].question for name in graded.shots) if known else None
    texts = [answer.text for answer in graded.answers if isinstance(answer, Generated)]
    grade = graded.grades[run.rule]
    return Told(
        item=item,
        header=wording.header.format(subject=subject_name(item, recipe)),
        prompt=graded.prompt,
        scored=scored,
        shots=shots,
        order=graded.order,
        said="\n".join(texts),
        read=grade.extracted,
        gold=graded.gold,
        credit=grade.credit,
        under={rule: other.credit for rule, other in graded.grades.items()},
    )


def of_lm_eval(place: Path, dataset: Dataset, metric: str | None = None) -> Account:
    """What lm-evaluation-harness wrote down with ``--log_samples``.

    Args:
        place: ``results_DATE.json``; the files ``samples_TASK_DATE.jsonl`` lie beside it.
        dataset: The data of the run it is held against; rows are found in it by their texts.
        metric: ``METRIC,FILTER`` such as ``exact_match,strict-match``; `None` takes the first.

    Raises:
        BadInput: for files that are not there or of another form, or rows of other data.
    """
    results = _read_json(place)
    try:
        scores = {task: dict(values) for task, values in results["results"].items()}
        configs = results["configs"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"'{place}' is no results file of lm-evaluation-harness (no {error}); give its "
            "results_DATE.json, made with --log_samples"
        ) from error
    stamp = place.stem.removeprefix("results_")
    files = sorted(place.parent.glob(f"samples_*_{stamp}.jsonl"))
    if not files:
        raise BadInput(f"no samples_*_{stamp}.jsonl beside '{place}'; run lm-eval --log_samples")
    chosen = metric or _first_metric(scores)
    name, _, chain = chosen.partition(",")
    by_text = {_key(item): item for item in dataset.items}
    told: dict[str, Told] = {}
    for file in files:
        task = file.name.removeprefix("samples_").removesuffix(f"_{stamp}.jsonl")
        header = str(configs.get(task, {}).get("description", ""))
        for line in file.read_text(encoding="utf-8").splitlines():
            sample = json.loads(line)
            if sample.get("filter", "none") != (chain or "none") or name not in sample:
                continue
            item = _item_of(sample.get("doc", {}), by_text, dataset)
            if item is not None:
                told[item.id] = _sampled(sample, item, header, name)
    if not told:
        raise BadInput(
            f"no sample beside '{place}' with metric '{chosen}' is about an item of "
            f"{dataset.source}; were both run on the same data?"
        )
    credits = [one.credit for one in told.values()]
    own = [values[chosen] for values in scores.values() if isinstance(values.get(chosen), float)]
    return Account(
        name=f"lm-eval {', '.join(scores)}",
        rule=chosen,
        aggregate="as reported",
        accuracy=own[0] if len(scores) == 1 and own else sum(credits) / len(credits),
        chat=bool(results.get("chat_template")),
        opening=None,
        cut=None,
        told=told,
    )


def _sampled(sample: Mapping[str, Any], item: Item, header: str, metric: str) -> Told:
    arguments = list(sample["arguments"].values())
    scored = tuple(str(a["arg_1"]) for a in arguments if isinstance(a.get("arg_1"), str))
    responses = [one[0] for one in sample["resps"]]
    written = [text for text in responses if isinstance(text, str)]
    read = None
    if scored:
        totals = [float(response[0]) for response in responses]
        place = max(range(len(totals)), key=totals.__getitem__)
        read = LETTERS[place] if place < len(LETTERS) else str(place)
    elif sample.get("filtered_resps"):
        read = str(sample["filtered_resps"][0])
    return Told(
        item=item,
        header=header,
        prompt=str(arguments[0]["arg_0"]),
        scored=scored,
        shots=None,
        order=tuple(range(len(item.choices))),
        said="\n".join(written),
        read=read,
        gold=item.gold,
        credit=float(sample[metric]),
        under={},
    )


def _first_metric(scores: Mapping[str, Mapping[str, Any]]) -> str:
    for values in scores.values():
        for name, value in values.items():
            if isinstance(value, float) and "_stderr" not in name and "," in name:
                return name
    raise BadInput("the results file has no metric; was lm-eval run with --log_samples?")


def _item_of(
    doc: Mapping[str, Any], by_text: Mapping[tuple[str, ...], Item], dataset: Dataset
) -> Item | None:
    """The item that a row of lm-eval is about: by its id where it is ours, else by its texts."""
    if isinstance(doc.get("id"), str):
        own = next((item for item in dataset.items if item.id == doc["id"]), None)
        if own is not None:
            return own
    texts = set(_texts(doc))
    for key, item in by_text.items():
        if key[0] in texts and all(choice in texts for choice in key[1:]):
            return item
    return None


def _texts(value: Any) -> list[str]:
    """Every text in a row, stripped."""
    if isinstance(value, str):
        return [value.strip()]
    parts: Sequence[Any] = ()
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    return [text for part in parts for text in _texts(part)]


def _key(item: Item) -> tuple[str, ...]:
    return tuple(text.strip() for text in item.asks)


def _read_json(place: Path) -> dict[str, Any]:
    try:
        value = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"results file '{place}' cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise BadInput(f"results file '{place}' is no JSON object")
    return value
