"""The sandbox of an ordinary user, who cannot become somebody else: the attacks on it as well."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import astrolabe
from astrolabe.grading.sandbox import host
from tests.grading.sandbox import attacks
from tests.grading.sandbox.test_attacks import program, whole

USER = 54321
SYSTEM = "/usr/bin/python3"

CODE = """
import json, os, sys
from astrolabe.grading.sandbox import Program, Sandbox
programs = [Program(*fields) for fields in json.load(sys.stdin)]
said = {}
for mode in ("fresh", "warm"):
    with Sandbox(mode, workers=2, seconds=0.6) as sandbox:
        ended = {place: [e.outcome, e.detail] for place, e in sandbox.run(programs)}
        said[mode] = {"described": sandbox.describe(), "ended": ended}
print(json.dumps({"user": os.getuid(), **said}))
"""

NAMES = ("sleep for ever", *attacks.RESOURCES, *attacks.REACH)


def as_user(code: str, given: str, path: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SYSTEM, "-c", code],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        user=USER,
        group=USER,
        extra_groups=(),
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def path() -> str:
    """Where such a user's Python finds Astrolabe and what it needs."""
    places = [Path(astrolabe.__file__).parents[1], Path(json.__file__).parent]
    found = {Path(name) for name in sys.path if name.endswith("site-packages")}
    joined = os.pathsep.join(map(str, (places[0], *found)))
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    if not Path(SYSTEM).exists():
        pytest.skip(f"there is no {SYSTEM} for another user")
    tried = as_user("import astrolabe.grading.sandbox", "", joined)
    if tried.returncode:
        pytest.skip(f"another user cannot import Astrolabe here: {tried.stderr.splitlines()[-1]}")
    return joined


def test_it_holds_for_an_ordinary_user(bubblewrap: str, path: str, tmp_path: Path) -> None:
    known = {**attacks.TIME, **attacks.RESOURCES, **attacks.REACH}
    programs = [program(known[name], tmp_path) for name in NAMES]
    programs.append(program(attacks.Attack(f"return {attacks.ANSWER!r}", ""), tmp_path))
    given = json.dumps([list(vars(p).values()) for p in programs])
    said = as_user(CODE, given, path)
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["user"] == USER
    for mode in ("fresh", "warm"):
        described, ended = told[mode]["described"], told[mode]["ended"]
        assert set(described["self_test"].values()) == {"contained"}
        assert described["user"] == "the user's, in its own namespace"
        assert ended[str(len(NAMES))][0] == "passed"
        for place, name in enumerate(NAMES):
            outcome, detail = ended[str(place)]
            assert outcome == ("timed_out" if known[name].detail is None else "failed"), name
            assert detail.startswith(whole(known[name].detail or "took its")), name


def test_another_user_may_look_where_the_host_says(path: str) -> None:
    """What root takes for open to others is so."""
    found = host.look()
    assert as_user(f"open({found.python!r}); import os; os.listdir({found.prefix!r})", "", path)
    closed = Path("/root")
    if closed.is_dir() and not closed.stat().st_mode & 0o001:
        assert not host._open_to_others(str(closed / "anything"))
        assert not host._open_to_others(str(closed))
