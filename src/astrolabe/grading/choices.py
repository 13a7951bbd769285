"""Rules that read an option letter from generated text, in English or Chinese. They never guess.

Letters are looked for in tiers. What a text *states* ("Answer: B", "I choose B", "故选B", a box, a
letter it begins with) comes first; where it states nothing, *verdicts* count ("B is correct",
"B正确"). The lenient rule goes on to an option's full text, and to the only letter that stands
alone in the place of an answer.
"""

import re
from collections.abc import Callable, Sequence

from astrolabe.grading import statements as st
from astrolabe.grading.letters import CLOSE, WORD, Says, Statement, is_option, statements, verdicts
from astrolabe.grading.option_texts import stated_text
from astrolabe.grading.plain import own_answer, plain

_ALONE = re.compile(rf"(?<!{WORD})(?<![°º'\-.])(?P<letter>[A-Z])(?!{WORD})")
_PLACE = re.compile(
    r"(?i)(?:(?:^|[\n:.,;!?>=–—→(\[\"{]|\b(?:option|choice|letter|answer|pick|choose|select|go with"
    r"|going with|be|say|so|thus|therefore|hence|guess|think|believe|it's|that's|probably|maybe"
    r"|(?:it|that|this|one|answer|choice) (?:is|was)))\s{0,4}[(\[\"']{0,2}|[是选为项])$"
)
"""What stands before a letter in the place of an answer: "vitamin B" is none."""
_ENDS = re.compile(rf"{CLOSE}(?:$|[.,;:!\n–—(]|\s[-(]|[选项正对是因由符]|\s[a-z])")

_MOST = 20
"""A letter that stands alone more often than this is not an answer but a refrain."""


def strict_letter(text: str, options: Sequence[str]) -> str | None:
    """The letter that a text states, if it never states anything else.

    Args:
        text: What the model wrote.
        options: The options as shown; letters beyond them are not read.

    Returns:
        The letter as shown, or `None` when the text states none, several, leaves a statement open,
        or takes one back.
    """
    text = own_answer(plain(text))
    made = statements(text, options)
    if not made:
        return _only_verdict(text, options)
    affirmed = {one.letter for one in made if one.says is Says.AFFIRMED}
    denied = {one.letter for one in made if one.says is Says.DENIED}
    if len(affirmed) != 1 or affirmed & denied or any(one.says is Says.OPEN for one in made):
        return None
    return None if st.taken_back(text, made[-1].end) else affirmed.pop()


def lenient_letter(text: str, options: Sequence[str]) -> str | None:
    """The last letter that a text states, or else the only one that it can mean.

    Agrees with `strict_letter` wherever that reads a letter.

    Args:
        text: What the model wrote.
        options: The options as shown; letters beyond them are not read.

    Returns:
        The letter as shown, or `None` when the last statement is open or taken back, or when there
        is no statement and neither one verdict, nor one option's full text, nor exactly one letter
        that stands alone in the place of an answer, without a negation.
    """
    text = own_answer(plain(text))
    made = statements(text, options)
    if any(one.says is not Says.DENIED for one in made):
        return _last_affirmed(text, made)
    letter = _only_verdict(text, options) or stated_text(text, options)
    if letter is None and not made:
        letter = _only_letter(text, options)
    return None if letter in {one.letter for one in made} else letter


LETTER_RULES: dict[str, Callable[[str, Sequence[str]], str | None]] = {
    "letter-strict": strict_letter,
    "letter-lenient": lenient_letter,
}


def _last_affirmed(text: str, made: Sequence[Statement]) -> str | None:
    denied: set[str] = set()
    if st.taken_back(text, made[-1].end):
        return None
    for one in reversed(made):
        if one.says is Says.AFFIRMED:
            return None if one.letter in denied else one.letter
        if one.says is Says.OPEN:
            return None
        denied.add(one.letter)
    return None


def _only_verdict(text: str, options: Sequence[str]) -> str | None:
    """The one letter that is called right, if it is called so alone."""
    called = set(verdicts(text, options))
    letter, alone = called.pop() if len(called) == 1 else ("", False)
    return letter if alone else None


def _only_letter(text: str, options: Sequence[str]) -> str | None:
    """The one option letter in the text, if it stands where an answer would, unquestioned."""
    letters = [match for match in _ALONE.finditer(text) if is_option(text, match, options)]
    if len({match["letter"] for match in letters}) != 1 or len(letters) > _MOST:
        return None
    for match in letters:
        said = st.sentence(text, match.start(), match.end())
        if st.denies(said) or st.supposes(said):
            return None
    placed = any(
        _PLACE.search(text[max(0, match.start() - 40) : match.start()])
        and _ENDS.match(text, match.end())
        for match in letters
    )
    return letters[0]["letter"] if placed else None
