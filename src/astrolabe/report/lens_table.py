"""The lens in the terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from astrolabe.report.lens import Scale, Seen, probability, short
from astrolabe.report.lens_charts import HERE, conditions
from astrolabe.report.lens_page import traces_table
from astrolabe.report.lens_strings import lens_words
from astrolabe.report.rows import visible
from astrolabe.report.strings import Words

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

_CELL = 6
"""Characters of a column of the heat map, at least."""
_LABEL = 10
"""Characters shown of a token over its column."""
_MARGIN = 7
"""Characters for the numbers of the layers."""
_DARK = (11, 95, 165)
"""The colour of the greatest divergence; that of the charts."""


def print_lens(seen: Seen, language: str = "en", console: "Console | None" = None) -> None:
    """The heat map, the top tokens of every layer, and the candidates.

    Readable without colours: every cell holds its number, and the contrasted layer stands in
    brackets.

    Args:
        console: Where to print; the terminal, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    from rich.console import Console
    from rich.text import Text

    said = lens_words(language)
    out = console or Console(highlight=False)
    out.print(Text.assemble(visible(seen.prompt), (visible(seen.answer), "bold")), soft_wrap=True)
    out.print(Text(visible(conditions(seen, said)), style="dim"))
    for part in _parts(seen, said, out.width):
        out.print(part)


def _parts(seen: Seen, said: Words, width: int) -> "Iterator[RenderableType]":
    from rich.text import Text

    lens = seen.lens
    unit = f"{Scale.of(lens).unit}{said['nats']}"
    layers = ", ".join(map(str, lens.candidates))
    yield Text(f"\n{said['heat_title']}", style="bold")
    yield Text(
        said["terminal_heat"].format(
            measure=said[lens.dola.divergence], unit=unit, layers=layers, mark=HERE
        ),
        style="dim",
    )
    yield from heat_tables(seen, width)
    layer = lens.contrasted[lens.place]
    yield Text(f"\n{said['tops_title'].format(token=seen.named)}", style="bold")
    yield _tops(seen, said, width)
    yield Text(f"\n{said['traces_title']}", style="bold")
    yield Text(said["traces_subtitle"].format(layer=layer), style="dim")
    yield _traces(seen, said)


def heat_tables(seen: Seen, width: int) -> "Iterator[RichTable | Text]":
    """Layers x tokens, the last layer at the top; as many tables as `width` makes necessary.

    Args:
        width: Characters in a line.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    lens, scale = seen.lens, Scale.of(seen.lens)
    heads = [
        f"{HERE * (place == lens.place)}{short(seen.texts[token], _LABEL)}"
        for place, token in enumerate(lens.read)
    ]
    column = max(_CELL, *map(cell_len, heads))
    most = max(1, (width - 3) // (column + 1))
    for start in range(0, len(heads), most):
        places = range(start, min(start + most, len(heads)))
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
        table.add_column("", justify="right", style="dim", no_wrap=True)
        for place in places:
            table.add_column(Text(heads[place]), justify="center", min_width=column, no_wrap=True)
        for layer in range(lens.depth - 1, -1, -1):
            table.add_row(
                str(layer),
                *(
                    _cell(
                        lens.divergences[place][layer],
                        lens.contrasted[place] == layer,
                        scale,
                        column,
                    )
                    for place in places
                ),
            )
        yield table
        if start + most < len(heads):
            yield Text("")


def _cell(divergence: float, contrasted: bool, scale: Scale, column: int) -> "Text":
    """A number on a ground the darker, the greater it is."""
    from rich.text import Text

    number = scale.number(divergence)
    share = min(1.0, divergence / scale.greatest)
    red, green, blue = (round(255 + share * (dark - 255)) for dark in _DARK)
    ink = "white" if share > 0.6 else "black"
    text = f"[{number}]" if contrasted else number
    weight = "bold " if contrasted else ""
    return Text(text.center(column), style=f"{weight}{ink} on rgb({red},{green},{blue})")


def _tops(seen: Seen, said: Words, width: int) -> "RichTable":
    """The likeliest tokens, each as long as there is room for."""
    from rich.table import Table
    from rich.text import Text

    tops = seen.lens.tops[seen.lens.place]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    for name in (said["layer"], *(f"#{rank}" for rank in range(1, len(tops[0]) + 1))):
        table.add_column(Text(name), no_wrap=True)
    room = (width - _MARGIN) // len(tops[0]) - 1
    for layer in range(len(tops) - 1, -1, -1):
        cells = []
        for token, share in tops[layer]:
            number = probability(share).replace(" ", "")
            text = Text(seen.texts[token])
            text.truncate(max(4, room - len(number) - 1), overflow="ellipsis")
            cells.append(text.append(f" {number}", style="dim"))
        table.add_row(str(layer), *cells)
    return table


def _traces(seen: Seen, said: Words) -> "RichTable":
    """A line for each layer, DoLa's above the last."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    numbers = traces_table(seen, said)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, header_style="dim")
    for place, name in enumerate(numbers.head):
        table.add_column(Text(name), justify="right" if place else "left", no_wrap=True)
    for row in numbers.rows:
        table.add_row(*(Text(text) for text, _ in row))
    return table
