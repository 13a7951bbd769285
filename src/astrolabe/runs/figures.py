"""Numbers as people read them: one form for each kind, in sentences, tables, charts and pages."""

from astrolabe.core.verdict import Interval


def percent(share: float | None) -> str:
    """A share as ``62.5 %``; ``–`` for none."""
    return "–" if share is None else f"{100 * share:.1f} %"


def within(interval: Interval | None) -> str:
    """An interval of shares in percent, as ``31.2–40.5``; ``–`` for none."""
    return "–" if interval is None else span(interval.low, interval.high)


def span(low: float, high: float) -> str:
    """Two ends of an interval of shares in percent, as ``31.2–40.5``."""
    return f"{100 * low:.1f}–{100 * high:.1f}"


def points(share: float) -> str:
    """A share in percentage points, as ``4.2`` or ``-4.2``; never ``-0.0``."""
    return f"{round(100 * share, 1) + 0.0:.1f}"


def counted(number: int, what: str) -> str:
    """How many of something: ``1 example``, ``4 examples``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def signed_points(share: float) -> str:
    """The same for a difference, with its sign: ``+4.2``, ``-4.2``, ``0.0``."""
    text = points(share)
    return text if text == "0.0" or text.startswith("-") else f"+{text}"


def p_value(p: float) -> str:
    """A p-value with its sign of relation, as ``= 0.0123`` or ``< 0.0001``."""
    if p < 0.0001:
        return "< 0.0001"
    return f"= {p:.4f}" if p < 0.1 else f"= {p:.2f}"
