"""What is compared with lm-evaluation-harness 0.4.13: its tasks, and our recipes for them.

Not compared: `minerva_math`'s second metric, ``math_verify``, which hands Math-Verify the whole
solution and the whole text, where our rule of that name reads an answer first; and HumanEval's
grades, for which lm-eval fetches a program from the hub.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perf import hub

_SHORTER = {
    "counting_and_probability": "counting_and_prob",
    "number_theory": "num_theory",
    "precalculus": "precalc",
}
"""What lm-eval's MATH tasks are called, where not as the hub's config."""


@dataclass(frozen=True)
class Protocol:
    """A task of lm-eval, and how we ask the same.

    Attributes:
        name: lm-eval's name for all of it.
        benchmark: Ours.
        tasks: lm-eval's name for one config of the data, ``{config}``.
        rules: Our rule for each of its metrics, ``METRIC,FILTER``; the first is the headline.
        recipe: Ours.
        asked: What our condition says besides.
        shots: Exemplars asked of both sides; `None` for what each does by itself.
        published: Name of the exemplars that lm-eval fixes; see `astrolabe.benchmarks.exemplars`.
        answers: Which of an item's choices it scores, where not all: those at the places that the
            item's metadata list under ``ANSWERS_true`` and ``ANSWERS_false``.
        one_config: The only config it reads, where the data have several.
    """

    name: str
    benchmark: str
    tasks: str
    rules: Mapping[str, str]
    recipe: str = "lm-eval"
    asked: Mapping[str, Any] = field(default_factory=dict)
    shots: int | None = None
    published: str | None = None
    answers: str | None = None
    one_config: str | None = None

    def task_names(self, configs: tuple[str, ...] = ()) -> list[str]:
        """lm-eval's tasks for configs of the data (empty for the usual), in our items' order."""
        chosen = (self.one_config,) if self.one_config else configs
        names = sorted(chosen or hub.SOURCES[self.benchmark].configs)
        return [self.tasks.format(config=_SHORTER.get(name, name)) for name in names]


_ACCURACY = {"acc,none": "argmax"}
_ACCURACIES = {"acc,none": "argmax", "acc_norm,none": "argmax-per-char"}
_NUMBERS = {
    "exact_match,strict-match": "strict-match",
    "exact_match,flexible-extract": "flexible-extract",
}
_NUMBERS_COT = _NUMBERS | {"exact_match,strict-match": "gsm8k-cot"}
_SIMILAR = {f"{name}_acc,none": f"{name}-acc" for name in ("bleu", "rouge1", "rouge2", "rougeL")}

PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol("mmlu", "mmlu", "mmlu_{config}", _ACCURACY, shots=5),
        Protocol(
            "mmlu_continuation",
            "mmlu",
            "mmlu_{config}_continuation",
            _ACCURACIES,
            asked={"scoring": "text"},
            shots=5,
        ),
        Protocol("cmmlu", "cmmlu", "cmmlu_{config}", _ACCURACIES, shots=5),
        Protocol("ceval-valid", "ceval", "ceval-valid_{config}", _ACCURACIES, shots=5),
        Protocol("gsm8k", "gsm8k", "gsm8k", _NUMBERS),
        Protocol(
            "gsm8k_cot", "gsm8k", "gsm8k_cot", _NUMBERS_COT, "lm-eval-cot", published="gsm8k_cot"
        ),
        Protocol(
            "gsm8k_cot_zeroshot",
            "gsm8k",
            "gsm8k_cot_zeroshot",
            _NUMBERS_COT,
            "lm-eval-cot",
            asked={"shots": 0, "reasoning": "trigger"},
        ),
        Protocol(
            "minerva_math",
            "math",
            "minerva_math_{config}",
            {"exact_match,none": "minerva"},
            published="minerva_math",
        ),
        Protocol(
            "hendrycks_math",
            "math",
            "hendrycks_math_{config}",
            {"exact_match,none": "between-dollars"},
            "lm-eval-hendrycks",
        ),
        Protocol(
            "truthfulqa_mc1",
            "truthfulqa",
            "truthfulqa_mc1",
            {"acc,none": "mc1"},
            published="truthfulqa",
            answers="mc1",
            one_config="multiple_choice",
        ),
        Protocol(
            "truthfulqa_mc2",
            "truthfulqa",
            "truthfulqa_mc2",
            {"acc,none": "mc2"},
            published="truthfulqa",
            answers="mc2",
            one_config="multiple_choice",
        ),
        Protocol(
            "truthfulqa_gen",
            "truthfulqa",
            "truthfulqa_gen",
            _SIMILAR,
            asked={"scoring": "generated"},
            published="truthfulqa",
            one_config="generation",
        ),
        Protocol("humaneval", "humaneval", "humaneval", {}),
        Protocol("humaneval_instruct", "humaneval", "humaneval_instruct", {}, "lm-eval-instruct"),
    )
}
