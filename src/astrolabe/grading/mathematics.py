"""Rules that read a mathematical answer and compare it with the gold answer. They never guess.

``math-strict`` reads a box, or a stated answer ("The answer is $x^2$."), and compares normalised
strings. ``math-verify`` reads these and, where there are none, a text that is one formula or ends
in one, and compares by algebra (Math-Verify): "(x+1)^2" is "x^2+2x+1". Gold answers are what
stands in the box of MATH's solutions.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from astrolabe.grading import expressions
from astrolabe.grading import statements as st
from astrolabe.grading.boxed import boxes
from astrolabe.grading.plain import half_width, own_answer
from astrolabe.grading.quantities import Quantity, quantity_at
from astrolabe.grading.rule import Found, Response
from astrolabe.grading.symbolic import equal

_CUE = re.compile(st.cue_pattern("result|value|solution|expression|form") + r"|#{4}\s?")
_FORMULA = re.compile(
    r"\$\$(?P<display>[^$]{1,1000})\$\$|(?<!\\)\$(?P<inline>(?:[^$\\]|\\.){1,1000})\$"
    r"|\\\[(?P<bracket>.{1,1000}?)\\\]|\\\((?P<paren>.{1,1000}?)\\\)",
    re.DOTALL,
)
_JOINED = re.compile(r"[\s,$;]{0,6}(?:(?:and|or|或|和)[\s$]{0,6})?(?:[a-zA-Z]\s?=\s?)?")
_JOINT = re.compile(r"[\s,;]{0,6}(?:(?:and|or|或|和)\s{0,6})?")
_SENTENCE = re.compile(r"\n|(?<!\\)[!?;](?=\s|$)|\.(?=\s|$)")
_MATHEMATICAL = re.compile(r"[\d\\^=+*/<>√π∞]")
_LONGEST = 400
_MOST_WORDS = 4
_EMPHASIS = re.compile(r"(?<![\w)])\*\*|\*\*(?![\w(])")
_SET = re.compile(r"^\s*\\\{.*\\\}\s*$", re.DOTALL)
_TUPLE = re.compile(r"^\s*\(.*\)\s*$", re.DOTALL)


@dataclass(frozen=True)
class _Stated:
    """An answer stated, or one that cannot be told; the text goes on at `end`."""

    answer: str | None
    end: int


def strict_expression(text: str, complete: bool = True) -> str | None:
    """The answer that a text boxes or states, if it never boxes or states another.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; where the budget did, a stated answer
            at the very end may go on and is not read.
    """
    text = _prepared(text)
    stated = _statements(text)
    answers = {None if one.answer is None else expressions.normal(one.answer) for one in stated}
    return _last(text, stated, complete) if len(answers) == 1 else None


def lenient_expression(text: str, complete: bool = True) -> str | None:
    """The last answer that a text boxes or states, or else the formula that it is or ends in.

    Agrees with `strict_expression` wherever that reads an answer.
    """
    text = _prepared(text)
    stated = _statements(text)
    if stated:
        return _last(text, stated, complete)
    return _only_formula(text) if complete else None


def same_expression(gold: str, answer: str) -> bool:
    """Whether two expressions are equal: as strings, as numbers, or by Math-Verify."""
    if expressions.normal(gold) == expressions.normal(answer):
        return True
    numbers = _number(gold), _number(answer)
    if numbers[0] and numbers[1]:
        return numbers[1].against(numbers[0]) == numbers[0].value
    # Math-Verify takes an ordered pair for a set, and a small letter for its capital.
    if _kind(gold) != _kind(answer) or _other_letter(gold, answer):
        return False
    return equal("verify", _bare(gold), _bare(answer))


@dataclass(frozen=True)
class MathRule:
    """A rule for mathematical answers.

    Attributes:
        read: From a text, and whether it is complete, to the answer in LaTeX.
        equal: Whether a gold answer and an answer are the same.
    """

    read: Callable[[str, bool], str | None]
    equal: Callable[[str, str], bool]

    def find(self, response: Response) -> Found | None:
        answer = self.read(response.text, response.complete)
        if answer is None:
            return None
        gold = response.item.gold
        return Found(expressions.normal(answer), bool(gold) and self.equal(gold, answer))

    def same(self, one: str, other: str) -> bool:
        return one == other or self.equal(one, other)


def _same_string(gold: str, answer: str) -> bool:
    return expressions.normal(gold) == expressions.normal(answer)


_ANSWER_LINE = re.compile(r"(?i)Answer\s{0,40}:\s{0,40}([^\n]+)")


def _answer_line(text: str, complete: bool) -> str | None:
    """The rest of the first "Answer:" line (openai/simple-evals, ``math_eval.py``).

    There another model judges equality; here `same_expression` does.
    """
    match = _ANSWER_LINE.search(text)
    return match[1].strip() or None if match else None


MATH_RULES = {
    "math-strict": MathRule(strict_expression, _same_string),
    "math-verify": MathRule(lenient_expression, same_expression),
    "simple-evals-math": MathRule(_answer_line, same_expression),
}


def _prepared(text: str) -> str:
    return own_answer(_EMPHASIS.sub("", half_width(text)))


def _last(text: str, stated: list[_Stated], complete: bool) -> str | None:
    last = stated[-1]
    if last.answer is None or st.taken_back(text, last.end):
        return None
    whole = complete or text[last.end :].strip() or text[: last.end].endswith(("}", "$", ")"))
    return last.answer if whole else None


def _statements(text: str) -> list[_Stated]:
    """What is boxed, or, where nothing is, what is stated."""
    return list(_boxed(text)) or list(_cued(text))


def _boxed(text: str) -> Iterator[_Stated]:
    """What boxes hold; those of one sentence are one answer ("\\\\boxed{1} or \\\\boxed{2}")."""
    held: list[str | None] = []
    end = 0
    for start, stop, content in boxes(text):
        if st.denied_right_before(text, start):
            continue
        if held and not _JOINED.fullmatch(text, end, start):
            yield _Stated(_together(held), end)
            held = []
        held.append(content or None)
        end = stop
    if held:
        yield _Stated(_together(held), end)


def _together(held: list[str | None]) -> str | None:
    """One answer of several boxes, each value once; `None` where one cannot be told."""
    forms = {expressions.normal(part): part for part in reversed(held) if part}
    return None if None in held else ", ".join(reversed(forms.values()))


def _cued(text: str) -> Iterator[_Stated]:
    for cue in _CUE.finditer(text):
        words = st.clause(text, cue.start(), cue.start())
        denied = cue["no_en"] or cue["no_zh"] or st.denies(words)
        read = _behind(text, cue.end())
        if read is None or st.supposes(words) or st.asks(text, read.end):
            continue
        yield _Stated(None, read.end) if denied else read


def _behind(text: str, start: int) -> _Stated | None:
    """The formulas, or the few words, behind a cue; `None` where a longer sentence follows."""
    formula = _FORMULA.match(text, start)
    if formula is None:
        return _words_behind(text, start)
    held, end = [_content(formula)], formula.end()
    while (joint := _JOINT.match(text, end)) and (more := _FORMULA.match(text, joint.end())):
        held.append(_content(more))
        end = more.end()
    return _Stated(", ".join(held), end)


def _words_behind(text: str, start: int) -> _Stated | None:
    stop = _SENTENCE.search(text, start, start + _LONGEST)
    end = stop.start() if stop else min(len(text), start + _LONGEST)
    said = text[start:end].strip().strip("\"'")
    formulas = list(_FORMULA.finditer(said))
    if len(formulas) == 1 and len(_FORMULA.sub("", said).split()) <= _MOST_WORDS:
        return _Stated(_content(formulas[0]), end)
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\\[a-zA-Z]+", "", said))
    if formulas or not said or len(words) > _MOST_WORDS:
        return None
    if not _MATHEMATICAL.search(said) and st.denies(said):
        return None
    return _Stated(said, end)


def _content(formula: re.Match[str]) -> str:
    return str(next(group for group in formula.groups() if group is not None)).strip()


def _only_formula(text: str) -> str | None:
    """The text, where it is one formula or number; else the only formula of its last sentence."""
    body = text.strip().rstrip(".")
    whole = _FORMULA.fullmatch(body)
    if whole:
        return _content(whole)
    if len(body) <= _LONGEST and "\n" not in body and not re.search(r"[^\W\d_]{2,}\s", body):
        return body if _MATHEMATICAL.search(body) and "$" not in body else None
    lines = [line for line in text.split("\n") if line.strip()]
    last = re.split(r"[.!?;](?:\s|$)", lines[-1].strip().rstrip(".")) if lines else [""]
    formulas = list(_FORMULA.finditer(last[-1]))
    if len(formulas) != 1 or st.denies(last[-1]) or st.supposes(last[-1]):
        return None
    return _content(formulas[0]).rpartition("=")[2].strip() or None


def _number(expression: str) -> Quantity | None:
    form = expressions.normal(expression)
    number = quantity_at(form, 0)
    return number if number and number.end == len(form) else None


def _kind(expression: str) -> str:
    """Sets and ordered pairs are not of one kind; whatever else may be."""
    bare = _bare(expression)
    return "set" if _SET.match(bare) else "tuple" if _TUPLE.match(bare) and "," in bare else ""


def _other_letter(one: str, other: str) -> bool:
    forms = expressions.normal(one), expressions.normal(other)
    return all(len(form) == 1 and form.isalpha() for form in forms) and forms[0] != forms[1]


def _bare(expression: str) -> str:
    """An expression without the dollar signs around it, and \\\\left and \\\\right in it."""
    return re.sub(r"\\(?:left|right)(?![a-zA-Z])", "", expression).strip().strip("$").strip()
