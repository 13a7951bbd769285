"""The rules by name, and the two ways to a `Grade`.

Options may be shown in another order than the item has them. Rules read the letter or the place
*shown*; the `extracted` letter of a grade is always that of the ORIGINAL option, so that grades of
one item compare across orders.
"""

from collections.abc import Sequence

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Generated, Scored
from astrolabe.grading.choices import LETTER_RULES
from astrolabe.grading.numbers import NUMBER_RULES
from astrolabe.grading.scored import OPTION_RULES, preferred

TEXT_RULES: tuple[str, ...] = (*NUMBER_RULES, *LETTER_RULES)
"""Names of the rules that read generated text."""


def grade_text(rule: str, item: Item, generated: Generated, order: Sequence[int] = ()) -> Grade:
    """The grade of a generated answer.

    Args:
        rule: One of `TEXT_RULES`.
        item: The question; a rule for letters needs its choices.
        generated: What the model wrote.
        order: Original index of the option shown at each place; empty for open questions.

    Returns:
        Right or wrong where an answer could be read. Where none could: truncated when the token
        budget ended the text, otherwise unparsed.

    Raises:
        BadInput: for a rule that does not exist or does not read text.
    """
    if rule in NUMBER_RULES:
        number_rule = NUMBER_RULES[rule]
        extracted, gold = number_rule.read(generated.text), number_rule.form(item.gold)
    elif rule in LETTER_RULES:
        shown = LETTER_RULES[rule](generated.text, len(order))
        extracted = None if shown is None else LETTERS[order[LETTERS.index(shown)]]
        gold = item.gold
    else:
        raise BadInput(f"unknown rule '{rule}' for text; there are {', '.join(TEXT_RULES)}")
    if extracted is None:
        unread = Outcome.TRUNCATED if generated.finish == "length" else Outcome.UNPARSED
        return Grade(unread, None, rule)
    return Grade(Outcome.RIGHT if extracted == gold else Outcome.WRONG, extracted, rule)


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
        Right or wrong with the margin in nats (per character where the rule divides by these);
        unparsed when the log-probs are not numbers that could be ranked.

    Raises:
        BadInput: for a rule that does not exist or does not rank options.
        ValueError: when `scored`, `order` and `texts` are not of one length.
    """
    if rule not in OPTION_RULES:
        raise BadInput(f"unknown rule '{rule}' for options; there are {', '.join(OPTION_RULES)}")
    value = OPTION_RULES[rule]
    values = [value(s, text) for s, text, _ in zip(scored, texts, order, strict=True)]
    place, margin = preferred(values)
    if place is None:
        return Grade(Outcome.UNPARSED, None, rule)
    extracted = LETTERS[order[place]]
    outcome = Outcome.RIGHT if extracted == item.gold else Outcome.WRONG
    return Grade(outcome, extracted, rule, margin)
