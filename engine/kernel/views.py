"""What others may ask of a state."""

from __future__ import annotations

from engine.feel import Value
from engine.kernel.definitions import Processes
from engine.kernel.events import JobCreated
from engine.kernel.state import State
from engine.kernel.task_listeners import COMPLETING, change_of


def job_variables(definitions: Processes, state: State, job: JobCreated) -> dict[str, Value]:
    """What a job sees: the variables visible at its element, and those that a person completes a user task with."""
    seen = visible_variables(definitions, state, job.key)
    change = change_of(state.elements[job.key]) if job.listener == COMPLETING else None
    return seen if change is None else {**seen, **change.variables}


def visible_variables(definitions: Processes, state: State, key: int) -> dict[str, Value]:
    """The variables an expression at the element instance `key` sees.

    Inner scopes hide outer ones, and a called process does not see those of its caller. Raises KeyError when there is no such
    active element instance.
    """
    found: dict[str, Value] = {}
    at: int | None = key
    while at is not None:
        instance = state.elements[at]
        found = {**(instance.variables or {}), **found}
        is_root = instance.element not in definitions.process(instance.process).elements
        at = None if is_root else instance.parent
    return found
