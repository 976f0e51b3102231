"""Load and save the kernel's state of one instance."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from engine.api import InstanceStatus, State, instance_from_json, instance_to_json, restore
from runtime.processes import statements
from runtime.store.types import Row


def load_state(connection: Connection, instance: Row) -> State:
    """The state of an instance whose row is locked; an empty one for a row that was only just made."""
    if instance["version"] == 0:
        return State()
    elements = [instance_from_json(data) for data in statements.select_elements(connection, instance["id"])]
    return restore(elements, status=InstanceStatus(instance["status"]), next_key=instance["next_key"])


def save_state(
    connection: Connection, instance_id: str, state: State, stored: frozenset[int], migrated: frozenset[int] = frozenset()
) -> None:
    """Write the element instances that changed since the state was loaded; `stored` are the keys that the database holds.

    Rows of `migrated` ones are made anew: they lie under another definition and element.
    """
    touched = sorted(set(state.touched))
    alive = [key for key in touched if key in state.elements]
    rows = {key: _row(instance_id, state, key) for key in alive}
    statements.write_elements(
        connection,
        instance_id,
        new=[rows[key] for key in alive if key not in stored or key in migrated],
        changed=[rows[key] for key in alive if key in stored and key not in migrated],
        gone=[key for key in touched if key in stored and (key not in state.elements or key in migrated)],
    )
    state.touched.clear()


def _row(instance_id: str, state: State, key: int) -> dict[str, Any]:
    element = state.elements[key]
    data = instance_to_json(element)
    return {"instance_id": instance_id, "key": key, "process": element.process, "element": element.element, "data": data}
