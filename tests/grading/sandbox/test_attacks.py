"""Every attack is contained, and none is counted as passed, in fresh sandboxes and in warm ones."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrolabe.grading.sandbox import Execution, Program, Sandbox
from tests.grading.sandbox import attacks as known
from tests.grading.sandbox.conftest import open_to_all

TREASURE = "what nobody may read"

ATTACKS = {
    **known.TIME,
    **known.RESOURCES,
    **known.REACH,
    **known.VERDICT,
    **(known.X86_ONLY if os.uname().machine == "x86_64" else {}),
}


def program(attack: known.Attack, victim: Path) -> Program:
    lines = f"{known.GUARD}\n{attack.body}".splitlines()
    body = "".join(f"    {line}\n" for line in lines)
    return Program(
        "def attack(victim):\n", body, known.CHECK.replace("VICTIM", repr(str(victim))), "attack"
    )


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A planted folder that everybody may read and write, with a file and a listening socket."""
    folder = tmp_path_factory.mktemp("victim")
    (folder / "treasure").write_text(TREASURE)
    open_to_all(folder)
    folder.chmod(0o777)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / "door"))
        door.listen()
        (folder / "door").chmod(0o777)
        yield folder


@pytest.fixture(scope="module")
def fates(sandbox: Sandbox, victim: Path) -> dict[str, Execution]:
    """What became of all attacks, run one after another in the same workers."""
    executions = sandbox.run([program(attack, victim) for attack in ATTACKS.values()])
    return {list(ATTACKS)[place]: execution for place, execution in executions}


def whole(detail: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """What an attack reported is all it reported: `EPERM` is not the beginning of `EPERM done`."""
    if isinstance(detail, str) and detail.startswith("AssertionError: "):
        return f"{detail} in: assert got =="
    return detail


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_contained(name: str, fates: dict[str, Execution]) -> None:
    detail = ATTACKS[name].detail
    assert "outside" not in fates[name].detail
    if detail is None:
        assert fates[name].outcome == "timed_out", fates[name]
    else:
        assert fates[name].outcome == "failed", fates[name]
        assert fates[name].detail.startswith(whole(detail))


@pytest.mark.usefixtures("fates")
def test_the_victim_is_as_it_was(victim: Path) -> None:
    assert sorted(path.name for path in victim.iterdir()) == ["door", "treasure"]
    assert (victim / "treasure").read_text() == TREASURE


@pytest.mark.usefixtures("fates")
def test_whoever_knows_the_answer_still_passes(sandbox: Sandbox, victim: Path) -> None:
    """The same tests can be passed, and the workers that held all attacks still work."""
    right = program(known.Attack(f"return {known.ANSWER!r}", ""), victim)
    assert [execution.outcome for _, execution in sandbox.run([right] * 8)] == ["passed"] * 8


def test_attacks_do_nothing_outside(victim: Path) -> None:
    """The guard of the attacks themselves: in an ordinary process they stop at once."""
    namespace: dict[str, object] = {}
    attack = program(ATTACKS["delete the victim"], victim)
    exec(attack.prompt + attack.completion, namespace)
    assert namespace["attack"](str(victim)) == "outside"  # type: ignore[operator]
    assert (victim / "treasure").exists()
