"""Lines of a terminal, both languages."""

import pytest
from rich.cells import cell_len

from astrolabe.report.folding import folded

CHINESE = "触发语“Let's think.”对无提示语：+35.0 个百分点（95 % 区间 +15.0 至 +60.0；p < 0.0001）。"
ENGLISH = "a question helps: +35.0 points (95 % interval +15.0 to +60.0; p < 0.0001): shown."


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
@pytest.mark.parametrize("columns", range(16, 90))
def test_lines_fit_lose_nothing_and_keep_numbers_with_their_units(text: str, columns: int) -> None:
    lines = folded(text, columns).split("\n")
    assert max(map(cell_len, lines)) <= columns
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(("%", "<", "，", "。", "；", "：", "）", "”")) for line in lines)
    assert not any(line.endswith(("（", "“", " <")) for line in lines)


def test_chinese_is_broken_between_characters() -> None:
    """By hand: ten columns hold five characters, four where a mark would begin the next line."""
    assert folded("一二三四五六七", 10) == "一二三四五\n六七"
    assert folded("一二三四五。六七", 10) == "一二三四\n五。六七"
    assert folded("Wilson 区间。未读出", 14) == "Wilson 区间。\n未读出"


def test_what_cannot_be_broken_stays_whole() -> None:
    assert folded("a honorificabilitudinitatibus", 10) == "a\nhonorificabilitudinitatibus"
    assert folded("", 10) == ""
