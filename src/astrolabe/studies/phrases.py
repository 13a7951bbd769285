"""Phrases that are put at the beginning of an answer, and what tells whether reasoning follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem
from astrolabe.studies.placebo import nonsense

Meant = Literal["published", "ours", "misleading", "irrelevant"]
Kind = Meant | Literal["none", "placebo"]

PHRASES: Mapping[str, Mapping[Meant, tuple[str, ...]]] = {
    "en": {
        "published": (
            "Let's think step by step.",
            "We should think about this step by step.",
            "First,",
            "Before we dive into the answer,",
            "Proof followed by the answer.",
            "Let's think step by step in a realistic way.",
            "Let's think step by step using common sense and knowledge.",
            "Let's think like a detective step by step.",
            "Let's think about this logically.",
            "Let's think step by step. First,",
            "Let's think",
            "Let's solve this problem by splitting it into steps.",
            "The answer is after the proof.",
            "Let's be realistic and think step by step.",
        ),
        "misleading": (
            "Let's answer at once.",
            "The answer is easy to see.",
            "Let's go wrong step by step.",
        ),
        "irrelevant": (
            "Let's drink tea cup by cup.",
            "It is raining in the harbour.",
            "My neighbour has a new bicycle.",
        ),
    },
    "zh": {
        "ours": (
            "让我们一步一步思考。",
            "让我们按逻辑想一想。",
            "我们先把问题分成几步。",
            "先理清已知条件，再逐步计算。",
            "让我们像侦探一样逐步推理。",
        ),
        "misleading": ("让我们马上回答。", "让我们一步一步地出错。"),
        "irrelevant": ("让我们一杯一杯地喝茶。", "港口正在下雨。"),
    },
}
"""By language, and by what they are: the fourteen of Kojima et al. 2022 (arXiv:2205.11916), and our
own. Misleading ones speak of the answer and ask for no reasoning, or for a wrong one."""

HELPFUL = ("published", "ours")
"""Kinds that ask for reasoning; each of these phrases has a placebo."""


@dataclass(frozen=True)
class Phrase:
    """A phrase that is tried.

    Attributes:
        text: What begins the answer; empty for no phrase.
        of: The phrase whose placebo it is.
    """

    text: str
    language: str
    kind: Kind
    of: str = ""


def phrases(language: str, seed: int) -> tuple[Phrase, ...]:
    """No phrase, then all phrases of a language, then the placebos: nonsense of equal length.

    Raises:
        BadInput: for a language that there are no phrases in.
    """
    if language not in PHRASES:
        raise BadInput(f"no phrases in language '{language}'; there are {', '.join(PHRASES)}")
    meant = [
        Phrase(text, language, kind) for kind, texts in PHRASES[language].items() for text in texts
    ]
    placebos = [
        Phrase(nonsense(phrase.text, seed), language, "placebo", of=phrase.text)
        for phrase in meant
        if phrase.kind in HELPFUL
    ]
    return (Phrase("", language, "none"), *meant, *placebos)


WORDS = 12
"""An answer of fewer words (characters, in Chinese) and no calculation holds no reasoning."""

_CALCULATION = re.compile(r"\d\s*[^\w\s=]\s*\$?\d[^=\n]{0,40}=\s*\$?-?\d")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+")


def reasoned(item: GradedItem, label: str) -> bool | None:
    """Whether the model wrote some reasoning: a calculation, or at least `WORDS` words.

    `None` where it wrote nothing that could be looked at.

    Args:
        label: What opens a question in the prompt ("Q:"). After its answer a model may go on to a
            question of its own, which is no reasoning about this one.
    """
    if not item.answers or not isinstance(item.answers[0], Generated):
        return None
    answer = item.answers[0]
    text = answer.reasoned.text if answer.reasoned else answer.text
    own = text.split(label)[0] if label else text
    return bool(_CALCULATION.search(own)) or len(_WORD.findall(own)) >= WORDS
