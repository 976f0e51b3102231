"""From events to the rows of business fields, where the process has any."""

from __future__ import annotations

from collections.abc import Collection

from engine.api import Event, State, Value, events
from runtime.processes import business_fields, field_statements
from runtime.processes.library import PinnedDefinitions
from runtime.store.types import Row
from runtime.store.work import Work


def write_fields(work: Work, definitions: PinnedDefinitions, row: Row, state: State, happened: Collection[Event]) -> None:
    """Keep what one transaction did to the business fields of the instance of `row`; nothing for a process without any."""
    root = next((one for one in state.elements.values() if one.parent is None), None)
    before = definitions.process(row["definition_key"]).business_fields
    names = before if root is None else definitions.process(root.process).business_fields
    if not (names or before):
        return
    values = business_fields.changed(names, root.key if root else None, happened)
    if root is not None and any(isinstance(one, events.ElementMigrated) and one.key == root.key for one in happened):
        held = root.variables or {}
        values = {name: held.get(name) if name in names else None for name in {*before, *names}}
    _write(work, row, values)


def _write(work: Work, row: Row, values: dict[str, Value]) -> None:
    made = (business_fields.row(row["id"], name, value) for name, value in values.items())
    rows = [one for one in made if one is not None]
    field_statements.write_fields(work.connection, row["id"], values, rows, new=row["version"] == 0)
