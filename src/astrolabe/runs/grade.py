"""From answers to grades: options ranked, texts read, programs run, samples summed up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.grade import Grade
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Answer, Exited, Generated, Model, Reading, Reasoned, Scored
from astrolabe.core.run import GradedItem
from astrolabe.decoding.dola import contrasted
from astrolabe.grading import grade_options, grade_text
from astrolabe.grading.code import CODE_RULES, grade_program, program
from astrolabe.grading.samples import summed_up
from astrolabe.grading.sandbox import Program
from astrolabe.runs.ask import Asked, Request
from astrolabe.runs.judge import judge
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Watch

Answers = tuple[Scored | Generated, ...]


def grade(
    asked: Asked, answers: Mapping[str, Answer], model: Model, store: Store, watch: Watch
) -> tuple[tuple[GradedItem, ...], dict[str, Any]]:
    """Grade every item of a run.

    Returns:
        The items, and what the record should say of the sandbox, where programs were run.

    Raises:
        BadInput: where programs have to be run and no sandbox can be had.
    """
    condition = asked.plan.condition
    rules = asked.recipe.rules[condition.scoring]
    said = [
        tuple(
            _answer(
                list(requests.values()),
                [answers[key] for key in requests],
                condition,
                asked.extract,
            )
            for requests in item
        )
        for item in asked.requests
    ]
    orders = [question.order for question in asked.questions.asked]
    grades, judged = grade_all(asked.items, said, orders, rules, condition, store, watch)
    graded = []
    for place, (item, fitted) in enumerate(zip(asked.items, asked.fitted, strict=True)):
        # What was cut off was not sent.
        sent = model.decode(fitted.encoded.context) if fitted.cut else model.text(fitted.prompt)
        graded.append(
            GradedItem(
                item=item.id,
                subject=item.subject,
                gold=item.gold,
                prompt="" if asked.dataset.private else sent,
                answers=said[place],
                order=fitted.prompt.order,
                shots=fitted.prompt.shots,
                grades=grades[place],
                categories=(*asked.recipe.categories.get(item.subject, ()), *item.categories),
            )
        )
    return tuple(graded), judged


def grade_all(
    items: Sequence[Item],
    said: Sequence[Answers],
    orders: Sequence[tuple[int, ...]],
    rules: Sequence[str],
    condition: Condition,
    store: Store,
    watch: Watch,
) -> tuple[list[dict[str, Grade]], dict[str, Any]]:
    """Grades by rule for each item, and what a record should say of how programs were judged.

    Args:
        said: Answers of each item: one for each option as shown, or one for each sample.
        orders: Original index of the option shown at each place, for each item.

    Raises:
        BadInput: where programs have to be run and no sandbox can be had.
    """
    if condition.scoring is not Scoring.GENERATED:
        by_text = condition.scoring is Scoring.TEXT
        scored = zip(items, said, orders, strict=True)
        return [_options(item, one, order, rules, by_text) for item, one, order in scored], {}
    written = [[a for a in one if isinstance(a, Generated)] for one in said]
    programs = _programs(items, written, rules)
    judged = judge(
        [p for p in programs.values() if p is not None], condition.samples > 1, store, watch
    )
    grades: list[dict[str, Grade]] = []
    for place, (item, texts, order) in enumerate(zip(items, written, orders, strict=True)):
        grades.append({})
        for rule in rules:
            tries = [
                grade_program(rule, text, judged.of(programs[place, number, rule]))
                if rule in CODE_RULES
                else grade_text(rule, item, text, order)
                for number, text in enumerate(texts)
            ]
            grades[-1] |= {rule: tries[0]} if len(tries) == 1 else summed_up(tries)
    return grades, judged.record


def _programs(
    items: Sequence[Item], written: Sequence[Sequence[Generated]], rules: Sequence[str]
) -> dict[tuple[int, int, str], Program | None]:
    """What has to be run, by place of item, number of sample, and rule."""
    return {
        (place, number, rule): program(rule, item, text)
        for place, (item, texts) in enumerate(zip(items, written, strict=True))
        for number, text in enumerate(texts)
        for rule in rules
        if rule in CODE_RULES
    }


def _options(
    item: Item, said: Answers, order: tuple[int, ...], rules: Sequence[str], by_text: bool
) -> dict[str, Grade]:
    scored = [answer for answer in said if isinstance(answer, Scored)]
    texts = [item.choices[i] if by_text else LETTERS[p] for p, i in enumerate(order)]
    return {rule: grade_options(rule, item, scored, order, texts) for rule in rules}


def _answer(
    requests: Sequence[Request],
    answers: Sequence[Answer],
    condition: Condition,
    asking: str | None,
) -> Scored | Generated:
    """What is said in the end, from the last layer's answer and those of early exits, or from the
    reasoning and the answer that was asked for after it, by `asking`."""
    first, *others = answers
    assert not isinstance(first, Exited)
    if isinstance(first, Generated):
        return _extracted(first, others, asking)
    if condition.decoding.dola is None:
        return first
    early = {
        request.exit: answer
        for request, answer in zip(requests[1:], others, strict=True)
        if isinstance(request, Reading) and request.exit and isinstance(answer, Exited)
    }
    return contrasted(first, early, condition.decoding.dola)


def _extracted(first: Generated, others: Sequence[Answer], asking: str | None) -> Generated:
    """The answer that was asked for after the reasoning; without that, what was written first."""
    if asking is None:
        return first
    (answer,) = others
    assert isinstance(answer, Generated)
    reasoned = Reasoned(first.text, first.tokens, first.finish, asking)
    return replace(answer, tokens=first.tokens + answer.tokens, reasoned=reasoned)
