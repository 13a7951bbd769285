"""Where no sandbox can be had it is refused, with the reason and the fix."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.grading.sandbox import Sandbox, host, selftest
from astrolabe.grading.sandbox.inside import confine
from astrolabe.grading.sandbox.probes import Canaries, Trial, found
from astrolabe.grading.sandbox.program import Execution
from tests.grading.sandbox.conftest import function, open_to_all


@pytest.fixture
def fake_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file called bwrap that stands first in the PATH; to be filled."""
    open_to_all(tmp_path)
    path = tmp_path / "bwrap"
    path.touch(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return path


def script(path: Path, version: str, then: str) -> None:
    asked = f'if [ "$1" = --version ]; then echo "bubblewrap {version}"; exit 0; fi'
    path.write_text(f"#!/bin/sh\n{asked}\n{then}\n")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(BadInput, match=f"runs on Linux only, and this is {platform}.*use a Linux"):
        host.look()


def test_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    uname = os.uname()
    changed = os.uname_result((*uname[:4], "riscv64"))
    monkeypatch.setattr(os, "uname", lambda: changed)
    with pytest.raises(BadInput, match=r"confined on riscv64.*x86_64 and aarch64 only"):
        host.look()


def test_no_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="'apt-get install bubblewrap'"), Sandbox():
        pass


@pytest.mark.parametrize("version", ["0.4.1", "0.7.99", "unknown"])
def test_an_old_bubblewrap(version: str, fake_bubblewrap: Path) -> None:
    script(fake_bubblewrap, version, "exit 1")
    with pytest.raises(BadInput, match=r"needs bubblewrap 0\.8 or later"):
        host.look()


def test_no_landlock(bubblewrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confine, "landlock_abi", lambda: 0)
    with pytest.raises(BadInput, match=r"no Landlock; use Linux 5\.13 or later"):
        host.look()


def test_no_python_for_others(
    bubblewrap: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(host, "PYTHONS", (str(tmp_path / "nothing"),))
    monkeypatch.setattr(host, "_open_to_others", lambda path: False)
    with pytest.raises(BadInput, match=r"an ordinary user may not look.*apt-get install python3"):
        host.look()


def test_the_python_is_one_that_others_may_run(bubblewrap: str) -> None:
    found_host = host.look()
    places = [Path(found_host.python), *Path(found_host.python).parents]
    if os.geteuid() == 0:
        assert all(place.stat().st_mode & 0o001 for place in places)
    assert Path(found_host.prefix, "lib").is_dir()
    assert found_host.python_version >= host.OLDEST_PYTHON


def test_no_user_namespaces(fake_bubblewrap: Path) -> None:
    """bubblewrap is there, and the kernel refuses what it asks for: its own words are passed on."""
    complaint = "bwrap: No permissions to create a new namespace"
    script(fake_bubblewrap, "0.8.0", f'echo "{complaint}" >&2\nexit 1')
    with pytest.raises(BadInput, match=f"{complaint}.*it needs user namespaces.*sysctl"):
        selftest()


PASS_THROUGH = """
home={home}
while [ "$1" != -- ]; do
  case "$1" in
    --file) mkdir -p "$home/$(dirname "$3")"; cat <&"$2" >"$home/$3"; shift 3;;
    *) shift;;
  esac
done
shift
PYTHONPATH="$home/sbx" PYTHONHASHSEED=0 exec "$@"
"""


def test_a_sandbox_that_does_not_hold_is_refused(fake_bubblewrap: Path, tmp_path: Path) -> None:
    """A bubblewrap that isolates nothing: a probe notices it, and nothing else is run.

    Limits, Landlock and seccomp are applied all the same, so that the probes can do nothing here.
    """
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o777)
    script(fake_bubblewrap, "0.9.0", PASS_THROUGH.format(home=home))
    refusal = "the sandbox does not hold: its probe 'namespaces' was not contained .*could be seen"
    with pytest.raises(BadInput, match=refusal), Sandbox(workers=1):
        raise AssertionError("a sandbox that does not hold was entered")


@pytest.mark.parametrize(
    ("outcome", "detail", "contained"),
    [
        ("passed", "", True),
        ("failed", "a file could be made in /", False),
        ("timed_out", "", False),
    ],
)
def test_a_probe_holds_only_when_it_ends_as_it_must(
    outcome: str, detail: str, contained: bool
) -> None:
    probe = found(Trial("writing", function("")), Execution(outcome, detail))  # type: ignore[arg-type]
    assert probe.contained is contained
    assert bool(probe.detail) is not contained


def test_probes_notice_what_is_not_contained(tmp_path: Path) -> None:
    """Each, run in an ordinary process that holds nothing, says what it could do.

    Only those that leave nothing behind: one secret, one empty file, one socket, a signal 0.
    """
    with Canaries() as canaries:
        said = {}
        for trial in canaries.trials():
            if trial.name in (
                "reading",
                "writing",
                "environment",
                "network",
                "signals",
                "namespaces",
                "right",
            ):
                code = f"{trial.program.prompt}{trial.program.completion}\nprint(probe(), end='')"
                said[trial.name] = subprocess.run(
                    [sys.executable, "-S", "-c", code],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=tmp_path,
                    env=canaries.environment,
                ).stdout
    assert said.pop("right") == "contained"
    assert "contained" not in said.values()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", ["fresh", "warm"])
def test_the_self_test_holds_here(mode: str, bubblewrap: str) -> None:
    probes = selftest(mode, workers=2)
    assert len(probes) >= 15
    assert [probe for probe in probes if not probe.contained] == []


def test_the_canaries_are_gone_afterwards() -> None:
    with Canaries() as canaries:
        folder = canaries._folder
        assert folder.exists()
    assert not folder.exists()


def test_a_sandbox_describes_itself(sandbox: Sandbox) -> None:
    described = sandbox.describe()
    assert described["name"] == "bubblewrap"
    assert described["mode"] == sandbox.mode
    assert described["limits"]["seconds"] == 0.6
    assert described["limits"]["memory_bytes"] == 1 << 30
    assert set(described["self_test"].values()) == {"contained"}
    assert {"version", "python", "machine", "kernel", "landlock", "user"} <= set(described)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mode": "hot"}, "no sandbox mode 'hot'; there are fresh and warm"),
        ({"workers": 0}, "0 workers cannot run programs"),
        ({"seconds": 0.0}, "a limit of 0 s makes no sense"),
        ({"seconds": float("nan")}, "a limit of nan s makes no sense"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        Sandbox(**options)  # type: ignore[arg-type]


def test_programs_are_run_only_in_an_entered_sandbox() -> None:
    with pytest.raises(RuntimeError, match="enter the sandbox"):
        next(Sandbox().run([function("return 1")]))


def test_it_can_be_imported_where_linux_is_not() -> None:
    """On Windows there is no `resource`; grading answers must still work there."""
    code = (
        "import sys, pydantic, zoneinfo\n"
        "sys.modules.update(dict.fromkeys(('resource', 'fcntl', 'pwd', 'grp')))\n"
        "import os\ndel os.sysconf, os.sched_getaffinity, os.fork, os.uname\n"
        "sys.platform = 'win32'\n"
        "from astrolabe.core.errors import BadInput\n"
        "from astrolabe.grading.sandbox import Sandbox\n"
        "try:\n    Sandbox().start()\nexcept BadInput as error:\n    print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "runs on Linux only, and this is win32" in said.stdout, said.stderr
