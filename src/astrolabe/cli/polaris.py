"""`astrolabe polaris`: remake the reference model."""

import typer

app = typer.Typer(no_args_is_help=True, help="Polaris, the reference model: remake its world.")
