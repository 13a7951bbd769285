"""What moved an answer: its probability split over weights, question, examples, and text so far.

The four are what the probability of an output is said to depend on. Which of them did it is asked
by leaving them out, in all 16 ways, and shared out by Shapley's value (see
`astrolabe.studies.four_sources` for the game, and for what "absent" means). The answer that is
split is the right one, so that nothing is selected by what the model happens to prefer; one item
can be looked at token by token, with the answer that the model gave.

Beside each source stands the same one of somebody else (`astrolabe.studies.splitting`): what a
source does by being there at all is no merit of what it says. That it does more is what is tested.

Examples are said to work much as fine-tuning on them would; `astrolabe.studies.resemblance` puts
that to the test, with what it takes from Dai et al. (2023, arXiv:2212.10559), Shen et al. (2024,
arXiv:2310.08540) and Deutch et al. (2024, arXiv:2311.07772), and where it departs from them.

Shapes: M items, D draws of examples, N layers.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Reasoning
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Generated, Reading, Scored
from astrolabe.core.run import GradedItem, Run, pick
from astrolabe.runs.execute import execute
from astrolabe.runs.private import refuse_to_show
from astrolabe.runs.questions import Question, Questions, questions
from astrolabe.studies.four_sources import (
    EXAMPLES,
    QUESTION,
    WEIGHTS,
    Frame,
    Origin,
    Target,
)
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting
from astrolabe.studies.moved_findings import decide, own_contents
from astrolabe.studies.moved_tables import Token, View, outcome
from astrolabe.studies.outcome import Outcome, Text
from astrolabe.studies.resemblance import OTHER, SAME, SHUFFLED, Draw, resemblance
from astrolabe.studies.splitting import cases, split, trace
from astrolabe.studies.teaching import lessons

if TYPE_CHECKING:
    from astrolabe.models.local import LocalModel

FEWEST = 6
"""Items below which no two-sided sign-flip test reaches 0.05."""
QUESTIONS = 4
"""Questions that each draw of examples is tried on."""
STOCK = ("gsm8k", "strategyqa", "mmlu", "gpqa")
"""Where examples of another task come from: the first of them, in Polaris' form, that fits."""


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `astrolabe.studies.laboratory.Experiment`."""
    model = _local(bench.load(setting.model))
    condition = setting.protocol().condition(shots=setting.knobs["shots"])
    plan = setting.plan("what moved it", condition)
    asked = questions(plan)
    frame = Frame(asked.recipe, condition)
    run = execute(plan, model, bench.store, bench.watch)
    origins = [_origin(q, g, frame) for q, g in zip(asked.asked, run.items, strict=True)]
    targets = [frame.right(origin.item, origin.order) for origin in origins]
    foreign = _foreign(setting, frame, asked.dataset)
    others = [
        replace(o, shots=_some(foreign, len(o.shots), f"{setting.seed} {n}"))
        for n, o in enumerate(origins)
    ]
    if len(origins) < FEWEST:
        raise BadInput(
            f"only {len(origins)} items are asked, and it takes {FEWEST}; raise the limit"
        )
    found = cases(origins, targets, others, setting.seed)
    splits = [
        one for one in split(found, frame, model, bench.store, bench.watch) if one is not None
    ]
    if len(splits) < FEWEST:
        raise BadInput(
            f"only {len(splits)} of {len(origins)} items could be split, and it takes {FEWEST}; "
            "the others are too long for the model's context, or tokenised differently after "
            "different prompts: show fewer shots, or raise the limit"
        )
    draws = _draws(setting, asked, frame, model, foreign)
    cosines = resemblance(model, draws, setting.seed, bench.watch) if draws else None
    findings = decide(own_contents(splits), [s.subject for s in splits], cosines, setting.level)
    view = _viewed(setting, origins, run, frame, model, bench)
    return outcome(setting, run, splits, cosines, findings, view)


def _local(model: object) -> "LocalModel":
    from astrolabe.models.local import LocalModel

    if not isinstance(model, LocalModel):
        raise BadInput(
            "what-moved-it looks inside the model and takes gradients of its weights, so it needs "
            "them on this machine; give polaris, a folder, or a hub id"
        )
    return model


def _origin(question: Question, graded: GradedItem, frame: Frame) -> Origin:
    """What an answer of the run came from."""
    written = graded.answers[0]
    text = frame.parted(written.text)[0] if isinstance(written, Generated) else ""
    shots = tuple(shot for shot in question.shots if shot.id in graded.shots)
    return Origin(question.item, question.order, shots, text)


def _foreign(setting: Setting, frame: Frame, dataset: Dataset) -> tuple[Item, ...]:
    """Examples of another task that can be put into the same form.

    Raises:
        BadInput: when none of ours can.
    """
    options = {len(item.choices) for item in dataset.items}
    worked = frame.condition.reasoning is not Reasoning.NONE
    for name in STOCK:
        other = get(name).load(None)
        items = tuple(
            item
            for item in (*(i for pool in other.exemplars.values() for i in pool), *other.items)
            if len(item.choices) in options and (item.rationale is not None or not worked)
        )
        if name != setting.benchmark and len(items) >= setting.knobs["shots"]:
            return items
    raise BadInput(
        f"no examples of another task fit the form of benchmark '{setting.benchmark}' (options: "
        f"{sorted(options)}); take one of {', '.join(STOCK)}"
    )


def _some(items: Sequence[Item], count: int, seed: str) -> tuple[Item, ...]:
    return tuple(Random(f"foreign {seed}").sample(items, count))


def _draws(
    setting: Setting, asked: Questions, frame: Frame, model: "LocalModel", foreign: Sequence[Item]
) -> list[Draw]:
    """Examples of one subject each, with questions of it; none where no example is shown."""
    shots, draws = setting.knobs["shots"], []
    by_subject: dict[str, list[Question]] = {}
    for question in asked.asked if shots else ():
        if len(asked.dataset.pool(question.item)) >= shots:
            by_subject.setdefault(question.item.subject, []).append(question)
    for number in range(setting.knobs["draws"] if by_subject else 0):
        chance = Random(f"draw {setting.seed} {number}")
        some = by_subject[chance.choice(sorted(by_subject))]
        some = chance.sample(some, min(len(some), QUESTIONS))
        pool = asked.dataset.pool(some[0].item)
        shown = tuple(chance.sample(pool, shots))
        draws.append(
            _draw(some, shown, _some(foreign, shots, f"{setting.seed} {number}"), frame, model)
        )
    return draws


def _draw(
    some: Sequence[Question],
    shown: tuple[Item, ...],
    foreign: tuple[Item, ...],
    frame: Frame,
    model: "LocalModel",
) -> Draw:
    def before(coalition: int) -> tuple[tuple[int, ...], ...]:
        prompts = []
        for question in some:
            origin = Origin(question.item, question.order, shown, "")
            target = frame.right(question.item, question.order)
            answer = Target((target.candidates[target.place],))
            prompts.append(frame.prompt(origin, coalition, answer))
        readings = [one.readings[0] for one in model.encode(prompts)]
        return tuple(reading.tokens[: reading.start] for reading in readings)

    def learned(items: Sequence[Item]) -> tuple[Reading, ...]:
        return tuple(lessons(items, frame.recipe, frame.condition, model))

    # Everybody gets his neighbour's answer.
    dealt = [
        replace(item, gold=_fitting(other, item), rationale=other.rationale)
        for item, other in zip(shown, shown[1:] + shown[:1], strict=True)
    ]
    return Draw(
        before(WEIGHTS | QUESTION),
        before(WEIGHTS | QUESTION | EXAMPLES),
        {SAME: learned(shown), SHUFFLED: learned(dealt), OTHER: learned(foreign)},
    )


def _fitting(other: Item, item: Item) -> str:
    """The answer of another item; of options, one that the item has."""
    return LETTERS[other.gold_index % len(item.choices)] if item.choices else other.gold


def _viewed(
    setting: Setting,
    origins: Sequence[Origin],
    run: Run,
    frame: Frame,
    model: "LocalModel",
    bench: Bench,
) -> View | None:
    """The item that is looked at: the answer that the model gave, and the right one."""
    name = setting.knobs["item"]
    if name is None:
        return None
    if run.record["data"]["private"]:
        refuse_to_show(setting.benchmark)
    origin = pick(origins, [one.item.id for one in origins], name)
    right = frame.right(origin.item, origin.order)
    gave = _given(run.find(origin.item.id), right, frame)
    targets = {"right": right} if gave is None else {"given": gave, "right": right}
    if gave == right:
        del targets["right"]
    return View(
        origin.item.id,
        right.candidates[right.place],
        {
            which: [
                Token(model.decode((one.token,)), one)
                for one in trace(origin, target, frame, model, bench.store, bench.watch)
            ]
            for which, target in targets.items()
        },
    )


def _given(graded: GradedItem, right: Target, frame: Frame) -> Target | None:
    """The answer that the model gave; `None` where it stated none."""
    first = graded.answers[0]
    if isinstance(first, Generated):
        stated = frame.parted(first.text)[1]
        return Target((stated,)) if stated else None
    totals = [answer.total for answer in graded.answers if isinstance(answer, Scored)]
    return replace(right, place=totals.index(max(totals)))


EXPERIMENT = Experiment(
    name="what-moved-it",
    summary=Text(
        "Which of weights, question, examples and text so far an answer came from, and whether "
        "examples work as a step of fine-tuning does.",
        "一个答案来自权重、问题、示例和前文中的哪一个；示例的作用是否像一步微调。",
    ),
    paper="Shapley 1953; Dai et al. 2023 (arXiv:2212.10559), Shen et al. 2024 (arXiv:2310.08540)",
    benchmark="gsm8k",
    conduct=conduct,
    knobs=(
        Knob("shots", 5, "Examples shown.", least=0),
        Knob("draws", 10, "Draws of examples that a step of fine-tuning is taken on.", least=2),
        Knob("item", None, "Look at this item's answer token by token: a number, or an id."),
    ),
    limit=60,
)
