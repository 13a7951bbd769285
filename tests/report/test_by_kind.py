"""Divergence by kind of token, shown."""

import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from astrolabe.cli.by_kind import by_kind as command
from astrolabe.core.errors import BadInput
from astrolabe.report import by_kind as report
from astrolabe.report.by_kind_strings import by_kind_words, findings
from astrolabe.report.theme import PAGE
from astrolabe.studies.by_kind import ByKind
from astrolabe.studies.kinds import KINDS
from tests.report.test_charts import png_size
from tests.studies.test_by_kind import TEXTS, study

MIXED = {"name": 0.5, "number": 0.15, "function": 0.3, "copied": 0.305, "other": 0.3}


@pytest.fixture(scope="module")
def mixed() -> ByKind:
    """Names change more than function words, numbers less; copied words nearly as the new do."""
    return study(MIXED)  # type: ignore[arg-type]


def printed(found: ByKind, language: str = "en", width: int = 80) -> str:
    console = Console(width=width, record=True, force_terminal=False)
    report.print_by_kind(found, language, console)
    return console.export_text()


def test_findings_say_what_was_found(mixed: ByKind) -> None:
    first, second = findings(mixed, "en")
    assert first.verdict.endswith(": shown for names, reversed for dates and numbers.")
    assert first.decided
    names, numbers = first.sentences
    assert names.startswith(
        "Names change more in the high layers than function words: 0.500 against 0.300 nats, "
        "difference 0.200 (95 % interval "
    )
    assert names.endswith("12 texts): shown.")
    assert "Dates and numbers change less in the high layers than function words" in numbers
    assert "difference -0.150" in numbers
    assert second.verdict.endswith(": not decided.")
    assert second.sentences[0].startswith(
        "Copied words change less in the high layers than words new in the text: 0.305 against "
    )
    assert not second.decided


def test_equal_means_are_called_equal() -> None:
    found = study({})
    assert "as much in the high layers as function words" in findings(found, "en")[0].sentences[0]
    assert "专名与虚词在高层的变化相同" in findings(found, "zh")[0].sentences[0]


def test_chinese_findings_say_the_same(mixed: ByKind) -> None:
    first, second = findings(mixed, "zh")
    assert first.verdict.endswith("：专名成立，日期与数字相反。")
    assert first.sentences[0].startswith("专名在高层的变化比虚词大：0.500 对 0.300 nat，差 0.200")
    assert first.sentences[1].endswith("：相反。")
    assert "未判定" in second.verdict


def test_what_could_not_be_compared_is_said() -> None:
    texts = [text.replace(text.split()[3], "us") for text in TEXTS]
    first = findings(study(MIXED, texts), "en")[0]  # type: ignore[arg-type]
    assert first.verdict.endswith(": not compared for names, reversed for dates and numbers.")
    assert first.sentences[-1] == (
        "Names were not compared with function words: 0 texts hold both, and it takes 6."
    )
    assert not first.decided
    assert "专名同虚词未作比较" in findings(study(MIXED, texts), "zh")[0].sentences[-1]  # type: ignore[arg-type]


def test_the_terminal_shows_every_number_in_80_columns(mixed: ByKind) -> None:
    text = printed(mixed)
    assert "…" not in text
    assert re.search(r"names +12 +0\.100 +0\.100 +0\.500 +0\.500 +0\.500 +–", text)
    text = " ".join(text.split())
    assert "shown for names, reversed for dates and numbers." in text
    assert "planted · 4 layers, norm final · 12 texts of made-up.txt" in text
    assert "Polaris" not in text


def test_polaris_is_named_for_what_it_is(mixed: ByKind) -> None:
    object.__setattr__(found := study(MIXED), "model", "polaris")  # type: ignore[arg-type]
    text = " ".join(printed(found).split())
    assert "Polaris is a measuring standard, not a chat model. Polaris has only 4 layers" in text
    assert report.by_kind_fields(found)["caveat"].startswith("Polaris is a measuring standard")
    assert report.by_kind_fields(mixed)["caveat"] is None


def test_fields_are_json_and_complete(mixed: ByKind) -> None:
    fields = json.loads(json.dumps(report.by_kind_fields(mixed)))
    assert fields["late_layers"] == [2, 3]
    assert [one["outcome"] for one in fields["contrasts"]] == ["shown", "reversed", "not decided"]
    curve = next(curve for curve in fields["curves"] if curve["kind"] == "name")
    assert curve["means"] == pytest.approx([0.1, 0.1, 0.5, 0.5])
    assert len(curve["intervals"]) == 4
    assert len(fields["findings"]) == 2


def test_the_chart_holds_each_curve_and_its_name_once(mixed: ByKind, tmp_path: Path) -> None:
    said = by_kind_words("en")
    spec = report.curves_chart(mixed, said).to_dict()
    points = [
        row
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point"
        for row in layer["data"]["values"]
    ]
    assert sorted({row["name"] for row in points}) == sorted(
        said[curve.kind] for curve in mixed.curves
    )
    assert [row["mean"] for row in points if row["kind"] == "name"] == pytest.approx(
        [0.1, 0.1, 0.5, 0.5]
    )
    names = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "text")
    assert len(names["data"]["values"]) == len(mixed.curves)
    (shade,) = spec["layer"][0]["data"]["values"]
    assert shade == {"low": 1.5, "high": 3}
    width, height = png_size(report.write_by_kind(tmp_path, mixed).with_name(PNG))
    assert 1000 < width < 2000
    assert 700 < height < 1400


PNG = "divergence-by-kind.png"


def test_colours_of_the_page_are_left_to_its_style(mixed: ByKind) -> None:
    spec = json.dumps(report.curves_chart(mixed, by_kind_words("en"), PAGE).to_dict())
    assert "var(--s1)" in spec
    assert not re.search(r"#[0-9a-f]{6}", spec)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([10, 40], [10, 40]),
        ([10, 14], [7, 17]),
        ([0, 1], [0, 10]),
        ([10, 11, 12, 50], [1, 11, 21, 50]),
        ([20, 20, 29], [13, 23, 33]),
        ([], []),
    ],
)
def test_labels_move_apart_as_little_as_needed(places: list[float], expected: list[float]) -> None:
    assert report.apart(places, 10) == pytest.approx(expected)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone(mixed: ByKind, tmp_path: Path, language: str) -> None:
    page = report.write_by_kind(tmp_path, mixed, "today", language).read_text(encoding="utf-8")
    said = by_kind_words(language)
    assert "default-src 'none'" in page
    assert not re.search(r"<script[^>]*src=", page)
    plain = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"<(?:img|link|iframe)|\{\{", plain)
    for finding in findings(mixed, language):
        assert finding.verdict in page
    for kind in {curve.kind for curve in mixed.curves}:
        assert f'<th scope="row">{said[kind]}</th>' in page


def test_hostile_file_names_are_text(tmp_path: Path) -> None:
    found = study(MIXED)  # type: ignore[arg-type]
    object.__setattr__(found.source, "file", "<img src=x>[red]\x1b[31m.txt")
    try:
        page = report.write_by_kind(tmp_path, found).read_text(encoding="utf-8")
        assert "<img src=x>" not in page
        assert "\x1b" not in printed(found)
    finally:
        object.__setattr__(found.source, "file", "made-up.txt")


def test_every_kind_has_a_name_in_both_languages() -> None:
    for language in ("en", "zh"):
        assert all(by_kind_words(language)[kind] for kind in KINDS)
    with pytest.raises(BadInput, match="no reports in language 'fr'"):
        by_kind_words("fr")


def test_the_command_measures_polaris(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command(limit=40, seed=4, norm="none", device="cpu", out=str(tmp_path), json=True)
    fields = json.loads(capsys.readouterr().out)
    assert (fields["model"], fields["norm"], fields["layers"]) == ("polaris", "none", 8)
    assert (fields["texts"], fields["source"]["seed"]) == (40, 4)
    folder = tmp_path / "divergence-by-kind"
    assert {path.name for path in folder.iterdir()} == {"report.html", PNG}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"norm": "last"}, "unknown norm 'last'; there are final, none"),
        ({"model": "some/model"}, "tell nothing about model 'some/model'.*--text"),
        ({"text": Path("none.txt")}, "'none.txt' cannot be read"),
        ({"text": Path("none.txt"), "seed": 3}, "--seed draws Polaris' documents"),
        ({"seed": 1}, "seed 1 made the documents"),
        ({"report_language": "fr"}, "no reports in language 'fr'"),
        ({"limit": 5}, "only 5 of 5 texts"),
    ],
)
def test_the_command_refuses_in_one_sentence(wish: dict, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        command(out=str(tmp_path), **wish)
    assert "\n" not in str(refused.value)
