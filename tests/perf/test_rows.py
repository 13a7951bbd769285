import pytest

from astrolabe.benchmarks import get
from perf import hub, models, rows


@pytest.fixture
def no_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("ASTROLABE_ROWS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def real_rows(shared, tmp_path, monkeypatch):
    monkeypatch.setenv("ASTROLABE_ROWS", str(shared))
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path))
    return shared


@pytest.mark.usefixtures("no_rows")
def test_without_real_rows_one_sentence_says_what_to_do():
    with pytest.raises(FileNotFoundError, match="set ASTROLABE_ROWS"):
        rows.write("mmlu", 3)


def test_options_are_rotated_with_their_answer():
    row = {"question": "q", "choices": ["a", "b", "c", "d"], "answer": 0}
    turned = rows.rotated(row, 1)
    assert (turned["choices"], turned["answer"]) == (["b", "c", "d", "a"], 3)
    assert rows.rotated(turned, 3) == row


@pytest.mark.shared
@pytest.mark.parametrize("benchmark", ["mmlu", "cmmlu", "ceval"])
def test_written_exams_are_what_our_loaders_read_from_the_authors_layout(benchmark, real_rows):
    written = get(benchmark).load(str(rows.write(benchmark, 3)))
    authors = get(benchmark).load(str(real_rows / benchmark))
    subjects = hub.SOURCES[benchmark].configs
    assert [(i.subject, i.id.rpartition("/")[2]) for i in written.items] == [
        (subject, number) for subject in sorted(subjects) for number in ("0", "1", "2")
    ]
    by_id = {item.id: item for item in authors.items}
    assert all(
        (item.asks, item.gold) == (by_id[item.id].asks, by_id[item.id].gold)
        for item in written.items
    )
    for subject in subjects:
        shown = [item.asks for item in written.exemplars[subject]]
        assert shown == [item.asks for item in authors.exemplars[subject]]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("benchmark", "folder", "n"),
    [("gsm8k", "gsm8k", 3), ("truthfulqa", "truthfulqa", 3), ("humaneval", "humaneval", 3)],
)
def test_written_rows_are_those_of_the_authors_layout(benchmark, folder, n, real_rows):
    written = get(benchmark).load(str(rows.write(benchmark, n))).items
    authors = {item.question: item for item in get(benchmark).load(str(real_rows / folder)).items}
    assert len(written) == n
    assert all(item.question in authors for item in written)
    if benchmark != "truthfulqa":
        assert written == tuple(authors.values())[:n]


@pytest.mark.shared
def test_written_problems_are_those_of_their_type(real_rows):
    written = get("math").load(str(rows.write("math", 2))).items
    types = [item.subject.lower().replace(" & ", "_and_").replace(" ", "_") for item in written]
    assert types == [name for name in hub.SOURCES["math"].configs for _ in range(2)]
    authors = {item.question: item for item in get("math").load(str(real_rows / "math/math")).items}
    assert all(item.gold == authors[item.question].gold for item in written)


@pytest.mark.usefixtures("no_rows")
@pytest.mark.parametrize("family", models.FAMILIES)
def test_models_are_the_same_for_the_same_seed(family, monkeypatch, tmp_path):
    tiny = models.Size(width=16, layers=1)
    first = models.model(family, tiny)
    weights = (first / "model.safetensors").read_bytes()
    tokenizer = (first / "tokenizer.json").read_bytes()
    assert models.model(family, tiny) == first
    monkeypatch.setenv("ASTROLABE_PERF_CACHE", str(tmp_path / "elsewhere"))
    second = models.model(family, tiny)
    assert second != first
    assert (second / "model.safetensors").read_bytes() == weights
    assert (second / "tokenizer.json").read_bytes() == tokenizer
    assert models.parameters(second) > 0
    assert models.model(family, tiny, seed=1) != second
