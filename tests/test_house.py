"""The house keeps its order: imports walk one way, files stay short, the door opens fast."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import astrolabe

SOURCE = Path(astrolabe.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

LAYERS = (
    {"core"},
    {"polaris"},
    {"engine", "decoding", "inside"},
    {"models"},
    {"benchmarks", "prompting", "grading"},
    {"runs"},
    {"studies", "arena", "audits", "calibration"},
    {"report"},
    {"cli", "web"},
)
"""Bottom to top."""

HEAVY = {
    *("torch", "transformers", "tokenizers", "safetensors", "datasets", "huggingface_hub", "peft"),
    *("numpy", "scipy", "sklearn", "statsmodels", "pandas", "pyarrow", "pydantic", "sqlalchemy"),
    *("altair", "vl_convert", "jinja2", "yaml", "openai"),
}


def home(file: Path) -> str:
    """The package a file belongs to; empty for the root's own `__init__`."""
    parts = file.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else ""


def imported(file: Path) -> Iterator[str]:
    """Packages of ours that a file imports anywhere in it, functions and type checks included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            root, *path = name.split(".")
            if root == "astrolabe" and path and (SOURCE / path[0]).is_dir():
                yield path[0]


def arrows() -> dict[tuple[str, str], Path]:
    """(importing, imported) package, with one file that does it."""
    return {
        (home(file), other): file
        for file in FILES
        for other in imported(file)
        if home(file) != other
    }


def level(package: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if package in layer)


def test_every_package_has_its_place_in_the_house() -> None:
    packages = {home(file) for file in FILES} - {""}
    assert packages <= set().union(*LAYERS)


def test_imports_walk_one_way() -> None:
    upward = [
        f"{file.relative_to(SOURCE)} imports {other}"
        for (package, other), file in arrows().items()
        if package == "" or level(other) > level(package)
    ]
    assert not upward


def test_siblings_do_not_import_each_other_in_a_circle() -> None:
    beside = {(a, b) for a, b in arrows() if a and level(a) == level(b)}
    reachable = set(beside)
    for _ in beside:
        reachable |= {(a, d) for a, b in reachable for c, d in beside if b == c}
    assert not [a for a, b in reachable if a == b]


def test_the_arrows_are_really_seen() -> None:
    assert {("engine", "decoding"), ("benchmarks", "polaris"), ("cli", "models")} <= set(arrows())


@pytest.mark.parametrize(
    "module", ["astrolabe.cli.app", "astrolabe.polaris", "astrolabe.core.item"]
)
def test_import_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert module in loaded
    assert not HEAVY & set(loaded)


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        str(file.relative_to(SOURCE)): len(file.read_text(encoding="utf-8").splitlines())
        for file in FILES
    }
    assert not {name: length for name, length in lengths.items() if length > 400}
