"""Text in pictures: Chinese with and without a font for it, and what no picture can hold."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

_CHARACTER = (
    "[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
_CJK = re.compile(f"{_CHARACTER}+(?:\n{_CHARACTER}+)*")
"""A stretch of Chinese, Japanese or Korean text, over line breaks."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_NO_FONT = "‹zh …› stands for Chinese text, which this machine has no font to draw."


def has_cjk(text: str) -> bool:
    return _CJK.search(text) is not None


@cache
def can_draw_cjk() -> bool:
    """Whether pictures drawn here can hold Chinese text.

    vl-convert bundles no font for it and does not say which system fonts it found, so two
    different characters are drawn: without a font both come out as the same empty box.
    """
    return _drawn("中") != _drawn("文")


def drawable_language(language: str) -> str:
    """The language of a picture made here: English, where no font can draw another.

    Chinese would be lost; English is the better of two evils.
    """
    return "en" if language == "zh" and not can_draw_cjk() else language


def _drawn(text: str) -> bytes:
    import vl_convert

    spec = {
        "data": {"values": [{}]},
        "mark": {"type": "text", "fontSize": 24},
        "encoding": {"text": {"value": text}},
        "width": 40,
        "height": 40,
    }
    return bytes(vl_convert.vegalite_to_png(spec))


def drawable(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart's specification with every text as a picture made here can show it.

    Characters that XML has no place for are replaced, since vl-convert goes through SVG and ends
    the whole process over one. Where no font has Chinese characters, every stretch of them is
    replaced by ``‹zh 1›``, ``‹zh 2›``, ...: empty boxes would not even tell two labels apart.
    """
    clean: dict[str, Any] = _each_text(spec, lambda text: _NOT_XML.sub("\ufffd", text))
    if not has_cjk(str(clean)) or can_draw_cjk():
        return clean
    names: dict[str, str] = {}
    named: dict[str, Any] = _each_text(
        clean,
        lambda text: _CJK.sub(lambda m: names.setdefault(m[0], f"‹zh {len(names) + 1}›"), text),
    )
    if "subtitle" in named.get("title", {}):
        named["title"]["subtitle"] = [*named["title"]["subtitle"], _NO_FONT]
    return named


def _each_text(spec: Any, change: Callable[[str], str]) -> Any:
    if isinstance(spec, str):
        return change(spec)
    if isinstance(spec, dict):
        return {_each_text(k, change): _each_text(v, change) for k, v in spec.items()}
    if isinstance(spec, list):
        return [_each_text(value, change) for value in spec]
    return spec


def width(text: str) -> float:
    """About how wide a text is, in ordinary characters; Chinese ones count twice, nearly."""
    return sum(1.75 if _CJK.match(char) else 1.0 for char in text)


def wrap(text: str, most: float) -> list[str]:
    """Lines of at most about `most` characters, broken at `` · ``, then spaces, then anywhere."""
    rows: list[str] = []
    for part in re.split(r"(?<= · )", text):
        if rows and width(rows[-1]) + width(part.rstrip(" ·")) <= most:
            rows[-1] += part
        else:
            rows += _broken(part, most)
    return [row.strip().removesuffix(" ·") for row in rows]


def _broken(text: str, most: float) -> list[str]:
    rows = [""]
    for piece in re.findall(r"\s*\S+\s*?|\s+", text):
        if width(rows[-1]) + width(piece.rstrip()) <= most or not rows[-1].strip():
            rows[-1] += piece
        else:
            rows.append(piece.lstrip())
        while width(rows[-1]) > most:
            cut = next(i for i in range(len(rows[-1])) if width(rows[-1][: i + 1]) > most)
            rows[-1:] = [rows[-1][:cut], rows[-1][cut:]]
    return rows
