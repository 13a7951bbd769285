"""Sandboxes to run programs in; without bubblewrap the tests that need one are skipped."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from astrolabe.grading.sandbox import Execution, Program, Sandbox


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """Where bubblewrap is. Whether it works is for the tests to find out."""
    path = shutil.which("bwrap")
    if path is None:
        pytest.skip("bubblewrap is not installed (apt-get install bubblewrap)")
    return path


@pytest.fixture(scope="session", params=["fresh", "warm"])
def sandbox(bubblewrap: str, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """An entered sandbox of each mode, with a limit of six tenths of a second."""
    with Sandbox(request.param, workers=2, seconds=0.6) as entered:
        yield entered


@pytest.fixture
def run(sandbox: Sandbox) -> Callable[[Program], Execution]:
    """Runs one program."""

    def one(program: Program) -> Execution:
        ((place, execution),) = sandbox.run([program])
        assert place == 0
        return execution

    return one


def function(body: str, test: str = "assert candidate(2) == 3", prompt: str = "") -> Program:
    """A program that defines `f(x)` with this body, and a test of it, each in lines."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    checks = "".join(f"    {line}\n" for line in test.strip("\n").splitlines())
    return Program(f"{prompt}def f(x):\n", lines, f"def check(candidate):\n{checks}", "f")


def open_to_all(folder: Path) -> None:
    """Let everybody into a temporary folder: its own permissions are not what a test is about."""
    base = Path(tempfile.gettempdir()).resolve()
    for place in (folder, *folder.parents):
        if base in place.resolve().parents:
            place.chmod(place.stat().st_mode | 0o055)
