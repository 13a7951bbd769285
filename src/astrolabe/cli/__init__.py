"""The command line. Heavy imports happen inside the commands, so that help answers at once."""

import sys


def main() -> None:
    """Entry point: one sentence and exit code 2 for bad input, 130 for Ctrl-C."""
    from astrolabe.cli.app import app, debugging
    from astrolabe.core.errors import AstrolabeError

    try:
        app()
    except AstrolabeError as error:
        if debugging():
            raise
        print(f"astrolabe: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        # The reader (head, less) has gone; that is no failure of ours.
        sys.stderr.close()
        sys.exit(0)
