"""The laboratory's reports: any outcome, in both languages, on paper, page and terminal."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from astrolabe.core.errors import BadInput
from astrolabe.core.verdict import Interval
from astrolabe.report import laboratory as report
from astrolabe.report.laboratory_charts import chart
from astrolabe.report.laboratory_strings import figure, laboratory_words
from astrolabe.report.theme import PAGE
from astrolabe.studies.deciding import Uncorrected, settled
from astrolabe.studies.outcome import Axis, Chart, Column, Mark, Outcome, Table, Text
from tests.report.test_charts import png_size

NAME = Text("few <b>examples</b>", "少量示例")
MARKS = (
    Mark("0", 0.4, 0.3, 0.5, NAME),
    Mark("4", 0.6, 0.5, 0.7, NAME),
    Mark("0", 0.38, series="loose"),
    Mark("4", 0.55, series="loose"),
    Mark("4", 0.65, series="loose", emphasis=False),
)
SHARES = (Axis(Text("examples", "示例数"), "text"), Axis(Text("accuracy", "正确率")))
POINTS = (Axis(Text("phrase", "短语"), "text"), Axis(Text("gain", "增益"), "points"))


def declared(kind: str, **more: object) -> Chart:
    fields = {"x": SHARES[0], "y": SHARES[1], "rows": MARKS} | more
    title = (Text("A title", "标题"), Text("How to read it.", "读法。"))
    return Chart(kind, kind, *title, **fields)  # type: ignore[arg-type]


CHARTS = (
    declared("lines", reference=(0.45, Text("chance", "随机"))),
    declared("bars"),
    declared(
        "dots",
        y=POINTS[1],
        rows=(Mark(NAME, 0.1, -0.05, 0.2), Mark("x\x1b[31m", -0.2, -0.3, -0.1, emphasis=False)),
        reference=(0.0, ""),
    ),
    declared(
        "lines",
        x=Axis("share", "share"),
        rows=(Mark(0.0, 0.9, 0.8, 1.2, "a"), Mark(0.5, 0.4, series="a")),
        notable=((0.25, "switch"),),
    ),
    declared("stacked", y=Axis("nats", "nats")),
)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    findings = settled(
        [
            Uncorrected(Text("it helps", "有帮助"), 0.2, Interval(0.1, 0.3), 0.001),
            Uncorrected(Text("it does nothing", "毫无作用"), 0.2, None, 0.001, expects="same"),
            Uncorrected(Text("it harms", "有害"), -0.01, Interval(-0.1, 0.1), 0.8, "lower", 0.2),
        ],
        0.05,
    )
    table = Table(
        Text("Numbers", "数字"),
        (
            Column("name", Text("a name", "名称")),
            Column("n", Text("how many items", "题数"), "count"),
            Column("share", Text("accuracy of all that was tried", "正确率"), "share"),
            Column("gain", Text("gain", "增益"), "points"),
            Column("within", Text("interval", "区间"), "points"),
            Column("p", "p", "p"),
            Column("nats", "nats", "nats"),
        ),
        (
            {
                "name": NAME,
                "n": 1234,
                "share": 0.5,
                "gain": 0.1,
                "within": Interval(-0.1, 0.3),
                "p": 0.00001,
                "nats": 0.12345,
            },
            {"name": "a very long name that has to be broken somewhere" * 2},
        ),
    )
    return Outcome(
        experiment="made-up",
        model="Polaris",
        benchmark="mmlu",
        question=Text("Does it help?", "有帮助吗？"),
        answer=Text("It helps.", "有帮助。"),
        tables=(table,),
        findings=findings,
        charts=CHARTS[:3],
        runs=("0123456789abcdef",),
        record={"setting": {"seed": 0}},
        notes=(Text("A note.", "说明。"),),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_shows_everything_in_80_columns(outcome: Outcome, language: str) -> None:
    console = Console(width=80, record=True, force_terminal=False)
    report.print_outcome(outcome, language, console)
    text = console.export_text()
    assert all(len(line) <= 80 for line in text.splitlines())
    within = "-10.0 to +30.0" if language == "en" else "-10.0 至 +30.0"
    for part in ("1,234", "50.0 %", "+10.0", within, "< 0.0001", "0.123"):
        assert part in text
    answer, question = (
        ("It helps.", "Does it help?") if language == "en" else ("有帮助。", "有帮助吗？")
    )
    assert text.strip().endswith(answer)
    assert text.startswith(question)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_folder_holds_page_pictures_and_values(
    outcome: Outcome, language: str, tmp_path: Path
) -> None:
    path = report.write_outcome(tmp_path, outcome, "2026-01-01", language)
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"report.html", "outcome.json", "lines.png", "bars.png", "dots.png"}
    for name in ("lines", "bars", "dots"):
        across, down = png_size(tmp_path / f"{name}.png")
        assert across > 900
        assert down > 200
    page = path.read_text(encoding="utf-8")
    without_scripts = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.S)
    assert not re.findall(r"(?:src|href)=[\"'](?!#|\w+\.png)", without_scripts)
    assert "few &lt;b&gt;" in page or language == "zh"
    assert laboratory_words(language)["contradicted"] in page
    assert laboratory_words(language)["polaris"] in page
    values = json.loads((tmp_path / "outcome.json").read_text(encoding="utf-8"))
    assert values["answer"] == outcome.answer.said(language)  # type: ignore[union-attr]
    assert [finding["outcome"] for finding in values["findings"]] == [
        "shown",
        "reversed",
        "not decided",
    ]
    assert values == report.outcome_fields(outcome, language)


@pytest.mark.parametrize("one", CHARTS, ids=lambda one: f"{one.kind}-{len(one.rows)}")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_chart_is_drawn_in_both_looks(
    one: Chart, language: str, tmp_path: Path
) -> None:
    from astrolabe.report.charts import save_png

    words = laboratory_words(language)
    assert png_size(save_png(chart(one, words, language), tmp_path / "a.png"))[0] > 900
    spec = json.dumps(chart(one, words, language, PAGE).to_dict(), ensure_ascii=False)
    assert "var(--" in spec
    assert one.title.said(language) in spec  # type: ignore[union-attr]
    assert "\x1b" not in spec


def test_stacked_parts_lie_end_to_end_on_their_side_of_zero() -> None:
    parts = {"weights": 2.0, "examples": -0.5, "question": 1.0, "text": -0.25}
    rows = [Mark(NAME, by, series=name) for name, by in parts.items()]
    rows.append(Mark("item 7", -1.5, series="weights", emphasis=False))
    one = declared("stacked", rows=tuple(rows), y=Axis("nats", "nats"))
    drawn = chart(one, laboratory_words("en"), "en").to_dict()
    segments, _, sums, *_ = (layer["data"]["values"] for layer in drawn["layer"])
    ends = {(row["x"], row["series"]): (row["start"], row["end"]) for row in segments}
    assert ends == {
        (NAME.en, "weights"): (0, 2.0),
        (NAME.en, "question"): (2.0, 3.0),
        (NAME.en, "examples"): (0, -0.5),
        (NAME.en, "text"): (-0.5, -0.75),
        ("item 7", "weights"): (0, -1.5),
    }
    assert {row["x"]: row["sum"] for row in sums} == {NAME.en: 2.25, "item 7": -1.5}
    assert sums[0]["bottom"] < sums[1]["top"]
    low, high = drawn["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < -1.5
    assert high > 3.0


SPARE = Table(
    "Numbers",
    (
        Column("name", Text("a name", "名称")),
        Column("one", Text("one", "一一一一一一"), "count"),
        Column("within", Text("interval", "区间"), "points", spare=True),
        Column("two", "two", "count"),
        Column("share", Text("reasoned", "有推理"), "share", spare=True),
    ),
    ({"name": NAME, "one": 1, "within": Interval(-0.1, 0.3), "two": 2, "share": 0.5},),
)


@pytest.mark.parametrize(
    ("columns", "left_out"),
    [(80, []), (44, ["reasoned"]), (34, ["interval", "reasoned"]), (12, ["interval", "reasoned"])],
)
def test_a_narrow_terminal_leaves_out_spare_columns_from_the_right_and_says_so(
    outcome: Outcome, columns: int, left_out: list[str]
) -> None:
    console = Console(width=columns, record=True, force_terminal=False)
    report.print_outcome(replace(outcome, tables=(SPARE,)), "en", console)
    text = " ".join(console.export_text().split())
    named = text.split("but in the report: ")[1].split(".")[0] if left_out else ""
    assert named.split(", ") == (left_out or [""])
    assert ("Left out" in text) == bool(left_out)
    assert ("-10.0 to +30.0" in text) == ("interval" not in left_out)


def test_chinese_headings_count_twice_when_room_is_measured() -> None:
    """By hand: 名称 and its text take 8, the others 12, 14, 3 and 6; four gaps of 2; a margin."""

    def kept(columns: int) -> int:
        return len(report._fitting(SPARE, "zh", columns))

    assert (kept(53), kept(52)) == (5, 4)


def test_an_axis_that_is_a_share_ends_where_shares_do() -> None:
    spec = chart(CHARTS[3], laboratory_words("en"), "en").to_dict()
    assert '"high": 1.0' in json.dumps(spec)
    assert "1.2" not in json.dumps(spec["datasets"] if "datasets" in spec else spec["layer"])


def test_lines_do_not_begin_at_zero_and_bars_do() -> None:
    def lowest(kind: int) -> set[float]:
        spec = chart(CHARTS[kind], laboratory_words("en"), "en").to_dict()
        found = re.findall(r'"domain": \[(-?[\d.]+), -?[\d.]+\]', json.dumps(spec))
        return {round(float(text), 3) for text in found}

    assert lowest(1) == {0.0}
    assert min(lowest(0)) > 0.2


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "share", "–"),
        (0.5, "share", "50.0 %"),
        (-0.051, "points", "-5.1"),
        (0.02, "p", "0.0200"),
        (1234.0, "count", "1,234"),
        (0.5, "nats", "0.500"),
        (2.25, "seconds", "2.2"),
        (-0.0001, "nats", "0.000"),
        (0.12345, "number", "0.123"),
        (-0.00683, "number", "-0.007"),
        (-11.84, "number", "-11.8"),
        (Interval(0.1, 0.25), "share", "10.0 to 25.0"),
    ],
)
def test_figures(value: object, kind: str, text: str) -> None:
    assert figure(value, kind) == text  # type: ignore[arg-type]


def test_other_languages_are_refused(outcome: Outcome, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="language 'fr'"):
        report.write_outcome(tmp_path, outcome, language="fr")
