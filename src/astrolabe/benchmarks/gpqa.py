"""GPQA: four-way multiple choice in biology, chemistry and physics that a search does not answer.

Rein et al., "GPQA: A Graduate-Level Google-Proof Q&A Benchmark", 2023 (arXiv:2311.12022). The
authors' prompts are taken as HELM has them (stanford-crfm/helm, capabilities_run_specs.py and
gpqa_scenario.py). Protocol of `lm-eval`: lm-evaluation-harness 0.4.13, tasks `gpqa_*_zeroshot` and
`gpqa_*_cot_zeroshot`; of `simple-evals`: gpqa_eval.py at ee3b031; of `opencompass`: config
gpqa_openai_simple_evals_gen_5aeece at a5acc4bb.

Protocols that shuffle options do so with the order `protocol`, which their recipes ask for.
"""

from dataclasses import replace
from functools import partial

from astrolabe.benchmarks import exams
from astrolabe.benchmarks.gpqa_rows import (
    HUB,
    Variant,
    lm_eval_orders,
    load,
    opencompass_orders,
    simple_evals_orders,
)
from astrolabe.core.benchmark import Benchmark, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring

VARIANTS = (
    Variant("gpqa", "GPQA, main set", "gpqa_main", 448, (339, 105)),
    Variant("gpqa-extended", "GPQA, extended set", "gpqa_extended", 546, (146, 330, 436)),
    Variant("gpqa-diamond", "GPQA, diamond set", "gpqa_diamond", 198, (124, 39)),
)


_ASKED = "What is the correct answer to this question: {question}\nChoices:\n{options}"
_FORMAT = 'Format your response as follows: "The correct answer is (insert answer here)".'
_ENGLISH = Wording(
    question=_ASKED,
    cue="\nThe correct answer is",
    answer=" ({answer})",
    option="({letter}) {text}",
    strip=True,
)
_CHINESE = Wording(
    question="下面这道题的正确答案是什么：{question}\n选项：\n{options}",
    cue="\n正确答案是",
    answer="（{answer}）",
    option="（{letter}）{text}",
    trigger="让我们一步一步思考。",
    after_trigger="",
    strip=True,
)
_READ = ("gpqa-helm", "letter-strict", "letter-lenient")

OFFICIAL = Recipe(
    name="official",
    source="stanford-crfm/helm capabilities_run_specs.py: gpqa without chain of thought; scoring "
    "'letters', exemplars and the Chinese wording are ours, in the same form",
    wordings={
        ("en", Scoring.GENERATED): replace(
            _ENGLISH,
            question=f"{_ASKED}\n{_FORMAT}",
            cue="",
            answer="\nThe correct answer is ({answer})",
        ),
        ("en", Scoring.LETTERS): _ENGLISH,
        ("zh", Scoring.GENERATED): replace(
            _CHINESE,
            question=f"{_CHINESE.question}\n请按以下格式作答：“正确答案是（填入答案）”。",
            cue="",
            answer="\n正确答案是（{answer}）",
        ),
        ("zh", Scoring.LETTERS): _CHINESE,
    },
    defaults={"shots": 0, "scoring": "generated", "max_tokens": 1000},
    rules={Scoring.GENERATED: _READ, Scoring.LETTERS: ("argmax",)},
)

OFFICIAL_COT = replace(
    OFFICIAL,
    name="official-cot",
    source="stanford-crfm/helm capabilities_run_specs.py: gpqa with chain of thought, in one "
    "prompt (the authors ask a second time for the choice)",
    wordings={
        ("en", Scoring.GENERATED): replace(
            OFFICIAL.wordings["en", Scoring.GENERATED],
            question=f"{_ASKED}\nLet’s think step by step. Based on your reasoning, what is the "
            f"single, most likely answer choice? {_FORMAT}",
        ),
    },
    rules={Scoring.GENERATED: _READ},
)

OFFICIAL_FEW_SHOT = replace(
    OFFICIAL,
    name="official-few-shot",
    source="stanford-crfm/helm capabilities_run_specs.py: gpqa with exemplars and chain of "
    "thought; the item ends as exemplars begin their reasoning (there in an instruction)",
    wordings={
        ("en", Scoring.GENERATED): replace(
            _ENGLISH,
            header="Here are some example questions from experts. An explanation is given before "
            "the final answer. Answer the final question yourself, giving your reasoning "
            "beforehand.\n\n",
            question="Question: {question}\nChoices: \n{options}",
            cue="\nLet's think step by step:",
            answer=" The correct answer is ({answer})",
            worked=" {rationale}\nThe correct answer is ({answer})",
            stops=("\nQuestion:",),
        ),
    },
    defaults={"reasoning": "worked", "scoring": "generated", "max_tokens": 1000},
    rules={Scoring.GENERATED: _READ},
)

_TASK = replace(
    _ENGLISH,
    question=_ASKED.replace("question: ", "question:"),
    cue="\nAnswer:",
    strip=False,
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: gpqa_*_zeroshot, gpqa_*_cot_zeroshot",
    wordings={
        ("en", Scoring.LETTERS): _TASK,
        ("en", Scoring.GENERATED): replace(
            _TASK, cue="\nLet's think step by step: ", stops=("</s>",)
        ),
    },
    defaults={"shots": 0, "scoring": "letters", "order": "protocol", "max_tokens": 256},
    rules={
        Scoring.LETTERS: ("argmax", "argmax-per-char"),
        Scoring.GENERATED: ("gpqa-strict", "gpqa-flexible", "letter-strict", "letter-lenient"),
    },
    overflow=Overflow.CUT_LEFT,
    permutation=lm_eval_orders,
)

SIMPLE_EVALS = Recipe(
    name="simple-evals",
    source="openai/simple-evals ee3b031: gpqa_eval.py, common.py; every repeat shows the options "
    "in the first repeat's order, and white space around them is cleaned away",
    wordings={("en", Scoring.GENERATED): exams.step_by_step("Answer")},
    defaults={
        "shots": 0,
        "scoring": "generated",
        "template": "single",
        "order": "protocol",
        "decoding": {"temperature": 0.5},
        "samples": 4,
        "max_tokens": 1024,
    },
    rules={Scoring.GENERATED: ("simple-evals-gpqa", "letter-strict", "letter-lenient")},
    permutation=simple_evals_orders,
)

OPENCOMPASS = Recipe(
    name="opencompass",
    source="OpenCompass a5acc4bb: gpqa_openai_simple_evals_gen_5aeece; white space around options "
    "is cleaned away",
    wordings={("en", Scoring.GENERATED): exams.step_by_step("ANSWER")},
    defaults={
        "shots": 0,
        "scoring": "generated",
        "template": "turns",
        "order": "protocol",
        "max_tokens": 1024,
    },
    rules={Scoring.GENERATED: ("opencompass-answer", "letter-strict", "letter-lenient")},
    permutation=opencompass_orders,
)


def _benchmark(variant: Variant) -> Benchmark:
    few_shot = replace(
        OFFICIAL_FEW_SHOT,
        defaults={**OFFICIAL_FEW_SHOT.defaults, "shots": len(variant.shown)},
    )
    recipes = (OFFICIAL, OFFICIAL_COT, few_shot, LM_EVAL, SIMPLE_EVALS, OPENCOMPASS)
    return Benchmark(
        name=variant.name,
        title=variant.title,
        size=variant.size,
        metric="accuracy",
        licence="CC BY 4.0",
        languages=("en", "zh"),
        hub=HUB,
        recipes={recipe.name: recipe for recipe in recipes},
        load=partial(load, variant),
    )


BENCHMARKS = tuple(_benchmark(variant) for variant in VARIANTS)
