"""Minerva's reading of MATH answers: lm-evaluation-harness 0.4.13, ``minerva_math/utils.py``.

Lewkowycz et al., "Solving Quantitative Reasoning Problems with Language Models", 2022
(arXiv:2206.14858), appendix D. The answer stands between "Final Answer: The final answer is" and
"I hope it is correct."; both sides are normalised, and equal where they are the same text, or
where sympy simplifies their difference to 0. What sympy cannot parse (words, intervals) is equal to
nothing but itself.
"""

import re
from dataclasses import dataclass

from astrolabe.grading.rule import Found, Response
from astrolabe.grading.symbolic import equal

_END = "I hope it is correct."
_STATED = re.compile(r"Final Answer: The final answer is(.*?). I hope it is correct.")
SUBSTITUTED = (
    ("an ", ""),
    ("a ", ""),
    (".$", "$"),
    ("\\$", ""),
    ("\\ ", ""),
    (" ", ""),
    ("mbox", "text"),
    (",\\text{and}", ","),
    ("\\text{and}", ","),
    ("\\text{m}", "\\text{}"),
)
REMOVED = (
    *("square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units"),
    *("\\ldots", "sue", "points", "feet", "minutes", "digits", "cents", "degrees", "cm", "gm"),
    *("pounds", "meters", "meals", "edges", "students", "childrentickets", "multiples"),
    *("\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}"),
    *("\\text{}", "\\mathrm{th}", "^\\circ", "^{\\circ}", "\\;", ",\\!", "{,}", '"', "\\dots"),
)
WRAPPINGS = (
    (re.compile(r"(\\text\{)(.*?)(\})"), r"\2"),
    (re.compile(r"(\\textbf\{)(.*?)(\})"), r"\2"),
    (re.compile(r"(\\overline\{)(.*?)(\})"), r"\2"),
    (re.compile(r"(\\boxed\{)(.*)(\})"), r"\2"),
)
SHORTHANDS = (
    (re.compile(r"(frac)([^{])(.)"), r"frac{\2}{\3}"),
    (re.compile(r"(sqrt)(\[[^\]]*\])(\w)"), r"\1\2{\3}"),
    (re.compile(r"(sqrt)(?!\[)([^{])"), r"sqrt{\2}"),
)
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")
"""A number with commas between thousands; "0,1" is a pair."""
_COMMAND = re.compile(r"(\\[a-zA-Z]+)")
_IN_DOLLARS = (re.compile(r"(.*?)(\$)(.*?)(\$)(.*)"), r"$\3$")


def read(text: str) -> str | None:
    """The stated answer, normalised; the closing phrase may be missing, as a stop may cut it."""
    match = _STATED.search(f"{text}{_END}")
    return normal(match[1].strip()) if match else None


def normal(answer: str) -> str:
    """Minerva's normal form: what stands behind the last "=", without words, units and wrapping."""
    answer = answer.split("=")[-1]
    for word in filter(str.isalpha, REMOVED):
        # A unit goes while white space still tells it from what is beside it.
        answer = re.sub(rf"(?<!\\)\b{word}\b", "", answer)
    for old, new in SUBSTITUTED:
        answer = answer.replace(old, new)
    for words in REMOVED:
        answer = _outside_commands(answer, words) if words.isalpha() else answer.replace(words, "")
    for pattern, new in (_IN_DOLLARS, *WRAPPINGS, *SHORTHANDS):
        answer = pattern.sub(new, answer)
    answer = answer.replace("$", "")
    return answer.replace(",", "") if _THOUSANDS.fullmatch(answer) else answer


def _outside_commands(answer: str, word: str) -> str:
    """`answer` without `word`, but "ft" stays in "\\left"."""
    parts = _COMMAND.split(answer)
    parts[::2] = [part.replace(word, "") for part in parts[::2]]
    return "".join(parts)


@dataclass(frozen=True)
class MinervaRule:
    """Reads what is stated, and asks sympy whether it is the gold answer."""

    def find(self, response: Response) -> Found | None:
        answer = read(response.text)
        if not answer:
            return None
        gold = response.item.gold
        return Found(answer, bool(gold) and self.same(normal(gold), answer))

    def same(self, one: str, other: str) -> bool:
        return one == other or equal("difference", one, other)


MINERVA_RULES = {"minerva": MinervaRule()}
