"""The harnesses' recipes for exams in Chinese, CMMLU and C-Eval: one form, two headers."""

from collections.abc import Mapping
from typing import Any

from astrolabe.core.benchmark import Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring


def lm_eval(task: str, header: str, names: Mapping[str, str]) -> Recipe:
    """The recipe of lm-evaluation-harness' task, which has no categories.

    Args:
        header: The instruction, without white space behind it.
        names: Chinese names of the subjects.
    """
    return Recipe(
        name="lm-eval",
        source=f"lm-evaluation-harness 0.4.13: {task}",
        wordings={
            ("zh", Scoring.LETTERS): Wording(
                header=f"{header}\n\n",
                question="{question}\n{options}",
                cue="\n答案：",
                answer=" {answer}",
                strip=True,
                header_role="system",
            ),
        },
        defaults={"shots": 0, "language": "zh", "scoring": "letters"},
        rules={Scoring.LETTERS: ("argmax", "argmax-per-char")},
        aggregate="micro",
        names=names,
        overflow=Overflow.CUT_LEFT,
    )


def opencompass(configs: tuple[str, str], rounds: Wording, letters: Wording, **more: Any) -> Recipe:
    """The recipe of OpenCompass' five-shot conversation, and of its scored options.

    Args:
        configs: Names of the configs for the one and the other.
        rounds: The instruction is part of the question, so that it stands in every round.
        letters: The mean over the whole sequence, by which options are ranked there, ranks those of
            equal length as their own log-probs do.
        more: Categories and names.
    """
    return Recipe(
        name="opencompass",
        source=f"OpenCompass a5acc4bb: {configs[0]}, and {configs[1]} for letters, where the mean "
        "over the whole sequence ranks options of equal length as their own log-probs do",
        wordings={("zh", Scoring.GENERATED): rounds, ("zh", Scoring.LETTERS): letters},
        defaults={
            "shots": 5,
            "language": "zh",
            "scoring": "generated",
            "template": "turns",
            "max_tokens": 256,
        },
        elsewise={Scoring.LETTERS: {"template": "off"}},
        rules={
            Scoring.GENERATED: ("first-capital", "letter-strict", "letter-lenient"),
            Scoring.LETTERS: ("argmax",),
        },
        aggregate="macro",
        **more,
    )
