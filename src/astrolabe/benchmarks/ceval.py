"""C-Eval: 52 subjects of four-way multiple choice, asked in Chinese; `ceval` is its val split.

Huang et al., "C-Eval: A Multi-Level Multi-Discipline Chinese Evaluation Suite for Foundation
Models", NeurIPS 2023 (arXiv:2305.08322). Protocol of `official` and `official-cot`:
github.com/hkust-nlp/ceval, README.md, resources/tutorial.md, code/evaluator_series/evaluators and
subject_mapping.json; of `lm-eval`: lm-evaluation-harness 0.4.13, task `ceval-valid`; of
`opencompass`: configs ceval_gen_5f30c7 and ceval_ppl_1cd8bf at a5acc4bb.

The answers of the test split were the authors' alone until July 2025: rows without one are asked
all the same, and what is answered can be handed in (`astrolabe export --format ceval-submission`).
"""

from dataclasses import replace
from functools import partial

from astrolabe.benchmarks import chinese_exams, exams
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.item import Item

_VAL = exams.Layout(
    name="ceval",
    polaris="ceval",
    hub="ceval/ceval-exam",
    config="*",
    files="SPLIT/SUBJECT_SPLIT.csv (authors' layout), SPLIT.jsonl with a column subject or "
    "SUBJECT/SPLIT-*.parquet (hub layout)",
    columns=("id", "question", *exams.OPTIONS),
    answer="answer",
    unlabelled="test",
)
_TEST = replace(_VAL, name="ceval-test")

_SUBJECTS = {
    "STEM": {
        "computer_network": "计算机网络",
        "operating_system": "操作系统",
        "computer_architecture": "计算机组成",
        "college_programming": "大学编程",
        "college_physics": "大学物理",
        "college_chemistry": "大学化学",
        "advanced_mathematics": "高等数学",
        "probability_and_statistics": "概率统计",
        "discrete_mathematics": "离散数学",
        "electrical_engineer": "注册电气工程师",
        "metrology_engineer": "注册计量师",
        "high_school_mathematics": "高中数学",
        "high_school_physics": "高中物理",
        "high_school_chemistry": "高中化学",
        "high_school_biology": "高中生物",
        "middle_school_mathematics": "初中数学",
        "middle_school_biology": "初中生物",
        "middle_school_physics": "初中物理",
        "middle_school_chemistry": "初中化学",
        "veterinary_medicine": "兽医学",
    },
    "Social Science": {
        "college_economics": "大学经济学",
        "business_administration": "工商管理",
        "marxism": "马克思主义基本原理",
        "mao_zedong_thought": "毛泽东思想和中国特色社会主义理论体系概论",
        "education_science": "教育学",
        "teacher_qualification": "教师资格",
        "high_school_politics": "高中政治",
        "high_school_geography": "高中地理",
        "middle_school_politics": "初中政治",
        "middle_school_geography": "初中地理",
    },
    "Humanities": {
        "modern_chinese_history": "近代史纲要",
        "ideological_and_moral_cultivation": "思想道德修养与法律基础",
        "logic": "逻辑学",
        "law": "法学",
        "chinese_language_and_literature": "中国语言文学",
        "art_studies": "艺术学",
        "professional_tour_guide": "导游资格",
        "legal_professional": "法律职业资格",
        "high_school_chinese": "高中语文",
        "high_school_history": "高中历史",
        "middle_school_history": "初中历史",
    },
    "Other": {
        "civil_servant": "公务员",
        "sports_science": "体育学",
        "plant_protection": "植物保护",
        "basic_medicine": "基础医学",
        "clinical_medicine": "临床医学",
        "urban_and_rural_planner": "注册城乡规划师",
        "accountant": "注册会计师",
        "fire_engineer": "注册消防工程师",
        "environmental_impact_assessment_engineer": "环境影响评价工程师",
        "tax_accountant": "税务师",
        "physician": "医师资格",
    },
}
_HARD = {
    "advanced_mathematics",
    "discrete_mathematics",
    "probability_and_statistics",
    "college_chemistry",
    "college_physics",
    "high_school_mathematics",
    "high_school_chemistry",
    "high_school_physics",
}

NAMES = {name: chinese for names in _SUBJECTS.values() for name, chinese in names.items()}
CATEGORIES = {
    name: (category, "C-Eval Hard") if name in _HARD else (category,)
    for category, names in _SUBJECTS.items()
    for name in names
}

_HEADER = "以下是中国关于{subject}考试的单项选择题，请选出其中的正确答案。"
_STEPS = "让我们一步一步思考，\n"

_AUTHORS = Wording(
    header=f"{_HEADER}\n\n",
    question="{question}\n{options}",
    cue="\n答案：",
    answer="{answer}",
    worked="{rationale}\n所以答案是{answer}。",
    trigger=_STEPS,
    after_trigger="",
    header_role="system",
)

OFFICIAL = Recipe(
    name="official",
    source="github.com/hkust-nlp/ceval evaluators/llama.py, resources/tutorial.md; in a chat the "
    "instruction is the system's, as in the tutorial (chatgpt.py repeats it in the first turn); "
    "scoring 'text' and the headline rule for generated answers, which reads them with and without "
    "reasoning, are ours",
    wordings={
        ("zh", scoring): _AUTHORS for scoring in (Scoring.LETTERS, Scoring.TEXT, Scoring.GENERATED)
    },
    defaults={"shots": 5, "language": "zh", "scoring": "letters", "max_tokens": 256},
    rules={
        Scoring.LETTERS: ("argmax",),
        Scoring.TEXT: ("argmax", "argmax-per-char"),
        Scoring.GENERATED: ("letter-strict", "letter-lenient", "ceval-exact", "ceval-cot"),
    },
    aggregate="macro",
    categories=CATEGORIES,
    names=NAMES,
    overflow=Overflow.DROP_SHOTS,
)

OFFICIAL_COT = replace(
    OFFICIAL,
    name="official-cot",
    source="github.com/hkust-nlp/ceval resources/tutorial.md, evaluators/llama.py; the prompt ends "
    "as in the tutorial (llama.py goes on with '1.'), and decoding is greedy (llama.py samples)",
    wordings={("zh", Scoring.GENERATED): _AUTHORS},
    defaults={
        "shots": 5,
        "language": "zh",
        "reasoning": "trigger",
        "scoring": "generated",
        "max_tokens": 512,
    },
    rules={Scoring.GENERATED: ("ceval-cot", "letter-strict", "letter-lenient")},
)

LM_EVAL = chinese_exams.lm_eval(
    "ceval-valid", "以下是中国关于{subject}的单项选择题，请选出其中的正确答案。", NAMES
)

OPENCOMPASS = chinese_exams.opencompass(
    ("ceval_gen_5f30c7", "ceval_ppl_1cd8bf"),
    rounds=Wording(
        question=f"{_HEADER}\n{{question}}\n{{options}}",
        cue="\n答案: ",
        answer="{answer}",
        between="\n",
    ),
    letters=Wording(
        header="以下是关于{subject}的单项选择题，请直接给出正确答案的选项。\n",
        question="{question}\n{options}",
        cue="\n答案:",
        answer=" {answer}",
    ),
    categories=CATEGORIES,
    names=NAMES,
)


def load(layout: exams.Layout, split: str, place: str | None) -> Dataset:
    """C-Eval's items of a split, with the development items as exemplars.

    Args:
        layout: Names the benchmark in refusals.
        split: ``val`` or ``test``.
        place: `None` for Polaris' own exam; a folder in the authors' layout
            (``val/SUBJECT_val.csv``) or the hub's (``SUBJECT/val-*.parquet``, ...); or a hub id.

    Raises:
        BadInput: for data that is not C-Eval, naming file and row.
    """
    return exams.load(place, layout, split, _item)


def _item(placed: exams.Placed) -> Item:
    row = placed.row
    choices = [row[letter] for letter in exams.OPTIONS]
    gold = str(row.get("answer") or "")
    rationale = row.get("explanation") or None
    return exams.item(placed, row["question"], choices, gold, row["id"], rationale)


BENCHMARKS = (
    Benchmark(
        name="ceval",
        title="C-Eval, validation split",
        size=1_346,
        metric="accuracy",
        licence="CC BY-NC-SA 4.0",
        languages=("zh",),
        hub=_VAL.hub,
        recipes={recipe.name: recipe for recipe in (OFFICIAL, OFFICIAL_COT, LM_EVAL, OPENCOMPASS)},
        load=partial(load, _VAL, "val"),
    ),
    Benchmark(
        name="ceval-test",
        title="C-Eval, test split",
        size=12_342,
        metric="accuracy",
        licence="CC BY-NC-SA 4.0",
        languages=("zh",),
        hub=_TEST.hub,
        recipes={recipe.name: recipe for recipe in (OFFICIAL, OFFICIAL_COT, OPENCOMPASS)},
        load=partial(load, _TEST, "test"),
    ),
)
