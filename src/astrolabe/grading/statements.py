"""What a text states to be its answer: the cues, and what takes a statement back.

A *cue* ("Answer:", "the answer is", "答案是") says that an answer follows. It affirms what follows,
or denies it ("the answer is not"); under a condition, in a question, or as a first thought it says
nothing. Later words may take all of it back ("Wait, that is wrong"). Rules for letters, numbers and
yes or no all read their answers behind these cues, from plain text (`grading.plain`).

Repeats are bounded throughout: a text of nothing but white space must not take for ever.
"""

import re

_QUALIFIER = (
    r"(?:final|correct|right|best|only|actual|likely|my|our|overall|required|desired|appropriate"
    r"|accurate|single|most (?:likely|appropriate|accurate|suitable|probable))"
)
_ABOUT = r"(?:,? (?:to|for|of|in|here)\b ?[\w'\" -]{0,60}?,?)??"
_ADVERB = (
    r"(?:therefore|thus|then|hence|indeed|definitely|clearly|obviously|simply|just|probably"
    r"|most likely|likely|actually|certainly|surely|also|still|now|in fact|of course)"
)
_IS = (
    r"(?:is|was|are|'s|(?:would|will|must|should|shall|has to|have to|ought to|can only) be"
    r"|becomes|comes out (?:to be|as|to)|equals)\b"
)
_IS_NOT = (
    r"(?:(?:is|was)(?: \w{1,12})? (?:not|never|neither)\b|(?:is|was)n't\b"
    r"|can(?:not| not|'t)(?: \w{1,12})? be\b|(?:must|should|could|would)(?:n't| not) be\b"
    r"|is anything but\b)"
)
_LINK = (
    rf"(?:\s{{0,2}}(?:,? ?{_ADVERB},?)? ?(?:(?P<no_en>{_IS_NOT})|{_IS})(?: {_ADVERB}){{0,2}}"
    r"(?: (?:that|given by|as follows|equal to|exactly))?\s{0,2}[:,]?"
    r"|[\"')\]]?\s{0,3}(?::|=|-{1,2}>?|[–—→]|=>))"
)
_CHINESE_LINK = (
    r"(?P<no_zh>(?:应该|应当|应|显然|肯定|绝对)?(?:并?不|并?非)(?:应该?|可能|会)?(?:是|为|选)"
    r"|并非)?"
    r"(?:应该|应当|应|就|必须|只能|显然|当然|可能|最有可能|大概|其实|即)?(?:是|为|选择?|填|即|:|="
    r"|,)?"
)


def cue_pattern(nouns: str = "option|choice|letter|response|alternative") -> str:
    """A pattern for whatever announces an answer.

    Groups ``no_en`` and ``no_zh`` are set where the announcement is a denial.

    Args:
        nouns: What "the correct ..." may be besides the answer.
    """
    noun = rf"\b(?:(?:{_QUALIFIER} ){{0,3}}answers?|(?:{_QUALIFIER} ){{1,3}}(?:{nouns})|ans)\b\.?"
    heading = rf"(?m:^)[ #>*-]{{0,8}}(?:(?:the|my) )?(?:{_QUALIFIER} ){{0,3}}answer ?\n\s{{0,8}}"
    chinese = (
        r"答\s?案(?:选项)?[\]】）)\"]{0,2}\s{0,3}"
        + _CHINESE_LINK
        # "不正确的是B" answers the opposite question: whether it is the answer, nobody says.
        + r"|(?<![不非])正确的?(?:选项|选择|说法|一项|叙述|描述)?的?(?:应该|应当|应|就)?[是为:]"
        + r"|(?m:^)\s{0,4}答\s?:"
    )
    heading += r"|(?m:^)[ #>*-]{0,8}final ?:"
    english = rf"{noun}{_ABOUT}{_LINK}|{heading}|\bans\.(?=\s)|<(?:final[_ ]?)?answer>"
    return rf"(?:(?i:{english})|{chinese})[:,]?\s{{0,8}}"


_BREAK = re.compile(
    r"[.!?;,\n]|\b(?:so|hence|therefore|thus|but|because)\b|所以|因此|但|故|不过", re.IGNORECASE
)
_REACH = 300
"""Characters before and after an answer that may belong to its sentence."""
_DENYING = re.compile(
    r"(?i)\b(?:not|never|no|nor|neither|cannot|doubt|wrong|incorrect|false|except|excluded?"
    r"|eliminated?|ruled? out|unlikely)\b|n't\b|不(?![仅但难])|非(?!常)|错|(?<!无)误|排除|除了|否"
)
_RIGHT_BEFORE = re.compile(
    r"(?:\bnot|n't|\bnever|不是|并非|不为)(?: equal to| be| simply| just)?[\s$\\(\[{]{0,8}$",
    re.IGNORECASE,
)
_NOT_DENYING = re.compile(
    r"(?i)\bno (?:doubt|question)\b|\bwithout (?:a |any )?doubt\b|\bnot (?:hard|difficult|only)\b"
    r"|毫无疑问|无疑|毫不|不妨|不错"
)
_SUPPOSING = re.compile(
    r"(?i)\b(?:if|whether|unless|suppose|assum\w+|(?<!only )possible|another|might|may|could"
    r"|initially|at first|thought|tempt\w+|yes or no|no or yes)\b|\?|如果|假如|假设|若|是否"
    r"|起初|一开始|原以为"
)
_QUESTION = re.compile(r"[ \t\"')\]}]{0,8}[吗呢吧]?\?")
_CONDITION = re.compile(r"[ \t\"')\]},]{0,8}(?:only )?(?:if|unless|assuming|provided)\b")
_RETRACTION = re.compile(
    r"(?i)\b(?:wait|hold on|scratch that|on second thought|oops|hmm+)\b"
    r"|\bi (?:was|am|'m) (?:wrong|mistaken)|\bi (?:made|have made) (?:a|an) (?:mistake|error)"
    r"|\bi (?:no longer|do not|don't) (?:think|believe)(?: that)? (?:that|this|it)(?:'s| is)"
    r" (?:right|correct|true)|\b(?:that|this|it) (?:cannot|can't) be (?:right|correct)"
    r"|\blet me (?:reconsider|rethink|redo|recalculate|correct)"
    r"|等等|等一下|更正|我(?:搞|弄|算|想|说|看|记)?错了"
)
"""Wherever they stand behind a statement, these say that it no longer holds."""
_REJECTION = re.compile(
    r"(?i)[^.!?\n]{0,60}[.!?\n]\s{0,3}(?:no(?:pe)?[,.!:–—]|(?:no, )?(?:that|this|it)(?:'s| is| was)"
    r"(?:n't (?:right|correct)| not (?:right|correct)| wrong| incorrect)|不对[^,.]{0,2}[,.]|不,)"
)
"""Right behind a statement, these reject it; further on they speak of something else."""


def clause(text: str, start: int, end: int) -> str:
    """What is said from the last break before `start` up to `end`."""
    return _BREAK.split(text[max(0, start - _REACH) : start])[-1] + text[start:end]


def sentence(text: str, start: int, end: int) -> str:
    """The sentence around a passage, as far as it reaches."""
    before = re.split(r"[.!;\n]", text[max(0, start - _REACH) : start])[-1]
    after = re.split(r"[.!;\n]", text[end : end + _REACH], maxsplit=1)[0]
    return before + text[start:end] + after


def denies(words: str) -> bool:
    """Whether words take back what they stand beside."""
    return _DENYING.search(unemphatic(words)) is not None


def unemphatic(words: str) -> str:
    """Words without denials that deny nothing: "no doubt", 毫无疑问."""
    return _NOT_DENYING.sub("", words)


def denied_right_before(text: str, start: int) -> bool:
    """Whether a denial stands right before `start`: "is not \\\\boxed{5}".

    A box is the answer wherever it stands: what is denied or supposed further off is another thing.
    """
    return _RIGHT_BEFORE.search(text[max(0, start - 40) : start]) is not None


def supposes(words: str) -> bool:
    """Whether words only suppose, ask, or tell of a first thought."""
    return _SUPPOSING.search(words) is not None


def asks(text: str, end: int) -> bool:
    """Whether what ends at `end` turns out to be a question."""
    return _QUESTION.match(text, end) is not None


def hangs_on_condition(text: str, end: int) -> bool:
    """Whether what ends at `end` holds only under a condition."""
    return _CONDITION.match(text, end) is not None


def taken_back(text: str, end: int) -> bool:
    """Whether words behind `end` take back what was stated before it."""
    return bool(_RETRACTION.search(text, end) or _REJECTION.match(text, end))
