"""The command line. Heavy imports happen inside the commands, so that help answers at once."""

import os
import sys


def main() -> None:
    """Entry point: one sentence and exit code 2 for bad input, 130 for Ctrl-C."""
    # Threads that wait by spinning starve each other as soon as anything else runs: with a second
    # busy process on two cores the demo's exam took 44 s instead of 1.5. Read when torch starts.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

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
