"""The page: self-contained, safe against what models write, complete."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated
from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.report.html import write_report
from astrolabe.report.strings import words
from astrolabe.runs.sentences import sentence
from tests.report.made_up import HOSTILE, make_run

MOST = 2_000_000
LOADING = ("src", "href", "srcset", "data", "poster", "action")


@dataclass(frozen=True)
class Named:
    name: str


@dataclass(frozen=True)
class Found:
    study: Named
    runs: Mapping[str, Run]
    verdicts: Sequence[Verdict]


class Page(HTMLParser):
    """Everything in a page that could load something, its scripts, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts: list[tuple[str | None, str]] = []
        self.text = ""
        self.tags: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        self.loads += [value or "" for name, value in attrs if name in LOADING]
        if tag == "script":
            self.scripts.append((dict(attrs).get("type"), ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)
        elif self._inside != "style":
            self.text += data


@pytest.fixture(scope="module")
def findings(labelled_runs: dict[str, Run], verdicts: list[Verdict]) -> Found:
    return Found(Named("demo"), labelled_runs, verdicts)


@pytest.fixture(scope="module")
def report(findings: Found, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(tmp_path_factory.mktemp("report"), findings, "2026-01-02")


def test_the_page_loads_nothing(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    page = Page(html)
    # What is left are links to the pictures, for readers without scripts.
    assert set(page.loads) == {"accuracy.png", "differences.png", "subjects.png"}
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not re.search(r"url\(|@import", html[: html.index("</style>")])
    assert "default-src 'none'" in html
    assert report.stat().st_size < MOST


def test_the_policy_lets_only_our_script_run(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    ((_, script),) = [s for s in Page(html).scripts if s[0] is None]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in html


def test_every_verdict_is_said(report: Path, verdicts: list[Verdict]) -> None:
    text = Page(report.read_text(encoding="utf-8")).text
    for verdict in verdicts:
        assert verdict.sentence in text
    assert "2026-01-02" in text
    assert "differs in: shots 0 → 5" in text


def test_runs_conditions_and_outcomes_are_in_the_page(report: Path) -> None:
    text = Page(report.read_text(encoding="utf-8")).text
    assert "worked, expert role" in text
    assert "You are an expert who always answers correctly." in text
    assert "truncated" in text
    assert "cities of the north" in text
    assert "gsm8k/test/" in text


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    run = make_run(0.5, n=12, role=HOSTILE)
    items = tuple(
        replace(
            item,
            item=HOSTILE,
            subject=HOSTILE,
            gold=HOSTILE,
            prompt=HOSTILE,
            answers=(Generated(HOSTILE, 9, "eos"),),
        )
        for item in run.items
    )
    hostile = replace(run, items=(*items, *run.items), model=HOSTILE, record={HOSTILE: HOSTILE})
    report = write_report(tmp_path, Found(Named(HOSTILE), {HOSTILE: hostile}, ()))
    page = Page(report.read_text(encoding="utf-8"))
    # Two charts and the one script of ours.
    assert [kind for kind, _ in page.scripts] == ["application/json", "application/json", None]
    assert "\x1b" not in page.text
    assert page.text.count("<script>alert('x')</script>") > 10


def test_banner_only_for_polaris(report: Path, tmp_path: Path) -> None:
    banner = "Polaris is a measuring standard, not a chat model"
    assert banner in report.read_text(encoding="utf-8")
    other = make_run(0.5, n=16, model="pythia-70m")
    page = write_report(tmp_path, Found(Named("x"), {"x": other}, ()))
    assert banner not in page.read_text(encoding="utf-8")


def test_without_verdicts_it_says_so_and_leaves_no_old_picture(
    findings: Found, tmp_path: Path
) -> None:
    (tmp_path / "differences.png").write_bytes(b"of an earlier study")
    page = write_report(tmp_path, replace(findings, verdicts=()))
    assert "No comparison was planned" in page.read_text(encoding="utf-8")
    assert not (tmp_path / "differences.png").exists()


def test_chinese_page(findings: Found, tmp_path: Path) -> None:
    html = write_report(tmp_path, findings, language="zh").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in html
    text = Page(html).text
    assert sentence(findings.verdicts[0], "zh") in text
    assert words("zh")["polaris"] in text


def test_an_unknown_language_is_refused(findings: Found, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="language 'fr'"):
        write_report(tmp_path / "new", findings, language="fr")
    assert not (tmp_path / "new").exists()


def test_tables_have_headers_and_charts_have_words(report: Path) -> None:
    html = report.read_text(encoding="utf-8").partition("<script>")[0]
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        assert 'scope="col"' in table
        assert 'scope="row"' in table
    labels = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert len(labels) == 3
    assert "zero-shot" in labels[0]
    assert "%" in labels[0]
