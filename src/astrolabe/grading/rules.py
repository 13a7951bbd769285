"""The rules by name, and the two ways to a `Grade`.

Options may be shown in another order than the item has them. Rules read the letter or the place
*shown*; the `extracted` letter of a grade is always that of the ORIGINAL option, so that grades of
one item compare across orders.
"""

from collections.abc import Iterable, Mapping, Sequence

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated, Scored
from astrolabe.core.wording import did_you_mean
from astrolabe.grading import choices, mathematics, numbers, references, short_answer, yesno
from astrolabe.grading.published import (
    chinese,
    dola,
    gpqa,
    kojima,
    math_strings,
    minerva,
    opencompass,
    opencompass_math,
    simple_evals,
)
from astrolabe.grading.published import numbers as published_numbers
from astrolabe.grading.rule import LetterRule, Response, TextRule
from astrolabe.grading.scored import RANKING_RULES, OptionRule
from astrolabe.grading.thinking import after_thinking
from astrolabe.grading.truthful import TRUTHFUL_RULES

_PUBLISHED_LETTERS = (chinese, simple_evals, opencompass, gpqa, kojima)
_BY_KIND: Mapping[str, Mapping[str, TextRule]] = {
    "letters": {
        **choices.LETTER_RULES,
        **{
            name: LetterRule(read)
            for file in _PUBLISHED_LETTERS
            for name, read in file.LETTER_RULES.items()
        },
    },
    "numbers": {**numbers.NUMBER_RULES, **published_numbers.NUMBER_RULES},
    "yes or no": {
        **yesno.YESNO_RULES,
        **opencompass.YESNO_RULES,
        **kojima.YESNO_RULES,
        **dola.YESNO_RULES,
    },
    "mathematics": {
        **mathematics.MATH_RULES,
        **math_strings.STRING_RULES,
        **minerva.MINERVA_RULES,
        **opencompass_math.OPENCOMPASS_MATH_RULES,
    },
    "references": {**references.REFERENCE_RULES},
    "short texts": {**short_answer.SHORT_RULES},
}
_TEXT: Mapping[str, TextRule] = {
    name: rule for rules in _BY_KIND.values() for name, rule in rules.items()
}
TEXT_RULES: tuple[str, ...] = tuple(_TEXT)
"""Names of the rules that read generated text."""

_OPTIONS: Mapping[str, OptionRule] = {**RANKING_RULES, **TRUTHFUL_RULES}
OPTION_RULES: tuple[str, ...] = tuple(_OPTIONS)
"""Names of the rules over scored options."""


def grade_text(rule: str, item: Item, generated: Generated, order: Sequence[int] = ()) -> Grade:
    """The grade of a generated answer.

    Args:
        rule: One of `TEXT_RULES`.
        item: The question; a rule for letters needs its choices.
        generated: What the model wrote; an answer is looked for behind its last thought.
        order: Original index of the option shown at each place; empty for open questions.

    Returns:
        Right or wrong where an answer could be read, unlabelled where nobody says which is right.
        Where none could: truncated when the token budget ended the text, otherwise unparsed.

    Raises:
        BadInput: for a rule that does not exist or does not read text, or an item that does not
            have what the rule compares with.
    """
    known = text_rule(rule)
    text = after_thinking(generated.text)
    complete = generated.finish != "length"
    found = None
    if text is not None:
        found = known.find(Response(item, text, tuple(order), complete))
    if found is None:
        return Grade(Outcome.UNPARSED if complete else Outcome.TRUNCATED, None, rule)
    return Grade(_judged(item, found.right), found.extracted, rule, found.margin)


def text_rule(name: str) -> TextRule:
    """The rule of a name.

    Raises:
        BadInput: for a rule that does not exist or does not read text.
    """
    if name not in _TEXT:
        raise BadInput(
            f"unknown rule '{name}' for text{did_you_mean(name, _TEXT)}; there are "
            f"{', '.join(TEXT_RULES)}"
        )
    return _TEXT[name]


def kinds_read(rules: Iterable[str]) -> set[str]:
    """What kinds of answers (`letters`, `numbers`, ...) some of `rules` read from text."""
    return {kind for kind, of_kind in _BY_KIND.items() if of_kind.keys() & set(rules)}


def _judged(item: Item, right: bool) -> Outcome:
    if not item.gold:
        return Outcome.UNLABELLED
    return Outcome.RIGHT if right else Outcome.WRONG


def grade_options(
    rule: str, item: Item, scored: Sequence[Scored], order: Sequence[int], texts: Sequence[str]
) -> Grade:
    """The grade of scored options.

    Args:
        rule: One of `OPTION_RULES`.
        item: The question.
        scored: Score of each option, in the order shown.
        order: Original index of the option shown at each place.
        texts: What was scored at each place, without the delimiter before it.

    Returns:
        Right or wrong, unlabelled where nobody says which is right, with the margin in nats (per
        character, byte or token where the rule divides by these) and, under ``mc2`` and ``mc3``,
        the share that counts; unparsed when the log-probs are not numbers that could be ranked.

    Raises:
        BadInput: for a rule that does not exist or does not rank options, or an item that does not
            say which options it compares.
        ValueError: when `scored`, `order` and `texts` are not of one length.
    """
    if rule not in _OPTIONS:
        raise BadInput(
            f"unknown rule '{rule}' for options{did_you_mean(rule, _OPTIONS)}; there are "
            f"{', '.join(OPTION_RULES)}"
        )
    found = _OPTIONS[rule].prefers(item, scored, order, texts)
    if found is None:
        return Grade(Outcome.UNPARSED, None, rule)
    outcome = _judged(item, found.right)
    share = None if outcome is Outcome.UNLABELLED else found.share
    return Grade(outcome, found.extracted, rule, found.margin, share)
