"""The command line as a person uses it, in an empty folder."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from astrolabe.cli import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def astrolabe(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Runs a command line in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASTROLABE_DB", raising=False)
    monkeypatch.delenv("ASTROLABE_DEBUG", raising=False)

    def call(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["astrolabe", *words])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else int(bool(exit_.code))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
