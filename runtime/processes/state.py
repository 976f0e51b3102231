"""Load and save the kernel's state of one instance.

An instance with few active element instances is read whole, in one statement. Beyond `CROWD` of them new ones are kept apart: a
step reads those that it asks for (`engine.kernel.partial`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.api import (
    SPAN,
    ElementInstance,
    InstanceStatus,
    State,
    instance_from_json,
    instance_to_json,
    is_part,
    may_be_left,
    restore,
    restore_part,
)
from runtime.processes import statements
from runtime.store.types import Row

CROWD = 64
"""So many active element instances are read with every step rather than asked for one by one."""

_Place = tuple[int, int | None]
"""Crowd and lowest wait of a stored element instance, as their columns have them."""

_WITH_EVERY_STEP: _Place = (0, None)


class Stored:
    """The state of an instance, as its rows have it. `state` may be advanced, then saved, once.

    `linked` tells whether a record may be linked with the instance.
    """

    def __init__(self, connection: Connection, instance: Row) -> None:
        self._connection = connection
        self._id: str = instance["id"]
        self._places: dict[int, _Place] = {}
        self.linked = True
        self.state = State() if instance["version"] == 0 else self._load(instance)

    def _load(self, instance: Row) -> State:
        rows = statements.select_elements(self._connection, self._id)
        elements = [instance_from_json(row["data"]) for row in rows]
        self._places = dict.fromkeys((one.key for one in elements), _WITH_EVERY_STEP)
        self.linked = any(row["linked"] for row in rows[:1])
        about: dict[str, Any] = {"status": InstanceStatus(instance["status"]), "next_key": instance["next_key"]}
        if any(row["crowded"] for row in rows[:1]):
            return restore_part(elements, self, **about)
        return restore(elements, **about)

    def one(self, key: int) -> ElementInstance | None:
        """See `engine.kernel.partial.Crowd`."""
        return next(iter(self._read(statements.select_of_crowd(self._connection, self._id, key))), None)

    def waiting_for(self, wait: int) -> list[ElementInstance]:
        """See `engine.kernel.partial.Crowd`."""
        return self._read(statements.select_waiting_near(self._connection, self._id, wait - SPAN + 1, wait))

    def inside(self, scope: int, limit: int | None) -> list[ElementInstance]:
        """See `engine.kernel.partial.Crowd`."""
        return self._read(statements.select_inside(self._connection, self._id, scope, limit))

    def waiting(self, limit: int) -> list[ElementInstance]:
        """See `engine.kernel.partial.Crowd`."""
        return self._read(statements.select_waiting_in_crowd(self._connection, self._id, limit))

    def everybody(self) -> list[ElementInstance]:
        """See `engine.kernel.partial.Crowd`."""
        return self._read(statements.select_crowd(self._connection, self._id))

    def _read(self, rows: statements.Rows) -> list[ElementInstance]:
        self._places.update({row["key"]: (row["crowd"], row["wait"]) for row in rows})
        return [instance_from_json(row["data"]) for row in rows]

    def save(self, migrated: frozenset[int] = frozenset()) -> None:
        """Write the element instances that changed. Rows of `migrated` ones are made anew: they lie under another element."""
        state, places = self.state, self._places
        crowded = is_part(state) or len(state.elements) > CROWD
        new: list[Row] = []
        changed: list[Row] = []
        gone: dict[int, int] = {}
        for key in sorted(set(state.touched)):
            element, before = state.elements.get(key), places.get(key)
            place = None if element is None else _place(element, before, crowded)
            if before is not None and (place != before or key in migrated):
                gone[key] = before[0]
            if element is None or place is None:
                continue
            row = {**_row(element), "instance_id": self._id, "crowd": place[0], "wait": place[1]}
            (changed if place == before and key not in migrated else new).append(row)
        statements.write_elements(self._connection, self._id, new=new, changed=changed, gone=gone)
        state.touched.clear()


def load_state(connection: Connection, instance: Row) -> State:
    """The state of an instance; an empty one for a row that was only just made."""
    return Stored(connection, instance).state


def _place(element: ElementInstance, before: _Place | None, crowded: bool) -> _Place:
    """Where the row belongs. Only new ones join a crowd, and who may not be left in it never comes back."""
    joins = crowded if before is None else before != _WITH_EVERY_STEP
    if not joins or element.parent is None or not may_be_left(element):
        return _WITH_EVERY_STEP
    return element.parent, min(element.waits, default=0)


def _row(element: ElementInstance) -> Mapping[str, Any]:
    about = {"key": element.key, "process": element.process, "element": element.element}
    return about | {"data": instance_to_json(element)}
