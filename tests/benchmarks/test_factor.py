"""FACTOR's three parts: prefixes, options, what is cut, and sentences of one document."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.factor import BENCHMARKS
from astrolabe.core.benchmark import Overflow
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.models.encoding import encode
from tests.benchmarks.rows import prompted, write

NEWS, WIKI, EXPERT = BENCHMARKS
PARTS = {"news": NEWS, "wiki": WIKI, "expert": EXPERT}


def row(index: int, **changes: Any) -> dict[str, Any]:
    made = {
        **{"": str(index), "full_prefix": "All of {it}. A few. ", "doc_id": "7"},
        **{"completion": "None", "contradiction_0": "NA", "contradiction_1": "no, 1"},
        **{"contradiction_2": 'a "b"', "longest_completions": "3.0"},
        **{"turncated_prefixes": "A few. "},
    }
    return made | changes


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_its_file(tmp_path: Path, part: str) -> None:
    for name in PARTS:
        rows = [row(4), row(9)] if name == part else [row(5)]
        write(tmp_path / f"{name}_factor.csv", rows, "\r\n", bom=True)
    dataset = PARTS[part].load(str(tmp_path))
    assert [item.id for item in dataset.items] == [f"{part}/4", f"{part}/9"]
    item = dataset.items[0]
    assert item.subject == ("news" if part == "news" else "document 7")
    assert item.question == "A few. "
    assert (item.gold, item.choices) == ("A", ("None", "NA", "no, 1", 'a "b"'))
    assert dataset.exemplars == {}


def test_rows_without_an_index_are_counted(tmp_path: Path) -> None:
    rows = [{key: value for key, value in row(0).items() if key} for _ in range(2)]
    write(tmp_path / "expert.jsonl", rows)
    assert [item.id for item in EXPERT.load(str(tmp_path)).items] == ["expert/0", "expert/1"]


BROKEN = [
    ([row(1), row(1)], "row 2 has the id 'wiki/1', which "),
    ([row(1, contradiction_1=" ")], "row 1 has an empty option"),
    ([{"completion": "x"}], "row 1 has no column 'full_prefix'"),
]


@pytest.mark.parametrize(("rows", "sentence"), BROKEN)
def test_a_broken_row_is_named(tmp_path: Path, rows: list[Any], sentence: str) -> None:
    path = write(tmp_path / "wiki_factor.csv", rows)
    with pytest.raises(BadInput) as refusal:
        WIKI.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    write(tmp_path / "news_factor.csv", [row(1)])
    with pytest.raises(BadInput, match=r"no FACTOR-WIKI 'test' split in .*wiki_factor\.csv"):
        WIKI.load(str(tmp_path))


@pytest.mark.parametrize("part", PARTS)
def test_polaris_has_every_part(part: str) -> None:
    dataset = PARTS[part].load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) == 48
    # Two sentences of each document of an encyclopaedia.
    documents = {"news": 1, "wiki": 24, "expert": 48}
    assert len({item.subject for item in dataset.items}) == documents[part]


def item_of(tmp_path: Path, part: str, **changes: Any) -> Item:
    write(tmp_path / f"{part}_factor.csv", [row(1, **changes)])
    (item,) = PARTS[part].load(str(tmp_path)).items
    return item


@pytest.mark.parametrize("part", PARTS)
def test_official_prompts_are_the_truncated_prefix_and_nothing_else(
    tmp_path: Path, part: str
) -> None:
    prompt = prompted(PARTS[part], "official", item_of(tmp_path, part))
    assert (prompt.text, prompt.bos) == ("A few. ", False)
    assert prompt.continuations == ("None", "NA", "no, 1", 'a "b"')


@pytest.mark.parametrize("part", PARTS)
def test_dola_takes_the_full_prefix_of_news_and_a_space_before_options(
    tmp_path: Path, part: str
) -> None:
    prompt = prompted(PARTS[part], "dola", item_of(tmp_path, part))
    assert prompt.text == ("All of {it}. A few. " if part == "news" else "A few. ")
    assert prompt.continuations == (" None", " NA", " no, 1", ' a "b"')
    assert prompt.bos


# eval_factuality.py, format_data: text and option that the tokenizer is given.
ENDINGS = [("A few. ", " None"), ("Answer:", "None")]


@pytest.mark.parametrize(("prefix", "option"), ENDINGS)
@pytest.mark.parametrize("kind", ["bos", "no-bos"])
def test_the_scored_tokens_are_the_authors_for_a_space_or_none(
    tmp_path: Path, tokenizer: Callable[[str], Any], kind: str, prefix: str, option: str
) -> None:
    """They tokenise prefix and option as one text, and score as many as the option alone has."""
    tokens = tokenizer(kind)
    item = item_of(tmp_path, "expert", turncated_prefixes=prefix)
    (encoded,) = encode(tokens, [prompted(EXPERT, "official", item)])
    whole = tokens(prefix.removesuffix(" ") + option, add_special_tokens=False).input_ids
    scored = len(tokens(option, add_special_tokens=False).input_ids)
    reading = encoded.readings[0]
    assert list(reading.tokens) == whole
    assert len(reading.tokens) - reading.start == scored


def test_prefix_and_option_together_keep_1024_tokens() -> None:
    """The last token of an option is scored, but not fed; what is fed is what has to fit."""
    recipe = NEWS.recipe("official")
    assert (recipe.context, recipe.overflow) == (1023, Overflow.CUT_LEFT)
    assert NEWS.recipe("dola").context is None


RULES = [("official", "argmax-per-token"), ("dola", "argmax")]


@pytest.mark.parametrize(("recipe", "headline"), RULES)
def test_a_mean_and_a_sum_are_two_protocols(recipe: str, headline: str) -> None:
    for benchmark in BENCHMARKS:
        found = benchmark.recipe(recipe)
        assert found.rules["text"][0] == headline
        assert found.condition() == Condition(recipe=recipe, scoring="text")


def test_polaris_has_news_and_answers_of_experts() -> None:
    for benchmark in (NEWS, EXPERT):
        dataset = benchmark.load(None)
        assert dataset.source == "Polaris"
        assert len({item.id for item in dataset.items}) == len(dataset.items) == 48
        assert all(len(set(item.choices)) == 4 for item in dataset.items)


@pytest.mark.shared
@pytest.mark.parametrize(("part", "count", "documents"), [("news", 798, 798), ("expert", 183, 134)])
def test_real_rows(shared: Path, part: str, count: int, documents: int) -> None:
    with (shared / f"factor/{part}_factor.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    items = PARTS[part].load(str(shared / "factor")).items
    assert len(items) == len(rows) == count
    # News has one sentence of each document, so that items are clusters of their own there.
    assert len({row["doc_id"] for row in rows}) == documents
    assert len({item.subject for item in items}) == (1 if part == "news" else documents)
    for item, row in zip(items, rows, strict=True):
        assert item.id == f"{part}/{row['']}"
        assert item.question == row["turncated_prefixes"]
        assert item.metadata["full_prefix"] == row["full_prefix"]
        assert item.choices[0] == row["completion"]
        assert item.choices[3] == row["contradiction_2"]
