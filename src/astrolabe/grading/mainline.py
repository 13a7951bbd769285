"""The main line of a text: its sentences, without checks, remarks, offers and other asides.

What a writer adds to an answer (a check, a note, what would be if, a source, an offer to go on)
says nothing of the answer, whatever numbers stand in it. Asides are known by how they begin.
"""

import re

_NAMES = (
    r"(?:(?:final|quick|sanity|double)[ -])?check(?:ing|ed)?|verif(?:y|ication|ying)|proof|notes?"
    r"|n\.?b|p\.?s|remarks?|comments?|tips?|hint|fun facts?|sources?|references?|confidence"
    r"|caveats?|disclaimer|side note|aside|bonus|extra|follow-up|alternatives?|further reading"
    r"|检验|验算|验证|检查|校验|注意?|备注|附注|注释|(?:温馨|友情)?提示|小?贴士|说明|补充(?:说明)?"
    r"|拓展|延伸|思考|点评|考点|难度(?:系数)?|(?:数据)?来源|参考(?:资料|文献)?|置信度|反思|小知识"
)
_HEADING = re.compile(
    rf"[ \t]{{0,4}}(?P<hashes>#{{1,6}})?[ \t>*•-]{{0,6}}(?:{_NAMES})\s?[:.]?[ \t]{{0,4}}$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?:^|(?<=[.!?;,\n]))[^\w\n]{{0,6}}(?:\d\.\s)?(?:{_NAMES})\s?(?:[:,]|\.\s(?=[A-Z]))",
    re.IGNORECASE,
)
_BEGINS_ASIDE = re.compile(
    r"[\s>*•(-]{0,6}(?:(?:and|but|also|just) )?(?:"
    r"(?:let(?:'s| us| me) |(?:you|we|one) can |as a |to )?(?:double[ -]?check|verify|check)\b"
    r"|(?:please |also |do )?note\b|by the way|btw\b|incidentally|for (?:comparison|reference)"
    r"|in comparison|compare (?:this|that|it)|remember|keep in mind|next:"
    r"|(?:if|should) you(?:'d| would)? (?:want|like|need|wish|prefer|have|are interested)"
    r"|(?:feel free|let me know|would you like|do you want)"
    r"|(?:if|had|were|without|with(?= no)|otherwise|unless)\b(?=[^=]{0,200}$)[^=]{0,80}\bwould\b"
    r"|(?:this|the text|it) was (?:generated|written)|generated (?:on|by|at)"
    r"|last updated|version \d"
    r"|(?:如果|要是|若|如)(?:您|你)?(?:想|要|需|愿意|还|希望|考虑)"
    r"|(?:如果|要是|假如|若)(?:没有|不|再|改|换|算|按)"
    r"|(?:不过)?(?:要|请|需要?)?注意|顺便|顺带|本题(?:主要)?考[查察]|值得一提|需要说明|另注|以上(?:由|内容)|希望(?:这|对)"
    r"|(?:[和与跟同]|相?比起?)[^,.=]{0,12}(?:\d[^,.]{0,30})?(?:相比|比较|比起来)"
    r"|compared (?:to|with)\b"
    r"|(?:我们)?(?:来)?(?:验算|检验|验证|检查|核对)"
    r")",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\b(?:wrong|mistake|incorrect|error|oops|not (?:right|correct|equal))\b"
    r"|不对|错|不符|不正确|矛盾",
    re.IGNORECASE,
)
_DRAWS = re.compile(
    r"\b(?:so|thus|therefore|hence)\b[^.!?\n]{0,60}\d|(?:所以|因此)[^.!?\n]{0,30}\d", re.IGNORECASE
)
_ABBREVIATED = re.compile(
    r"\b(i\.e|e\.g|approx|etc|vs|cf|resp|no|incl|St|Mr|Mrs|Dr)\.", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[?!;\n…])(?!\s?[=+*/×÷])|(?<=\.{3})|\.(?![\d)\]])(?!\w\.)")
_LABEL = re.compile(r"(?:^|(?<=[\n;:]))([ \t>*•-]{0,6})\d{1,2}[.)、][ \t]", re.MULTILINE)
_REMAINDER = re.compile(r"(?<=\d)\s?…{1,2}\s?(?=\d)")
_NAMED_NUMBER = re.compile(
    r"[^\w\n]{0,8}[^\W\d][^\n:=.!?\d+*/×÷]{0,30}[:=]\s?[^\n.!?=+*/×÷]{0,12}\d[^\n!?=+*/×÷]{0,12}$"
)
_TICKED = re.compile(r"[✓✔✅☑√]\s{0,3}\W{0,3}$")
_FOOTER = re.compile(
    r"\W{0,6}(?:(?:以上|本)(?:回答|内容|答案|结果)?(?:由|为|仅)"
    r"|(?:this|the) (?:answer|text|response) (?:was|is) generated|generated (?:on|by)|disclaimer)",
    re.IGNORECASE,
)
_TABLE_ROW = re.compile(r"\s{0,4}\|")
_LONGEST = 4000
"""Characters at the end of a text that are parted into sentences."""


def main_line(text: str) -> list[str]:
    """Sentences of plain text in their order, without asides; all of them where all are asides.

    A sentence keeps its question mark.
    """
    return without_asides(text) or _sentences(text[-_LONGEST:])


def without_asides(text: str) -> list[str]:
    """Sentences of plain text in their order, without asides."""
    text = _ABBREVIATED.sub(lambda short: short[1].replace(".", ""), text[-_LONGEST:])
    text = _REMAINDER.sub(" 余 ", text)
    if len(_LABEL.findall(text)) > 1:
        text = _LABEL.sub(r"\1", text)
    main: list[str] = []
    aside = trails_off = named = False
    for line in _lines(text):
        sentences = _sentences(line)
        # Named numbers, line after line, are one sentence: a reader chooses by the names.
        names = len(sentences) == 1 and _NAMED_NUMBER.match(sentences[0]) is not None
        for one in sentences:
            # What trails off goes on in the next sentence.
            aside = _is_aside(one) or (aside and trails_off)
            trails_off = one.endswith(("…", "..."))
            if aside:
                continue
            if main and named and names:
                main[-1] += f"; {one.strip()}"
            else:
                main.append(one)
        named = names or (named and not sentences)
    return main


def _lines(text: str) -> list[str]:
    """Lines without named asides: from their name to the end of the line, block or section."""
    kept, skipping = [], ""
    for line in text.split("\n"):
        if skipping == "block" and not line.strip():
            skipping = ""
        if skipping == "section" and line.lstrip().startswith("#"):
            skipping = ""
        if heading := _HEADING.match(line):
            skipping = "section" if heading["hashes"] else "block"
        if skipping or _TABLE_ROW.match(line) or _FOOTER.match(line):
            continue
        named = _NAMED.search(line)
        if named and not _says_more(line[named.end() :]):
            line = line[: named.start()]
        kept.append(line)
    return kept


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part and part.strip()]


def _says_more(aside: str) -> bool:
    """Whether a check finds something wrong, or draws a number from what it does."""
    return bool(_TAKES_BACK.search(aside) or _DRAWS.search(aside))


def _is_aside(sentence: str) -> bool:
    if _says_more(sentence):
        return False
    stripped = sentence.strip()
    in_brackets = stripped.startswith("(") and stripped.rstrip(".!").endswith(")")
    return bool(in_brackets or _TICKED.search(stripped) or _BEGINS_ASIDE.match(sentence))
