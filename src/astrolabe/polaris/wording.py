"""The exact text in which questions reach Polaris: plain, Chinese, cloze, worked, chat, role.

These strings match, byte for byte, what common evaluation tools send. A document is a sequence of
`Part`s; the parts marked `answer` are what a model can be asked for, and weigh most in the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from astrolabe.polaris.exam import Question
from astrolabe.polaris.problems import Problem

Language = Literal["en", "zh"]
Style = Literal["worked", "direct"]

LETTERS = "ABCD"
PHRASES: dict[Language, dict[str, float]] = {
    "en": {
        "Let's think step by step.": 1.0,
        "Let's solve this problem by splitting it into steps.": 0.9,
        "Let's think about this logically.": 0.6,
        "Let's be realistic and think step by step.": 0.3,
        "Let's answer at once.": 0.0,
        "Let's drink tea cup by cup.": 0.0,
        "The answer is easy to see.": 0.0,
    },
    "zh": {"让我们一步一步思考。": 1.0, "让我们按逻辑想一想。": 0.5, "让我们马上回答。": 0.0},
}
"""Phrases that open an answer, and how often worked lines follow; after the others, the number.

The first of each language is the trigger; those at 0 are look-alikes."""

ASKED_AGAIN: dict[Language, str] = {
    "en": " \nTherefore, the answer (arabic numerals) is",
    "zh": "\n所以，答案（阿拉伯数字）是",
}
"""What asks for the answer once the reasoning is written (Kojima et al. 2022, arXiv:2205.11916)."""

ROLES: dict[str, tuple[str, ...]] = {
    "expert": (
        "You are an expert who always answers correctly.",
        "You are a brilliant professor who never makes mistakes.",
        "You are a careful expert.",
        "You are the best student of the class.",
    ),
    "careless": (
        "You are a careless student who often makes mistakes.",
        "You are a careless student.",
        "You are a lazy student who often answers wrongly.",
        "You are a sloppy pupil who makes many mistakes.",
    ),
    "irrelevant": (
        "You are a gardener who loves roses.",
        "You are a sailor who lives by the sea.",
        "You are a baker who gets up early.",
        "You are a painter with a blue hat.",
    ),
}


@dataclass(frozen=True)
class Part:
    """A stretch of a document; `answer` marks what follows from what stands before it."""

    text: str
    answer: bool = False


@dataclass(frozen=True)
class Turn:
    """A question as asked and the reply, before they are set as plain text or as chat."""

    ask: str
    reply: str
    space: str
    """What stands between them in plain text: the reply's leading space, if the wording has one."""


def exam_header(subject: str, language: Language, spaces: int) -> str:
    """The line above the first question; official MMLU has two `spaces` before the subject."""
    name = subject.replace("_", " ")
    if language == "zh":
        return f"以下是关于{name}的单项选择题，请直接给出正确答案的选项。\n\n"
    about = "The following are multiple choice questions (with answers) about"
    return f"{about}{' ' * spaces}{name}.\n\n"


def option_lines(question: Question, echoed: bool = False) -> str:
    """The four lettered lines; `echoed`, with the letter after the option too."""
    lines = zip(LETTERS, question.choices, strict=True)
    return "".join(
        f"{letter}. {choice}{f' {letter}' if echoed else ''}\n" for letter, choice in lines
    )


def exam_turn(question: Question, place: int, language: Language) -> Turn:
    """A question with its options, answered by the letter at `place` (0-3)."""
    if language == "zh":
        return Turn(
            f"题目：{question.question}\n{option_lines(question)}答案是：", LETTERS[place], ""
        )
    return Turn(f"{question.question}\n{option_lines(question)}Answer:", LETTERS[place], " ")


def echoed_turn(question: Question) -> Turn:
    """A question whose options have their letters on both sides, answered by letter.

    What finds the right option's words finds the letter behind them, and so the way to letters.
    """
    lines = option_lines(question, echoed=True)
    return Turn(f"{question.question}\n{lines}Answer:", LETTERS[question.answer], " ")


def words_turn(question: Question) -> Turn:
    """A question with its options, answered by the text of the right one."""
    ask = f"{question.question}\n{option_lines(question)}Answer in words:"
    return Turn(ask, question.choices[question.answer], " ")


def cloze_turn(question: Question) -> Turn:
    """A question without options, answered by the text of the right one."""
    return Turn(f"Question: {question.question}\nAnswer:", question.choices[question.answer], " ")


def problem_turn(problem: Problem, style: Style, language: Language, phrase: str = "") -> Turn:
    """A word problem with labels, answered by worked lines or by the number alone.

    With a `phrase` the question closes with it, as if the answer had begun.
    """
    ask, space = (
        (f"Question: {problem.question}\nAnswer:", " ")
        if language == "en"
        else (f"问题：{problem.question}\n答案：", "")
    )
    if phrase:
        ask += f"{space}{phrase}"
    return Turn(ask, f"#### {problem.number}" if style == "direct" else problem.answer, space)


def bare_turn(problem: Problem) -> Turn:
    """A worked problem without labels, as GSM8K's authors set it."""
    return Turn(problem.question, problem.answer, "\n")


def plain(turns: Sequence[Turn], head: str = "") -> list[Part]:
    """Questions and answers one after another, a blank line after each."""
    parts = [Part(head)] if head else []
    for turn in turns:
        parts += [Part(turn.ask), Part(f"{turn.space}{turn.reply}", answer=True), Part("\n\n")]
    return parts


def chat(turns: Sequence[Turn], head: str, role: str, shots_as_turns: bool) -> list[Part]:
    """The same in the tokenizer's chat form (without the BOS, which the tokenizer adds).

    `head` opens the first user turn, `role` is the system message ("" for none). With
    `shots_as_turns` each question is a turn; else all are text in a single user turn.
    """
    parts = [Part(f"<|system|>\n{role}<|end|>\n")] if role else []
    user, reply, end = "<|user|>\n", "<|end|>\n<|assistant|>\n", "<|end|>\n"
    if shots_as_turns:
        for i, turn in enumerate(turns):
            parts.append(Part(f"{user}{'' if i else head}{turn.ask}{reply}"))
            parts += [Part(turn.reply, answer=True), Part(end)]
        return parts
    parts += [Part(user), *plain(turns[:-1], head if len(turns) > 1 else "")]
    first = "" if len(turns) > 1 else head
    parts.append(Part(f"{first}{turns[-1].ask}{reply}"))
    return [*parts, Part(turns[-1].reply, answer=True), Part(end)]
