"""Which single letters of a text are letters of options, and not words, names or symbols.

"B" in "vitamin B", "grade B", "B超", "C = 5", "C. S. Lewis" and "a B on the test" names no option;
"A" is an article more often than not. A letter counts where its neighbours leave no doubt: behind
"option" or in brackets, in front of the option's own text, or between words of a kind that stand
around a name of an option and hardly around anything else.
"""

import re
from collections.abc import Iterator, Sequence

from astrolabe.core.item import LETTERS
from astrolabe.grading.options.spans import CHINESE, WORD, How, Span
from astrolabe.grading.options.texts import begins_with

_LETTER = re.compile(rf"(?<!{WORD})(?<![°º&$])(?<![A-Za-z]\.)(?<!\w[-'])[A-Za-z](?!{WORD})")
_PREFIX = re.compile(r"(?m:^)\s{0,4}A(?=:\s?[(\[]?(?P<letter>[A-Z])[)\]]?\s{0,3}(?:[.\n]|$))")
"""The "A:" of question and answer, in front of a letter."""
_CALLED = re.compile(
    r"(?:(?<![A-Za-z])(?:option|choice|letter|answer|alternative|statement|ans|opt\.?)s?|选项|选"
    r"|答案[\]】）)]{0,2}|项"
    r"|boxed\s?\{)\s{0,2}[:#]?\s{0,3}[\"'(\[【「{<]{0,2}\Z",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(?i:option|choice|letter|alternative|statement|sentence)s? \Z|选?项\Z")
"""A noun that makes the letter behind it a label: "option A shows", but not "answer: A"."""
_CUE_OF_I = re.compile(
    r"(?:\b(?:answer|option|choice|letter)(?: is)?|[:是为选])\s{0,3}\Z", re.IGNORECASE
)
_OPENS, _CLOSES = tuple("([{【「<"), tuple(")]}】」>")
_FUNCTION = re.compile(rf"[^\W{CHINESE}]\(\Z")
"""f(A), P(B)."""
_JOINED = re.compile(r"\s?(?:[、/&]|和|或者?|与|及|到|至|,? ?\b(?:and|or|to)\b)\s?")
_HEADS_CLAUSE = re.compile(r"(?:^|[.;,\n])\s{0,3}\Z")
_IN_ROW = re.compile(r"[B-HJ-Z](?:[ .,;:!?)\n]|$)|[AI](?:[.,;:!?)\n]|$)")
"""The next letter of a row; "A" and "I" only where they are no words."""

# Words, signs and endings in front of a letter that names an option; none makes a name of it.
_OPENING = " \t\n\"'“([{"
_SIGNS = frozenset(".,;:!?…、】」》>=–—→⇒|/*#•~√✓✔✅☑✗✘❌❎👉")
_WORDS = re.compile(
    r"is|was|are|be|been|being|it's|that's|it|and|or|nor|not|but|so|thus|then|hence|therefore"
    r"|that|which|because|since|as|if|when|while|whereas|although|though|only|both|either|neither"
    r"|than|over|of|for|with|to|toward|towards|at|in|on|from|about|between|among|except|unlike"
    r"|choose|chose|choosing|pick|picked|picking|select|selected|selecting|say|answer|answered"
    r"|guess|think|believe|conclude|find|get|got|gives|give|make|makes|leaves|leave|left|call"
    r"|labelled|labeled|lettered|marked|namely|consider|eliminate|eliminated|eliminating|exclude"
    r"|excluding|reject|rejected|rejecting|discard|discarding|ruling|out|vote|prefer|take|see"
    r"|actually|wait|no|yes|probably|maybe|perhaps|likely|definitely|clearly|surely|obviously"
    r"|certainly|just|again|hmm|ok|okay|well|now|finally|rather|why|wasn't|isn't|equals|matches"
    r"|recommend|mark|circle|tick|mean|by|the|remains|indeed|right|return|sentence|graph|set|pair"
    r"|word|phrase|item"
)
_CHINESE_WORDS = re.compile(
    r"(?:"
    r"选|选择|选了|选项|项|是|为|即|案|故|和|与|跟|及|或|而|但|除|就|才|非|有|把|将|由|比|像|以"
    r"|应|该|在|于|因|当|其|不|先|再|否|看|取|得|用|填|说|定|出|剩|余|指|向|知|投|猜|中|成|排除"
    r"|排除了|除了|剩下|认为|觉得|所以|因此|可见|显然|那么|最后|最终|结果|结论|综上|正确|错误"
    r"|支持|倾向|锁定|对应|对于|至于|关于|如果|虽然"
    r")\Z"
)

# What follows a letter that names an option.
_SYMBOL = re.compile(
    r"\sis for\b|'(?!s\b)\w|-\w|[+#_^]|\([a-z0-9]\)|\s?=(?!=|\s?(?:true|false|yes|no|right|wrong"
    r"|correct"
    r"|incorrect)\b)|\.[A-Z]\b(?!\.[A-Z]\.)|\.\s?[A-Z]\.(?!\s)"
    rf"|\.\s[A-Z]\.\s[A-Z]|(?![{CHINESE}])\s?[°%]"
    rf"|[、和与及]\s?[A-Z](?=[{CHINESE}])(?!选?项|[两二三四](?:者|项|个|种)|[都均是不错对正的])"
)
_CHINESE_AFTER = re.compile(
    rf"(?![{CHINESE}])"
    rf"|[选项是对错正误不的才为符也和与或及都均因由最更比吗呢吧啦哦呀哈喔啊嘛咯而且则就并以应可能没无"
    r"属说指表明描述提排有讲同这那答全但被既即在把入了莫胜准]|[两二三四]?(?:个|种)?(?:选项|项)|句"
    r"|组(?!织|成)|图(?!书|像)|词|两者|当选|满足|成立|吻合"
    r"|合适|合理|合称?|共同|一样|相同|[之以]?外"
)
_RUNS_ON = re.compile(rf"[ \t]{{1,4}}(?![{CHINESE}])(?P<word>[^\W\d_][\w']*)")
_AFTER_ANY = re.compile(
    r"is|was|isn't|wasn't|are|were|and|or|nor|but|because|since|as|for|due|so|if|unless|which"
    r"|that|would|could|should|can|cannot|can't|has|had|doesn't|does|did|didn't|not|rather"
    r"|instead|with|here|also|over|than|fits"
)
"""Words that follow the letter of an option, and never the article in "a dog" or a name."""
_AFTER_CAPITAL = re.compile(
    r"will|won't|must|have|works|matches|says|states|describes|means|shows|leads|comes|goes"
    r"|satisfies|applies|wins|seems|looks|sounds|appears|refers|corresponds|contains|remains"
    r"|stands|fails|violates|given|based|according|explanation|reason|rationale|by|option|the|it"
    r"|then|to|too|alone|only|best|correct|correctly|wrong|right|holds|makes|gives|in|on|at|might"
    r"|may|explains|uses|involves|represents|illustrates|demonstrates|produces|causes|reflects"
    r"|expresses|defines|meets|lacks|needs|requires|follows|supports|belongs|grows|adds|names"
    r"|being|all|both|without|gets"
)
"""More such words, for letters that are no article."""
_SMALL_CUE = re.compile(
    r"(?:\b(?:answer|option|choice|is)|[:是为选项案])\s{0,3}[(\[\"'{]{0,2}\Z", re.IGNORECASE
)
_LINE_END = re.compile(r"[ \t\"')\]】」>}]{0,12}[.,;:!]?[ \t]{0,4}(?:\n|$)")
_PACKED = re.compile(
    rf"(?<!{WORD})(?:[A-Z]{{2,9}}(?=[两三四](?:个|者)?选?项|[两三四]?(?:个|者)?(?:选?项)?[也都均皆全]?(?:错|有|不正确|不对"
    rf"|不符|不选|排除|正确"
    r"|对[,.]|有误|可排除)|\s(?:are|can be|were)\b)"
    r"|(?<=排除)[A-Z]{2,9}|(?<=选)[A-Z]{2,9}|(?<=答案[:是为])[A-Z]{2,9})(?![A-Za-z])"
)
_REACH = 24


def letters(text: str, options: Sequence[str]) -> Iterator[Span]:
    """The letters of options in plain text; one beyond the options is given with its place too."""
    shown = LETTERS[: len(options)]
    prefixes = {match.end() - 1 for match in _PREFIX.finditer(text) if match["letter"] in shown}
    kept = refused = -1
    listed = -1
    for match in _LETTER.finditer(text):
        start, end = match.span()
        place = LETTERS.index(match[0].upper())
        # "Points A and B": the second of two is no more an option than the first.
        if start in prefixes or (refused >= 0 and _JOINED.fullmatch(text, refused, start)):
            refused = end
        elif (
            _is_option(text, start, place, options)
            or (kept >= 0 and _JOINED.fullmatch(text, kept, start) and _IN_ROW.match(text, start))
            or (place == listed + 1 > 0 and _heads_clause(text, start))
        ):
            kept = end
            listed = place if _heads_clause(text, start) else listed
            yield Span(place, start, end, How.LETTER)
        else:
            refused = end
    yield from _packed(text, len(options))


def _heads_clause(text: str, start: int) -> bool:
    return _HEADS_CLAUSE.search(text[max(0, start - _REACH) : start]) is not None


def _packed(text: str, count: int) -> Iterator[Span]:
    """Letters written as one word: "ABD are wrong", "排除ABD"."""
    for match in _PACKED.finditer(text):
        places = [LETTERS.index(letter) for letter in match[0]]
        if places == sorted(set(places)) and places[-1] < count:
            for i, place in enumerate(places):
                yield Span(place, match.start() + i, match.start() + i + 1, How.LETTER)


def _is_option(text: str, start: int, place: int, options: Sequence[str]) -> bool:
    before, end = text[max(0, start - _REACH) : start], start + 1
    small, beyond = text[start].islower(), place >= len(options)
    if text.strip(" \n.") == text[start]:
        return not (small and beyond)
    if _FUNCTION.search(before) and not _CALLED.search(before):
        return False
    bracketed = before.endswith(_OPENS) and text.startswith(_CLOSES, end)
    if bracketed or (text.startswith(")", end) and _heads_line(before)):
        return not (small and beyond)
    if _SYMBOL.match(text, end) or not _CHINESE_AFTER.match(text, end):
        return False
    called = _CALLED.search(before) is not None
    free = called or _stands_free(before)
    if before.endswith(f"{text[start]} ") and text[start].isupper():
        return True
    labelled = (free and not small) or text.startswith((".", ")", ":", "、"), end)
    if labelled and not beyond and begins_with(text, end, options[place]):
        return True
    if small:
        return not beyond and _small(text, start, before)
    if beyond and not (called or before.rstrip(_OPENING).endswith(("is", "是", "为", "选"))):
        return False
    return free and _capital(text, end, called, before)


def _heads_line(before: str) -> bool:
    return before.rpartition("\n")[2].strip(" \t#>*-•(") == ""


def _stands_free(before: str) -> bool:
    """Whether what stands before a letter may stand before the name of an option."""
    bare = before.rstrip(_OPENING)
    gap = before[len(bare) :]
    if not bare or gap.strip(" \t\"'“") or bare[-1] in _SIGNS:
        return True
    if "\u3400" <= bare[-1] <= "\u9fff":
        return _CHINESE_WORDS.search(bare) is not None
    if bare[-1] in "-×":
        return bare[-2:-1].isspace() if bare[-1] == "-" else bare[-2:-1].isupper()
    last = bare.replace("(", " ").split()[-1].casefold().lstrip("*\"'")
    return _WORDS.fullmatch(last) is not None


def _capital(text: str, end: int, called: bool, before: str) -> bool:
    """Whether what follows a capital that stands free makes no word, name or unit of it."""
    follows = _RUNS_ON.match(text, end)
    word = follows["word"].casefold() if follows else ""
    letter = text[end - 1]
    if letter == "I" and (word or not (called or _CUE_OF_I.search(before))):
        return False
    if not word or word == letter.casefold():
        return True
    if called and (letter != "A" or _LABELLED.search(before)):
        return True
    if _AFTER_ANY.fullmatch(word):
        return True
    return (letter != "A" or called) and _AFTER_CAPITAL.fullmatch(word) is not None


def _small(text: str, start: int, before: str) -> bool:
    """Whether a small letter ends a line behind a cue."""
    if before.rstrip().endswith(("选", "选项")):
        return re.match(r"[\s.,;!)]|$", text[start + 1 :]) is not None
    cue = _SMALL_CUE.search(before)
    return text[start] not in "ai" and bool(cue and _LINE_END.match(text, start + 1))
