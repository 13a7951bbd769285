"""Wordings of worked answers that several benchmarks take over from one protocol."""

from collections.abc import Mapping
from typing import Any

from astrolabe.core.benchmark import Wording


def question_and_answer(form: str, **more: Any) -> Wording:
    """Wei et al.'s form (arXiv:2201.11903): the answer at the end of the chain.

    Args:
        form: How it is told, such as ``The answer is {answer}.``.
        more: Other fields of the wording.
    """
    return Wording(
        question="Q: {question}",
        cue="\nA:",
        answer=f" {form}",
        worked=f" {{rationale}} {form}",
        **more,
    )


def opencompass_rounds(question: str, form: str) -> Wording:
    """OpenCompass' form: without a chat template it puts a newline between rounds.

    Args:
        question: The item up to the cue.
        form: How the answer is told.
    """
    return Wording(
        question=question,
        cue="\nAnswer:",
        answer=f"\n{form}\n",
        worked=f"\n{{rationale}}\n{form}\n",
        between="\n",
        stops=(),
    )


TWO_STAGES: Mapping[str, Any] = {
    "shots": 0,
    "scoring": "generated",
    "reasoning": "trigger",
    "max_tokens": 128,
    "extract_tokens": 32,
}
"""Zero-shot-CoT (Kojima et al. 2022, arXiv:2205.11916): reasoning first, then the answer."""
