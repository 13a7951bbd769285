import pytest

from perf import models, rows, sides

ROW = sides.Row(
    "context", (" A", " B"), (-1.0, -2.0), "", {"argmax": True, "argmax-per-char": True}
)


def _with(**changes):
    fields = {name: getattr(ROW, name) for name in ROW.__dataclass_fields__}
    return sides.Row(**(fields | changes))


def test_equal_rows_agree_and_rules_only_we_know_do_not_count():
    peer = _with(logprobs=(-1.0, -2.00005), right={"argmax": True})
    found = sides.agreement({"a": ROW}, {"a": peer})
    assert found.holds(1e-4)
    assert not found.holds(1e-5)
    assert (found.rows, found.prompts, found.scored, found.right, found.correct) == (1, 1, 2, 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"context": "context "},
        {"scored": ("A", "B")},
        {"logprobs": (-1.0, -2.1)},
        {"text": "another"},
        {"right": {"argmax": False}},
        {"right": {"unknown rule": True}},
    ],
)
def test_any_difference_is_found(change):
    assert not sides.agreement({"a": ROW}, {"a": _with(**change)}).holds(1e-4)


def test_different_rows_are_refused():
    with pytest.raises(ValueError, match="different rows"):
        sides.agreement({"a": ROW}, {"b": ROW})


def test_lm_eval_lists_a_row_once_for_each_rule():
    item = {"task": "gsm8k", "row": 3, "context": "c", "scored": ["Question:"], "text": "t"}
    items = [
        item | {"rule": "strict-match", "right": False},
        item | {"rule": "flexible-extract", "right": True},
    ]
    found = sides._rows(items)
    right = {"strict-match": False, "flexible-extract": True}
    assert found == {"test/3": sides.Row("c", ("Question:",), (), "t", right)}
    choice = {"task": "mmlu_a_b", "row": 0, "context": "c", "scored": [" A"], "logprobs": [-1.0]}
    found = sides._rows([choice | {"rule": "none", "right": True}])
    assert found == {"a_b/test/0": sides.Row("c", (" A",), (-1.0,), "", {"argmax": True})}


@pytest.fixture
def no_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("ASTROLABE_ROWS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_rows")
def test_without_real_rows_one_sentence_says_what_to_do():
    with pytest.raises(FileNotFoundError, match="set ASTROLABE_ROWS"):
        rows.write(3)


@pytest.fixture
def real_rows(tmp_path, monkeypatch):
    try:
        rows.source()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path))


@pytest.mark.shared
@pytest.mark.usefixtures("real_rows")
def test_written_rows_are_what_our_loaders_read_from_the_authors_layout():
    from astrolabe.benchmarks import get

    folder = rows.write(3)
    mmlu = get("mmlu")
    written = mmlu.load(str(folder / "mmlu"))
    authors = mmlu.load(str(rows.source() / "mmlu"))
    expected = [
        item
        for item in authors.items
        if item.subject in rows.SUBJECTS and item.id.rpartition("/")[2] in ("0", "1", "2")
    ]
    assert list(written.items) == expected
    assert written.exemplars == {name: authors.exemplars[name] for name in rows.SUBJECTS}
    gsm8k = get("gsm8k").load(str(folder / "gsm8k"))
    assert gsm8k.items == get("gsm8k").load(str(rows.source() / "gsm8k")).items[:3]


@pytest.mark.usefixtures("no_rows")
@pytest.mark.parametrize("family", models.FAMILIES)
def test_models_are_the_same_for_the_same_seed(family, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "WIDTH", 16)
    monkeypatch.setattr(models, "LAYERS", 1)
    first = models.model(family)
    weights = (first / "model.safetensors").read_bytes()
    tokenizer = (first / "tokenizer.json").read_bytes()
    assert models.model(family) == first
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path / "elsewhere"))
    second = models.model(family)
    assert second != first
    assert (second / "model.safetensors").read_bytes() == weights
    assert (second / "tokenizer.json").read_bytes() == tokenizer
    assert models.parameters(second) > 0
