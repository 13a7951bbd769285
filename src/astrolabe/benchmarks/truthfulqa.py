"""TruthfulQA: questions that many people answer falsely.

Lin, Hilton and Evans, "TruthfulQA: Measuring How Models Mimic Human Falsehoods", 2022
(arXiv:2109.07958). Every question has true and false answers. They are scored as what follows the
question (mc1: is the best answer likelier than every false one; mc2: the share of probability on
true ones; mc3: the share of true ones likelier than every false one), or compared with what the
model writes (BLEU, ROUGE). The authors' judges, two models of their own, are no longer to be had.

An item's choices are all its answers, each once, the best first. Its metadata say by index which
are compared: ``mc1_true``, ``mc1_false``, ``mc2_true``, ``mc2_false``. The source decides: the
lists of TruthfulQA.csv, as its authors' code and DoLa's read them, or the targets of mc_task.json
and of the hub, as lm-evaluation-harness does. The targets lack true answers that stand among the
false ones, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item

HUB = "truthfulqa/truthful_qa"
SPLIT = "validation"
LAYOUTS = (
    "TruthfulQA.csv or mc_task.json (authors' layout), or multiple_choice and generation, as "
    f"NAME.jsonl or NAME/{SPLIT}-*.parquet (hub layout)"
)
CSV_COLUMNS = ("Question", "Category", "Best Answer", "Correct Answers", "Incorrect Answers")
LIST_COLUMNS = ("question", "category", "best_answer", "correct_answers", "incorrect_answers")
TARGET_COLUMNS = ("question", "mc1_targets", "mc2_targets")
NO_CATEGORY = "uncategorised"

_RULES = {
    Scoring.TEXT: ("mc1", "mc2", "mc3"),
    Scoring.GENERATED: ("bleu-acc", "rouge1-acc", "rouge2-acc", "rougeL-acc"),
}
_PRIMED = {"shots": 6, "scoring": "text"}


def _qa(**more: Any) -> Wording:
    return Wording(question="Q: {question}", cue="\nA:", answer=" {answer}", **more)


OFFICIAL = Recipe(
    name="official",
    source="arXiv:2109.07958 with the QA primer; the authors' judges are replaced by similarity to "
    "the reference answers, which they report, too",
    wordings={("en", Scoring.TEXT): _qa(), ("en", Scoring.GENERATED): _qa(stops=("Q:",))},
    defaults={**_PRIMED, "max_tokens": 50},
    rules=_RULES,
    published="truthfulqa",
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: truthfulqa_mc1, truthfulqa_mc2, truthfulqa_gen (which "
    "has no 'A:' after the question)",
    wordings={
        ("en", Scoring.TEXT): _qa(),
        ("en", Scoring.GENERATED): Wording(
            question="Q: {question}", cue="", answer="\nA: {answer}", strip=True, stops=("\n\n",)
        ),
    },
    defaults={**_PRIMED, "max_tokens": 256},
    rules=_RULES,
    overflow=Overflow.CUT_LEFT,
    published="truthfulqa",
)

DOLA = Recipe(
    name="dola",
    source="github.com/voidism/DoLa tfqa_mc_eval.py, tfqa_eval.py; the instruction that opens its "
    "prompts is the paper's and not shipped: give it as the role",
    wordings={("en", Scoring.TEXT): _qa(), ("en", Scoring.GENERATED): _qa(stops=("Q:",))},
    defaults={**_PRIMED, "max_tokens": 50},
    rules=_RULES,
    published="truthfulqa",
)


@dataclass(frozen=True)
class Answers:
    """The answers that compete: the best with false ones (mc1), true with false ones (mc2, mc3)."""

    best: str
    wrong: tuple[str, ...]
    true: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """All answers, each once, the best first."""
        return tuple(dict.fromkeys((self.best, *self.true, *self.wrong, *self.false)))

    def places(self) -> dict[str, list[int]]:
        """Which choices are compared; an answer that a source lists twice counts twice."""
        place = {choice: index for index, choice in enumerate(self.choices)}
        lists = {
            "mc1_true": (self.best,),
            "mc1_false": self.wrong,
            "mc2_true": self.true,
            "mc2_false": self.false,
        }
        return {name: [place[answer] for answer in answers] for name, answers in lists.items()}


@dataclass(frozen=True)
class _Entry:
    """A question as a source gives it; `references` are what a written answer is compared with."""

    question: str
    category: str
    answers: Answers
    references: Answers


def load(place: str | None) -> Dataset:
    """TruthfulQA's questions.

    Args:
        place: `None` for Polaris' own; a folder in the authors' layout (``TruthfulQA.csv``, else
            ``mc_task.json``) or the hub's (its two configs); or a hub id.

    Raises:
        BadInput: for data that is not TruthfulQA, naming file and row.
    """
    folder, name = sources.locate(place, "truthfulqa", "*", LAYOUTS)
    entries = _in_csv(folder)
    if not entries:
        listed = _in_lists(folder)
        entries = _in_targets(folder, {entry.question: entry for entry in listed}) or listed
    if not entries:
        raise sources.absent("truthfulqa", SPLIT, folder, LAYOUTS, HUB)
    items = tuple(_item(f"{SPLIT}/{number}", entry) for number, entry in enumerate(entries))
    return Dataset(items, {"": _primer(folder)}, name)


def _in_csv(folder: Path) -> list[_Entry]:
    path = folder / "TruthfulQA.csv"
    entries = []
    for where, row in sources.located([path] if path.is_file() else [], CSV_COLUMNS):
        question, category, best, true, false = (str(row[column]) for column in CSV_COLUMNS)
        answers = _answers(best, true.split(";"), false.split(";"), where)
        entries.append(_Entry(question, category, answers, answers))
    return entries


def _in_lists(folder: Path) -> list[_Entry]:
    entries = []
    for where, row in sources.located(_config(folder, "generation"), LIST_COLUMNS):
        question, category, best, true, false = (row[column] for column in LIST_COLUMNS)
        answers = _answers(best, true, false, where)
        entries.append(_Entry(str(question), str(category), answers, answers))
    return entries


def _in_targets(folder: Path, listed: Mapping[str, _Entry]) -> list[_Entry]:
    """Questions with targets; categories and references are those `listed`, where they are."""
    path = folder / "mc_task.json"
    files = [path] if path.is_file() else _config(folder, "multiple_choice")
    entries = []
    for where, row in sources.located(files, TARGET_COLUMNS):
        question = str(row["question"])
        (best, *others), wrong = _parted(row["mc1_targets"], where)
        if others:
            raise BadInput(f"{where} has {len(others) + 1} true answers in 'mc1_targets', not one")
        answers = Answers(best, wrong, *_parted(row["mc2_targets"], where))
        known = listed.get(question)
        category, references = (
            (known.category, known.references) if known else (NO_CATEGORY, answers)
        )
        entries.append(_Entry(question, category, answers, references))
    return entries


def _config(folder: Path, config: str) -> list[Path]:
    flat = folder / f"{config}.jsonl"
    return [flat] if flat.is_file() else sources.split_files(folder / config, SPLIT, config)


def _answers(best: str, true: Iterable[str], false: Iterable[str], where: str) -> Answers:
    """Answers as the authors' lists give them: stripped, empty ones left out, each a sentence."""
    right, wrong = (
        tuple(_closed(answer) for answer in answers if answer.strip()) for answers in (true, false)
    )
    if not (best.strip() and right and wrong):
        raise BadInput(f"{where} lacks a best answer, a correct or an incorrect one")
    return Answers(_closed(best), wrong, right, wrong)


def _closed(answer: str) -> str:
    answer = answer.strip()
    return answer if answer.endswith(".") else f"{answer}."


def _parted(targets: Any, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """True and false answers of ``{answer: 0 or 1}``, or of ``{choices: [...], labels: [...]}``."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(targets, Mapping):
        pairs = list(targets.items())
        if targets.keys() == {"choices", "labels"}:
            if len(targets["choices"]) != len(targets["labels"]):
                raise BadInput(f"{where} has not as many labels as choices")
            pairs = list(zip(targets["choices"], targets["labels"], strict=True))
    if any(not isinstance(answer, str) or label not in (0, 1) for answer, label in pairs):
        raise BadInput(f"{where} has targets that are not answers with labels 0 or 1")
    true, false = (tuple(a for a, label in pairs if label == side) for side in (1, 0))
    if not (true and false):
        raise BadInput(f"{where} has targets without a true or without a false answer")
    return true, false


def _item(name: str, entry: _Entry) -> Item:
    return Item(
        id=name,
        subject=entry.category,
        question=entry.question,
        gold=LETTERS[0],
        choices=entry.answers.choices,
        metadata={
            **entry.answers.places(),
            "correct_answers": list(entry.references.true),
            "incorrect_answers": list(entry.references.false),
        },
    )


def _primer(folder: Path) -> tuple[Item, ...]:
    """Exemplars that a folder brings along; the protocols' own are not among the data."""
    path = folder / "primer.jsonl"
    rows = sources.located([path] if path.is_file() else [], ("question", "answer"))
    return tuple(
        Item(f"primer/{number}", "", str(row["question"]), str(row["answer"]))
        for number, (_, row) in enumerate(rows)
    )


BENCHMARKS = (
    Benchmark(
        name="truthfulqa",
        title="TruthfulQA",
        size=817,
        metric="MC1, MC2, MC3",
        licence="Apache-2.0",
        languages=("en",),
        hub=HUB,
        recipes={recipe.name: recipe for recipe in (OFFICIAL, LM_EVAL, DOLA)},
        load=load,
    ),
)
