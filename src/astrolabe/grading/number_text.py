"""A text in which numbers are read: in plain form, without what is not its answer."""

import re
from dataclasses import dataclass

from astrolabe.grading.currency import plain_with_currency
from astrolabe.grading.turns import as_shown, last_turn, own_turn

_CALCULATOR = re.compile(r"<<[^<>\n]{0,200}>>")
_HALF = re.compile(
    r"\b(?:an?|one) (?P<one>[a-z]{3,9}) and a half\b|\bhalf an? (?P<half>[a-z]{3,9})\b"
    r"|\b(?P<more>\d{1,4}) (?P<ones>[a-z]{3,9}) and a half\b"
    r"|(?<![\d个年天])半个?(?P<zh>小时|年|天|米|吨)",
    re.IGNORECASE,
)
"""Halves whose unit stands inside: "an hour and a half", "half an hour"."""
_BOLD = re.compile(r"\*\*(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])\*\*")
_WIDE_THOUSANDS = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
"""Among full-width digits, a full-width comma is as good as a usual one."""
_SPACED = str.maketrans({"，": ", ", "（": " (", "。": "。 ", "；": "； "})
_ON_THE_WAY = re.compile(
    r"(?:[$€£¥]?-?\d[\d.,]{0,12}(?: ?[^\W\d_]{1,10})?\s{0,2}(?:[-=]+>"
    r"|[→⇒⟶])\s{0,2}){2,20}(?=[$€£¥]?-?\d)"
)
"""What is passed through in "100 -> 70 -> 40 -> 55"."""
_WORKS = re.compile(r"[\d=]")
_BULLET = re.compile(r"(?m)^[ \t]{0,6}[-–] (?=[$€£]?\d[\d.,/]{0,12} ?[^\W\d_])")
_STOP = re.compile(
    r"[!?;\n]|\.(?!\d)|(?P<reason>,? (?:because|since|as)\b|[,.]? ?(?:因为|由于|解析))"
)


@dataclass(frozen=True)
class NumberText:
    """A text in plain form, up to where its writer turns to another question.

    Attributes:
        complete: Whether its end is one that the writer made; a number at the end of one that was
            cut off may lack digits.
        later: The last turn, where the writer plays a talk with himself.
    """

    plain: str
    complete: bool
    later: str = ""

    @classmethod
    def of(cls, text: str, complete: bool = True) -> "NumberText":
        # A full-width comma separates clauses, never thousands, and a full-width bracket never
        # multiplies; <<2*9=18>> is a calculator's call.
        kept = _BOLD.sub("", _CALCULATOR.sub("", as_shown(text)))
        kept = _WIDE_THOUSANDS.sub("", kept).translate(_SPACED)
        kept = _ON_THE_WAY.sub("", kept)
        whole = _HALF.sub(_told, _BULLET.sub("", plain_with_currency(kept)))
        own = own_turn(whole)
        return cls(own, complete or len(own) < len(whole), last_turn(whole))

    @property
    def settled(self) -> tuple[str, bool]:
        """What stands before the last stop, which a cut cannot have touched.

        Returns:
            It, and whether what follows gives a reason for it.
        """
        stops = list(_STOP.finditer(self.plain))
        # Work that goes on may come to another number.
        if not stops or _WORKS.search(self.plain, stops[-1].end()):
            return "", False
        return self.plain[: stops[-1].start()], stops[-1]["reason"] is not None


def _told(half: re.Match[str]) -> str:
    if half["more"]:
        return f"{half['more']}.5 {half['ones']}"
    if half["one"]:
        return f"1.5 {half['one']}s"
    return f"0.5 {half['half'] or half['zh']}"
