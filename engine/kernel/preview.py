"""What a command would do, before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.kernel import events as e
from engine.kernel.behaviours import BEHAVIOURS
from engine.kernel.codec import instance_from_json, instance_to_json
from engine.kernel.codes import Rejected
from engine.kernel.commands import Command, MigrateInstance
from engine.kernel.definitions import Definitions
from engine.kernel.execution import Outcome, advance
from engine.kernel.handlers.migration import planned
from engine.kernel.migration import MigrationPlan
from engine.kernel.state import ElementInstance, InstanceStatus, State, restore
from engine.kernel.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What became different between two states, as element instances by key (`begins`, `ends`) and open `incidents`.

    Element instances that come and go in between are counted in neither; `events` tells all.
    """

    begins: tuple[ElementInstance, ...]
    ends: tuple[ElementInstance, ...]
    incidents: tuple[e.IncidentRaised, ...]
    status: InstanceStatus
    events: tuple[e.Event, ...]


def preview(definitions: Definitions, state: State, command: Command, now: datetime) -> Effect | Rejected:
    """Carry out the command on a copy of the state. What jobs, people and other instances then do is not foreseen."""
    copy = _copy(state)
    outcome: Outcome = advance(definitions, copy, command, now)
    return outcome if isinstance(outcome, Rejected) else effect(state, copy, outcome)


def preview_migration(
    definitions: Definitions, state: State, command: MigrateInstance, now: datetime
) -> MigrationPlan | Rejected:
    """What would become of each element instance. The state is only read."""
    found = planned(Step(definitions, state, now, 0, BEHAVIOURS), command)
    return found if isinstance(found, Rejected) else found[0]


def effect(before: State, after: State, happened: Iterable[e.Event]) -> Effect:
    """The difference that a command made."""
    facts = tuple(happened)
    raised = [fact for fact in facts if isinstance(fact, e.IncidentRaised) and fact.incident in after.waits]
    return Effect(
        begins=tuple(found for key, found in after.elements.items() if key not in before.elements),
        ends=tuple(found for key, found in before.elements.items() if key not in after.elements),
        incidents=tuple(raised),
        status=after.status,
        events=facts,
    )


def _copy(state: State) -> State:
    elements = [instance_from_json(instance_to_json(found)) for found in state.elements.values()]
    return restore(elements, status=state.status, next_key=state.next_key)
