"""Statements about business fields, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from runtime.processes.tables import instance_field
from runtime.store.prepared import Prepared

_THIS = and_(instance_field.c.instance_id == bindparam("the_instance"), instance_field.c.name == bindparam("the_name"))
_DELETE = Prepared(delete(instance_field).where(_THIS))
_INSERT = Prepared(insert(instance_field))


def write_fields(
    connection: Connection, instance_id: str, names: Collection[str], rows: Sequence[Mapping[str, Any]], *, new: bool
) -> None:
    """Replace the fields `names` of an instance by `rows`; a new one has none yet."""
    if not new:
        _DELETE.run_all(connection, [{"the_instance": instance_id, "the_name": name} for name in names])
    _INSERT.run_all(connection, rows)


def select_fields(connection: Connection, instance_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Texts by instance and name."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    statement = select(instance_field).where(instance_field.c.instance_id.in_(instance_ids)).order_by(instance_field.c.name)
    for row in connection.execute(statement):
        found[row.instance_id][row.name] = row.text
    return found
