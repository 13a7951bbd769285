"""Text without its dress: full-width signs, look-alike letters, Markdown and LaTeX markup.

What is taken away says nothing of the answer: ``**B**``, ``$\\mathbf{B}$``, ``Ｂ`` and ``Ⓑ`` are
all "B". Rules of our own read plain text; published rules read what their authors read.
"""

import re
import unicodedata

_ALPHABETS = (0x24B6, 0x24D0, 0x1F130, 0x1F150, 0x1F170)
"""Circled capital and small letters; capitals in squares and in black circles and squares."""
_BRACKETED_ALPHABETS = (0x249C, 0x1F110)
_MATHEMATICAL = range(0x1D400, 0x1D800)


def _table() -> dict[int, str]:
    table = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    for start in _ALPHABETS:
        first = "a" if start == 0x24D0 else "A"
        table |= {start + i: chr(ord(first) + i) for i in range(26)}
    for start in _BRACKETED_ALPHABETS:
        first = "a" if start == 0x249C else "A"
        table |= {start + i: f"({chr(ord(first) + i)})" for i in range(26)}
    for code in _MATHEMATICAL:
        usual = unicodedata.normalize("NFKC", chr(code))
        if len(usual) == 1 and usual.isascii():
            table[code] = usual
    table |= dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F], "")
    same = {"。": ".", "　": " ", "\u00a0": " ", "\r": "\n", "−": "-", "⁄": "/"}
    same |= dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”", '"')
    return table | {ord(sign): usual for sign, usual in same.items()}


_TABLE = _table()

_STYLE = re.compile(
    r"\\(?:text|textbf|textit|textrm|texttt|mathrm|mathbf|mathit|mathsf|mathtt|bm|mbox|hbox"
    r"|boldsymbol|operatorname|underline|displaystyle)\b[ \t]{0,4}"
)
_LATEX: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), usual)
    for pattern, usual in (
        (r"\{,\}|,\\!", ","),
        (r"\\[,;:! ]|\\q?quad\b|~|\\(?:left|right|limits)\b", " "),
        (r"\\%", "%"),
        (r"\\times\b|\\cdot\b", "×"),
        (r"\\div\b", "÷"),
        (r"\\(?:approx|simeq)\b", "≈"),
        (r"\^\s?(?:\\circ\b|\{\s?\\circ\s?\})|\\degree\b", "°"),
        (r"\\[dt]frac(?![a-zA-Z])", r"\\frac"),
        (r"\\[()\[\]]", " "),
        (r"(?<=[\s(:=])-\\?\$(?=\d)|(?<=^)-\\?\$(?=\d)", "-"),
        (r"\\?\$-(?=\d)", " -"),
        (r"\\?\$", " "),
    )
)
_EMPHASIS = re.compile(
    r"(?<![\w)])\*{2,3}|\*{2,3}(?![\w(])"  # not the power in 2**10
    r"|(?<![\w*)])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*(])"
    r"|(?<!\w)_{1,3}(?=[^\W_])|(?<=[^\W_])_{1,3}(?!\w)"
    r"|`{1,3}"
)
_THIN_SPACE = re.compile(r"(?<=\d)(?:[\u00a0\u2009\u202f]|\\[,!]|\{,\})(?=\d{3}(?!\d))")
"""What separates thousands: 1 234, 1\\,234, 1{,}234."""
_TAG = re.compile(r"</?(?:b|i|u|p|em|br|strong|span|code|mark|center)\b[^<>]{0,40}>", re.IGNORECASE)
_NEXT_QUESTION = re.compile(
    r"\n[ \t]{0,4}(?:[#>*-]{1,4} )?(?:<\|\w{1,20}\|>\s?)?(?:"
    r"(?:(?:Next |Another |New |Sample )?Question|Q|Problem|Exercise|Human|User|Instruction"
    r"|Follow-?up"
    r"(?: question)?|Bonus(?: question)?|题目|问题|下一题|例题|练习|用户|问)[ \t]?\d{0,3}[ \t]?:"
    r"|(?:Next question|Question \d{1,3}\b|The following (?:are|is)(?: an?)? (?:multiple"
    r"|single)[- ]choice"
    r"|(?:Now )?let's (?:do|try|look at|move on to) (?:another|the next|one more)\b|Here(?:'s"
    r"| is) another\b"
    r"|第\s?[\d二三四五六七八九十]{1,3}\s?题|下一(?:道题|题)|再来一(?:道|题)"
    r"|以下是[^\n]{0,30}选择题))",
    re.IGNORECASE,
)
_NEXT_ON_LINE = re.compile(
    r"(?:(?<=[.!?)\]\"] )|(?<=\b[A-J] ))(?:Question|Problem|题目)[ \t]?\d{0,3}:\s"
)
"""The next question on the line of an answer: "B Question: ..."."""
_ROLE = re.compile(
    r"\A\s{0,8}(?:(?:<s>|<bos>|\[/INST\]|<\|(?:im_start|start_header_id|begin_of_text"
    r"|assistant)\|>)\s{0,4}){0,4}"
    r"(?:(?:### )?(?:assistant|response|output|助手)\s?(?::|\n|<\|end_header_id\|>)\s{0,4})?",
    re.IGNORECASE,
)
"""Whose turn it is, at the very beginning of a text."""
_END_OF_TURN = re.compile(
    r"</s>|\[INST\]|<(?:end_of_turn|eos|eot)>|<\|(?:endoftext|im_end|im_start|eot_id|end"
    r"|end_of_text|user|begin_of_text"
    r"|start_header_id|end▁of▁sentence)\|>",
    re.IGNORECASE,
)
"""Marks of chat templates and tokenizers that a decoder left in: the answer ends there."""


def plain(text: str) -> str:
    """The text in half-width signs, without markup; braces of LaTeX commands stay."""
    text = _TAG.sub("", half_width(_THIN_SPACE.sub("", text)))
    if "\\" in text or "$" in text or "~" in text:
        text = _unwrapped(text)
        for pattern, usual in _LATEX:
            text = pattern.sub(usual, text)
    return _EMPHASIS.sub("", text)


def half_width(text: str) -> str:
    """The text in usual letters, digits and signs."""
    return text.translate(_TABLE)


def own_answer(text: str) -> str:
    """A text up to where its turn ends, or its writer goes on to ask a question of its own.

    Base models that no stop text ends go on to the next question; its answer is not to be read.
    """
    text = _ROLE.sub("", text)
    for pattern in (_END_OF_TURN, _NEXT_QUESTION, _NEXT_ON_LINE):
        for match in pattern.finditer(text):
            if text[: match.start()].strip():
                text = text[: match.start()]
                break
    return text


def _unwrapped(text: str) -> str:
    """LaTeX style commands without their command and braces: ``\\text{B}`` is "B"."""
    pieces, end = [], 0
    for match in _STYLE.finditer(text):
        if match.start() < end:
            continue
        pieces.append(text[end : match.start()])
        end = match.end()
        if text.startswith("{", end):
            close = text.find("}", end)
            inner = text[end + 1 : close] if close >= 0 else ""
            if close >= 0 and "{" not in inner:
                pieces.append(f" {inner} ")
                end = close + 1
        else:
            pieces.append(" ")
    return "".join([*pieces, text[end:]])
