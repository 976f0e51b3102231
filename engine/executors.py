"""The executor port: what runs a process definition is named by the definition, and all else in the house is the same.

An executor is a function of the shape of `engine.kernel.advance`. It says what happened in the kernel's events, from which
`apply` makes the state; so rows, screens and journals do not know the difference (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from engine import kernel, spiff
from engine.kernel import BUDGET, Definitions, Effect, MigrationPlan, Outcome, Rejected, State
from engine.kernel.commands import Command, MigrateInstance, StartInstance
from engine.model.process import KERNEL


class Executor(Protocol):
    """Carries out commands on instances."""

    def __call__(self, definitions: Definitions, state: State, command: Command, now: datetime, *, budget: int) -> Outcome: ...


EXECUTORS: Final[Mapping[str, Executor]] = {KERNEL: kernel.advance, spiff.EXECUTOR: spiff.advance}
"""By the name in `ProcessDefinition.executor`."""


def advance(definitions: Definitions, state: State, command: Command, now: datetime, *, budget: int = BUDGET) -> Outcome:
    """As `engine.kernel.advance`, by the executor of the instance's process."""
    return EXECUTORS[executor_of(definitions, state, command)](definitions, state, command, now, budget=budget)


def preview(definitions: Definitions, state: State, command: Command, now: datetime) -> Effect | Rejected:
    """As `engine.kernel.preview`; other executors foresee nothing."""
    if executor_of(definitions, state, command) != KERNEL:
        return spiff.not_supported("looked at before it is changed")
    return kernel.preview(definitions, state, command, now)


def preview_migration(
    definitions: Definitions, state: State, command: MigrateInstance, now: datetime
) -> MigrationPlan | Rejected:
    """As `engine.kernel.preview_migration`; instances of other executors do not migrate."""
    if executor_of(definitions, state, command) != KERNEL:
        return spiff.not_supported("migrated")
    return kernel.preview_migration(definitions, state, command, now)


def executor_of(definitions: Definitions, state: State, command: Command) -> str:
    """The executor of the instance that the command is for; that of an unknown process is the kernel, which refuses it."""
    if isinstance(command, StartInstance):
        process = command.process
    else:
        root = next(iter(state.elements.values()), None)
        if root is None:
            return KERNEL
        process = root.process
    try:
        return definitions.process(process).executor
    except KeyError:
        return KERNEL
