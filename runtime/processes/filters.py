"""Which process instances are meant: what lists show and what batches work on, said in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, not_

from runtime.errors import Invalid
from runtime.processes.business_fields import FieldIs, where
from runtime.processes.tables import incident, instance_record, process_definition, process_instance

STATUSES = ("active", "suspended", "completed", "cancelled", "incident")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceFilter:
    """All that is given must hold; `started_from` is the first moment, `started_before` the first that is too late.

    Raises Invalid for an unknown status. `incident` as the status means running ones that are stuck, as `has_incident` does.
    """

    process_id: str | None = None
    version: int | None = None
    status: str | None = None
    business_key: str | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None
    has_incident: bool | None = None
    record: tuple[str, str] | None = None
    fields: tuple[FieldIs, ...] = ()

    def __post_init__(self) -> None:
        if self.status is not None and self.status not in STATUSES:
            detail = f"There is no status {self.status!r}. Use {', '.join(STATUSES)}."
            raise Invalid("PROC-1007", detail, fields={"status": ["unknown"]})

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter in SQL, over `process_instance` joined with its definition."""
        stuck = True if self.status == "incident" else self.has_incident
        equal = {process_instance.c.process_id: self.process_id, process_definition.c.version: self.version}
        equal |= {process_instance.c.business_key: self.business_key}
        equal |= {process_instance.c.status: None if self.status == "incident" else self.status}
        found = [column == value for column, value in equal.items() if value is not None]
        found += [] if self.started_from is None else [process_instance.c.started_at >= self.started_from]
        found += [] if self.started_before is None else [process_instance.c.started_at < self.started_before]
        found += [] if stuck is None else [_is_stuck() if stuck else not_(_is_stuck())]
        found += [] if self.record is None else [_is_about(self.record)]
        return found + where(process_instance.c.id, self.fields)

    def as_json(self) -> dict[str, Any]:
        """What is given, as plain JSON."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
        plain["fields"] = [astuple(one) for one in self.fields] or None
        return {name: value for name, value in plain.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> InstanceFilter:
        """The filter that `as_json` wrote."""
        given = dict(stored)
        for name in {"started_from", "started_before"} & given.keys():
            given[name] = datetime.fromisoformat(given[name])
        if "record" in given:
            given["record"] = tuple(given["record"])
        given["fields"] = tuple(FieldIs(*one) for one in given.get("fields", ()))
        return cls(**given)


ALL = InstanceFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks of a view: all that is given must hold. `text` stands in the name or the business key."""

    process_id: str | None = None
    text: str | None = None
    record: tuple[str, str] | None = None
    fields: tuple[FieldIs, ...] = ()


EVERY_TASK = TaskFilter()


def _is_stuck() -> ColumnElement[bool]:
    return exists().where(incident.c.instance_id == process_instance.c.id).correlate(process_instance)


def _is_about(record: tuple[str, str]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            instance_record.c.instance_id == process_instance.c.id,
            instance_record.c.record_type == record[0],
            instance_record.c.record_id == record[1],
        )
        .correlate(process_instance)
    )
