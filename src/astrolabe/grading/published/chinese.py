"""CMMLU's and C-Eval's own extractors for generated answers. Both know four options, A to D.

- ``cmmlu``: haonan-li/CMMLU, ``src/mp_utils.py``, ``extract_choice``. Where nothing matches it
  returns one of the four letters at random; here the text is unread.
- ``ceval-exact``: hkust-nlp/ceval, ``evaluators/chatgpt.py``, few-shot answers without reasoning:
  the reply, without case, signs and surplus space, is the letter.
- ``ceval-cot``: the same, ``evaluators/llama.py``, answers after reasoning. The first of its
  patterns that matches decides; a match that is not a letter counts where it is an option's text.
"""

import re
from collections.abc import Sequence

_FOUR = "ABCD"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.replace("X", "([ABCD])")) for pattern in patterns)


_CMMLU_FIRST = _compiled(
    r"答案(?:选项)?[是为]：? ?X",
    r"答案[是为]选项 ?X",
    r"故?选择?：? ?X",
    r"X ?选?项[是为]?正确",
    r"正确的?选项[是为] ?X",
    r"答案(?:应该)?[是为]X",
    r"选项 ?X ?[是为]?正确",
    r"选择答案 ?X",
    r"答案?：?X",
    r"X(?:选?项)?是?符合题意",
    r"答案选项：? ?X",
    r"答案(?:选项)?为.*?X",
)
_CMMLU_ENDINGS = ("当选", "正确")
_CMMLU_WEAK = re.compile(r"[^不]是：? ?([ABCD])")
_ONLY_LETTER = re.compile(r"[^ABCD]*([ABCD])[^ABCD]*")

_CEVAL = _compiled(
    r"答案是?\s?X",
    r"答案是?\s?：X",
    r"答案是?\s?:X",
    r"答案应该?是\s?X",
    r"答案应该?选\s?X",
    r"答案为\s?X",
    r"选择\s?X",
    r"只有选?项?\s?X\s?是?对",
    r"只有选?项?\s?X\s?是?错",
    r"只有选?项?\s?X\s?不?正确",
    r"只有选?项?\s?X\s?错误",
    r"说法不?对选?项?的?是\s?X",
    r"说法不?正确选?项?的?是\s?X",
    r"说法错误选?项?的?是\s?X",
    r"X\s?是正确的",
    r"X\s?是正确答案",
    r"选项\s?X\s?正确",
    r"所以答\s?X",
    r"1.\s?X[.。$]?$",
    r"所以\s?([ABCD][.。$]?$)",
    r"所有\s?([ABCD][.。$]?$)",
    r"[\s，：:,]X[。，,\.]?$",
    r"[\s，,：:][故即]X[。\.]?$",
    r"[\s，,：:]因此X[。\.]?$",
    r"[是为。]\s?X[。\.]?$",
    r"因此\s?X[。\.]?$",
    r"显然\s?X[。\.]?$",
    r"1.\s?(.*?)$",
    r"答案是\s?(\S+)(?:。|$)",
    r"答案应该是\s?(\S+)(?:。|$)",
    r"答案为\s?(\S+)(?:。|$)",
)
_CEVAL_WHOLE = 27
"""Index of the pattern that takes whatever follows a 1 on the last line, or at the end of the one
before; it is shown no more than that, or it would go through the text again for every 1."""
_CEVAL_TRIGGER = "让我们一步一步思考"
_CEVAL_PROMPT_END = f"{_CEVAL_TRIGGER}，\n1."
_PUNCTUATION = str.maketrans("", "", r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""")


def cmmlu(text: str, options: Sequence[str]) -> str | None:
    """CMMLU's cascade, up to but without its random letter."""
    if text[:1] and text[0] in _FOUR:
        return text[0]
    for pattern in _CMMLU_FIRST:
        if match := pattern.search(text):
            return match[1]
    for ending in _CMMLU_ENDINGS:
        if letter := _last_before(ending, text):
            return letter
    match = _CMMLU_WEAK.search(text) or _ONLY_LETTER.fullmatch(text)
    return match[1] if match else None


def _last_before(ending: str, text: str) -> str | None:
    """The last letter before an ending, on the first line where a letter precedes it.

    The authors search ``([ABCD])(.*?)ENDING`` again and again inside its own match.
    """
    for line in text.split("\n"):
        first = re.search("[ABCD]", line)
        stop = line.find(ending, first.end()) if first else -1
        if stop >= 0:
            return max(_FOUR, key=line[:stop].rfind)
    return None


def ceval_exact(text: str, options: Sequence[str]) -> str | None:
    """The reply, if it is a letter and nothing else."""
    reply = " ".join(text.translate(_PUNCTUATION).split()).upper()
    return reply if len(reply) == 1 and reply in _FOUR else None


def ceval_cot(text: str, options: Sequence[str]) -> str | None:
    """C-Eval's patterns, on the prompt's last words and what follows, until they come again."""
    before, again, rest = text.partition(_CEVAL_TRIGGER)
    said = before if before.strip() or not again else rest
    said = _CEVAL_PROMPT_END + (said if again else said.removesuffix("\n"))
    *_, before, last = ["", *said.removesuffix("\n").split("\n")]
    for index, pattern in enumerate(_CEVAL):
        match = pattern.search(f"{before[-2:]}\n{last}" if index == _CEVAL_WHOLE else said)
        if match:
            return _letter_or_text(match[1], options)
    return None


def _letter_or_text(found: str, options: Sequence[str]) -> str | None:
    if len(found) == 1 and found in _FOUR:
        return found
    places = [place for place, option in enumerate(options) if option == found]
    return _FOUR[places[0]] if len(places) == 1 and places[0] < len(_FOUR) else None


LETTER_RULES = {"cmmlu": cmmlu, "ceval-exact": ceval_exact, "ceval-cot": ceval_cot}
