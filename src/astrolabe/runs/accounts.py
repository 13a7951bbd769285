"""Accounts of how items were asked and graded, of one form whoever asked them."""

from collections.abc import Mapping
from dataclasses import dataclass

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
        header: What opens the prompt, role and instruction; `None` where nobody wrote it down.
        prompt: What was sent, as text; empty where it was not kept.
        scored: Texts that were scored, in the order shown; empty for generated answers.
        shots: Texts of the exemplars' questions, in order; `None` where they are not known.
        order: Original index of the option at each place.
        said: The text that was written; empty for scored options.
        read: What was read from it, or which option was preferred.
        credit: What the item counted, 0 to 1.
        under: What it would have counted under other rules, by their names.
        cut: Whether its prompt lost exemplars or its beginning to fit; `None` where nobody wrote it
            down.
    """

    item: Item
    header: str | None
    prompt: str
    scored: tuple[str, ...]
    shots: tuple[str, ...] | None
    order: tuple[int, ...]
    said: str
    read: str | None
    gold: str
    credit: float
    under: Mapping[str, float]
    cut: bool | None = None


@dataclass(frozen=True)
class Account:
    """What one side says.

    Attributes:
        accuracy: The headline, by the side's own aggregate.
        opening: Text of the prompt's first token; `None` where nobody wrote it down.
        told: By our items' ids.
        elsewhere: What items counted that are not among ours.
    """

    name: str
    rule: str
    aggregate: str
    accuracy: float
    template: Template
    opening: str | None
    told: Mapping[str, Told]
    elsewhere: tuple[float, ...] = ()

    @property
    def credits(self) -> list[float]:
        """What every item counted."""
        return [*(told.credit for told in self.told.values()), *self.elsewhere]


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
        template=run.condition.template,
        opening=prompts.get("opening"),
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
        # In a chat, the white space between cue and answer is the template's.
        chat = run.condition.template is not Template.OFF
        form = wording.answer.lstrip() if chat else wording.answer
        scored = tuple(form.format(answer=answer) for answer in shown)
    header = wording.header.format(subject=subject_name(item, recipe))
    role = f"{run.condition.role}\n\n" if run.condition.role else ""
    known = all(name in exemplars for name in graded.shots)
    shots = tuple(exemplars[name].question for name in graded.shots) if known else None
    texts = [answer.text for answer in graded.answers if isinstance(answer, Generated)]
    grade = graded.grades[run.rule]
    return Told(
        item=item,
        header=role + header,
        prompt=graded.prompt,
        scored=scored,
        shots=shots,
        order=graded.order,
        said="\n".join(texts),
        read=grade.extracted,
        gold=graded.gold,
        credit=grade.credit,
        under={rule: other.credit for rule, other in graded.grades.items()},
        cut=_cut(run, graded, (role + header).strip() or (shots or (item.question,))[0].strip()),
    )


def _cut(run: Run, graded: GradedItem, opening: str) -> bool:
    """Whether an item's prompt lost exemplars, or its beginning.

    The record says only how many prompts lost their beginning; it is those without `opening`, the
    first text that would stand in them.
    """
    if len(graded.shots) < run.condition.shots:
        return True
    cut: int = run.record.get("prompts", {}).get("cut_left", 0)
    if cut in (0, len(run.items)):
        return cut > 0
    return opening not in graded.prompt
