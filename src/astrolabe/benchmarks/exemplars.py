"""Exemplars from elsewhere: a user's file, another benchmark's, or those that a protocol fixes.

Some protocols show the same few exemplars before every item, written by their authors. They are not
ours to ship, so they are read from where they lie: an installed lm-evaluation-harness, or a file.

A file is JSON Lines (or CSV, Parquet) with the columns ``question`` and ``answer`` (a letter where
there are choices), and, where there is more, ``rationale``, ``choices`` and ``subject``. A row of
GSM8K's own files, whose answer is a worked solution that ends in a line ``#### N``, does as it is.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import all_benchmarks, sources
from astrolabe.benchmarks.gsm8k import parted
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

Pools = Mapping[str, tuple[Item, ...]]
"""Exemplars by subject; the key ``""`` serves every subject."""


def from_file(place: str) -> Pools:
    """The exemplars of a file.

    Raises:
        BadInput: for a file that cannot be read, or a row without question or answer.
    """
    rows = sources.require(
        sources.read_table(Path(place).expanduser()), ("question", "answer"), f"exemplars '{place}'"
    )
    return _pools(rows)


def elsewhere(place: str, open_answers: bool) -> Pools:
    """The exemplars that a place has for every subject: a file, or another benchmark by name.

    Another benchmark's own exemplars are out of domain: one of each of its subjects in turns.

    Args:
        place: A file; where there is none of that name, the name of a benchmark.
        open_answers: Whether they stand before open questions: a benchmark's exemplars with
            choices are then answered in words, without choices.

    Raises:
        BadInput: as `from_file`, and for a benchmark without exemplars of its own.
    """
    known = all_benchmarks()
    if Path(place).expanduser().exists() or place not in known:
        return from_file(place)
    pools = known[place].load(None).exemplars
    if not any(pools.values()):
        raise BadInput(f"benchmark '{place}' has no exemplars; name one that has, or give a file")
    turns = (shown for turn in zip_longest(*pools.values()) for shown in turn if shown is not None)
    named = (replace(shown, id=f"{place}/{shown.id}") for shown in turns)
    return {"": tuple(_answered(shown) if open_answers else shown for shown in named)}


def _answered(exemplar: Item) -> Item:
    if not exemplar.choices:
        return exemplar
    return replace(exemplar, gold=exemplar.choices[exemplar.gold_index], choices=())


def published(name: str, package: Path | None = None) -> Pools:
    """The exemplars that a protocol fixes, read from lm-evaluation-harness.

    Args:
        name: ``gsm8k_cot``, ``minerva_math`` or ``truthfulqa``.
        package: Folder of the package ``lm_eval``; `None` looks for an installed one.

    Raises:
        BadInput: when it is not installed, or does not hold them where 0.4.13 does.
    """
    folder = package or _installed()
    if folder is None:
        raise BadInput(
            f"this protocol shows the exemplars of '{name}', which its authors wrote and which are "
            "not shipped here; `pip install lm-eval==0.4.13` brings them, or give a file of your "
            "own with --exemplars (JSON Lines with question, answer, rationale), or --shots 0"
        )
    file, read = _PUBLISHED[name]
    path = folder / "tasks" / file
    try:
        rows = read(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, StopIteration, SyntaxError) as error:
        raise BadInput(
            f"the exemplars of '{name}' are not in '{path}' as lm-evaluation-harness 0.4.13 has "
            "them; install that version, or give a file with --exemplars"
        ) from error
    return _pools(rows)


def _installed() -> Path | None:
    spec = find_spec("lm_eval")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _pools(rows: Iterable[Mapping[str, Any]]) -> Pools:
    pools: dict[str, tuple[Item, ...]] = {}
    for number, row in enumerate(rows):
        subject = str(row.get("subject") or "")
        rationale, gold = row.get("rationale"), str(row["answer"])
        if rationale is None:
            rationale, gold = parted(gold)
        item = Item(
            id=f"exemplars/{number}",
            subject=subject,
            question=str(row["question"]),
            gold=gold,
            choices=tuple(map(str, row.get("choices") or ())),
            rationale=None if rationale is None else str(rationale),
        )
        pools[subject] = (*pools.get(subject, ()), item)
    return pools


def _gsm8k_cot(text: str) -> list[dict[str, str]]:
    import yaml

    try:
        samples = yaml.safe_load(text)["fewshot_config"]["samples"]
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError("no samples") from error
    return [
        {"question": sample["question"]} | _parted(sample["target"], " The answer is ", ".")
        for sample in samples
    ]


def _minerva(text: str) -> list[dict[str, str]]:
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    made = next(function for function in functions if function.name == "list_fewshot_samples")
    returned = next(node.value for node in made.body if isinstance(node, ast.Return))
    if returned is None:
        raise ValueError("nothing is returned")
    samples = ast.literal_eval(returned)
    before, after = "\nFinal Answer: The final answer is $", "$. I hope it is correct."
    return [
        {"question": sample["problem"]} | _parted(sample["solution"], before, after)
        for sample in samples
    ]


def _parted(solution: str, before: str, after: str) -> dict[str, str]:
    """A solution and the answer that it ends with."""
    rationale, mark, answer = solution.rpartition(before)
    if not mark or not answer.endswith(after):
        raise ValueError(f"no '{before.strip()}' in the solution")
    return {"rationale": rationale, "answer": answer.removesuffix(after)}


def _truthfulqa(text: str) -> list[dict[str, str]]:
    pairs = re.findall(r"Q: ([^\\\n]+)\\n\\\n\s*A: ([^\\\n]+)\\", text)
    if len(pairs) != 6:
        raise ValueError("not six pairs")
    return [{"question": question, "answer": answer} for question, answer in pairs]


_PUBLISHED: dict[str, tuple[str, Callable[[str], list[dict[str, str]]]]] = {
    "gsm8k_cot": ("gsm8k/gsm8k-cot.yaml", _gsm8k_cot),
    "minerva_math": ("minerva_math/utils.py", _minerva),
    "truthfulqa": ("truthfulqa/truthfulqa_mc1.yaml", _truthfulqa),
}
