"""Features in the terminal."""

from typing import TYPE_CHECKING

from astrolabe.report.features import Hit, Listing, Portrait
from astrolabe.report.features_strings import feature_words
from astrolabe.report.rows import visible
from astrolabe.report.strings import Words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from astrolabe.inside.features.contexts import Bin, Context

_DARK = (11, 95, 165)
"""The colour of the greatest activation; that of the charts."""


def print_listing(found: Listing, language: str = "en", console: "Console | None" = None) -> None:
    """A line for each feature, beside the neuron that tells the same property best."""
    from rich.console import Console
    from rich.text import Text

    said = feature_words(language)
    out = console or Console(highlight=False)
    table = _table(said["property"], said["feature"])
    for name in ("precision", "recall", "llr", "neuron", "precision", "recall"):
        table.add_column(said[name], justify="right", no_wrap=True)
    for hit, neuron in found.rows:
        table.add_row(hit.property, hit.unit, *_numbers(hit), neuron.unit, *_numbers(neuron)[:2])
    out.print(table)
    served = said["served"].format(
        features=f"{found.kinds_of_features:.1f}", neurons=f"{found.kinds_of_neurons:.1f}"
    )
    notes = [said["listed"].format(tokens=f"{found.tokens:,}"), served]
    if found.rare and found.asked is None:
        notes.append(said["rare"].format(names=", ".join(found.rare)))
    for note in notes:
        out.print(Text(note, style="dim"))


def print_portrait(seen: Portrait, language: str = "en", console: "Console | None" = None) -> None:
    """Properties, contexts in colour, logit effects. Readable without colours, too."""
    from rich.console import Console
    from rich.text import Text

    said = feature_words(language)
    out = console or Console(highlight=False)
    out.print(Text(said["title"].format(feature=seen.feature), style="bold"))
    out.print(Text(conditions(seen, said), style="dim"))
    if not seen.bins:
        out.print(said["never"])
        return
    table = _table(said["property"])
    for name in ("precision", "recall", "llr"):
        table.add_column(said[name], justify="right", no_wrap=True)
    for hit in seen.hits:
        table.add_row(hit.property, *_numbers(hit))
    out.print(table)
    out.print(Text(f"\n{said['contexts']}", style="bold"))
    greatest = seen.bins[0].greatest
    for part in seen.bins:
        out.print(Text(span(part, said), style="dim"))
        for context in part.contexts:
            out.print(_coloured(context, seen, greatest), soft_wrap=True)
    out.print(Text(f"\n{said['effects']}", style="bold"))
    for name, some in (
        ("promoted", seen.effects.promoted),
        ("suppressed", seen.effects.suppressed),
    ):
        line = "  ".join(f"{seen.names[e.token]} {e.amount:+.1f}" for e in some)
        out.print(Text(f"{said[name]}: {visible(line)}"))


def conditions(seen: Portrait, said: Words) -> str:
    """Under what conditions it was looked at."""
    return said["conditions"].format(
        model=seen.model,
        site=seen.site,
        density=f"{100 * seen.density:.2g} %",
        tokens=f"{seen.tokens:,}",
        kinds=f"{seen.kinds:.1f}",
    )


def span(part: "Bin", said: Words) -> str:
    """What a part of the range is called."""
    return said["bin"].format(
        low=f"{part.low:g}",
        high=f"{part.high:g}",
        least=f"{part.least:.2f}",
        greatest=f"{part.greatest:.2f}",
    )


def _numbers(hit: Hit) -> tuple[str, str, str]:
    return f"{hit.precision:.3f}", f"{hit.recall:.3f}", f"{hit.llr:.1f}"


def _table(*names: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, no_wrap=True)
    return table


def _coloured(context: "Context", seen: Portrait, greatest: float) -> "Text":
    from rich.text import Text

    line = Text(f"{context.activation:6.2f}  ", style="dim")
    marked = context.position - context.start
    for place, (token, activation) in enumerate(
        zip(context.tokens, context.activations, strict=True)
    ):
        name = visible(seen.names[token])
        share = activation / greatest
        red, green, blue = (round(255 + share * (dark - 255)) for dark in _DARK)
        ink = "white" if share > 0.6 else "black"
        style = f"{ink} on rgb({red},{green},{blue})" if activation else "not dim"
        line.append(f"[{name}]" if place == marked else name, style)
    return line
