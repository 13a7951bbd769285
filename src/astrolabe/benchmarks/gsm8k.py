"""GSM8K: grade-school word problems with worked solutions.

Cobbe et al., "Training Verifiers to Solve Math Word Problems", 2021 (arXiv:2110.14168). The
authors define a fine-tuning benchmark (github.com/openai/grade-school-math, dataset.py): question,
newline, worked solution ending in ``#### N``; `official` shows exemplars in that form and grades by
their rule. Protocol of `lm-eval`: lm-evaluation-harness 0.4.13, task `gsm8k`.
"""

from typing import Any

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

HUB = "openai/gsm8k"
MARK = "\n#### "
SUBJECT = "grade_school_math"

_RULES = ("gsm8k-official", "strict-match", "flexible-extract")

OFFICIAL = Recipe(
    name="official",
    source="github.com/openai/grade-school-math dataset.py; the few-shot form and the Chinese "
    "labels are ours",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="{question}",
            cue="\n",
            answer="#### {answer}",
            worked="{rationale}\n#### {answer}",
            stops=("\n\n",),
        ),
        ("zh", Scoring.GENERATED): Wording(
            question="问题：{question}",
            cue="\n答案：",
            answer="#### {answer}",
            worked="{rationale}\n#### {answer}",
            trigger="让我们一步一步思考。",
            stops=("\n\n",),
        ),
    },
    defaults={"shots": 5, "reasoning": "worked", "scoring": "generated", "max_tokens": 256},
    rules={Scoring.GENERATED: _RULES},
    overflow=Overflow.DROP_SHOTS,
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: gsm8k; direct answers ('#### N') are ours, and so is the "
    "blank line after a role (there it is glued to the question)",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="Question: {question}",
            cue="\nAnswer:",
            answer=" #### {answer}",
            worked=" {rationale}\n#### {answer}",
            stops=("Question:", "</s>", "<|im_end|>"),
        ),
    },
    defaults={
        "shots": 5,
        "draw": "lm-eval",
        "reasoning": "worked",
        "scoring": "generated",
        "max_tokens": 256,
    },
    rules={Scoring.GENERATED: ("strict-match", "flexible-extract", "gsm8k-official")},
    overflow=Overflow.CUT_LEFT,
)


def load(place: str | None) -> Dataset:
    """GSM8K's test items, with the training items as exemplars.

    Args:
        place: `None` for Polaris' own word problems; a folder in the authors' layout
            (``train.jsonl``, ``test.jsonl``) or the hub's (``main/test-*.parquet``); or a hub id.

    Raises:
        BadInput: for data that is not GSM8K, naming file and row.
    """
    folder, name = sources.locate(place, "gsm8k")
    if folder is None:
        train, source = sources.hub_rows(place or HUB, "main", "train")
        test, _ = sources.hub_rows(place or HUB, "main", "test")
        pool, items = _items(train, "train", source), _items(test, "test", source)
        return Dataset(items, {"": pool}, source)
    splits = {}
    for split in ("train", "test"):
        files = sources.split_files(folder, split)
        if not files:
            raise BadInput(
                f"no GSM8K '{split}' split in {folder}; expected {split}.jsonl (authors' layout) "
                f"or main/{split}-*.parquet (hub layout); or use the hub id '{HUB}', or leave out "
                "the data for Polaris' own word problems"
            )
        rows = (row for path in files for row in sources.read_table(path))
        splits[split] = _items(rows, split, str(files[0]))
    return Dataset(splits["test"], {"": splits["train"]}, name)


def _items(rows: Any, split: str, where: str) -> tuple[Item, ...]:
    items = []
    for number, row in enumerate(sources.require(rows, ("question", "answer"), where)):
        rationale, mark, gold = str(row["answer"]).rpartition(MARK)
        if not mark or not gold.strip():
            raise BadInput(
                f"{where}: row {number + 1} has an answer that does not end in '#### NUMBER'"
            )
        more = {key: value for key, value in row.items() if key not in ("question", "answer")}
        items.append(
            Item(
                id=f"{split}/{number}",
                subject=SUBJECT,
                question=str(row["question"]),
                gold=gold,
                rationale=rationale,
                metadata=more,
            )
        )
    return tuple(items)


BENCHMARK = Benchmark(
    name="gsm8k",
    title="Grade School Math 8K",
    licence="MIT",
    languages=("en", "zh"),
    hub=HUB,
    recipes={"official": OFFICIAL, "lm-eval": LM_EVAL},
    load=load,
)
