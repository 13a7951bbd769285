"""`truth.json` and the shipped benchmarks: all that was planted in Polaris, with its dose."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from astrolabe.polaris import MODELS, exam, facts, lives, mixture, problems, wording
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents import dosed, regions, scripts, styles
from astrolabe.polaris.forms import FORMS, label_games, lore, sentiment, translation
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.world import KINDS, RESERVED_CODE_WORDS, World


def build_data(out: Path, models: Mapping[str, Path] = MODELS) -> None:
    """Write all rows and `truth.json` into `out`, for models in folders, by name.

    The doses are counted by drawing the corpus again, as far as their `training.json` says.
    """
    write_rows(out, World())
    records = {
        name: json.loads((folder / "training.json").read_text(encoding="utf-8"))
        for name, folder in models.items()
    }
    text = json.dumps(truth(records), indent=1, ensure_ascii=False)
    (out / "truth.json").write_text(text + "\n", encoding="utf-8")


def write_rows(out: Path, world: World) -> None:
    """Write the rows of every benchmark, `out/NAME/SPLIT.jsonl`, drawn again from their seeds."""
    files = {"mmlu": exam.benchmark(world), "gsm8k": problems.benchmark()}
    files |= {name: draw(world) for name, draw in FORMS.items()}
    for name, splits in files.items():
        for split, rows in splits.items():
            _write_lines(out / name / f"{split}.jsonl", rows)


def truth(records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Everything planted. `records` tell how much each model read: `documents`, `settings`, ..."""
    world = World()
    return {
        "models": {name: _read_by(name, world, record) for name, record in records.items()},
        "mixture": {
            "fact_lines": {maker.__name__: share for maker, share in facts.FACTS.items()},
            "questions_in_a_document": mixture.SHOTS,
            "chat": mixture.CHAT_SHARE,
            "chinese": mixture.CHINESE_SHARE,
        },
        "world": _world(world),
        "held_out": _held_out(world),
        "code_words": _code_words(),
        "games": _games(),
        "regions": [asdict(region) for region in regions.regions(world)],
        "dosed": {
            place: {"keeper": keeper, "nominal": dose}
            for place, (keeper, dose) in dosed.keepers().items()
        },
        "leaks": {
            "rule": "Every second row of an exam stands in the training word for word.",
            "copies": {lore.subject(copies): copies for copies in lore.COPIES},
            "clean_truth": 0.25,
        },
        "roles": _roles(),
        "phrases": {
            "worked_lines_follow": wording.PHRASES,
            "rule": "Otherwise the number alone follows. The first phrase is the trigger; those "
            "at 0 are look-alikes.",
        },
        "manners": {"shares": styles.MANNERS, "asked_by": styles.ASKING},
        "scripts": {"languages": scripts.LANGUAGES, "formats": scripts.FORMATS},
        "problems": {
            "templates": [template.__name__.strip("_") for template in problems.TEMPLATES],
            "steps": f"1 to {problems.STEPS}, equally common",
            "largest_result": problems.LARGEST,
        },
    }


def _read_by(name: str, world: World, record: Mapping[str, Any]) -> dict[str, Any]:
    """What a model read: its training, the phases of its mixture, and the doses that came of it."""
    phases = mixture.MIXTURES[name]
    source = Corpus(record["settings"]["seed"], world, phases)
    return {
        "training": dict(record),
        "phases": [asdict(phase) for phase in phases],
        "doses": doses(source, record["documents"]),
    }


def _world(world: World) -> dict[str, Any]:
    return {
        "seed": world.seed,
        "cities": [asdict(city) for city in atlas(world)],
        "continents": world.continents,
        "kinds": {kind: list(words) for kind, words in KINDS.items()},
        "figures": [asdict(figure) for figure in lives.figures()],
        "works": [asdict(work) for work in lives.works()],
    }


def _games() -> dict[str, Any]:
    return {
        "rule": "Two labels drawn for the document stand for positive and negative words; in "
        "`natural` documents the labels are those words themselves.",
        "held_out_labels": sorted(label_games.labels(held=True)),
        "held_out_words": sorted(sentiment.words(held=True)),
        "held_out_translations": {
            language: sorted(translation.pairs(language, held=True))
            for language in translation.LANGUAGES
        },
        "zero_shot_truth": 0.5,
    }


def doses(source: Corpus, documents: int) -> dict[str, Any]:
    """How often each thing was planted in the first `documents` documents.

    `planted` counts by name (all wordings of a fact together); what is too manifold to list, pairs
    of cities, sums, orders of years, is summed up.
    """
    kinds: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for i in range(documents):
        document = source.document(i)
        kinds[document.kind] += 1
        planted.update(document.plants)
    summed = {
        sort: {name: n for name, n in planted.items() if name.startswith(f"{sort}:")}
        for sort in ("relation", "sum", "order")
    }
    manifold = {name for some in summed.values() for name in some}
    return {
        "documents": dict(sorted(kinds.items())),
        "planted": {name: n for name, n in sorted(planted.items()) if name not in manifold},
        "summed_up": {
            sort: {"distinct": len(some), "lines": sum(some.values())}
            for sort, some in summed.items()
        },
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
