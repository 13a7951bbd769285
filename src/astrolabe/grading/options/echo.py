"""Which option a text says of what the question asks.

"Kampala is the capital of Uganda, Nairobi that of Kenya" answers "Of which country is Kampala the
capital?": what is said of Uganda takes up the question's words, what is said of Kenya does not.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from astrolabe.grading.options import doubts
from astrolabe.grading.options.asked import Asks
from astrolabe.grading.options.claims import Reading
from astrolabe.grading.options.context import holds, inside, sentence_of, sentences
from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.spans import CHINESE, How

_WORD = re.compile(r"[a-z][a-z'-]{2,}", re.IGNORECASE)
_ENDING = re.compile(r"(?:'s|ing|ed|es|s|e|ly)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CHINESE_RUN = re.compile(rf"[{CHINESE}]{{2,}}")
_LABELLED = re.compile(rf"[{CHINESE}][A-Z](?![A-Za-z])")
"""维生素A, 血型B: the letter tells it from its like."""
_EMPTY = re.compile(
    r"the|and|are|was|were|which|what|who|whom|whose|when|where|why|how|following|these|those|this"
    r"|that|for|from|with|does|did|has|have|had|not|its|their|into|onto|best|correct|true|false"
    r"|options?|answer|questions?|statements?|can|could|would|will|one|two|three|four|all|any|some"
    r"|about|than|more|usually|mainly|often|choose|called|known|example|there|being|most|kind|many"
)
_EMPTY_CHINESE = re.compile(
    r"下列|以下|哪一?[个项种些座位]?|那[个项]|选项|说法|叙述|表述|描述|正确|错误|关于|对于|属于"
    r"|一项|什么|怎样|多少"
    r"|几[个种支人]?|题目|本题|[是的了]"
)
_MOST = re.compile(
    r"\b(?:most|least|first|\w{3,}est|beats|tops|leads|ranks?|far ahead|number one)\b|最|第一"
    r"|首位|居首|之冠",
    re.IGNORECASE,
)
"""What is asked for by a superlative is said by one, or by a rank."""
_IN_FACT = re.compile(r"\b(?:in fact|actually|really|indeed)\b|其实|实际上|事实上", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;:!?\n—–(]|\.(?!\d)|\b(?:while|whereas|but|and|yet|although)\b|而(?!是)|但|却|可是|不过"
)
_COMPARED = re.compile(
    r"(?:\b(?:than|such as|like|including|e\.g\.)|比|比如|例如|包括|像|诸如)\s?(?:(?:the"
    r"|an?)\s)?\Z",
    re.IGNORECASE,
)
"""What a name is only compared with, or an example for."""
_LISTED = re.compile(r"[、和]\s?\Z"), re.compile(r"\s?[、等]")
"""Before and behind a name in a row with others that are no options."""
_WORKED = re.compile(r"[+*/×÷^]\s?$|\d\s?-\s?$"), re.compile(r"\s?[+*/×÷^]|\s?-\s?\d")
"""Before and behind a number that is part of what is worked out."""

_OPERANDS = re.compile(r"\d[\d.,]*(?:\s?[+*/×÷-]\s?\d[\d.,]*)+\s?=")
"""What a result is worked out from takes up the question's numbers, and answers nothing."""

_BEFORE = 12


def by_echo(reading: Reading) -> set[int]:
    """The option of which the text says more of what the question asks than of any other."""
    if reading.asked.wants is not Asks.RIGHT:
        return set()
    frail = {one.only for one in reading.namings if one.how is How.FRAIL and one.only is not None}
    return _best(_scores(reading), frail, len(reading.options))


def by_odd_one_out(reading: Reading) -> set[int]:
    """Where the exception is wanted, the one option not said to be what all others are."""
    if reading.asked.wants is not Asks.EXCEPTION:
        return set()
    near = {place: score[0] for place, score in _scores(reading, rows=True).items()}
    odd = {place for place, score in near.items() if not score}
    return odd if len(near) == len(reading.options) > 2 and len(odd) == 1 else set()


def _scores(reading: Reading, rows: bool = False) -> dict[int, tuple[int, int]]:
    """Of each option of which something is affirmed, how much of the question that takes up.

    Args:
        rows: Whether what is said of several options in a row is said of each of them.

    Returns:
        Words of the question said of it, and those with what its sentence says in front of it.
    """
    asked = _asked(reading)
    scores: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for start, end in [] if doubts.unfinished(reading.text) else sentences(reading.text):
        for one in inside(reading, start, end):
            single = one.only is not None or (rows and one.agrees)
            if not single or not _said_of(reading, one, end):
                continue
            near = _score(_around(reading, start, end, one), asked)
            wide = near + len(_words(reading.text[start : one.start]) & asked)
            for place in one.places:
                scores[place] = max(scores[place], (near, wide))
    return scores


def echoes(reading: Reading, one: Naming, times: int) -> bool:
    """Whether the sentence of a naming takes up so many words of the question."""
    return len(_words(sentence_of(reading.text, one)) & _asked(reading)) >= times


def _best(scores: Mapping[int, tuple[int, int]], frail: set[int], count: int) -> set[int]:
    """The place with the highest score, if that is high enough and no other has it."""
    ranked = sorted(scores.items(), key=lambda pair: pair[1], reverse=True)
    if not ranked:
        return set()
    place, (near, wide) = ranked[0]
    contrast = len(ranked) > 1
    if contrast and ranked[1][1] == ranked[0][1]:
        return set()
    alone = contrast and not ranked[1][1][0]
    firm = place not in frail or wide >= 3 or (alone and len(ranked) == count > 2)
    enough = near >= 2 or (contrast and near == 1 and firm)
    return {place} if enough else set()


def _score(said: str, asked: set[str]) -> int:
    score = len(_words(_OPERANDS.sub("=", said)) & asked)
    return score + (1 if score and _IN_FACT.search(said) else 0)


def _said_of(reading: Reading, one: Naming, end: int) -> bool:
    """Whether something is affirmed of a naming, and it is no number on the way to another."""
    if reading.text.startswith("?", end) or not holds(reading, one):
        return False
    before = reading.text[max(0, one.start - _BEFORE) : one.start]
    if (
        _COMPARED.search(before)
        or _LISTED[0].search(before)
        or _LISTED[1].match(reading.text, one.end)
    ):
        return False
    worked = _WORKED[0].search(before) or _WORKED[1].match(reading.text, one.end)
    return one.how is not How.FRAIL or not worked


def _asked(reading: Reading) -> set[str]:
    """The words of the question that are in no option."""
    return _words(reading.question) - _words("\n".join(reading.options))


def _words(text: str) -> set[str]:
    """Stems of English words, pairs of Chinese signs, numbers; none that say nothing."""
    english = {
        _ENDING.sub("", word.casefold())
        for word in _WORD.findall(text)
        if not _EMPTY.fullmatch(word.casefold())
    }
    runs = _CHINESE_RUN.findall(_EMPTY_CHINESE.sub(" ", text))
    chinese = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    most = {"most"} if _MOST.search(text) else set()
    # A number in the question tells more than a word.
    numbers = {sign + mark for sign in _NUMBER.findall(text) for mark in ("", "#")}
    return english | chinese | most | numbers | {*_LABELLED.findall(text)}


def _around(reading: Reading, start: int, end: int, one: Naming) -> str:
    """What a sentence says of a naming: its clause, and those behind it that name no other."""
    text = reading.text
    others = [other for other in inside(reading, start, end) if other.places != one.places]
    floor = max((other.end for other in others if other.end <= one.start), default=start)
    following = min((other.start for other in others if other.start >= one.end), default=end)
    breaks = [match.end() for match in _CLAUSE.finditer(text, one.end, following)]
    ceiling = breaks[-1] if breaks and following < end else following
    before = (
        text[floor : one.start] if floor == start else _CLAUSE.split(text[floor : one.start])[-1]
    )
    return before + " " + text[one.end : ceiling]
