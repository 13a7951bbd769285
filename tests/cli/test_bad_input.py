"""Bad input gets one clear sentence and exit code 2, and nothing computed is lost."""

import json
import shutil
import sqlite3

import pytest

from astrolabe.polaris import DATA, WEIGHTS

QUICK = ("--limit", "4")


def one_sentence(said) -> str:
    """The complaint, checked to be one line without a traceback."""
    assert said.code == 2, said.err
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line.startswith("astrolabe: ")]
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err
    return lines[0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "mmul"), "unknown benchmark 'mmul', did you mean 'mmlu'?; there are ceval"),
        (("run", "mmlu", "--recipe", "helm"), "no recipe 'helm'"),
        (("run", "mmlu", "--model", "nowhere"), "is not a folder"),
        (("run", "mmlu", "--model", "./nowhere"), "is not a folder"),
        (("run", "mmlu", "--data", "./nowhere"), "data folder './nowhere' does not exist"),
        (("run", "mmlu", "--subjects", "alchemy"), "no subject 'alchemy'; it has"),
        (("run", "mmlu", "--subjects", "Capitols"), "'Capitols', did you mean 'capitals'?; it has"),
        (("run", "mmlu", "--recipe", "lmeval"), "'lmeval', did you mean 'lm-eval'?; it has"),
        (("run", "mmlu", "--shots", "9"), "9 shots asked for"),
        (("run", "mmlu", "--shots", "many"), "'many' is not a whole number"),
        (("run", "mmlu", "--shots", "-1"), "shots: must be at least 0 (got -1)"),
        (("run", "mmlu", "--scoring", "vibes"), "scoring 'vibes'"),
        (("run", "mmlu", "--language", "fr"), "no wording for language 'fr'"),
        (("run", "mmlu", "--reasoning", "worked"), "has to be written out"),
        (("run", "gsm8k", "--scoring", "letters"), "no wording"),
        (("run", "gsm8k", "--reasoning", "worked", "--shots", "0"), "shots is 0"),
        (("run", "gsm8k", "--max-tokens", "4096"), "ask for fewer with --max-tokens"),
        (("run", "mmlu", "--temperature", "1"), "mean nothing when options are scored"),
        (("run", "gsm8k", "--top-p", "0.5"), "mean nothing at temperature 0"),
        (("run", "mmlu", "--order-seed", "3"), "order is not 'shuffled'"),
        (("run", "mmlu", "--draw-seed", "3"), "no exemplars are drawn"),
        (("run", "mmlu", "--role", "   "), "the role is empty"),
        (("run", "mmlu", "--dtype", "float8"), "unknown dtype 'float8'"),
        (("run", "mmlu", "--device", "abacus"), "device 'abacus' cannot be used"),
        (("run", "mmlu", "--db", "no/such/folder/a.db"), "does not exist"),
        (("run", "mmlu", "--db", "teapot://x"), "cannot be used"),
        (("run", "mmlu", "--name", "../up"), "a study cannot be called '../up'"),
        (("run", "mmlu", "--name", ".."), "a study cannot be called '..'"),
        (("run", "mmlu", "--report-language", "fr"), "no reports in language 'fr'"),
        (("run", "mmlu", "--out", "/dev/null"), "no report can be written to '/dev/null/run'"),
        (("prompt", "mmlu", "--item", "99999"), "no item '99999'; give a number from 0 to"),
        (("runs",), "no store at 'astrolabe.db'"),
        (("show", "abc"), "no store at"),
        (("study", "nothing.yaml"), "cannot be read"),
        (("study", "magic-word"), "built-in studies: divergence-by-kind, shots"),
    ],
)
def test_what_makes_no_sense_is_refused(astrolabe, words, says):
    quick = QUICK if words[0] == "run" else ()
    assert says in one_sentence(astrolabe(*words, *quick))


def test_a_wrong_option_is_refused_by_name(astrolabe):
    said = astrolabe("run", "mmlu", "--shoots", "5")
    assert said.code == 2
    assert "--shoots" in said.err


STUDY = """
name: small
benchmarks:
  - benchmark: mmlu
    limit: 4
    conditions:
      zero: {shots: 0}
      five: {shots: 5}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: small", "name: a/b", "name"),
        ("benchmark: mmlu", "benchmark: mmul", "unknown benchmark"),
        ("shots: 5", "shoots: 5", "shoots"),
        ("shots: 5", "shots: five", "shots"),
        ("limit: 4", "limit: 0", "limit"),
        ("limit: 4", "data: ./nowhere", "nowhere"),
        ("limit: 4", "limit: 4\n    limit: 5", "line 6: the key 'limit' stands twice"),
        ("five: {shots: 5}", "zero: {shots: 5}", "line 8: the key 'zero' stands twice"),
        ("name: small", "name: '..'", "name"),
        ("limit: 4", "compare: [[zero, six]]", "'six'"),
        ("zero: {shots: 0}", "zero: [", "not YAML"),
        (STUDY.strip(), "", "study file"),
        (STUDY.strip(), "just words", "study file"),
    ],
)
def test_a_study_file_that_makes_no_sense_is_refused(astrolabe, tmp_path, old, new, says):
    assert old in STUDY
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new))
    assert says in one_sentence(astrolabe("study", "study.yaml"))


def test_unlike_runs_are_compared_only_on_request(astrolabe, tmp_path):
    mixed = STUDY.replace("{shots: 5}", "{shots: 5, order: rotated-1}")
    (tmp_path / "study.yaml").write_text(mixed)
    sentence = one_sentence(astrolabe("study", "study.yaml"))
    assert "differ in 2 things (shots, order)" in sentence
    assert "unlike: true" in sentence
    assert astrolabe("runs", "--json").json == []
    found = astrolabe(
        "run", "mmlu", "--shots", "0,5", "--order", "as-is,rotated-1", *QUICK, "--json"
    )
    runs = {run["label"]: run["id"] for run in found.json["runs"]}
    ids = [runs["mmlu · 0-shot"], runs["mmlu · 5-shot · rotated-1"]]
    assert astrolabe("compare", *ids).code == 2
    verdict = astrolabe("compare", *ids, "--unlike", "--json").json
    assert {difference[0] for difference in verdict["differs_in"]} == {"shots", "order"}


def test_a_database_of_something_else_is_refused_and_left_alone(astrolabe, tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (dish TEXT)")
    before = path.read_bytes()
    assert "database of something else (tables recipes)" in one_sentence(
        astrolabe("run", "mmlu", *QUICK, "--db", str(path))
    )
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(astrolabe, tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("shopping list\n" * 100)
    assert "cannot be used" in one_sentence(astrolabe("run", "mmlu", *QUICK, "--db", str(path)))
    assert path.read_text() == "shopping list\n" * 100


def test_a_store_of_another_version_is_refused_and_left_alone(astrolabe, tmp_path):
    assert astrolabe("run", "mmlu", *QUICK).code == 0
    path = tmp_path / "astrolabe.db"
    with sqlite3.connect(path) as store:
        store.execute("UPDATE astrolabe_meta SET value = '99'")
    assert "schema version 99" in one_sentence(astrolabe("run", "mmlu", *QUICK))
    with sqlite3.connect(path) as store:
        assert store.execute("SELECT value FROM astrolabe_meta").fetchall() == [("99",)]


def test_a_read_only_store_is_said(astrolabe, tmp_path, monkeypatch):
    """As root every file can be written, so SQLite itself is told to open read-only."""
    assert astrolabe("run", "mmlu", *QUICK).code == 0
    said = astrolabe(
        "run",
        "mmlu",
        "--limit",
        "6",
        "--db",
        f"sqlite:///file:{tmp_path / 'astrolabe.db'}?mode=ro&uri=true",
    )
    assert "readonly database" in one_sentence(said)


def test_a_broken_model_is_refused(astrolabe, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(WEIGHTS, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    assert "cannot be loaded" in one_sentence(astrolabe("run", "mmlu", "--model", "./broken"))


def test_a_prompt_longer_than_the_context_is_refused(astrolabe, tmp_path):
    short = tmp_path / "short"
    shutil.copytree(WEIGHTS, short)
    config = json.loads((short / "config.json").read_text())
    (short / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 16}))
    sentence = one_sentence(astrolabe("run", "mmlu", "--model", "./short", *QUICK))
    assert "tokens long without any exemplar, but only 16 fit" in sentence


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no rows"),
        ("not json\n", "line 1 is not JSON"),
        ('{"question": "q"}\n', "no column 'choices'"),
        ('{"question": "q", "subject": "s", "choices": ["a", "b"], "answer": 0}\n', "2 choices"),
        (
            '{"question": "q", "subject": "s", "choices": ["a", "b", "c", "d"], "answer": 4}\n',
            "none of A, B, C, D",
        ),
    ],
)
def test_broken_data_is_refused_with_the_place(astrolabe, tmp_path, content, says):
    shutil.copytree(DATA / "mmlu", tmp_path / "exam")
    (tmp_path / "exam" / "test.jsonl").write_text(content)
    sentence = one_sentence(astrolabe("run", "mmlu", "--data", "./exam", *QUICK))
    assert says in sentence
    assert "test.jsonl" in sentence


def test_an_unknown_export_format_is_refused(astrolabe):
    (run,) = astrolabe("run", "mmlu", *QUICK, "--json").json["runs"]
    assert "there are parquet, csv, json, lm-eval" in one_sentence(
        astrolabe("export", run["id"], "--format", "xlsx")
    )


def test_debug_shows_the_traceback(astrolabe):
    from astrolabe.core.errors import BadInput

    with pytest.raises(BadInput):
        astrolabe("--debug", "run", "mmul")


def test_what_can_be_told_without_a_model_is_refused_before_anything_is_computed(
    astrolabe, tmp_path
):
    study = STUDY.replace("shots: 5", "shots: 99")
    (tmp_path / "study.yaml").write_text(study)
    assert "99 shots asked for" in one_sentence(astrolabe("study", "study.yaml"))
    assert astrolabe("runs", "--json").json == []


def test_a_report_that_cannot_be_written_costs_no_result(astrolabe, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("astrolabe.report.html.write_report", full)
    said = astrolabe("run", "mmlu", *QUICK)
    assert said.code == 2
    assert "5-shot" in said.out
    last = said.err.splitlines()[-1]
    assert last.startswith("astrolabe: the report in 'astrolabe-out/run' could not be written (No")
    assert astrolabe("run", "mmlu", *QUICK, "--json").json["runs"]


def test_passwords_are_never_said(astrolabe):
    said = astrolabe("run", "mmlu", *QUICK, "--db", "postgresql+psycopg://me:s3cret@[::1]:1/x")
    assert "s3cret" not in one_sentence(said)
