"""`astrolabe study`: a study from a file, or one of those that come with Astrolabe, by name."""

import typer
from typer.core import TyperGroup

from astrolabe.cli import by_kind, measure

FROM_FILE = "FILE"


class _FileOrName(TyperGroup):
    """A group in which everything that is not a study's name is a study file."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Let the command for files have what no other one is named for."""
        if args and args[0] not in ("--help", *self.commands):
            args = [FROM_FILE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_FileOrName,
    no_args_is_help=True,
    help="Conduct a study: from a file, or one that is built in.",
)
app.command(FROM_FILE)(measure.study)
app.command(by_kind.NAME)(by_kind.by_kind)
