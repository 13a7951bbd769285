"""Programs that models wrote, run in the sandbox; what became of each is kept."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from astrolabe.core.digest import digest
from astrolabe.grading.sandbox import Execution, Program, Sandbox
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Watch

VERSION = 1
"""Part of every execution's key. Raise it with any change by which a verdict may become another."""

_FINAL = ("passed", "failed")

SECONDS_AT_RISK = 1.0
"""Executions are written down at least this often."""


@dataclass(frozen=True)
class Judged:
    """What became of programs.

    Attributes:
        record: What a run's record should say of the sandbox: how many programs were run, how many
            were known and from which sandboxes, and a description of the one that was used, if any.
            Empty where there was no program.
    """

    executions: Mapping[str, Execution] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)

    def of(self, program: Program | None) -> Execution | None:
        """What became of `program`; `None` for none."""
        return None if program is None else self.executions[_key(program)]


def judge(programs: Iterable[Program], many: bool, store: Store, watch: Watch) -> Judged:
    """Run each distinct program once, unless the store knows what became of it.

    Interrupted at any moment, what was written down stays. A failure of the sandbox itself, and a
    program that ran out of time, are not kept, so that the next run tries again.

    Args:
        many: Whether there are many programs of each problem, which then share a warm sandbox; one
            fresh for each program is the stronger wall.

    Raises:
        BadInput: where no sandbox can be had.
    """
    by_key = {_key(program): program for program in programs}
    if not by_key:
        return Judged()
    executions = store.executions(by_key)
    missing = {key: program for key, program in by_key.items() if key not in executions}
    stored = Counter(execution.sandbox or "not written down" for execution in executions.values())
    record: dict[str, Any] = {"programs": {"run": len(missing), "from_store": dict(stored)}}
    if missing:
        sandbox = Sandbox(mode="warm" if many else "fresh")
        _run(missing, executions, sandbox, store, watch)
        record["sandbox"] = sandbox.describe()
    infra = sum(execution.outcome == "infra" for execution in executions.values())
    if infra:
        watch.say(
            f"the sandbox failed on {infra} of {len(by_key)} programs; they are counted neither "
            "right nor wrong, and the same command tries them again"
        )
    return Judged(executions, record)


def _run(
    missing: Mapping[str, Program],
    executions: dict[str, Execution],
    sandbox: Sandbox,
    store: Store,
    watch: Watch,
) -> None:
    keys = list(missing)
    fresh: dict[str, Execution] = {}
    saved = time.monotonic()
    try:
        with sandbox, watch.stage("programs in the sandbox", len(keys)) as advance:
            name = _name(sandbox)
            for index, execution in sandbox.run(list(missing.values())):
                execution = replace(execution, sandbox=name)
                executions[keys[index]] = execution
                if execution.outcome in _FINAL:
                    fresh[keys[index]] = execution
                advance(1)
                if time.monotonic() - saved > SECONDS_AT_RISK:
                    store.save_executions(fresh)
                    fresh, saved = {}, time.monotonic()
    finally:
        store.save_executions(fresh)


def _name(sandbox: Sandbox) -> str:
    """A sandbox that was entered, in a few words."""
    said = sandbox.describe()
    return f"{said['name']} {said['version']}, {said['mode']}, {said['python']}"


def _key(program: Program) -> str:
    return digest(
        "execute", VERSION, program.prompt, program.completion, program.test, program.entry_point
    )
