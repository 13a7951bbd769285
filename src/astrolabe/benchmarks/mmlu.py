"""MMLU: 57 subjects of four-way multiple choice.

Hendrycks et al., "Measuring Massive Multitask Language Understanding", ICLR 2021
(arXiv:2009.03300). Protocol of `official`: github.com/hendrycks/test, evaluate.py and
categories.py. Protocol of `lm-eval`: lm-evaluation-harness 0.4.13, tasks `mmlu`,
`mmlu_continuation` and `mmlu_generative`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item

HUB = "cais/mmlu"
CONFIG = "all"
LAYOUTS = (
    "SPLIT/SUBJECT_SPLIT.csv (authors' layout), SPLIT.jsonl or all/SPLIT-*.parquet (hub layout)"
)
COLUMNS = ("question", "subject", "choices", "answer")
OPTIONS = 4

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
    subject: category for category, names in _BY_CATEGORY.items() for subject in names.split()
}

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
    categories=CATEGORIES | {"anatomy": "STEM"},
    overflow=Overflow.CUT_LEFT,
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
    folder, name = sources.locate(place, "mmlu", CONFIG, LAYOUTS)
    if any(folder.glob("test/*_test.csv")):
        dev_items = list(_authors_items(folder, "dev"))
        test_items = list(_authors_items(folder, "test"))
    else:
        test_items, dev_items = (_hub_layout_items(folder, split) for split in ("test", "dev"))
    return _dataset(dev_items, test_items, name)


def _dataset(dev: list[Item], test: list[Item], source: str) -> Dataset:
    pools: dict[str, tuple[Item, ...]] = {}
    for item in dev:
        pools[item.subject] = (*pools.get(item.subject, ()), item)
    return Dataset(items=tuple(test), exemplars=pools, source=source)


def _authors_items(folder: Path, split: str) -> Iterator[Item]:
    for path in sorted((folder / split).glob(f"*_{split}.csv")):
        subject = path.name.removesuffix(f"_{split}.csv")
        header = ("question", *LETTERS[:OPTIONS], "answer")
        rows = sources.require(sources.read_table(path, header), header, str(path))
        for number, row in enumerate(rows):
            choices = tuple(row[letter] for letter in LETTERS[:OPTIONS])
            yield _item(subject, split, number, row["question"], choices, row["answer"], str(path))


def _hub_layout_items(folder: Path, split: str) -> list[Item]:
    files = sources.split_files(folder, split, CONFIG)
    if not files:
        raise BadInput(
            f"no MMLU '{split}' split in {folder}; expected {LAYOUTS.replace('SPLIT', split)}; "
            f"or use the hub id '{HUB}', or leave out the data for Polaris' own exam"
        )
    return _items(((str(path), sources.read_table(path)) for path in files), split)


def _items(tables: Iterable[tuple[str, Iterable[sources.Row]]], split: str) -> list[Item]:
    """Items of one split, numbered within their subject; a table is a file's name with its rows."""
    counts: dict[str, int] = {}
    items = []
    for where, rows in tables:
        for row in sources.require(rows, COLUMNS, where):
            subject = str(row["subject"])
            number = counts.get(subject, 0)
            counts[subject] = number + 1
            choices, gold = _choices(row["choices"]), _letter(row["answer"])
            items.append(_item(subject, split, number, str(row["question"]), choices, gold, where))
    return items


def _choices(value: Any) -> tuple[str, ...]:
    """The hub's list of options; nothing for what is no list of texts."""
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    return ()


def _letter(answer: Any) -> str:
    """The hub counts options from 0; what is out of range stays as it is, to be refused."""
    return LETTERS[answer] if isinstance(answer, int) and 0 <= answer < OPTIONS else str(answer)


def _item(
    subject: str,
    split: str,
    number: int,
    question: str,
    choices: tuple[str, ...],
    gold: str,
    where: str,
) -> Item:
    if len(choices) != OPTIONS:
        raise BadInput(
            f"{where}: {subject} row {number + 1} has {len(choices)} choices, not {OPTIONS}"
        )
    if gold not in set(LETTERS[:OPTIONS]):
        raise BadInput(
            f"{where}: {subject} row {number + 1} has the gold answer '{gold}', "
            f"which is none of {', '.join(LETTERS[:OPTIONS])}"
        )
    return Item(f"{subject}/{split}/{number}", subject, question, gold, choices)


BENCHMARK = Benchmark(
    name="mmlu",
    title="Massive Multitask Language Understanding",
    licence="MIT",
    languages=("en", "zh"),
    hub=HUB,
    recipes={"official": OFFICIAL, "lm-eval": LM_EVAL},
    load=load,
)
