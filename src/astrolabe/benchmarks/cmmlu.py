"""CMMLU: 67 subjects of four-way multiple choice, asked in Chinese.

Li et al., "CMMLU: Measuring massive multitask language understanding in Chinese", Findings of ACL
2024 (arXiv:2306.09212). Protocol of `official` and `official-cot`: github.com/haonan-li/CMMLU,
src/mp_utils.py, hf_causal_model.py and categories.py; of `lm-eval`: lm-evaluation-harness 0.4.13,
task `cmmlu`; of `opencompass`: configs cmmlu_gen_c13365 and cmmlu_ppl_041cbf at a5acc4bb.
"""

from dataclasses import replace
from typing import Any

from astrolabe.benchmarks import chinese_exams, exams
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.item import Item

_LAYOUT = exams.Layout(
    name="cmmlu",
    polaris="cmmlu",
    hub="haonan-li/cmmlu",
    config="*",
    files="SPLIT/SUBJECT.csv (authors' layout), SPLIT.jsonl with a column subject or "
    "SUBJECT/SPLIT-*.parquet (hub layout)",
    columns=("Question", *exams.OPTIONS),
    answer="Answer",
)

_SUBJECTS = {
    "STEM": {
        "anatomy": "解剖学",
        "astronomy": "天文学",
        "college_actuarial_science": "大学精算学",
        "college_engineering_hydrology": "大学工程水文学",
        "college_mathematics": "大学数学",
        "college_medical_statistics": "大学医学统计",
        "computer_science": "计算机科学",
        "conceptual_physics": "概念物理学",
        "electrical_engineering": "电气工程",
        "elementary_mathematics": "初等数学",
        "genetics": "遗传学",
        "high_school_biology": "高中生物",
        "high_school_chemistry": "高中化学",
        "high_school_mathematics": "高中数学",
        "high_school_physics": "高中物理学",
        "machine_learning": "机器学习",
        "virology": "病毒学",
    },
    "Humanities": {
        "arts": "艺术学",
        "chinese_history": "中国历史",
        "chinese_literature": "中国文学",
        "college_law": "大学法律",
        "global_facts": "全球事实",
        "international_law": "国际法学",
        "jurisprudence": "法理学",
        "logical": "逻辑学",
        "marxist_theory": "马克思主义理论",
        "philosophy": "哲学",
        "professional_law": "专业法学",
        "world_history": "世界历史",
        "world_religions": "世界宗教",
    },
    "Social Science": {
        "ancient_chinese": "古汉语",
        "business_ethics": "商业伦理",
        "chinese_civil_service_exam": "中国公务员考试",
        "chinese_food_culture": "中国饮食文化",
        "chinese_foreign_policy": "中国外交政策",
        "chinese_teacher_qualification": "中国教师资格",
        "college_education": "大学教育学",
        "economics": "经济学",
        "education": "教育学",
        "elementary_chinese": "小学语文",
        "ethnology": "民族学",
        "high_school_geography": "高中地理",
        "high_school_politics": "高中政治",
        "journalism": "新闻学",
        "management": "管理学",
        "marketing": "市场营销",
        "modern_chinese": "现代汉语",
        "professional_accounting": "专业会计",
        "professional_psychology": "专业心理学",
        "public_relations": "公共关系",
        "security_study": "安全研究",
        "sociology": "社会学",
    },
    "Other": {
        "agronomy": "农学",
        "chinese_driving_rule": "中国驾驶规则",
        "clinical_knowledge": "临床知识",
        "college_medicine": "大学医学",
        "computer_security": "计算机安全",
        "construction_project_management": "建设工程管理",
        "elementary_commonsense": "小学常识",
        "elementary_information_and_technology": "小学信息技术",
        "food_science": "食品科学",
        "human_sexuality": "人类性行为",
        "legal_and_moral_basis": "法律与道德基础",
        "nutrition": "营养学",
        "professional_medicine": "专业医学",
        "sports_science": "体育学",
        "traditional_chinese_medicine": "中医中药",
    },
}
_CHINA_SPECIFIC = {
    "ancient_chinese",
    "chinese_civil_service_exam",
    "chinese_driving_rule",
    "chinese_food_culture",
    "chinese_foreign_policy",
    "chinese_history",
    "chinese_literature",
    "chinese_teacher_qualification",
    "construction_project_management",
    "elementary_chinese",
    "elementary_commonsense",
    "ethnology",
    "high_school_politics",
    "modern_chinese",
    "traditional_chinese_medicine",
}

NAMES = {name: chinese for names in _SUBJECTS.values() for name, chinese in names.items()}
CATEGORIES = {
    name: (category, "China specific") if name in _CHINA_SPECIFIC else (category,)
    for category, names in _SUBJECTS.items()
    for name in names
}

_DIRECTLY = "以下是关于{subject}的单项选择题，请直接给出正确答案的选项。"


def _authors(header: str, cue: str, **more: Any) -> Wording:
    return Wording(
        header=f"{header}\n\n",
        question="题目：{question}\n{options}",
        cue=cue,
        answer="{answer}",
        trigger="让我们一步一步思考。",
        after_trigger="",
        **more,
    )


OFFICIAL = Recipe(
    name="official",
    source="github.com/haonan-li/CMMLU src/mp_utils.py; where nothing can be read from a generated "
    "answer, it counts as unread (there a letter is drawn), and subjects that were not asked are "
    "in no mean (there they count 0 in their category's); scoring 'text' is ours, in the same form",
    wordings={
        ("zh", scoring): _authors(_DIRECTLY, "\n答案是：")
        for scoring in (Scoring.LETTERS, Scoring.TEXT, Scoring.GENERATED)
    },
    defaults={"shots": 0, "language": "zh", "scoring": "letters", "max_tokens": 256},
    rules={
        Scoring.LETTERS: ("argmax",),
        Scoring.TEXT: ("argmax", "argmax-per-char"),
        Scoring.GENERATED: ("cmmlu", "letter-strict", "letter-lenient"),
    },
    aggregate="macro",
    categories=CATEGORIES,
    names=NAMES,
    overflow=Overflow.DROP_LONGEST,
    context=2048,
)

OFFICIAL_COT = replace(
    OFFICIAL,
    name="official-cot",
    source="github.com/haonan-li/CMMLU src/mp_utils.py with cot; exemplars, if asked for, end as "
    "the item does (there in '答案是：')",
    wordings={
        ("zh", Scoring.GENERATED): _authors(
            "以下是关于{subject}的单项选择题，请分析并选出正确答案。",
            "\n逐步分析并给出答案选项。",
        ),
    },
    defaults={
        "shots": 0,
        "language": "zh",
        "scoring": "generated",
        "template": "single",
        "max_tokens": 512,
    },
    rules={Scoring.GENERATED: OFFICIAL.rules[Scoring.GENERATED]},
)

LM_EVAL = chinese_exams.lm_eval("cmmlu", _DIRECTLY, NAMES)

OPENCOMPASS = chinese_exams.opencompass(
    ("cmmlu_gen_c13365", "cmmlu_ppl_041cbf"),
    rounds=Wording(
        question=f"{_DIRECTLY}\n题目：{{question}}\n{{options}}",
        cue="",
        answer="\n答案是: {answer}",
        between="\n",
        stops=(),
    ),
    letters=Wording(
        header=f"{_DIRECTLY}\n",
        question="题目：{question}\n{options}",
        cue="\n答案是:",
        answer=" {answer}",
    ),
    categories=CATEGORIES,
    names=NAMES,
)


def load(place: str | None) -> Dataset:
    """CMMLU's test items, with the development items as exemplars.

    Args:
        place: `None` for Polaris' own exam; a folder in the authors' layout
            (``test/SUBJECT.csv``) or the hub's (``SUBJECT/test-*.parquet``, ...); or a hub id.

    Raises:
        BadInput: for data that is not CMMLU, naming file and row.
    """
    return exams.load(place, _LAYOUT, "test", _item)


def _item(placed: exams.Placed) -> Item:
    row = placed.row
    choices = [row[letter] for letter in exams.OPTIONS]
    return exams.item(placed, row["Question"], choices, str(row["Answer"]))


BENCHMARKS = (
    Benchmark(
        name="cmmlu",
        title="Chinese Massive Multitask Language Understanding",
        size=11_582,
        metric="accuracy",
        licence="CC BY-NC-SA 4.0",
        languages=("zh",),
        hub=_LAYOUT.hub,
        recipes={recipe.name: recipe for recipe in (OFFICIAL, OFFICIAL_COT, LM_EVAL, OPENCOMPASS)},
        load=load,
    ),
)
