"""Writing checked values over a record: the row, the line in its timeline, and the event."""

from __future__ import annotations

from collections.abc import Mapping

from engine.api import Value
from runtime.records import events, saving, timeline
from runtime.records.parts import Record, Repository


def fill(repository: Repository, before: Record, values: Mapping[str, Value]) -> Record:
    """Write checked values over a record that the actor may change; nothing happens when they are what it holds."""
    changes = {name: value for name, value in values.items() if not same(value, before[name])}
    if not changes:
        return before
    saving.must_exist(repository, changes)
    record = saving.update(repository, before, changes)
    timeline.add_to(repository, record, "changed", {"fields": timeline.field_changes(repository, before, record, changes)})
    events.changed(repository, record, {name: before[name] for name in changes})
    return record


def same(new: Value, old: Value) -> bool:
    """Whether a value is what the record holds; 1 is not true."""
    return type(new) is type(old) and bool(new == old)
