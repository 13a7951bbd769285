"""`Run` and `Study`: a measurement, and a declared set of measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from astrolabe.core.benchmark import Recipe
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade
from astrolabe.core.item import LETTERS
from astrolabe.core.model import Generated, Scored

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class GradedItem:
    """One item of a run with everything that was made of it.

    Attributes:
        item: The item's id.
        subject: The item's subject, the cluster of the statistics.
        gold: The right answer; a letter names the original option, whatever order was shown.
        prompt: What the model was sent, as one text.
        answers: What the model said: one `Scored` for each option, as shown, or one `Generated`
            for each sample.
        order: Which original option (from 0) stood at each place; empty for open questions.
        shots: Ids of the exemplars that were shown.
        grades: The grade under each rule of the recipe; the first is the headline.
        categories: Groups whose tables the item counts in.
    """

    item: str
    subject: str
    gold: str
    prompt: str
    answers: tuple[Scored | Generated, ...]
    order: tuple[int, ...]
    shots: tuple[str, ...]
    grades: Mapping[str, Grade]
    categories: tuple[str, ...] = ()

    def judged(self, rule: str) -> bool:
        """Whether the item counts under `rule`: it has a label, and the judge did not fail."""
        return self.gold != "" and self.grades[rule].outcome.judged

    @property
    def said(self) -> str:
        """The answer for people: the text, or each option as shown with its log-prob."""
        texts = [answer.whole for answer in self.answers if isinstance(answer, Generated)]
        if len(texts) > 1:
            return "\n".join(f"[{place}] {text}" for place, text in enumerate(texts, start=1))
        return "  ".join(texts) or "  ".join(
            f"{LETTERS[place] if len(self.answers) <= len(LETTERS) else place + 1} "
            f"{answer.total:.4f}"
            for place, answer in enumerate(self.answers)
            if not isinstance(answer, Generated)
        )


@dataclass(frozen=True)
class Run:
    """One model x benchmark x condition, with its grades and its record.

    Attributes:
        id: Digest of model, data and condition: the same question always has the same id.
        rule: Name of the headline rule.
        aggregate: ``micro`` or ``macro``, as the recipe says.
        items: The graded items, in the data's order.
        record: Everything else that a reader needs to trust or repeat the number.
    """

    id: str
    model: str
    benchmark: str
    condition: Condition
    rule: str
    aggregate: str
    items: tuple[GradedItem, ...]
    record: Mapping[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> GradedItem:
        """The item of that id, or at that place (from 0).

        Raises:
            BadInput: when there is none.
        """
        return pick(self.items, [item.item for item in self.items], name)


def pick(things: Sequence[_Thing], ids: Sequence[str], name: str) -> _Thing:
    """The thing whose id is `name`, or that stands at place `name` (from 0).

    Raises:
        BadInput: when there is none.
    """
    if name in ids:
        return things[ids.index(name)]
    if name.isdecimal() and int(name) < len(things):
        return things[int(name)]
    raise BadInput(
        f"no item '{name}'; give a number from 0 to {len(things) - 1}, or an id such as '{ids[0]}'"
    )


@dataclass(frozen=True)
class RunPlan:
    """A run that is asked for: names only, nothing loaded.

    Attributes:
        label: Name of the run inside its study; comparisons refer to it.
        data: Folder or hub id to read items from; `None` means Polaris.
        exemplars: File of exemplars to be shown in place of the data's own, or the name of another
            benchmark that has some.
        recipe: Protocol to go by, in place of the benchmark's own of the condition's name.
        subjects: Subjects to keep; empty keeps all.
        limit: Most items, drawn by a seeded hash of their ids; `None` keeps all.
    """

    label: str
    model: str
    benchmark: str
    condition: Condition
    data: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = None
    exemplars: str | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True)
class Study:
    """A declared set of runs and the comparisons planned between them.

    Attributes:
        comparisons: Pairs of run labels, (baseline, alternative).
        unlike: Whether runs that differ in more than one field may be compared.
    """

    name: str
    runs: tuple[RunPlan, ...]
    comparisons: tuple[tuple[str, str], ...] = ()
    unlike: bool = False
