"""From a plan to what will be asked, in the model's own tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from astrolabe.core.benchmark import Dataset, Recipe
from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.digest import digest
from astrolabe.core.item import Item
from astrolabe.core.model import Exit, Generation, Model, Reading
from astrolabe.core.run import RunPlan, pick
from astrolabe.grading.code import CODE_RULES
from astrolabe.runs.fit import Fitted, fit
from astrolabe.runs.private import refuse_to_show
from astrolabe.runs.questions import Question, Questions, questions
from astrolabe.runs.watch import Silent, Watch

AT_ONCE = 500
"""Prompts tokenised together: enough to share their common parts, few enough to show progress."""

Request = Reading | Generation


@dataclass(frozen=True)
class Asked:
    """A run made ready: what will be asked, in the model's own tokens.

    Attributes:
        requests: For each item, what is asked for each of its answers, by key: one generation for
            each sample, or for each option its reading and, where layers are contrasted, those at
            early exits. A generation is joined by a second one where the answer is asked for after
            the reasoning, once that is there.
        second: For each item, these second prompts, one for each sample; empty until then.
    """

    plan: RunPlan
    questions: Questions
    fitted: list[Fitted]
    requests: list[tuple[dict[str, Request], ...]]
    second: list[tuple[Fitted, ...]] = field(default_factory=list)

    @property
    def dataset(self) -> Dataset:
        return self.questions.dataset

    @property
    def recipe(self) -> Recipe:
        return self.questions.recipe

    @property
    def items(self) -> tuple[Item, ...]:
        return self.questions.items

    @property
    def by_key(self) -> dict[str, Request]:
        """Everything that is asked."""
        return {key: r for item in self.requests for one in item for key, r in one.items()}

    @property
    def extract(self) -> str | None:
        """What asks for the answer after the reasoning; `None` where it is read from that."""
        return self.recipe.extract(self.plan.condition)

    @property
    def whole(self) -> bool:
        """Whether everything that will be asked is known."""
        return self.extract is None or bool(self.second)

    @property
    def runs_programs(self) -> bool:
        """Whether what the model writes is run in a sandbox."""
        return bool(set(self.recipe.rules[self.plan.condition.scoring]) & CODE_RULES.keys())

    @property
    def title(self) -> str:
        """What the run is called while it is made."""
        return self.plan.label or f"{self.plan.benchmark} · {self.plan.condition.label()}"


def ask(plan: RunPlan, model: Model, watch: Watch | None = None) -> Asked:
    """Load, choose, render and encode the items of a run; nothing is computed yet.

    Raises:
        BadInput: for data, a subject or a condition that cannot be had.
    """
    found = questions(plan)
    asked = Asked(plan, found, [], [])
    with (watch or Silent()).stage(f"{asked.title}: prompts", len(found.asked)) as advance:
        for start in range(0, len(found.asked), AT_ONCE):
            some = found.asked[start : start + AT_ONCE]
            asked.fitted.extend(fit(some, found.recipe, plan.condition, model))
            advance(len(some))
    dola = plan.condition.decoding.dola
    exits = model.exits(dola) if dola else ()
    for each in asked.fitted:
        wanted = _requests(each, plan.condition, exits)
        asked.requests.append(
            tuple({request.key(model.identity): request for request in one} for one in wanted)
        )
    return asked


def ask_one(
    plan: RunPlan, model: Model, name: str, reveal: bool = False
) -> tuple[Question, Fitted]:
    """One item of a run, by number or id, made ready as `ask` would.

    Args:
        reveal: Whether an item may be had whose authors ask that it be shown to nobody.

    Raises:
        BadInput: as `ask`, and when there is no such item, or it may not be had.
    """
    found = questions(plan)
    if found.dataset.private and not reveal:
        refuse_to_show(plan.benchmark)
    question = pick(found.asked, [item.id for item in found.items], name)
    return question, fit([question], found.recipe, plan.condition, model)[0]


def _requests(
    fitted: Fitted, condition: Condition, exits: Sequence[Exit]
) -> tuple[tuple[Request, ...], ...]:
    if condition.scoring is not Scoring.GENERATED:
        return tuple(
            (reading, *(replace(reading, exit=exit) for exit in exits))
            for reading in fitted.encoded.readings
        )
    assert condition.max_tokens is not None  # the condition refuses generated without it
    generation = Generation(
        fitted.encoded.context, condition.max_tokens, fitted.prompt.stops, condition.decoding
    )
    decoding = condition.decoding
    seeds = [decoding.seed, *(_seed(decoding.seed, n) for n in range(1, condition.samples))]
    return tuple(
        (replace(generation, decoding=decoding.model_copy(update={"seed": seed})),)
        for seed in seeds
    )


def _seed(seed: int, sample: int) -> int:
    """Seed of the n-th further sample: another one for every seed, so that repeats share none."""
    return int(digest("sample", seed, sample)[:8], 16)
