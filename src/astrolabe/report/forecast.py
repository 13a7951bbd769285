"""Forecasts in the terminal, and as plain values for `--json`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from astrolabe.report.rows import one_line
from astrolabe.runs.forecast import Forecast, Memory, Share

if TYPE_CHECKING:
    from rich.table import Table


def print_forecasts(forecasts: Sequence[Forecast]) -> None:
    """For each model a table of its runs, then in sentences what all of them take."""
    from rich.console import Console

    console = Console(highlight=False)
    for place, forecast in enumerate(forecasts):
        if place:
            console.print()
        console.print(_table(forecast))
        for sentence in sentences(forecast):
            console.print(sentence, markup=False)


def forecast_fields(forecast: Forecast) -> dict[str, Any]:
    """A forecast as JSON values."""
    return asdict(forecast) | {
        "runs": [_share_fields(run) for run in forecast.runs],
        "whole": _share_fields(forecast.whole),
        "passes_alone": forecast.alone,
        "passes_saved": forecast.saved,
        "memory": asdict(forecast.memory) | {"bytes": forecast.memory.bytes},
    }


def sentences(forecast: Forecast) -> list[str]:
    """What the runs of a model take together, in words."""
    whole = forecast.whole
    if forecast.alone == 0:
        return ["every answer is in the store; nothing is left to compute"]
    said = [_passes(forecast), _time(forecast), _memory(forecast.memory, forecast.weights)]
    if whole.written:
        steps = f"{forecast.steps:,} decoding steps of up to {forecast.rows} rows"
        said.insert(1, f"writing: at most {whole.written:,} tokens, in at most {steps}")
    return said


def _table(forecast: Forecast) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    title = f"{forecast.model} · {forecast.device} · {forecast.dtype}"
    table = Table(
        title=Text(one_line(title), "bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 0, 0, 1),
        pad_edge=False,
        header_style="dim",
    )
    shown = [(Text(one_line(run.label)), run) for run in forecast.runs]
    shown.append((Text("all", "bold"), forecast.whole))
    rows = [(name, _cells(share)) for name, share in shown]
    table.add_column("run", overflow="fold", ratio=1, min_width=16)
    hidden = () if forecast.whole.known else ("stored",)
    names = [name for name in rows[0][1] if name not in hidden]
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for place, (label, cells) in enumerate(rows):
        if place == len(forecast.runs):
            table.add_section()
        table.add_row(label, *(cells[name] for name in names))
    return table


def _cells(share: Share) -> dict[str, str]:
    # A run all of whose tokens are computed for those before it shares them all.
    sharing = "all" if share.sent else "–"
    if share.sharing is not None:
        sharing = f"{share.sharing:.1f}x"
    return {
        "requests": f"{share.readings + share.generations:,}",
        "stored": f"{share.known:,}",
        "riding": f"{share.riding:,}",
        "tokens": f"{share.sent:,}",
        "distinct": f"{share.distinct:,}",
        "sharing": sharing,
        "time": ("≤ " if share.written else "") + duration(share.seconds),
    }


def _passes(forecast: Forecast) -> str:
    how = "" if forecast.shares else " (this model cannot share prefixes between prompts)"
    return (
        f"passes: {forecast.passes:,} instead of {forecast.alone:,}, one a request; of these "
        f"{forecast.whole.riding:,} are riding: all they feed is fed for another one{how}"
    )


def _time(forecast: Forecast) -> str:
    whole = forecast.whole
    parts = [f"about {duration(whole.reading_seconds)} to read prompts"]
    timed = [f"prompts at {forecast.rate / 1e9:,.0f} GFLOP/s"]
    if whole.written:
        parts.append(f"at most {duration(whole.writing_seconds)} to write answers")
        timed.append(f"decoding steps at {1000 * forecast.step:,.0f} ms")
    return (
        f"time: {', '.join(parts)} (an estimate, from samples of these very requests that were "
        f"timed on this machine for {duration(forecast.timed)}: {', '.join(timed)})"
    )


def _memory(memory: Memory, weights: int) -> str:
    parts = {
        "keys and values of the longest path": memory.path,
        "a pass": memory.running,
        "logits": memory.logits,
        "rows being written": memory.slots,
    }
    listed = ", ".join(f"{name} {size(count)}" for name, count in parts.items() if count)
    return (
        f"memory: about {size(memory.bytes)} at most ({listed}) besides {size(weights)} of weights"
    )


def duration(seconds: float) -> str:
    """Seconds as ``0.4 s``, ``12 s``, ``3 min 20 s`` or ``2 h 5 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Bytes as ``9.3 MB`` or ``2.1 GB``; powers of ten."""
    if count < 10**9:
        return f"{count / 10**6:.1f} MB"
    return f"{count / 10**9:.1f} GB"


def _share_fields(share: Share) -> dict[str, Any]:
    return asdict(share) | {"sharing": share.sharing, "seconds": share.seconds}
