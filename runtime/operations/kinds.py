"""What a batch can do: one entry for each operation, with what it needs to be told and how it does it to one item.

An item that the operation does not apply to any more (the instance ended, the incident is resolved) is skipped; what is refused
otherwise has failed. Both say why, with the code of the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.api import commands, from_plain
from runtime.errors import Conflict, Invalid
from runtime.processes.service import Processes
from runtime.processes.views import FAILED_AGAIN, FIXED, Resolution
from runtime.store.types import Row
from runtime.store.work import Work

Arguments = Mapping[str, Any]

NOT_APPLICABLE = frozenset(
    {
        "PROC-1003",  # no such instance any more
        "PROC-1004",  # it has ended
        "PROC-1009",  # the incident is not open any more
        "PROC-1010",  # it has not ended, so that it cannot be restarted
        "BATCH-1005",  # no token stands where one is to be moved from
        "KERNEL-1003",  # it has ended
        "KERNEL-1017",  # it is suspended
        "KERNEL-1018",  # it is not suspended
    }
)
"""Refusals that say: there is nothing to be done here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of an item."""

    state: str = "done"
    code: str | None = None
    message: str | None = None
    made: str | None = None


DONE = Result()
Do = Callable[[Processes, Work, Row, Arguments], Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`takes` are the arguments it knows, `needs` those of them of which one must be given; `on` is instance or incident."""

    do: Do
    takes: frozenset[str] = field(default_factory=frozenset)
    needs: frozenset[str] = field(default_factory=frozenset)
    on: str = "instance"


def _cancel(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    processes.cancel(work, item["subject"], work.why)
    return DONE


def _suspend(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    processes.operations.suspend(work, item["subject"], work.why)
    return DONE


def _resume(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    processes.operations.resume(work, item["subject"])
    return DONE


def _set_variables(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    processes.set_variables(work, item["subject"], from_plain(arguments["variables"]))
    return DONE


def _retry(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    incident_id = processes.retrying.open_incident(work, item["subject"], item["instance_id"], item["element"])
    return of_retry(processes.retrying.resolve(work, incident_id, from_plain(arguments.get("variables", {}))))


def of_retry(found: Resolution) -> Result:
    """What came of trying again, in the words of a batch."""
    if found.outcome == FAILED_AGAIN:
        return Result(state="failed", code="BATCH-1006", message=f"{found.outcome}: {found.message}")
    return Result(state="done" if found.outcome == FIXED else "trying", message=found.outcome)


def _modify(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    tokens = processes.instance(work, item["subject"]).elements
    targets = {one["from"]: one["to"] for one in arguments.get("move", ())}
    ends = frozenset(arguments.get("terminate", ()))
    command = commands.ModifyInstance(
        activate=tuple(commands.Activation(element=one) for one in arguments.get("activate", ())),
        move=tuple(commands.Move(element_instance=t.key, element=targets[t.element]) for t in tokens if t.element in targets),
        terminate=tuple(token.key for token in tokens if token.element in ends),
        variables=from_plain(arguments.get("variables", {})),
    )
    if not (command.activate or command.move or command.terminate):
        raise Conflict("BATCH-1005", f"No token stands on {', '.join(sorted({*targets, *ends}))}.")
    processes.operations.modify(work, item["subject"], command)
    return DONE


def _migrate(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    processes.operations.migrate(work, item["subject"], arguments.get("mapping", {}), version=arguments.get("version"))
    return DONE


def _restart(processes: Processes, work: Work, item: Row, arguments: Arguments) -> Result:
    given = from_plain(arguments.get("variables", {}))
    return Result(made=processes.operations.restart(work, item["subject"], tuple(arguments["at"]), given))


_MOVES = frozenset({"move", "activate", "terminate"})
_VARIABLES = frozenset({"variables"})
OPERATIONS: Mapping[str, Operation] = {
    "cancel": Operation(do=_cancel),
    "suspend": Operation(do=_suspend),
    "resume": Operation(do=_resume),
    "set-variables": Operation(do=_set_variables, takes=_VARIABLES, needs=_VARIABLES),
    "retry": Operation(do=_retry, takes=_VARIABLES, on="incident"),
    "modify": Operation(do=_modify, takes=_MOVES | _VARIABLES, needs=_MOVES),
    "migrate": Operation(do=_migrate, takes=frozenset({"version", "mapping"})),
    "restart": Operation(do=_restart, takes=frozenset({"at"}) | _VARIABLES, needs=frozenset({"at"})),
}
"""Every operation that a batch can do, by name."""


def checked(operation: str, arguments: Arguments) -> dict[str, Any]:
    """The arguments that are given, when the operation exists and takes them. Raises Invalid."""
    found = OPERATIONS.get(operation)
    if found is None:
        detail = f"There is no operation {operation!r}. Use {', '.join(OPERATIONS)}."
        raise Invalid("BATCH-1002", detail, fields={"operation": ["unknown"]})
    given = {name: value for name, value in arguments.items() if value not in (None, {}, [], ())}
    unknown = sorted(given.keys() - found.takes)
    if unknown:
        detail = f"{operation} does not take {', '.join(unknown)}."
        raise Invalid("BATCH-1003", detail, fields={f"arguments.{name}": ["not taken"] for name in unknown})
    if found.needs and not found.needs & given.keys():
        detail = f"{operation} needs {' or '.join(sorted(found.needs))}."
        raise Invalid("BATCH-1003", detail, fields={f"arguments.{name}": ["needed"] for name in sorted(found.needs)})
    return given
