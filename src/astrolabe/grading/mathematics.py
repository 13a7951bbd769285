"""Rules that read a mathematical answer and compare it with the gold answer. They never guess.

``math-strict`` reads a box, or a stated answer ("The answer is $x^2$."), and compares normalised
strings. ``math-verify`` reads these and, where there are none, a text that is one formula, or what
its last sentence comes to, and compares as a reader of mathematics does (`grading.equality`):
"(x+1)^2" is "x^2+2x+1". Gold answers are what stands in the box of MATH's solutions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from astrolabe.grading import expressions, numerals
from astrolabe.grading import statements as st
from astrolabe.grading.equality import same_expression, value
from astrolabe.grading.latex import latex
from astrolabe.grading.math_conclusions import asks_for_several, concluded, leaves_open, simple
from astrolabe.grading.math_spans import spans
from astrolabe.grading.math_statements import kept, stated
from astrolabe.grading.math_words import in_signs
from astrolabe.grading.plain import half_width, own_answer
from astrolabe.grading.rule import Found, Response

_EMPHASIS = re.compile(r"(?<![\w)])\*\*|\*\*(?![\w(])")
_CODE = re.compile(r"```[^`]{0,4000}```")
_LINES = re.compile(r"(?m)^(([a-z])\s?=\s?[^\n=]{1,30})\n+(?!\2)(?=[a-z]\s?=\s?[^\n=]{1,30}$)")
"""x = 3 and y = 1 in lines of their own."""
_WORDS = re.compile(r"[a-zA-Z]{1,20}(?: [a-zA-Z]{1,20}){0,2}|[^\W\da-zA-Z_是为等于]{1,6}")
"""A few words that are no sentence: "no solution" is read as a conclusion."""
_FENCE = re.compile(r"```[a-z]{0,10}")
_LIST_MARK = re.compile(
    r"(?m)^[ \t]{0,6}(?:[-*•][ \t]+(?=[^\W\d_]{2}|\$)|\d{1,2}[.)、][ \t]?(?=[^\d\s]))"
)
_ANOTHER_PROBLEM = re.compile(
    r"(?:^|[\n.])[^\S\n]{0,4}(?:(?:下面|接下来|现在|最后)?(?:我们)?(?:再|另|来)(?:来|外)?(?:看|做|举|考虑|解)"
    r"(?:下?一|几)(?:道|个)(?!下)[^\n.,:]{0,6}(?:例题|例|题|练习|问题)|(?:变式|练习)(?:题|\d)?:"
    r"|(?i:(?:now |next,? |here is |here's |let us |let's )*(?:consider |try |take |do |look at )?"
    r"(?:another|a (?:similar|second|further|related|new)) (?:\w+ )?(?:problem|example|exercise"
    r"|question)\b(?! (?:is|with|arises|here)\b)))"
)
_UNITS = re.compile(r"\s?(?:[^\W\d_]+\.?(?:\^?\{?[23²³]\}?)?\s?){0,3}")


def strict_expression(text: str, complete: bool = True) -> str | None:
    """The answer that a text boxes or states, if it never boxes or states another.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; where the budget did, a stated answer
            at the very end may go on and is not read.
    """
    text, complete = _prepared(text, complete)
    found = stated(text, complete)
    answers = {None if one.answer is None else expressions.normal(one.answer) for one in found}
    if any(one.mended for one in found):
        return None
    if len(answers) != 1 or not kept(text, found[-1], complete):
        return None
    return found[-1].answer


def lenient_expression(text: str, complete: bool = True, question: str = "") -> str | None:
    """The last answer that a text boxes or states, or else the one that it comes to.

    Agrees with `strict_expression` wherever that reads an answer.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself.
        question: Says which of several values in a last sentence is the answer.
    """
    text, complete = _prepared(text, complete)
    found = stated(text, complete)
    if found:
        return found[-1].answer if kept(text, found[-1], complete) else None
    if not complete:
        return None
    prose = _CODE.sub("", text)
    text = _LIST_MARK.sub("", prose if spans(prose) else _FENCE.sub("", text))
    if asks_for_several(question):
        text = _LINES.sub(r"\1, ", text)
    return _whole(text) or concluded(text, question)


@dataclass(frozen=True)
class MathRule:
    """A rule for mathematical answers.

    Attributes:
        read: From a text, whether it is complete, and the question, to the answer in LaTeX.
        equal: Whether a gold answer and an answer are the same.
    """

    read: Callable[[str, bool, str], str | None]
    equal: Callable[[str, str], bool]

    def find(self, response: Response) -> Found | None:
        item = response.item
        answer = self.read(response.text, response.complete, item.question)
        if answer is None:
            return None
        right = bool(item.gold) and self.equal(item.gold, answer)
        right = right and not _is_asked_itself(item.question, item.gold, answer)
        shown = answer if "=" in expressions.normal(item.gold) else value(answer)
        return Found(expressions.normal(shown), right)

    def same(self, one: str, other: str) -> bool:
        return one == other or self.equal(one, other)


def _same_string(gold: str, answer: str) -> bool:
    return expressions.normal(gold) == expressions.normal(answer)


_ANSWER_LINE = re.compile(r"(?i)Answer\s{0,40}:\s{0,40}([^\n]+)")


def _answer_line(text: str, complete: bool, question: str) -> str | None:
    """The rest of the first "Answer:" line (openai/simple-evals, ``math_eval.py``).

    There another model judges equality; here `same_expression` does.
    """
    match = _ANSWER_LINE.search(text)
    return match[1].strip() or None if match else None


MATH_RULES = {
    "math-strict": MathRule(lambda text, whole, _: strict_expression(text, whole), _same_string),
    "math-verify": MathRule(lenient_expression, same_expression),
    "simple-evals-math": MathRule(_answer_line, same_expression),
}


def _prepared(text: str, complete: bool) -> tuple[str, bool]:
    """The writer's own answer, half-width and without emphasis, and whether its end is theirs."""
    text = in_signs(_EMPHASIS.sub("", half_width(text)))
    text = re.sub(r"<(/?)(?:最终)?答案>", r"<\1answer>", text)
    own = own_answer(text)
    another = next((m for m in _ANOTHER_PROBLEM.finditer(own) if own[: m.start()].strip()), None)
    if another:
        own = own[: another.start() + 1]
    return own, complete or len(own) < len(text)


def _whole(text: str) -> str | None:
    """The text, where it is one formula or number, with no more than a unit behind it."""
    body = text.strip().rstrip(".").strip().strip("`*").strip()
    found = spans(body)
    if len(found) == 1 and found[0].start == 0 and _UNITS.fullmatch(body, found[0].end):
        return simple(body if found[0].content in body[:1] else found[0].content)
    if _WORDS.fullmatch(body) and not (st.denies(body) or st.supposes(body) or leaves_open(body)):
        return body
    for words in (numerals.english(body, 0), numerals.chinese(body, 0)):
        if words and words[-1] == len(body):
            return body
    return None


_FORM_ASKED = re.compile(
    r"(?i)\b(?:simplify|factor\w*|expand|evaluate|compute|calculate|reduce|rationali[sz]e)\b"
    r"|化简|因式分解|分解因式|展开|计算|约分|最简|化为"
)


def _is_asked_itself(question: str, gold: str, answer: str) -> bool:
    """Whether an answer only repeats the expression whose other form was asked for.

    "x^2 - 9" is equal to "(x-3)(x+3)", and no answer to "Factor x^2 - 9."
    """
    form = _as_written(answer)
    if not _FORM_ASKED.search(question) or form == _as_written(gold):
        return False
    asked = {_as_written(span.content) for span in spans(half_width(question))}
    return len(form) > 1 and form in asked


def _as_written(expression: str) -> str:
    """Without spaces, and fractions in one way; unlike the normal form, 6/8 is not 3/4."""
    fraction = re.sub(r"\\[dt]?frac\s?\{(\w+)\}\s?\{(\w+)\}", r"\1/\2", latex(expression))
    return re.sub(r"[\s$.]", "", fraction)
