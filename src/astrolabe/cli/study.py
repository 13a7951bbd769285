"""`astrolabe study`: a study from a file, or one of those that come with Astrolabe, by name."""

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from astrolabe.cli import by_kind, laboratory, measure
from astrolabe.core.errors import BadInput

FROM_FILE = "FILE"


class _FileOrName(TyperGroup):
    """A group in which everything that is not a study's name is a study file.

    Experiments of the laboratory become commands when they are asked for, since that takes their
    modules.
    """

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Let the command for files have what no other one is named for.

        Raises:
            BadInput: for what is neither a study's name nor looks like a file.
        """
        known = self.list_commands(ctx)
        if args and args[0] not in ("--help", *known):
            if args[0].replace("-", "").isidentifier() and not Path(args[0]).exists():
                built_in = ", ".join(name for name in known if name != FROM_FILE)
                raise BadInput(
                    f"'{args[0]}' is neither a study file nor one of the built-in studies: "
                    f"{built_in}"
                )
            args = [FROM_FILE, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all commands, in order."""
        return [*super().list_commands(ctx), *laboratory.names()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; `None` for none."""
        if cmd_name in laboratory.names():
            return laboratory.command(cmd_name)
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=_FileOrName,
    no_args_is_help=True,
    help="Conduct a study: from a file, or one that is built in.",
)
app.command(FROM_FILE)(measure.study)
app.command(by_kind.NAME)(by_kind.by_kind)
