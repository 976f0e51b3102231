"""All there is to know about a world after its faults: the tables, the peer's ledger and what the drivers were promised."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from engine.api import Event, State, apply, event_from_json, events
from runtime.jobs.tables import job
from runtime.messages.tables import message, message_subscription
from runtime.processes.tables import element_instance, incident, journal, process_instance, user_task
from runtime.signals.tables import signal_subscription
from runtime.store.metadata import metadata
from tests.faults.world import World

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a journal with its events."""

    row: Row
    events: tuple[Event, ...]


class Facts:
    """Read once, when the world stands still."""

    def __init__(self, world: World) -> None:
        self.lease: timedelta = world.lease
        self.healthy = not world.kills and not world.trouble
        self.dialect = world.platform.database.dialect
        with world.platform.database.read() as work:
            self.now = work.now
            self.connection = work.connection
            self.instances = {row["id"]: row for row in self._all(process_instance)}
            self.elements = self._by_instance(element_instance)
            self.jobs = self._by_instance(job)
            self.tasks = self._by_instance(user_task)
            self.subscriptions = self._by_instance(message_subscription)
            self.signals = self._by_instance(signal_subscription)
            self.incidents = self._by_instance(incident)
            self.messages = self._all(message)
            self.journals = self._journals()
            self.broken = self._broken()
        self.peer = list(lines(world.peer_ledger))
        self.promises = list(lines(world.driver_ledger))
        world.platform.database.close()

    @cached_property
    def folded(self) -> dict[str, State]:
        """Of each instance what its journal gives when it is replayed."""
        return {instance: _fold(lines) for instance, lines in self.journals.items()}

    def happened(self, instance: str, kind: type) -> list[tuple[Any, Row]]:
        """Events of a kind in the journal of an instance, each with its row."""
        return [(event, line.row) for line in self.journals.get(instance, ()) for event in line.events if type(event) is kind]

    def calls(self, instance: str, type: str) -> dict[str, events.JobCreated]:
        """The jobs of a type that the journal of an instance made, by their keys for the outside."""
        return {f"{instance}.{e.job}": e for e, _ in self.happened(instance, events.JobCreated) if e.type == type}

    def promised(self, did: str) -> Iterator[Row]:
        """What the drivers were promised about starts, completions or messages."""
        return (line for line in self.promises if line["did"] == did)

    def _all(self, table: Table) -> list[Row]:
        return [dict(row) for row in self.connection.execute(select(table)).mappings()]

    def _by_instance(self, table: Table) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._all(table):
            found[row["instance_id"]].append(row)
        return found

    def _journals(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = defaultdict(list)
        for row in self.connection.execute(select(journal).order_by(journal.c.instance_id, journal.c.seq)).mappings():
            found[row["instance_id"]].append(Line(row=dict(row), events=tuple(event_from_json(one) for one in row["events"])))
        return found

    def _broken(self) -> list[str]:
        """What the database itself finds wrong."""
        if self.dialect == "sqlite":
            found = [str(row[0]) for row in self.connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
            return found + [f"foreign key: {tuple(row)}" for row in self.connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return [told for table in metadata.sorted_tables for told in self._orphans(table)]

    def _orphans(self, table: Table) -> Iterator[str]:
        """Foreign keys that point nowhere, counted without trusting the constraint."""
        for key in table.foreign_keys:
            inner = select(key.column).where(key.column == key.parent)
            rows = select(key.parent).where(key.parent.is_not(None), ~inner.exists()).limit(5)
            yield from (f"{table.name}.{key.parent.name} = {row[0]!r} points nowhere" for row in self.connection.execute(rows))


def _fold(lines: list[Line]) -> State:
    state = State()
    for line in lines:
        for event in line.events:
            apply(state, event)
    return state


def lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text().splitlines())


def moment(value: datetime) -> str:
    """For messages."""
    return value.isoformat(timespec="milliseconds")
