"""Run every measurement of this folder, or those named: ``python -m perf [NAME ...]``."""

import subprocess
import sys
from pathlib import Path


def measurements() -> list[str]:
    """Names of the scripts here that measure something: those with a `main`."""
    scripts = sorted(Path(__file__).parent.glob("[!_]*.py"))
    return [path.stem for path in scripts if "\ndef main(" in path.read_text()]


def run(names: list[str]) -> int:
    """Exit code: 2 for an unknown name, 1 when any measurement failed."""
    known = measurements()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no measurement '{unknown[0]}'; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = [
        name
        for name in names or known
        if subprocess.run([sys.executable, "-m", f"perf.{name}"], check=False).returncode
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
