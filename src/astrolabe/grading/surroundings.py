"""What the words right before and right behind a number make of it.

A label ("step 3"), a date, what is denied ("not 5"), compared with ("more than 5") or worked with
("divided by 5") is no answer. What a word governs ("in 5 days", "每5天") is a circumstance of one.
"""

import re

_LABEL = re.compile(
    r"(?:\b(?:step|part|case|example|equation|question|problem|error|code|http|status|version|page"
    r"|chapter|figure|line|no|grade|level|room)\s?#?|第|[#№])\s?$",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_DATE = re.compile(rf"\b{_MONTH}\.?,?\s?(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s?)?$")
_DATE_BEHIND = re.compile(rf"\s{_MONTH}")
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer|\bnor|\b(?:instead|out) of|\brather than|不是|并非|不等于"
    r"|不为|没有)[^,.;=\d]{0,12}$",
    re.IGNORECASE,
)
_DENIED_BEHIND = re.compile(
    r"[^.,;!?\n=]{0,12}?(?:\b(?:is|was|are|seems|looks|sounds) (?:wrong|incorrect|false|impossible"
    r"|absurd|not (?:right|correct|it)|too (?:much|many|high|low|little|few|big|small|large))\b"
    r"|\b(?:can't|cannot|couldn't) be (?:right|correct|it|true)\b|是?(?:错|不对|不可能)"
    r"|太(?:多|少|大|小|高|低))"
)
_COMPARED = re.compile(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|higher|lower|better) than|\b(?:over|under"
    r"|above|below|at least|at most|up to|nearly|almost|between(?: \S{1,12} and)?)|[<>≤≥]"
    r"|[大小多少高低]于|超过|不到|至少|至多|比)[\s$]{0,3}$",
    re.IGNORECASE,
)
_OPERAND = re.compile(
    r"(?:\b(?:plus|minus|times|divided by|multiplied by)\s"
    r"|\b(?:multiply(?:ing)?|divid(?:e|ing)|subtract(?:ing)?|add(?:ing)?)\s"
    r"(?:(?!to get|gives|is\b|=)[^\s:]{1,20}\s){0,3}|(?:加|减|乘|除)[上去以]?)[$]?$",
    re.IGNORECASE,
)
_OPERAND_BEHIND = re.compile(
    r"\s?(?:plus|minus|times(?= (?:[$\d]|as\b))|divided by|multiplied by)\b|[加减乘]|除以"
    r"|\s(?:\w{1,12}\s)?from\s[$]?\d|\s(?:in|out of)\s(?:every\s)?\d{1,3}\b(?!\s?[a-z%])"
)
_TENTATIVE = re.compile(
    r"\b(?:first|initial(?:ly)?|previous|earlier) (?:answer|guess|thought|attempt|try|result)\b"
    r"|\bat first\b|以为|乍一看|起初|一开始|直觉"
    r"|\b(?:says|said|claims|thinks|thought|suggests)\b[^,.;]{0,12}$|(?<!来)说(?:是|有|应该是?)?$",
    re.IGNORECASE,
)
"""A first thought, or what somebody else says."""
_DIGIT = re.compile(r"\d")
_NO_ANSWER = (_LABEL, _DATE, _DENIED, _COMPARED, _OPERAND, _TENTATIVE)
_NO_ANSWER_BEHIND = (_DATE_BEHIND, _DENIED_BEHIND, _OPERAND_BEHIND)

_GOVERNED = re.compile(
    r"(?:\b(?:in|after|from|per|every|each|within|during|than|since|until|before|between|with|on"
    r"|for|at|of|by|to|among|over|under|past|first|last|another)\s"
    r"(?:(?:the|these|those|all|about|only|just|its|his|her|their)\s){0,2}|\b(?:the|these|those)\s"
    r"|比[^,.;]{1,12}?(?:多|少|大|小|高|低|贵|便宜|长|短|快|慢|增加|减少|节?省)了?"
    r"|每[^,.;]{0,4}\d[^,.;\d]{0,6}|[每按用从比第]|大概在)[$£€]?$",
    re.IGNORECASE,
)
_NOT_GOVERNED = re.compile(
    r"(?:\b(?:total|sum|average|mean|amount|number|price|cost|profit|distance|speed|area|rate|length"
    r"|remainder|rest|balance|difference|product|quotient|score|gain|loss|interest|comes?"
    r"|arrives?|arriving|lands?|amounts?|adds? up|equal|rises?|drops?|falls?|grows?|works? out"
    r"|(?:is|are|was|were|be|stands?|lies?|stays?))\s(?:of|to|at|out to)"
    r"|\bbring(?:s|ing)?\s[^,.;]{1,24}\sto|\b(?:left|leaves?(?: \w{2,12})?|remains?|ends up"
    r"|finishes) with"
    r"|\b(?:warm|cool|change|go|rise|fall|drop|grow|increase|decrease|climb)(?:e?s|ed)?\sfrom\s"
    r"[^,.;]{1,20}\sto)\s(?:about\s|only\s)?[$£€]?$",
    re.IGNORECASE,
)
"""In "a total of 5" and "rises to 5" the number is what is told."""
_GOVERNED_BEHIND = re.compile(
    r"[\u3400-\u9fff]{0,3}?(?:[之以]?[后前内]|的(?=[\u3400-\u9fff]))|-[a-z]"
    r"|\s\w{1,12}\s(?:below|beneath|above|later|earlier|ago)\b"
)
_CHANGE = re.compile(
    r"(?:\b(?P<en>sav|discount|reduc|rebat)\w{1,4}\s(?:(?:you|him|her|them|of)\s)?[$€£]?"
    r"|(?P<zh>便宜|省|优惠|减少|增加|降低?|涨|多|少)了?)$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\s?(?:$|[.,;:!?)\]}]|(?:left|remain|over|altogether|together|more|again|in (?:all|total|two"
    r"|three|four|five|six|seven|\d)"
    r"|of (?:them|these)|is|are|was|were|per|an?|because|since|and|on)\b)"
)
_SAID = re.compile(
    r"(?:\b(?:is|are|was|were|be|equals?|(?:it|that|this|answer)'s|makes?|gives?|gets?|becomes?"
    r"|comes to)|[=是为得成]|等于)"
    r"\s?(?:about|exactly|only|just|约)?[\s$€£:]{0,3}$",
    re.IGNORECASE,
)


def is_no_answer(before: str, text: str, end: int) -> bool:
    """Whether a number cannot be an answer.

    Args:
        before: Its clause up to it.
        text: The sentence.
        end: Where that goes on behind the number.
    """
    return any(one.search(before) for one in _NO_ANSWER) or any(
        one.match(text, end) for one in _NO_ANSWER_BEHIND
    )


def labels(said: str) -> bool:
    """Whether the first number of a sentence is a label in it: "see page 18", "见第18页"."""
    first = _DIGIT.search(said)
    return bool(first and _LABEL.search(said[: first.start()]))


def is_circumstance(before: str, text: str, end: int, counter: str) -> bool:
    """Whether a number is a circumstance of something: "in 5 days"; 几年后 asks for one."""
    if _GOVERNED.search(before) and not _NOT_GOVERNED.search(before):
        return True
    asked_for = bool(counter[1:2]) and text.startswith(counter[:2], end)
    return not asked_for and _GOVERNED_BEHIND.match(text, end) is not None


def is_change(before: str, question: str) -> bool:
    """Whether a number is by how much something changed, and the question asks for no change."""
    change = _CHANGE.search(before)
    verb = (change["en"] or change["zh"]) if change else ""
    return bool(verb) and verb.lower() not in question.lower()


def is_bare(text: str, end: int) -> bool:
    """Whether no unit follows the number that ends at `end`."""
    return _BARE.match(text, end) is not None


def is_said(before: str) -> bool:
    """Whether something is said to be the number: "is 5", "x = 5", "是5"."""
    return _SAID.search(before) is not None
