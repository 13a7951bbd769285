"""Study files say what was asked, and nothing is guessed."""

from pathlib import Path

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.studies.file import read

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))


def write(tmp_path, text):
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_can_be_read(path):
    study = read(path)
    assert study.runs
    assert study.comparisons


def test_without_compare_everything_is_compared_with_the_first(tmp_path):
    study = read(
        write(
            tmp_path,
            """
            name: roles
            models: [polaris, ./other]
            benchmarks:
              - benchmark: gsm8k
                limit: 7
                conditions:
                  plain: {shots: 5}
                  专家: {shots: 5, role: 你是专家。}
            """,
        )
    )
    assert [(p.label, p.model, p.limit) for p in study.runs] == [
        ("polaris · gsm8k · plain", "polaris", 7),
        ("polaris · gsm8k · 专家", "polaris", 7),
        ("./other · gsm8k · plain", "./other", 7),
        ("./other · gsm8k · 专家", "./other", 7),
    ]
    assert study.runs[1].condition.role == "你是专家。"
    assert study.comparisons == (
        ("polaris · gsm8k · plain", "polaris · gsm8k · 专家"),
        ("./other · gsm8k · plain", "./other · gsm8k · 专家"),
        ("polaris · gsm8k · plain", "./other · gsm8k · plain"),
        ("polaris · gsm8k · 专家", "./other · gsm8k · 专家"),
    )


def test_a_benchmark_named_twice_is_refused_when_labels_clash(tmp_path):
    text = """
        name: twice
        benchmarks:
          - {benchmark: mmlu, conditions: {a: {shots: 0}}}
          - {benchmark: mmlu, conditions: {a: {shots: 5}}}
        """
    with pytest.raises(BadInput, match="two runs of one label"):
        read(write(tmp_path, text))


def test_a_mistyped_key_is_said_before_what_it_makes_missing(tmp_path):
    file = write(tmp_path, "{name: s, benchmarks: [{benchmark: mmlu, conditons: {a: {}}}]}")
    with pytest.raises(BadInput) as refusal:
        read(file)
    assert str(refusal.value) == (
        f"study file '{file}', benchmarks.0.conditons: there is no such field, did you mean "
        "'conditions'?; there are benchmark, recipe, data, exemplars, subjects, limit, conditions, "
        "compare"
    )


def test_data_is_looked_for_beside_the_study_file(tmp_path):
    text = """
        name: own
        benchmarks:
          - {benchmark: mmlu, data: DATA, conditions: {a: {shots: 0}}}
        """
    (tmp_path / "exam").mkdir()
    found = {
        data: read(write(tmp_path, text.replace("DATA", data))).runs[0].data
        for data in ("exam", "./exam", "../x", "cais/mmlu", "/abs")
    }
    assert found == {
        "exam": str(tmp_path / "exam"),
        "./exam": str(tmp_path / "exam"),
        "../x": str(tmp_path / "../x"),
        "cais/mmlu": "cais/mmlu",
        "/abs": "/abs",
    }


def test_a_merged_mapping_may_be_overridden(tmp_path):
    text = """
        name: merged
        benchmarks:
          - benchmark: mmlu
            conditions:
              a: &usual {shots: 5, language: zh}
              b: {<<: *usual, shots: 2}
        """
    assert [p.condition.shots for p in read(write(tmp_path, text)).runs] == [5, 2]
