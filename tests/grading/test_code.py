"""Programs found in what models write: fences of every kind, and the published rules' quirks."""

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading.code import CODE_RULES, grade_program, program
from astrolabe.grading.sandbox import Execution

F = "def f(x):\n    return x\n"

WHOLE = [
    (f"```python\n{F}```", F),
    (f"Here:\n```python3\n{F}```\nThat is all.", F),
    (f"```Python 3\n{F}```", F),
    (f"```\n{F}```", F),
    (f"```py\r\n{F}```".replace("\n", "\r\n"), F),
    (f"```python\n{F}", F),  # cut off
    (f"<think>```python\nbad\n```</think>```python\n{F}```", F),
    (f"```python\n{F}```\nUse it so:\n```python\nprint(f(1))\n```", F),
    (f"```python\n{F}```\nIt prints:\n```\n3\n```", F),
    (f"```python\nold()\n```\n```python\n{F}```", F),
]


@pytest.mark.parametrize(("text", "code"), WHOLE)
def test_the_block_that_defines_something_is_the_program(text: str, code: str) -> None:
    assert CODE_RULES["program"](text) == f"\n{code}"


def test_a_text_without_a_fence_is_the_body() -> None:
    assert CODE_RULES["program"]("    return x\n") == "    return x\n"
    assert CODE_RULES["program"]("  \n") is None
    assert CODE_RULES["program"]("<think>still") is None


def test_the_published_rules() -> None:
    assert CODE_RULES["completion"]("    return x\n\n") == "    return x\n\n"
    assert CODE_RULES["until-fence"]("    return x\n```\nmore") == "    return x\n"
    # The signature goes, and with it what stands above it.
    assert CODE_RULES["simple-evals-code"](f"```python\nimport os\n{F}```") == "    return x\n"
    # Without a body the published code loses a character.
    assert CODE_RULES["simple-evals-code"]("    return x") == "   return x"
    assert CODE_RULES["opencompass-code"](f"So:\n```python\n{F}```") == F
    assert CODE_RULES["opencompass-code"]("  return x") == "return x"


ITEM = Item("i", "s", "def f(x):\n", "", metadata={"test": "t", "entry_point": "f"})


def test_a_program_is_what_is_asked_and_what_is_written() -> None:
    found = program("completion", ITEM, Generated("    return x\n", 3, "stop"))
    assert found is not None
    assert (found.prompt, found.completion) == ("def f(x):\n", "    return x\n")
    assert (found.test, found.entry_point) == ("t", "f")
    assert program("program", ITEM, Generated(" ", 1, "stop")) is None


def test_an_item_without_tests_cannot_be_judged_by_running() -> None:
    with pytest.raises(
        BadInput, match="rule 'completion' runs programs, but item 'j' has no tests"
    ):
        program("completion", Item("j", "s", "q", "1"), Generated("1", 1, "stop"))


@pytest.mark.parametrize(
    ("became", "finish", "outcome"),
    [
        ("passed", "length", Outcome.RIGHT),
        ("failed", "stop", Outcome.WRONG),
        ("failed", "length", Outcome.TRUNCATED),
        ("timed_out", "stop", Outcome.WRONG),
        ("infra", "stop", Outcome.INFRA),
        (None, "stop", Outcome.UNPARSED),
        (None, "length", Outcome.TRUNCATED),
    ],
)
def test_what_becomes_of_a_program(became, finish, outcome) -> None:
    execution = None if became is None else Execution(became, "said", 1, 0, 0.1)
    assert grade_program("completion", Generated("x", 1, finish), execution).outcome is outcome
