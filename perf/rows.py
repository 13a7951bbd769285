"""Real rows to measure with, in the hub's layout, which our loaders and lm-eval's both take.

The rows lie in ``shared/data`` beside the repository (or where ``ASTROLABE_ROWS`` says) in their
authors' layout, and are written anew into the cache; nothing of them is kept in the project.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from astrolabe.benchmarks import get
from astrolabe.core.digest import digest
from perf import hub

REPOSITORY = Path(__file__).resolve().parent.parent


def source() -> Path:
    """Folder of the real rows.

    Raises:
        FileNotFoundError: when they are not at hand.
    """
    folder = Path(os.environ.get("ASTROLABE_ROWS", REPOSITORY.parent / "shared" / "data"))
    missing = [name for name in hub.SOURCES if not (folder / name).is_dir()]
    if missing:
        raise FileNotFoundError(
            f"no real rows of '{missing[0]}' in '{folder}'; set ASTROLABE_ROWS to a folder with "
            f"{', '.join(hub.SOURCES)}"
        )
    return folder


def cache() -> Path:
    """Folder for models and rows made here."""
    given = os.environ.get("ASTROLABE_PERF_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "astrolabe" / "perf"


def texts() -> Iterator[str]:
    """Texts to train a tokenizer on: those of the real rows, or Polaris' own without them."""
    try:
        folder = source()
    except FileNotFoundError:
        yield from _generated_texts()
    else:
        yield from hub.texts(folder)


def _generated_texts() -> Iterator[str]:
    for benchmark in ("mmlu", "cmmlu", "gsm8k"):
        for item in get(benchmark).load(None).items:
            options = "".join(
                f"\n{letter}. {x}" for letter, x in zip("ABCD", item.choices, strict=False)
            )
            yield f"{item.question}{options}\nAnswer: {item.rationale or item.gold}"


def write(benchmark: str, limit: int, configs: Sequence[str] = (), rotation: int = 0) -> Path:
    """A benchmark's rows in the hub's layout: the first `limit` asked of each config, all shown.

    Args:
        configs: Empty for the usual ones.
        rotation: By how many places the options of the asked rows are rotated to the left (MMLU).
    """
    folder, rows = source(), hub.SOURCES[benchmark]
    found = {config: rows.read(folder, config) for config in configs or rows.configs}
    for splits in found.values():
        splits[rows.split] = [rotated(row, rotation) for row in splits[rows.split][:limit]]
    written = cache() / f"{benchmark}-{digest(found)[:8]}"
    if not (written / "README.md").exists():
        _write_hub_layout(written, found)
    return written


def rotated(row: hub.Row, by: int) -> hub.Row:
    """An MMLU row with its options rotated to the left."""
    if by == 0:
        return row
    choices = row["choices"]
    return row | {
        "choices": choices[by:] + choices[:by],
        "answer": (row["answer"] - by) % len(choices),
    }


def _write_hub_layout(folder: Path, configs: dict[str, hub.Splits]) -> None:
    """Parquet files, and the card that tells the hub's readers of them, written last."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    card = ["---", "configs:"]
    for config, splits in configs.items():
        (folder / config).mkdir(parents=True, exist_ok=True)
        card += [f"- config_name: {config}", "  data_files:"]
        for split, rows in splits.items():
            parquet.write_table(arrow.Table.from_pylist(rows), folder / config / f"{split}.parquet")
            card += [f"  - split: {split}", f"    path: {config}/{split}.parquet"]
    (folder / "README.md").write_text("\n".join([*card, "---", ""]))
