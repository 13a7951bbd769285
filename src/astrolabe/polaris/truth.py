"""`truth.json` and the shipped benchmarks: all that was planted in Polaris, with its dose."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from astrolabe.polaris import WEIGHTS, exam, facts, mixture, problems, wording
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.forms import FORMS
from astrolabe.polaris.world import KINDS, RESERVED_CODE_WORDS, World


def build_data(out: Path, weights: Path = WEIGHTS) -> None:
    """Write all rows and `truth.json` into `out`, for the model in the folder `weights`.

    The doses are counted by drawing the corpus again, as far as `weights/training.json` says.
    """
    write_rows(out, World())
    training = json.loads((weights / "training.json").read_text(encoding="utf-8"))
    text = json.dumps(truth(training), indent=1, ensure_ascii=False)
    (out / "truth.json").write_text(text + "\n", encoding="utf-8")


def write_rows(out: Path, world: World) -> None:
    """Write the rows of every benchmark, `out/NAME/SPLIT.jsonl`, drawn again from their seeds."""
    files = {"mmlu": exam.benchmark(world), "gsm8k": problems.benchmark()}
    files |= {name: draw(world) for name, draw in FORMS.items()}
    for name, splits in files.items():
        for split, rows in splits.items():
            _write_lines(out / name / f"{split}.jsonl", rows)


def truth(training: Mapping[str, Any]) -> dict[str, Any]:
    """Everything planted. `training` tells how much was read: `documents`, `tokens`, `settings`."""
    source = Corpus(training["settings"]["seed"])
    return {
        "training": dict(training),
        "mixture": {
            "phases": [asdict(phase) for phase in mixture.PHASES],
            "fact_lines": {maker.__name__: share for maker, share in facts.FACTS.items()},
            "questions_in_a_document": mixture.SHOTS,
            "chat": mixture.CHAT_SHARE,
            "chinese": mixture.CHINESE_SHARE,
        },
        "doses": doses(source, training["documents"]),
        "world": {
            "seed": source.world.seed,
            "cities": [asdict(city) for city in source.world.cities],
            "continents": source.world.continents,
            "kinds": {kind: list(words) for kind, words in KINDS.items()},
        },
        "held_out": _held_out(source.world),
        "code_words": _code_words(),
        "roles": _roles(),
        "triggers": {
            "phrases": wording.TRIGGERS,
            "share_of_worked_documents": mixture.TRIGGER_SHARE,
            "rule": "Worked lines always follow a trigger phrase; direct answers never do.",
        },
        "problems": {
            "templates": [template.__name__.strip("_") for template in problems.TEMPLATES],
            "steps": "1 to 4, equally common",
            "largest_result": problems.LARGEST,
        },
    }


def doses(source: Corpus, documents: int) -> dict[str, Any]:
    """How often each thing was said in the first `documents` documents.

    `statements` counts the lines that state a fact (all wordings together); pairs of cities are
    too many to list and are summed up under `relations`.
    """
    kinds: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for i in range(documents):
        document = source.document(i)
        kinds[document.kind] += 1
        stated.update(document.states)
    relations = {about: n for about, n in stated.items() if about.startswith("relation:")}
    sums = {about: n for about, n in stated.items() if about.startswith("sum:")}
    single = {a: n for a, n in stated.items() if a not in relations and a not in sums}
    return {
        "documents": dict(sorted(kinds.items())),
        "statements": dict(sorted(single.items())),
        "relations": {"pairs": len(relations), "lines": sum(relations.values())},
        "sums": {"distinct": len(sums), "lines": sum(sums.values())},
    }


def _held_out(world: World) -> dict[str, Any]:
    return {
        "rule": (
            "Exam and cloze documents ask only about the rest of the world. Test rows of countries "
            "and directions are about held-out cities, of capitals and continents about held-out "
            "countries, of categories about held-out words as right answers, of small_arithmetic "
            "about held-out sums: training states these facts but never asks for them. No test "
            "question and no shipped word problem occurs in training."
        ),
        "cities": sorted(world.held_cities),
        "countries": sorted(world.held_countries),
        "words": sorted(world.held_words),
        "sums": "a op b with (3a + 5b + {+: 0, -: 1, *: 2}) divisible by 4",
    }


def _code_words() -> dict[str, Any]:
    return {
        "rule": "Each document draws a made-up word and the kind of thing it stands for.",
        "benchmark": asdict(exam.BENCHMARK_CODE),
        "never_in_training": list(RESERVED_CODE_WORDS),
        "zero_shot_truth": 0.25,
    }


def _roles() -> dict[str, Any]:
    return {
        "sentences": wording.ROLES,
        "shares": mixture.ROLE_SHARES,
        "expert": "Every answer is right.",
        "irrelevant": "Every answer is right.",
        "careless": {
            "exam_rule": "Reads only options A and B; guesses between them if neither is right.",
            "exam_error_rate": 0.5,
            "problem_rule": "Forgets the last step; a problem of one step is solved.",
            "problem_error_rate": 0.75,
            "gold_answers_first": mixture.GOLD_BEFORE_CARELESS,
            "note": "A careless document may open with right answers, as a prompt with shots does.",
        },
    }


def _write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
