"""Give one message to its receivers: in each process to the instance that waits longest, else to a new one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from engine.api import commands
from runtime.errors import Conflict
from runtime.execute import Executor
from runtime.messages import statements
from runtime.messages.buffer import Message
from runtime.processes import statements as process_statements
from runtime.processes.timeline import RecordKey
from runtime.processes.unique_keys import AlreadyThere
from runtime.store.types import Row
from runtime.store.work import Work

_TRIES = 20
_RECEIVES = ("active", "suspended")  # a suspended instance keeps what reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Ids of the instances that a message `started` and `continued`, and of those `present` that took the place of a start."""

    started: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    present: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.started or self.continued or self.present)


class Delivery:
    """Matches messages with subscriptions and start events."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def deliver(self, work: Work, message: Message) -> Reached:
        """Give the message to all that take it now. Raises Conflict (MSG-1003) when those keep changing."""
        receivers, record = self._lock_receivers(work, message), _record_of(message)
        continued, processes = [], set()
        for row, instance in receivers:
            if record is not None:
                self._executor.link(work, instance, record)
            command = commands.CorrelateMessage(subscription=row["key"], variables=message.variables, message_id=message.id)
            self._executor.execute_locked(work, instance, command)
            continued.append(row["instance_id"])
            processes.add(row["process_id"])
        started, present = [], []
        for start in statements.select_starts(work.connection, message.name):
            if start["process_id"] in processes:
                continue
            processes.add(start["process_id"])
            try:
                started.append(self._start(work, start, message, record))
            except AlreadyThere as there:
                present.append(there.instance_id)
        return Reached(started=tuple(started), continued=tuple(continued), present=tuple(present))

    def _start(self, work: Work, start: RowMapping, message: Message, record: RecordKey | None) -> str:
        instance_id, _ = self._executor.start(
            work,
            start["definition_key"],
            message.variables,
            business_key=message.correlation_key or None,
            start_event=start["element"],
            record=record,
        )
        return instance_id

    def _lock_receivers(self, work: Work, message: Message) -> list[tuple[RowMapping, Row]]:
        """Per process the subscription that waits longest, with its locked instance.

        Instances are locked first, in the order of their ids, then the name: so nobody waits for anybody in a circle. When a
        receiver came or went in between, all locks are given up and it begins again. (SQLite has one writer: nobody can.)
        """
        for _ in range(_TRIES):
            wanted = self._first_per_process(work, message)
            savepoint = work.connection.begin_nested()
            ids = sorted({row["instance_id"] for row in wanted})
            locked = {found: process_statements.lock_instance(work.connection, found) for found in ids}
            statements.lock_name(work.connection, message.name, message.correlation_key)
            found = wanted if work.connection.dialect.name == "sqlite" else self._first_per_process(work, message)
            if [row["id"] for row in found] == [row["id"] for row in wanted]:
                savepoint.commit()
                pairs = [(row, locked[row["instance_id"]]) for row in found]
                return [(row, instance) for row, instance in pairs if instance and instance["status"] in _RECEIVES]
            savepoint.rollback()
        raise Conflict("MSG-1003", "The receivers of this message keep changing. Try again.")

    @staticmethod
    def _first_per_process(work: Work, message: Message) -> list[RowMapping]:
        found: dict[str, RowMapping] = {}
        for row in statements.select_subscriptions(work.connection, message.name, message.correlation_key):
            found.setdefault(row["process_id"], row)
        return list(found.values())


def _record_of(message: Message) -> RecordKey | None:
    """The record that a record event is about (``<type>.<what happened>``, its key being the record's id)."""
    record_type, record_id = message.variables.get("record_type"), message.variables.get("record_id")
    is_event = record_id == message.correlation_key and message.name.startswith(f"{record_type}.")
    return (str(record_type), str(record_id)) if is_event and record_type and record_id else None
