"""Rules that find the program in what a model wrote (HumanEval); a sandbox judges it.

A rule gives the *completion*: what stands after the prompt when both are run as one program
(Chen et al. 2021, arXiv:2107.03374, section 2).
"""

import re
from collections.abc import Callable

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading.sandbox import Execution, Program
from astrolabe.grading.thinking import after_thinking

_FENCE = "```"
_BLOCK = re.compile(
    r"^[ \t]{0,3}```[^`\n]*\n(.*?)(?:^[ \t]{0,3}```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
"""A fenced block, closed or cut off, whatever its opening line says."""
_DEFINES = re.compile(r"^(?:async )?def |^class |^\w+ *=|^import |^from ", re.MULTILINE)
_PYTHON_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_BODY = ":\n    "


def as_written(text: str) -> str | None:
    """The whole text, indentation and all (the authors' rule)."""
    return text


def until_fence(text: str) -> str | None:
    """What stands before the next fence (lm-evaluation-harness, `humaneval_instruct`)."""
    return text.partition(_FENCE)[0]


def body_of_block(text: str) -> str | None:
    """The first ```` ```python ```` block, else all, from its first indented body on.

    simple-evals' rule: the signature goes, and with it imports and helpers above it.
    """
    match = _PYTHON_BLOCK.search(text)
    code = match.group(1) if match else text
    # Where there is no body, the published code cuts off the first character.
    return code[code.find(_BODY) + 2 :]


def first_block(text: str) -> str | None:
    """The first fenced block, else all, without white space before it (OpenCompass' rule)."""
    match = re.search(r"```(.*?)```", text, re.DOTALL)
    if match is None:
        return text.lstrip()
    block = match.group(1)
    # A language's name on the opening line is no program.
    return re.sub(r"\A(?:[Pp]ython|py)?[ \t]*\n", "", block).lstrip()


def whole_or_block(text: str) -> str | None:
    """The last fenced block that defines something, else the last one, else the text as it is.

    A block that defines a function anew stands after the prompt and shadows its stub; a text
    without a fence is taken for the function's body. What a model thought aloud is left out.
    """
    answer = after_thinking(text.replace("\r\n", "\n"))
    if answer is None or not answer.strip():
        return None
    blocks = [str(block) for block in _BLOCK.findall(answer)]
    # Examples of use and of output often stand behind the program.
    defining = [block for block in blocks if "def " in block and _DEFINES.search(block)]
    return "\n" + (defining or blocks)[-1] if blocks else answer


CODE_RULES: dict[str, Callable[[str], str | None]] = {
    "completion": as_written,
    "until-fence": until_fence,
    "simple-evals-code": body_of_block,
    "opencompass-code": first_block,
    "program": whole_or_block,
}


def program(rule: str, item: Item, generated: Generated) -> Program | None:
    """The program that a sandbox shall run; `None` where the text holds none.

    Args:
        rule: One of `CODE_RULES`.
        item: Its metadata hold ``test`` and ``entry_point``.

    Raises:
        BadInput: for an item without tests.
    """
    if not {"test", "entry_point"} <= item.metadata.keys():
        raise BadInput(
            f"rule '{rule}' runs programs, but item '{item.id}' has no tests; use a rule that "
            "reads answers"
        )
    completion = CODE_RULES[rule](generated.text)
    if completion is None:
        return None
    return Program(item.question, completion, item.metadata["test"], item.metadata["entry_point"])


def grade_program(rule: str, generated: Generated, execution: Execution | None) -> Grade:
    """The grade of a program; `extracted` says what became of it.

    Args:
        execution: `None` where no program was found.
    """
    cut = generated.finish == "length"
    if execution is None:
        return Grade(Outcome.TRUNCATED if cut else Outcome.UNPARSED, None, rule)
    if execution.outcome == "infra":
        return Grade(Outcome.INFRA, execution.detail, rule)
    if execution.outcome == "passed":
        return Grade(Outcome.RIGHT, "passed", rule)
    said = execution.detail or execution.outcome
    return Grade(Outcome.TRUNCATED if cut else Outcome.WRONG, said, rule)
