"""From an item and its exemplars to a `Prompt`, by the wording of a recipe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from astrolabe.core.benchmark import Recipe, Wording
from astrolabe.core.condition import Condition, Labels, Reasoning, Scoring, Template
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.prompt import Message, Prompt


@dataclass(frozen=True)
class _Shot:
    """An exemplar in words: what is asked, and what is answered; nothing where labels are left
    out."""

    question: str
    answer: str


def render(
    item: Item,
    exemplars: Sequence[Item],
    order: tuple[int, ...],
    recipe: Recipe,
    condition: Condition,
    headed: bool = True,
) -> Prompt:
    """The prompt for one item.

    Args:
        item: The question.
        exemplars: Shown before it, in this order.
        order: Original index of the option shown at each place.
        recipe: Has the words.
        condition: Decides reasoning, role, template and what is scored.
        headed: Whether what opens the prompt is said.

    Raises:
        BadInput: when the condition asks for something that the item or an exemplar lacks.
    """
    wording = recipe.wording(condition.language, condition.scoring)
    subject = subject_name(item, recipe)
    asked = _question(item, wording, order, subject) + _cue(wording, subject)
    shots = [_shot(exemplar, wording, condition, subject) for exemplar in exemplars]
    header = wording.header.format(subject=subject) if headed else ""
    lead = _lead(wording)
    opening = f"{lead}{condition.trigger}" if condition.trigger else ""
    continuations = _continuations(item, wording, condition, order)
    stops = _stops(wording, condition)
    shown = tuple(exemplar.id for exemplar in exemplars)
    if condition.template is Template.OFF:
        role = f"{condition.role}\n\n" if condition.role else ""
        blocks = [f"{shot.question}{shot.answer}" for shot in shots] + [f"{asked}{opening}"]
        text = role + header + wording.between.join(blocks)
        return Prompt(
            text,
            continuations=continuations,
            stops=stops,
            shots=shown,
            order=order,
            bos=recipe.bos,
            seam=recipe.seam,
        )
    return Prompt(
        messages=_messages(shots, asked, header, wording, condition),
        prefix=opening.removeprefix(lead),
        continuations=tuple(text.removeprefix(lead) for text in continuations),
        stops=stops,
        shots=shown,
        order=order,
    )


def answered(exemplar: Item, recipe: Recipe, condition: Condition) -> Prompt:
    """An exemplar asked by itself, with its answer as what follows: what a model is trained on.

    The answer is what it would be as a shot, worked where the condition asks for it.

    Raises:
        BadInput: as `render`.
    """
    wording = recipe.wording(condition.language, condition.scoring)
    order = tuple(range(len(exemplar.choices)))
    asked = render(exemplar, (), order, recipe, condition)
    shot = _shot(exemplar, wording, condition, subject_name(exemplar, recipe))
    # A trigger ends the prompt, and begins a shot's answer.
    answer = shot.answer.removeprefix(_lead(wording)).removeprefix(condition.trigger or "")
    if not condition.trigger and condition.template is Template.OFF:
        answer = _lead(wording) + answer
    return replace(asked, continuations=(answer,), stops=())


def subject_name(item: Item, recipe: Recipe) -> str:
    """The item's subject as it stands in a sentence."""
    return recipe.names.get(item.subject, item.subject.replace("_", " "))


def _messages(
    shots: Sequence[_Shot], asked: str, header: str, wording: Wording, condition: Condition
) -> tuple[Message, ...]:
    in_system = wording.header_role == "system"
    system = "\n\n".join(filter(None, [condition.role, header if in_system else ""]))
    first = "" if in_system else header
    messages = [Message("system", system)] if system else []
    if condition.template is Template.SINGLE:
        blocks = [f"{shot.question}{shot.answer}" for shot in shots] + [asked]
        return (*messages, Message("user", first + wording.between.join(blocks)))
    for shot in shots:
        messages.append(Message("user", first + shot.question))
        messages.append(Message("assistant", shot.answer.removeprefix(_lead(wording))))
        first = ""
    return (*messages, Message("user", first + asked))


def _question(item: Item, wording: Wording, order: Sequence[int], subject: str) -> str:
    """The item up to the cue; `subject` is what the subject is called."""
    clean = str.strip if wording.strip else str
    options = ""
    if "{options}" in wording.question:
        options = "\n".join(
            wording.option.format(letter=LETTERS[place], text=item.choices[index])
            for place, index in enumerate(order)
        )
    known = {"subject": subject, "question": clean(item.question), "options": options}
    try:
        return wording.question.format(**known, meta=item.metadata)
    except KeyError as error:
        raise BadInput(
            f"the wording asks for {error}, which item '{item.id}' does not have; use another "
            "recipe, or exemplars that have it"
        ) from error


def _cue(wording: Wording, subject: str) -> str:
    return wording.cue.format(subject=subject)


def _shot(exemplar: Item, wording: Wording, condition: Condition, subject: str) -> _Shot:
    question = _question(exemplar, wording, range(len(exemplar.choices)), subject)
    if condition.labels is Labels.NONE:
        return _Shot(question, "")
    question += _cue(wording, subject)
    answer = exemplar.gold
    if exemplar.choices and condition.scoring is Scoring.TEXT:
        answer = exemplar.choices[exemplar.gold_index]
    if condition.reasoning is Reasoning.NONE:
        return _Shot(question, wording.answer.format(answer=answer))
    if wording.worked is None or exemplar.rationale is None:
        raise BadInput(
            f"reasoning '{condition.reasoning}' needs worked exemplars, but exemplar "
            f"'{exemplar.id}' has no worked solution; use 0 shots with a trigger, or reasoning none"
        )
    worked = wording.worked.format(rationale=exemplar.rationale, answer=answer)
    if condition.trigger:
        lead = _lead(wording)
        worked = f"{lead}{condition.trigger}{wording.after_trigger}{worked.removeprefix(lead)}"
    return _Shot(question, worked)


def _continuations(
    item: Item, wording: Wording, condition: Condition, order: Sequence[int]
) -> tuple[str, ...]:
    """What is scored, in the order shown; empty when the answer is generated."""
    if condition.scoring is Scoring.GENERATED:
        return ()
    if not item.choices:
        raise BadInput(
            f"scoring '{condition.scoring}' needs options, but item '{item.id}' has none; "
            "use scoring 'generated'"
        )
    if condition.scoring is Scoring.TEXT:
        return tuple(wording.answer.format(answer=item.choices[index]) for index in order)
    return tuple(wording.answer.format(answer=LETTERS[place]) for place in range(len(order)))


def _stops(wording: Wording, condition: Condition) -> tuple[str, ...]:
    if condition.scoring is not Scoring.GENERATED:
        return ()
    if wording.stops is not None:
        return wording.stops
    shown = condition.template is Template.OFF and condition.shots > 0
    return (wording.between,) if shown else ()


def _lead(wording: Wording) -> str:
    """White space that stands between a cue and what follows it."""
    return wording.answer[: len(wording.answer) - len(wording.answer.lstrip())]
