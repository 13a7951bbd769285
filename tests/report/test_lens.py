"""The lens as rows, terminal, picture and page, from made-up numbers."""

import io
import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from astrolabe.core.decoding import Dola
from astrolabe.core.errors import BadInput
from astrolabe.inside.lens import Lens, Trace
from astrolabe.report import fonts, lens_charts
from astrolabe.report.charts import save_png
from astrolabe.report.lens import (
    Scale,
    Seen,
    heat_rows,
    lens_fields,
    probability,
    short,
    token_text,
    top_rows,
)
from astrolabe.report.lens_page import write_page, write_picture
from astrolabe.report.lens_strings import _TABLE, lens_words
from astrolabe.report.lens_table import print_lens
from tests.report.made_up import HOSTILE
from tests.report.test_charts import png_size
from tests.report.test_html import Page

W = lens_words("en")
TEXTS = {1: "The", 2: "␣capital", 3: "␣is", 4: "␣Olympia", 5: "␣Seattle", 6: "↵", 7: "‹E5 B7›"}
SEATTLE = Trace(5, (0.1, 0.5, 0.52, 0.4), 0.0)
OLYMPIA = Trace(4, (0.0, 0.05, 0.2, 0.5996), 0.97)


def make_lens(tokens: int = 3, dola: Dola | None = None, start: int = 3) -> Lens:
    """Three layers; token `i` of the text diverges by i tenths at layer 0, halved at each layer."""
    written = tuple(4 + place % 4 for place in range(tokens))
    count = 3 + tokens - start
    tops = tuple(((5, 0.5), (4, 0.25), (6, 0.125)) for _ in range(3))
    return Lens(
        tokens=(1, 2, 3, *written),
        prompt=3,
        start=start,
        dola=dola or Dola(layers=(1, 2)),
        candidates=(1, 2),
        divergences=tuple(tuple(0.1 * (p + 1) / 2**n for n in range(3)) for p in range(count)),
        contrasted=tuple(1 + place % 2 for place in range(count)),
        tops=tuple((*tops, ((4, 0.5996), (5, 0.4), (6, 0.0004))) for _ in range(count)),
        place=3 - start,
        traces=(SEATTLE, OLYMPIA),
    )


def make_seen(lens: Lens | None = None, **changes: object) -> Seen:
    seen = Seen(
        lens or make_lens(), "polaris", "The capital is", " Olympia Seattle\n", False, TEXTS
    )
    return replace(seen, **changes)  # type: ignore[arg-type]


def printed(seen: Seen, width: int = 80, language: str = "en") -> str:
    out = io.StringIO()
    print_lens(seen, language, Console(file=out, width=width, highlight=False))
    return out.getvalue()


@pytest.mark.parametrize(
    ("decoded", "piece", "shown"),
    [
        (" Paris", "ĠParis", "␣Paris"),
        ("\n\n", "ĊĊ", "↵↵"),
        ("\t", "ĉ", "⇥"),
        ("巴黎", "å·´é»İ", "巴黎"),
        ("\ufffd", "å·", "‹E5 B7›"),
        ("\ufffd", "<0xE5>", "‹E5›"),
        (" \ufffd", "Ġæ", "‹20 E6›"),
        ("\x1b[31m", "Ä[31m", "‹U+001B›[31m"),
        ("a\u200bb", "aâĢĭb", "a‹U+200B›b"),
        ("\u202e", "âĢ®", "‹U+202E›"),
        ("", "", "∅"),
    ],
)
def test_tokens_are_seen(decoded: str, piece: str, shown: str) -> None:
    assert token_text(decoded, piece) == shown


def test_bytes_are_those_that_the_tokenizer_means(tokenizer) -> None:
    bpe = tokenizer("no-bos")
    for text in ("巴黎", "é", "🙂"):
        ids = bpe(text, add_special_tokens=False).input_ids
        pieces = bpe.convert_ids_to_tokens(ids)
        texts = [token_text(bpe.decode([i]), p) for i, p in zip(ids, pieces, strict=True)]
        hexed = "".join(t.strip("‹›") if t.startswith("‹") else t.encode().hex() for t in texts)
        assert bytes.fromhex(hexed) == text.encode()


def test_probabilities_are_never_rounded_to_what_they_are_not() -> None:
    said = [probability(p) for p in (0.0, 0.0004, 0.0006, 0.5, 0.9994, 0.9996, 1.0)]
    assert said == ["0.0 %", "< 0.1 %", "0.1 %", "50.0 %", "99.9 %", "> 99.9 %", "100.0 %"]


def test_jensen_shannon_has_its_whole_range_and_the_published_measure_its_own() -> None:
    scale = Scale.of(make_lens())
    assert (scale.greatest, scale.exponent, scale.unit) == (pytest.approx(math.log(2)), 0, "")
    assert [scale.number(x) for x in (0.0, 0.623, 0.693)] == [".00", ".62", ".69"]
    small = make_lens(dola=Dola(layers=(1, 2), divergence="published"))
    small = replace(small, divergences=((0.0, 3.14e-5, 1e-5),) * 3)
    scale = Scale.of(small)
    assert (scale.greatest, scale.unit) == (3.14e-5, "1e-5 ")
    assert [scale.number(x) for x in small.divergences[0]] == ["0.0", "3.1", "1.0"]
    assert [row["strength"] for row in heat_rows(make_seen(small), W)][1] == 1
    nothing = replace(small, divergences=((0.0, 0.0, 0.0),) * 3)
    assert Scale.of(nothing).number(0.0) == ".00"


def test_rows_hold_every_cell_once() -> None:
    rows = heat_rows(make_seen(), W)
    assert [(row["place"], row["layer"]) for row in rows] == [
        (place, layer) for place in range(3) for layer in range(3)
    ]
    assert [row["layer"] for row in rows if row["contrasted"]] == [1, 2, 1]
    assert rows[3]["token"] == "␣Seattle"
    assert float(rows[3]["divergence"]) == 0.2
    assert rows[3]["strength"] == pytest.approx(0.2 / math.log(2))
    assert rows[0]["tops"] == "␣Seattle 50.0 % · ␣Olympia 25.0 % · ↵ 12.5 %"
    tops = top_rows(make_seen(), W)
    assert len(tops) == 4 * 3
    assert tops[-1] == {
        "layer": 3,
        "name": "3 (last)",
        "rank": 3,
        "token": "↵",
        "probability": "< 0.1 %",
        "strength": 0.0004,
    }


def test_the_terminal_can_be_read_without_colours() -> None:
    text = printed(make_seen())
    assert "\x1b" not in text
    lines = text.splitlines()
    head = next(line for line in lines if "▼␣Olympia" in line)
    assert head.split() == ["▼␣Olympia", "␣Seattle", "↵"]
    top = lines.index(head) + 1
    # The last of the early layers is at the top; what DoLa contrasts is in brackets.
    assert [line.split() for line in lines[top : top + 3]] == [
        ["2", ".03", "[.05]", ".08"],
        ["1", "[.05]", ".10", "[.15]"],
        ["0", ".10", ".20", ".30"],
    ]
    assert "candidates: 1, 2" in " ".join(lines)
    rises = [line.split("  ") for line in lines if line.startswith(" 3 (last)")]
    assert [part.strip() for part in rises[0] if part.strip()] == ["3 (last)", "40.0 %", "60.0 %"]
    assert any("after DoLa" in line and "ruled out" in line and "97.0 %" in line for line in lines)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_long_text_is_broken_into_blocks_that_fit(width: int) -> None:
    lines = printed(make_seen(make_lens(30)), width).splitlines()
    start = next(i for i, line in enumerate(lines) if "▼" in line and "Olympia" in line)
    end = next(i for i, line in enumerate(lines) if "What each layer" in line)
    heat = lines[start:end]
    assert max(map(len, heat)) <= width
    assert sum(line.count(".") for line in heat) == 30 * 3


def test_colours_say_the_same() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system="truecolor")
    seen = make_seen(replace(make_lens(1), divergences=((math.log(2), 0.0, 0.0),)))
    print_lens(seen, console=console)
    assert "48;2;11;95;165m" in out.getvalue()
    assert "48;2;255;255;255m" in out.getvalue()


def test_hostile_text_is_not_obeyed_by_the_terminal() -> None:
    text = printed(make_seen(prompt=HOSTILE, answer="\x1b[2J[/red]", model=HOSTILE))
    assert "\x1b" not in text
    assert "[/red]" in text


def test_json_holds_all_of_it() -> None:
    fields = json.loads(json.dumps(lens_fields(make_seen())))
    assert fields["depth"] == 3
    assert fields["candidate_layers"] == [1, 2]
    assert fields["prompt_tokens"] == 3
    second = fields["read"][1]
    assert (second["text"], second["at"], second["contrasted"]) == ("␣Seattle", 4, 2)
    assert second["divergences"] == pytest.approx([0.2, 0.1, 0.05])
    assert second["tops"][3][0] == {"id": 4, "text": "␣Olympia", "probability": 0.5996}
    assert fields["candidates"][1]["contrasted"] == 0.97
    assert fields["dola"]["norm"] == "final"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_is_drawn(tmp_path: Path, language: str) -> None:
    width, height = png_size(write_picture(tmp_path / "lens.png", make_seen(), language))
    assert 1500 < width < 3000
    assert 800 < height < 2000


def test_the_picture_grows_with_the_text_and_stays_finite_for_a_deep_model(tmp_path: Path) -> None:
    few, many = (
        png_size(save_png(lens_charts.picture(make_seen(make_lens(n)), W), tmp_path / "x"))
        for n in (3, 60)
    )
    assert many[0] > few[0]
    deep = make_lens()
    deep = replace(
        deep,
        divergences=(tuple(0.5 for _ in range(80)),) * 3,
        tops=tuple(tuple(deep.tops[0][:1] * 81) for _ in range(3)),
        traces=(Trace(4, (0.5,) * 81, 0.5),),
    )
    assert png_size(write_picture(tmp_path / "deep.png", make_seen(deep)))[1] < 5000


def test_without_a_font_for_chinese_the_picture_is_english(tmp_path: Path, monkeypatch) -> None:
    drawn = []
    monkeypatch.setattr(fonts, "can_draw_cjk", lambda: False)
    monkeypatch.setattr(
        "astrolabe.report.lens_page.save_png", lambda chart, path: drawn.append(chart.to_dict())
    )
    write_picture(tmp_path / "lens.png", make_seen(), "zh")
    assert "How each candidate rises" in str(drawn[0])


def test_outlines_and_curves_are_those_of_the_lens() -> None:
    heat = lens_charts.heat_chart(make_seen(), W).to_dict()
    assert "(candidates: 1, 2)" in " ".join(heat["title"]["subtitle"])
    assert "Grey" not in str(heat)
    assert "Grey" in str(lens_charts.heat_chart(make_seen(make_lens(start=1)), W).to_dict())
    plot = heat["hconcat"][0]
    outlines = [layer for layer in plot["layer"] if layer.get("transform")]
    assert [layer["transform"] for layer in outlines] == [[{"filter": "datum.contrasted"}]]
    traces = lens_charts.traces_chart(make_seen(), W).to_dict()
    assert "contrast with layer 1" in " ".join(traces["title"]["subtitle"])
    shares = [
        row["share"]
        for layer in traces["layer"]
        for row in layer.get("data", {}).get("values", [])
        if row.get("dola")
    ]
    assert shares[:2] == [0.0, 0.97]
    assert "␣Seattle  40.0 % → ruled out" in str(traces)
    assert "␣Olympia  60.0 % → 97.0 %" in str(traces)


def test_names_of_curves_do_not_touch() -> None:
    traces = tuple(Trace(token, (0.0,) * 4, 0.001 * token) for token in (1, 2, 3, 4))
    rows = lens_charts._names(make_seen(replace(make_lens(), traces=traces)), W, 200)
    heights = sorted(row["y"] for row in rows)
    assert min(b - a for a, b in pairwise(heights)) >= 15


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path, language: str) -> None:
    path = write_page(tmp_path / "lens.html", make_seen(), "2026-01-02", language)
    html = path.read_text(encoding="utf-8")
    page = Page(html)
    assert page.loads == []
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert "default-src 'none'" in html
    assert "{share}" not in page.text
    assert "10 %" in page.text
    kinds = [kind for kind, _ in page.scripts]
    assert kinds == ["application/json"] * 3 + [None]
    for text in ("2026-01-02", "Olympia Seattle", "‹E4 BD›", "97.0 %", "0.025"):
        assert text in page.text
    specs = [json.loads(text) for kind, text in page.scripts if kind]
    tips = {tip["field"] for tip in specs[0]["hconcat"][0]["layer"][0]["encoding"]["tooltip"]}
    assert tips == {"token", "name", "divergence", "tops"}


def test_hostile_text_stays_text_in_the_page(tmp_path: Path) -> None:
    shown = token_text(HOSTILE, "x")
    seen = make_seen(
        prompt=HOSTILE, answer=HOSTILE, model=HOSTILE, texts=dict.fromkeys(TEXTS, shown)
    )
    page = Page(write_page(tmp_path / "x.html", seen).read_text(encoding="utf-8"))
    assert [kind for kind, _ in page.scripts] == ["application/json"] * 3 + [None]
    assert "\x1b" not in page.text
    assert "measuring standard" not in page.text
    write_picture(tmp_path / "x.png", seen)


def test_other_languages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no reports in language 'fr'"):
        write_page(tmp_path / "x.html", make_seen(), language="fr")


def test_both_languages_say_everything() -> None:
    def fields(text: str) -> set[str]:
        return {part.partition("}")[0] for part in text.split("{")[1:]}

    for english, chinese in _TABLE.values():
        assert english
        assert chinese
        assert fields(english) == fields(chinese)


def test_short_keeps_what_fits() -> None:
    assert short("Olympia", 7) == "Olympia"
    assert short("Olympias", 7) == "Olympi…"
