"""What others may ask of a state."""

from __future__ import annotations

from engine.feel import Value
from engine.kernel.definitions import Processes
from engine.kernel.state import State


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
