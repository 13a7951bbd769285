"""Prompts to the byte. The texts here are written from the protocols, not taken from the code."""

import csv
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks import get, mmlu
from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message, Prompt
from astrolabe.prompting.draws import exemplars, option_orders
from astrolabe.prompting.render import answered, render

TEXTS = Path(__file__).parent / "texts"
SUBJECT = "high_school_physics"
ASKED = Item("hp/test/0", SUBJECT, " Which {one}? ", "C", ("1 N", "2 N", "3 N", "None"))
SHOTS = (
    Item("hp/dev/0", SUBJECT, "What falls?", "B", ("air", "a stone", "light", "time")),
    Item("hp/dev/1", SUBJECT, "What is hot?", "D", ("ice", "snow", "rain", "fire")),
)
DUCKS = Item("test/0", "grade_school_math", "How many ducks?", "7", (), "3 + 4 = <<3+4=7>>7 ducks.")
EGGS = Item("train/0", "grade_school_math", "How many eggs?", "1,600", (), "8*200=1,600\nSo many.")


def made(benchmark: str, recipe: str, item: Item, shots: tuple[Item, ...], **asked: Any) -> Prompt:
    chosen = get(benchmark).recipe(recipe)
    condition = chosen.condition(**({"shots": len(shots)} | asked))
    (order,) = option_orders([item], Dataset((item,), {}, ""), chosen, condition)
    return render(item, shots, order, chosen, condition)


ASKED_FOR: dict[str, Prompt] = {
    "mmlu-official": made("mmlu", "official", ASKED, SHOTS),
    "mmlu-lm-eval": made("mmlu", "lm-eval", ASKED, SHOTS[:1]),
    "mmlu-lm-eval-zero-shot": made("mmlu", "lm-eval", ASKED, ()),
    "mmlu-lm-eval-cloze": made("mmlu", "lm-eval", ASKED, SHOTS[:1], scoring="text"),
    "mmlu-chinese": made("mmlu", "official", ASKED, SHOTS[:1], language="zh"),
    "mmlu-official-texts-scored": made("mmlu", "official", ASKED, SHOTS[:1], scoring="text"),
    "mmlu-with-a-role": made("mmlu", "official", ASKED, (), role="You are {a} physicist."),
    "mmlu-with-a-trigger": made(
        "mmlu", "official", ASKED, (), scoring="generated", reasoning="trigger"
    ),
    "mmlu-with-options-rotated-exemplars-as-they-are": made(
        "mmlu", "lm-eval", ASKED, SHOTS[:1], order="rotated-1"
    ),
    "gsm8k-official": made("gsm8k", "official", DUCKS, (EGGS,)),
    "gsm8k-official-direct": made("gsm8k", "official", DUCKS, (EGGS,), reasoning="none"),
    "gsm8k-official-trigger": made("gsm8k", "official", DUCKS, (), reasoning="trigger"),
    "gsm8k-official-trigger-and-shots": made(
        "gsm8k", "official", DUCKS, (EGGS,), reasoning="trigger"
    ),
    "gsm8k-lm-eval": made("gsm8k", "lm-eval", DUCKS, (EGGS,)),
    "gsm8k-lm-eval-zero-shot": made("gsm8k", "lm-eval", DUCKS, ()),
    "gsm8k-lm-eval-trigger-and-shots": made(
        "gsm8k", "lm-eval", DUCKS, (EGGS,), reasoning="trigger", trigger="First:"
    ),
    "gsm8k-chinese": made("gsm8k", "official", DUCKS, (EGGS,), language="zh"),
    "gsm8k-chinese-trigger-and-shots": made(
        "gsm8k", "official", DUCKS, (EGGS,), language="zh", reasoning="trigger"
    ),
}
"""By the name of the file in `texts` that says how each must read, to the byte."""


@pytest.mark.parametrize("name", ASKED_FOR)
def test_text_is_the_protocol_s_to_the_byte(name: str) -> None:
    prompt = ASKED_FOR[name]
    assert prompt.text is not None
    assert prompt.text.encode() == (TEXTS / f"{name}.txt").read_bytes()
    assert (prompt.messages, prompt.prefix) == ((), "")


CONTINUATIONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, (" A", " B", " C", " D")),
    ({"scoring": "text"}, (" 1 N", " 2 N", " 3 N", " None")),
    ({"language": "zh"}, ("A", "B", "C", "D")),
    ({"language": "zh", "scoring": "text"}, ("1 N", "2 N", "3 N", "None")),
    ({"scoring": "text", "order": "rotated-3"}, (" None", " 1 N", " 2 N", " 3 N")),
    ({"order": "rotated-3"}, (" A", " B", " C", " D")),
    ({"template": "turns"}, ("A", "B", "C", "D")),
    ({"template": "single", "scoring": "text"}, ("1 N", "2 N", "3 N", "None")),
    ({"scoring": "generated"}, ()),
]


@pytest.mark.parametrize(("asked", "continuations"), CONTINUATIONS)
def test_what_is_scored(asked: dict[str, Any], continuations: tuple[str, ...]) -> None:
    prompt = made("mmlu", "official", ASKED, (), **asked)
    assert prompt.continuations == continuations


def test_white_space_of_an_option_itself_is_scored_in_a_chat_as_in_a_text() -> None:
    item = Item("hp/test/1", SUBJECT, "Which?", "A", (" 1 N", "\t2 N", "3 N", "None"))
    plain = made("mmlu", "lm-eval", item, (), scoring="text").continuations
    chat = made("mmlu", "lm-eval", item, (), scoring="text", template="turns").continuations
    assert plain == ("  1 N", " \t2 N", " 3 N", " None")
    assert chat == (" 1 N", "\t2 N", "3 N", "None")


ORDERS = ["as-is", "shuffled", "rotated-1", "rotated-2", "rotated-3"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("scoring", ["letters", "text"])
def test_continuation_k_belongs_to_original_option_order_k(order: str, scoring: str) -> None:
    prompt = made("mmlu", "official", ASKED, (), order=order, scoring=scoring)
    assert sorted(prompt.order) == [0, 1, 2, 3]
    assert prompt.text is not None
    lines = prompt.text.splitlines()[-5:-1]
    for place, (continuation, original) in enumerate(
        zip(prompt.continuations, prompt.order, strict=True)
    ):
        assert lines[place] == f"{'ABCD'[place]}. {ASKED.choices[original]}"
        said = "ABCD"[place] if scoring == "letters" else ASKED.choices[original]
        assert continuation == f" {said}"


HEADER = "The following are multiple choice questions (with answers) about"
FIRST = "What falls?\nA. air\nB. a stone\nC. light\nD. time\nAnswer:"
SECOND = "What is hot?\nA. ice\nB. snow\nC. rain\nD. fire\nAnswer:"
LAST = " Which {one}? \nA. 1 N\nB. 2 N\nC. 3 N\nD. None\nAnswer:"

CHATS: dict[str, tuple[Prompt, tuple[Message, ...], str]] = {
    "official, turns, role": (
        made("mmlu", "official", ASKED, SHOTS, template="turns", role="You know."),
        (
            Message("system", "You know."),
            Message("user", f"{HEADER}  high school physics.\n\n{FIRST}"),
            Message("assistant", "B"),
            Message("user", SECOND),
            Message("assistant", "D"),
            Message("user", LAST),
        ),
        "",
    ),
    "official, single": (
        made("mmlu", "official", ASKED, SHOTS, template="single"),
        (Message("user", f"{HEADER}  high school physics.\n\n{FIRST} B\n\n{SECOND} D\n\n{LAST}"),),
        "",
    ),
    # lm-evaluation-harness: the description, blank line and all, is the system turn.
    "lm-eval, turns": (
        made("mmlu", "lm-eval", ASKED, SHOTS[:1], template="turns"),
        (
            Message("system", f"{HEADER} high school physics.\n\n"),
            Message("user", FIRST),
            Message("assistant", "B"),
            Message("user", LAST.replace(" Which {one}? ", "Which {one}?")),
        ),
        "",
    ),
    "lm-eval, single, role": (
        made("mmlu", "lm-eval", ASKED, SHOTS[:1], template="single", role="You know."),
        (
            Message("system", f"You know.\n\n{HEADER} high school physics.\n\n"),
            Message("user", f"{FIRST} B\n\n{LAST.replace(' Which {one}? ', 'Which {one}?')}"),
        ),
        "",
    ),
    "GSM8K lm-eval, turns": (
        made("gsm8k", "lm-eval", DUCKS, (EGGS,), template="turns"),
        (
            Message("user", "Question: How many eggs?\nAnswer:"),
            Message("assistant", "8*200=1,600\nSo many.\n#### 1,600"),
            Message("user", "Question: How many ducks?\nAnswer:"),
        ),
        "",
    ),
    "GSM8K lm-eval, turns, trigger": (
        made("gsm8k", "lm-eval", DUCKS, (EGGS,), template="turns", reasoning="trigger"),
        (
            Message("user", "Question: How many eggs?\nAnswer:"),
            Message("assistant", "Let's think step by step. 8*200=1,600\nSo many.\n#### 1,600"),
            Message("user", "Question: How many ducks?\nAnswer:"),
        ),
        "Let's think step by step.",
    ),
}


@pytest.mark.parametrize("what", CHATS)
def test_turns_are_the_protocol_s_to_the_byte(what: str) -> None:
    prompt, messages, prefix = CHATS[what]
    assert prompt.messages == messages
    assert prompt.prefix == prefix
    assert prompt.text is None


def test_braces_in_a_question_an_option_or_a_solution_are_only_text() -> None:
    odd = Item("t/0", "a_b", "{question} {0} }{", "A", ("{letter}", "{}", "}", "{answer}"))
    prompt = made("mmlu", "official", odd, (odd,), scoring="text")
    assert prompt.text is not None
    assert prompt.text.count("{question} {0} }{\nA. {letter}\nB. {}\nC. }\nD. {answer}\n") == 2
    worked = Item("t/1", "", "{x}", "1", (), "{y} {rationale}")
    text = made("gsm8k", "official", worked, (worked,)).text
    assert text == "{x}\n{y} {rationale}\n#### 1\n\n{x}\n"


def test_a_prompt_names_its_exemplars_in_the_order_shown() -> None:
    assert made("mmlu", "official", ASKED, SHOTS[::-1]).shots == ("hp/dev/1", "hp/dev/0")


REFUSED = [
    (
        "mmlu",
        ASKED,
        SHOTS,
        {"scoring": "generated", "reasoning": "worked"},
        "'hp/dev/0' has no worked solution",
    ),
    (
        "mmlu",
        ASKED,
        SHOTS,
        {"scoring": "generated", "reasoning": "trigger"},
        "'hp/dev/0' has no worked solution",
    ),
    ("mmlu", DUCKS, (), {}, "scoring 'letters' needs options, but item 'test/0' has none"),
    ("mmlu", DUCKS, (), {"scoring": "text"}, "use scoring 'generated'"),
]


@pytest.mark.parametrize(("benchmark", "item", "shots", "asked", "sentence"), REFUSED)
def test_what_an_item_lacks_is_refused(
    benchmark: str, item: Item, shots: tuple[Item, ...], asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        made(benchmark, "official", item, shots, **asked)
    assert sentence in str(refusal.value)


@pytest.mark.shared
def test_real_mmlu_row_is_worded_as_the_authors_do(shared: Path) -> None:
    """A re-implementation of hendrycks/test evaluate.py: format_subject, format_example."""
    subject = "high_school_european_history"
    dataset = mmlu.load(str(shared / "mmlu"))
    item = next(item for item in dataset.items if item.id == f"{subject}/test/3")
    (shots,) = exemplars([item], dataset, mmlu.OFFICIAL, Condition(shots=5))

    def rows(split: str) -> list[list[str]]:
        with (shared / f"mmlu/{split}/{subject}_{split}.csv").open(newline="") as lines:
            return list(csv.reader(lines))

    def example(row: list[str], with_answer: bool) -> str:
        text = row[0]
        for letter, choice in zip("ABCD", row[1:5], strict=True):
            text += f"\n{letter}. {choice}"
        return text + "\nAnswer:" + (f" {row[5]}\n\n" if with_answer else "")

    about = "".join(f" {word}" for word in subject.split("_"))
    text = f"The following are multiple choice questions (with answers) about {about}.\n\n"
    text += "".join(example(row, True) for row in rows("dev")[:5]) + example(rows("test")[3], False)
    assert made("mmlu", "official", item, shots).text == text


@pytest.mark.parametrize(
    ("benchmark", "recipe", "asked"),
    [
        ("mmlu", "official", {}),
        ("mmlu", "official", {"scoring": "text"}),
        ("gsm8k", "lm-eval", {}),
        ("gsm8k", "lm-eval", {"reasoning": "none"}),
        ("gsm8k", "lm-eval", {"reasoning": "trigger", "trigger": "Think."}),
        ("gsm8k", "official", {"language": "zh"}),
        ("gsm8k", "official", {"role": "You are kind."}),
    ],
)
def test_an_exemplar_with_its_answer_reads_as_a_shot_does(
    benchmark: str, recipe: str, asked: dict[str, Any]
) -> None:
    item, shot = (ASKED, SHOTS[0]) if benchmark == "mmlu" else (DUCKS, EGGS)
    chosen = get(benchmark).recipe(recipe)
    condition = chosen.condition(shots=1, **asked)
    alone = answered(shot, chosen, condition)
    before = made(benchmark, recipe, item, (shot,), **asked)
    assert alone.text is not None
    assert before.text is not None
    assert before.text.startswith(alone.text + alone.continuations[0])


def test_an_exemplar_with_its_answer_reads_as_a_shot_does_in_turns() -> None:
    chosen = get("gsm8k").recipe("lm-eval")
    asked = {"reasoning": "trigger", "trigger": "Think.", "template": "turns"}
    alone = answered(EGGS, chosen, chosen.condition(shots=1, **asked))
    before = made("gsm8k", "lm-eval", DUCKS, (EGGS,), **asked)
    assert alone.messages == before.messages[:1]
    assert before.messages[1] == Message("assistant", alone.prefix + alone.continuations[0])
