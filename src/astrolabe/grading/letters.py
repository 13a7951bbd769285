"""Which single letters of a text are letters of options, and not words, names or symbols.

"B" in "vitamin B", "grade B", "B超", "C = 5", "C. S. Lewis" and "a B on the test" names no option; "A"
is an article more often than not. A letter counts where its neighbours leave no doubt: behind
"option" or in brackets, in front of the option's own text, or between words of a kind that stand
around a name of an option and hardly around anything else.
"""

import re
from collections.abc import Iterator, Sequence

from astrolabe.core.item import LETTERS
from astrolabe.grading.option_texts import begins_with
from astrolabe.grading.spans import How, Span

CHINESE = r"\u3400-\u9fff"
WORD = rf"[^\W{CHINESE}]"
"""A character that would make a letter part of a word. Chinese is written without spaces."""

_LETTER = re.compile(rf"(?<!{WORD})(?<![°º.&$])(?<!\w[-'])[A-Za-z](?!{WORD})")
_PREFIX = re.compile(r"(?m:^)\s{0,4}A(?=:\s?[(\[]?[A-Z][)\]]?\s{0,3}(?:[.\n]|$))")
"""The "A:" of question and answer, in front of a letter."""
_CALLED = re.compile(
    r"(?:\b(?:option|choice|letter|answer|alternative|statement)s?|选项|选|答案|项|boxed\s?\{)"
    r"\s{0,2}[:#]?\s{0,3}[\"'(\[【「{<]{0,2}$",
    re.IGNORECASE,
)
_OPENS, _CLOSES = "([{【「<", ")]}】」>"
_FUNCTION_BEFORE = re.compile(rf"[^\W{CHINESE}]\($")
"""f(A), P(B)."""

# Words and signs in front of a letter that names an option; none of them makes a name of it.
_BEFORE = re.compile(
    r"(?:^|[\n.,;:!?>=–—→⇒(\[\"'“{|/*#•~✓✔✅☑✗✘❌❎👉]|(?:^|\s)-|\b(?:is|was|are|be|been|being|it's|that's"
    r"|and|or|nor|not|but|so|thus|then|hence|therefore|that|which|because|since|as|if|when|while"
    r"|whereas|although|though|only|both|either|neither|than|over|of|for|with|to|at|in|on|from"
    r"|about|between|among|except|unlike|choose|chose|choosing|pick|picked|picking|select|selected"
    r"|selecting|say|answer|answered|guess|think|believe|conclude|find|get|got|gives|give|make"
    r"|makes|leaves|leave|left|call|labell?ed|lettered|marked|namely|consider|eliminate"
    r"|eliminated|exclude|reject|rejected|discard|out|vote|prefer|take|see|actually|wait|no|yes"
    r"|probably|maybe|perhaps|likely|definitely|clearly|obviously|certainly|just|again|hmm|ok"
    r"|okay|well|now|finally|or rather|why|is it|wasn't|isn't|be|equals|matches|recommend"
    r"|i mean|by|the))\s{0,4}[(\[\"'“{]{0,2}$",
    re.IGNORECASE,
)
_BEFORE_CHINESE = re.compile(
    r"(?:选择?|选了|选项|[项是为即案故和与跟及或而但除则就才非有把将由比像以应该在于因当其不先再否看"
    r"取得用填说定出应剩余指向投猜中]|排除了?|除了|剩下|认为|觉得|所以|因此|可见|显然|那么|最后|最终"
    r"|结果|结论|综上|正确|错误|支持|倾向|锁定|对应|对于|至于|关于|如果|虽然|只有|唯有)[\"'“]?$"
)

# What follows a letter that names an option.
_SYMBOL_AFTER = re.compile(
    r"'\w|-\w|[+#_^]|\([a-z0-9]\)|\s?=(?!=)|\.[A-Z]\b(?!\.[A-Z]\.)|\.\s?[A-Z]\.(?!\s)"
    rf"|\.\s[A-Z]\.\s[A-Z]|(?![{CHINESE}])\s?[°%]"
)
_CHINESE_AFTER = re.compile(
    rf"(?![{CHINESE}])|[选项是对错正误不的才为符也和与或及都均因由最更比吗呢吧而且则就并以应可能没无属"
    r"说指表明描述提排有讲同这那答全但被既即在把入与了更,]|两[项者个]|当选|满足|成立|吻合|合适|合理"
)
_RUNS_ON = re.compile(rf"[ \t]{{1,4}}(?![{CHINESE}])(?P<word>[^\W\d_][\w']*)")
_AFTER_ANY = frozenset(
    "is was isn't wasn't are were and or nor but because since as for due so if unless which that"
    " would could should can cannot can't has had doesn't does did didn't not rather instead with"
    " here also over than fits".split()
)
"""Words that follow the letter of an option, and never the article in "a dog" or a name."""
_AFTER_CAPITAL = _AFTER_ANY | frozenset(
    "will won't must have works matches says states describes means shows leads comes goes"
    " satisfies applies wins seems looks sounds appears refers corresponds contains remains stands"
    " fails violates given based according explanation reason rationale by option the it then to"
    " too alone only best correct correctly wrong right holds makes gives in on at might may"
    " instead were being all both too".split()
)
"""The same for letters that are no article."""
_LINE_END = re.compile(r"[ \t\"')\]】」>}]{0,12}[.,;:!]?[ \t]{0,4}(?:\n|$)")
_SMALL_CUE = re.compile(
    r"(?:\b(?:answer|option|choice|is)|[:是为选项案])\s{0,3}[(\[\"'{]{0,2}$", re.IGNORECASE
)
_REACH = 40


def letters(text: str, options: Sequence[str]) -> Iterator[Span]:
    """The letters of options in plain text; one beyond the options is given with its place too."""
    prefixes = {match.end() - 1 for match in _PREFIX.finditer(text)}
    for match in _LETTER.finditer(text):
        start, end = match.span()
        place = LETTERS.index(match[0].upper())
        if start in prefixes or not _is_option(text, start, place, options):
            continue
        yield Span(place, start, end, How.LETTER)


def _is_option(text: str, start: int, place: int, options: Sequence[str]) -> bool:
    before, end = text[max(0, start - _REACH) : start], start + 1
    small, beyond = text[start].islower(), place >= len(options)
    if _FUNCTION_BEFORE.search(before) and not _CALLED.search(before):
        return False
    bracketed = before[-1:] in tuple(_OPENS) and text[end : end + 1] in tuple(_CLOSES)
    if bracketed or (_heads_line(before) and text.startswith(")", end)):
        return not (small and beyond)
    if _SYMBOL_AFTER.match(text, end) or not _CHINESE_AFTER.match(text, end):
        return False
    called = _CALLED.search(before) is not None
    if not beyond and (called or _stands_free(before)) and begins_with(text, end, options[place]):
        return True
    if small:
        return not beyond and _small(text, start, before)
    return _capital(text, end, called, before)


def _heads_line(before: str) -> bool:
    return before.rpartition("\n")[2].strip(" \t#>*-•(") == ""


def _stands_free(before: str) -> bool:
    """Whether what stands before a letter may stand before the name of an option."""
    if re.search(rf"[{CHINESE}][\"'“]?$", before):
        return _BEFORE_CHINESE.search(before) is not None
    return _BEFORE.search(before) is not None


def _capital(text: str, end: int, called: bool, before: str) -> bool:
    follows = _RUNS_ON.match(text, end)
    word = follows["word"].casefold() if follows else ""
    letter = text[end - 1]
    if letter == "I" and not (called and not word):
        return False
    if called:
        return not word or letter != "A" or word in _AFTER_CAPITAL or _labelled(before)
    usual = _AFTER_ANY if letter == "A" else _AFTER_CAPITAL
    return (not word or word in usual) and _stands_free(before)


def _labelled(before: str) -> bool:
    """Whether a noun right before the letter makes it a label: "option A shows", not "answer: A"."""
    return re.search(r"(?i:option|choice|letter|alternative|statement)s? $|选?项$", before) is not None


def _small(text: str, start: int, before: str) -> bool:
    if text.strip(" \n.") == text[start]:
        return True
    if re.search(r"选项?\s?$", before):
        return re.match(r"[\s.,;!)]|$", text[start + 1 :]) is not None
    cue = _SMALL_CUE.search(before)
    return text[start] not in "ai" and bool(cue and _LINE_END.match(text, start + 1))
