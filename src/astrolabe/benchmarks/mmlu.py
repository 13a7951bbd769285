"""MMLU: 57 subjects of four-way multiple choice.

Hendrycks et al., "Measuring Massive Multitask Language Understanding", ICLR 2021
(arXiv:2009.03300). Protocol of `official`: github.com/hendrycks/test, evaluate.py and
categories.py. Protocol of `lm-eval`: lm-evaluation-harness 0.4.13, tasks `mmlu`,
`mmlu_continuation` and `mmlu_generative`; of `simple-evals`: mmlu_eval.py at ee3b031; of
`opencompass`: configs mmlu_gen_b618ea, mmlu_ppl_ac766d and, for `opencompass-few-shot`,
mmlu_gen_4d595a at a5acc4bb.
"""

from typing import Any

from astrolabe.benchmarks import exams
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.item import Item

_LAYOUT = exams.Layout(
    name="mmlu",
    polaris="mmlu",
    hub="cais/mmlu",
    config="all",
    files="SPLIT/SUBJECT_SPLIT.csv (authors' layout), SPLIT.jsonl or all/SPLIT-*.parquet (hub "
    "layout)",
    columns=("question", "choices"),
    answer="answer",
    header=("question", *exams.OPTIONS, "answer"),
)

_BY_CATEGORY = {
    "STEM": """abstract_algebra astronomy college_biology college_chemistry
        college_computer_science college_mathematics college_physics computer_security
        conceptual_physics electrical_engineering elementary_mathematics high_school_biology
        high_school_chemistry high_school_computer_science high_school_mathematics
        high_school_physics high_school_statistics machine_learning""",
    "humanities": """formal_logic high_school_european_history high_school_us_history
        high_school_world_history international_law jurisprudence logical_fallacies
        moral_disputes moral_scenarios philosophy prehistory professional_law world_religions""",
    "social sciences": """econometrics high_school_geography
        high_school_government_and_politics high_school_macroeconomics
        high_school_microeconomics high_school_psychology human_sexuality
        professional_psychology public_relations security_studies sociology us_foreign_policy""",
    "other": """anatomy business_ethics clinical_knowledge college_medicine global_facts
        human_aging management marketing medical_genetics miscellaneous nutrition
        professional_accounting professional_medicine virology""",
}
CATEGORIES = {
    subject: (category,) for category, names in _BY_CATEGORY.items() for subject in names.split()
}
_ANATOMY_IN_STEM = CATEGORIES | {"anatomy": ("STEM",)}

_HEADER = "The following are multiple choice questions (with answers) about {subject}.\n\n"
# The authors' subject formatter puts a space before each word, so two stand after "about".
_OFFICIAL_HEADER = _HEADER.replace("{subject}", " {subject}")


def _english(header: str, **more: Any) -> Wording:
    return Wording(
        header=header, question="{question}\n{options}", cue="\nAnswer:", answer=" {answer}", **more
    )


def _chinese(**more: Any) -> Wording:
    return Wording(
        header="以下是关于{subject}的单项选择题，请直接给出正确答案的选项。\n\n",
        question="题目：{question}\n{options}",
        cue="\n答案是：",
        answer="{answer}",
        trigger="让我们一步一步思考。",
        after_trigger="",
        **more,
    )


OFFICIAL = Recipe(
    name="official",
    source="github.com/hendrycks/test evaluate.py; scorings 'text' and 'generated' and the "
    "Chinese wording are ours, in the same form",
    wordings={
        ("en", Scoring.LETTERS): _english(_OFFICIAL_HEADER),
        ("en", Scoring.TEXT): _english(_OFFICIAL_HEADER),
        ("en", Scoring.GENERATED): _english(_OFFICIAL_HEADER),
        ("zh", Scoring.LETTERS): _chinese(),
        ("zh", Scoring.TEXT): _chinese(),
        ("zh", Scoring.GENERATED): _chinese(),
    },
    defaults={"shots": 5, "scoring": "letters", "max_tokens": 256},
    rules={
        Scoring.LETTERS: ("argmax",),
        Scoring.TEXT: ("argmax", "argmax-per-char"),
        Scoring.GENERATED: ("letter-strict", "letter-lenient"),
    },
    aggregate="micro",
    categories=CATEGORIES,
    overflow=Overflow.DROP_SHOTS,
    context=2048,
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: mmlu, mmlu_continuation, mmlu_generative",
    wordings={
        ("en", Scoring.LETTERS): _english(_HEADER, strip=True, header_role="system"),
        ("en", Scoring.TEXT): Wording(
            header="The following are questions (with answers) about {subject}.\n\n",
            question="Question: {question}",
            cue="\nAnswer:",
            answer=" {answer}",
            strip=True,
            header_role="system",
        ),
        ("en", Scoring.GENERATED): _english(
            _HEADER, strip=True, header_role="system", stops=("</s>", "\n")
        ),
    },
    defaults={"shots": 0, "scoring": "letters", "max_tokens": 256},
    rules={
        Scoring.LETTERS: ("argmax",),
        Scoring.TEXT: ("argmax", "argmax-per-char"),
        Scoring.GENERATED: ("letter-strict", "letter-lenient"),
    },
    aggregate="micro",
    categories=_ANATOMY_IN_STEM,
    overflow=Overflow.CUT_LEFT,
)

SIMPLE_EVALS = Recipe(
    name="simple-evals",
    source="openai/simple-evals ee3b031: mmlu_eval.py, common.py",
    wordings={("en", Scoring.GENERATED): exams.step_by_step("Answer")},
    defaults={
        "shots": 0,
        "scoring": "generated",
        "template": "single",
        "decoding": {"temperature": 0.5},
        "max_tokens": 1024,
    },
    rules={Scoring.GENERATED: ("simple-evals-letter", "letter-strict", "letter-lenient")},
    aggregate="micro",
    categories=CATEGORIES,
)

OPENCOMPASS = Recipe(
    name="opencompass",
    source="OpenCompass a5acc4bb: mmlu_gen_b618ea, and mmlu_ppl_ac766d (5 shots) for letters, "
    "where the mean over the sequence ranks options of equal length as their own log-probs do",
    wordings={
        ("en", Scoring.GENERATED): exams.step_by_step("ANSWER"),
        ("en", Scoring.LETTERS): _english(_OFFICIAL_HEADER),
    },
    defaults={"shots": 0, "scoring": "generated", "template": "turns", "max_tokens": 1024},
    elsewise={Scoring.LETTERS: {"shots": 5, "template": "off"}},
    rules={
        Scoring.GENERATED: ("opencompass-answer", "letter-strict", "letter-lenient"),
        Scoring.LETTERS: ("argmax",),
    },
    aggregate="macro",
    categories=_ANATOMY_IN_STEM,
)

OPENCOMPASS_FEW_SHOT = Recipe(
    name="opencompass-few-shot",
    source="OpenCompass a5acc4bb: mmlu_gen_4d595a",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="There is a single choice question about {subject}. Answer the question by "
            "replying A, B, C or D.\nQuestion: {question}\n{options}",
            cue="\nAnswer: ",
            answer="{answer}\n",
            between="\n",
        ),
    },
    defaults={"shots": 5, "scoring": "generated", "template": "turns", "max_tokens": 1024},
    rules={Scoring.GENERATED: ("first-option", "letter-strict", "letter-lenient")},
    aggregate="macro",
    categories=_ANATOMY_IN_STEM,
)


def load(place: str | None) -> Dataset:
    """MMLU's test items, with the development items as exemplars.

    Args:
        place: `None` for Polaris' own exam; a folder in the authors' layout
            (``test/SUBJECT_test.csv``, no header) or the hub's (``test.jsonl``,
            ``all/test-*.parquet``, ...); or a hub id.

    Raises:
        BadInput: for data that is not MMLU, naming file and row.
    """
    return exams.load(place, _LAYOUT, "test", _item)


def _item(placed: exams.Placed) -> Item:
    row = placed.row
    if "choices" not in row:
        choices = [row[letter] for letter in exams.OPTIONS]
        return exams.item(placed, row["question"], choices, row["answer"])
    choices = row["choices"] if isinstance(row["choices"], list) else []
    return exams.item(placed, row["question"], choices, exams.letter(row["answer"]))


BENCHMARKS = (
    Benchmark(
        name="mmlu",
        title="Massive Multitask Language Understanding",
        size=14_042,
        metric="accuracy",
        licence="MIT",
        languages=("en", "zh"),
        hub=_LAYOUT.hub,
        recipes={
            recipe.name: recipe
            for recipe in (OFFICIAL, LM_EVAL, SIMPLE_EVALS, OPENCOMPASS, OPENCOMPASS_FEW_SHOT)
        },
        load=load,
    ),
)
