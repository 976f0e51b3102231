"""Publish messages: each starts or continues at most one instance of every process, or waits until its time to live is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from engine.api import Value, commands
from runtime.errors import Conflict, Invalid
from runtime.execute import Executor
from runtime.jobs.queue import Queue
from runtime.jobs.work import checked
from runtime.messages import buffer, statements
from runtime.messages.buffer import DEFAULT_TTL, DELIVER, LONGEST_TTL, Message
from runtime.processes import statements as process_statements
from runtime.processes.timeline import RecordKey
from runtime.store.batches import BATCH
from runtime.store.texts import LONGEST_INDEXED
from runtime.store.types import Row
from runtime.store.work import Work

_TRIES = 20
_RECEIVES = ("active", "suspended")  # a suspended instance keeps what reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAnswer:
    """What became of a message: ids of the instances it `started` and `continued`, or `stored` when it waits for a receiver.

    `repeated` tells that the delivery id was used before and this is the first answer again.
    """

    id: str
    started: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    stored: bool = False
    repeated: bool = False


class Messages:
    """The one address for messages from outside, from processes and from records."""

    def __init__(self, executor: Executor, queue: Queue) -> None:
        self._executor = executor
        self._queue = queue

    def publish(
        self,
        work: Work,
        name: str,
        correlation_key: str,
        variables: Mapping[str, Value],
        *,
        delivery_id: str | None = None,
        ttl: timedelta = DEFAULT_TTL,
    ) -> MessageAnswer:
        """Deliver a message now: in each process it continues the instance that waits longest, else starts one.

        With no receiver it is kept for `ttl` (zero: not at all). The same `delivery_id` again gets the first answer and does
        nothing; with another message it raises Conflict (MSG-1002). Raises Invalid for bad values (MSG-1001, VAR-…).
        """
        _check(name, correlation_key, delivery_id, ttl)
        message = buffer.new_message(work, name, correlation_key, checked(variables), ttl=ttl, delivery_id=delivery_id)
        if delivery_id is not None:
            row = buffer.row_of(work, message, "pending")
            if not statements.insert_message(work.connection, row):
                return self._first_answer(work, message)
        work.why = work.why or f"message {name}"
        started, continued = self._deliver(work, message)
        stored = bool(ttl) and not (started or continued)
        answer = MessageAnswer(id=message.id, started=started, continued=continued, stored=stored)
        self._file(work, message, answer)
        return answer

    def publish_later(
        self,
        work: Work,
        name: str,
        correlation_key: str,
        variables: Mapping[str, Value],
        *,
        ttl: timedelta = DEFAULT_TTL,
    ) -> None:
        """Have a message delivered right after this transaction. `ttl` zero announces it to those who wait already."""
        _check(name, correlation_key, None, ttl)
        buffer.publish_later(work, self._queue, name, correlation_key, checked(variables), ttl=ttl)

    def deliver(self, work: Work, payload: Mapping[str, Any]) -> None:
        """Deliver a stored message: the work of jobs of the kind `DELIVER`."""
        row = statements.lock_message(work.connection, payload["message"])
        if row is None or row["status"] not in {"pending", "waiting"}:
            return
        message = buffer.message_of(row)
        work.why = f"message {message.name}"
        started, continued = self._deliver(work, message)
        if started or continued or row["expires_at"] <= work.now:
            buffer.settle(work, message.id, message.delivery_id)
        else:
            statements.update_message(work.connection, message.id, {"status": "waiting"})

    def expect(self, work: Work, name: str) -> None:
        """A start event for this message was deployed: those that wait already are delivered after this transaction."""
        for message_id in statements.select_waiting_ids(work.connection, name, work.now):
            self._queue.enqueue(work, DELIVER, {"message": message_id})

    def expire(self, work: Work, most: int = BATCH) -> int:
        """End some messages whose time to live is over; how many. For regular housekeeping (`in_batches`)."""
        return statements.expire(work.connection, work.now, most)

    def _deliver(self, work: Work, message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids of the instances started and continued."""
        receivers, record = self._lock_receivers(work, message), _record_of(message)
        continued, processes = [], set()
        for row, instance in receivers:
            if record is not None:
                self._executor.link(work, instance, record)
            command = commands.CorrelateMessage(subscription=row["key"], variables=message.variables, message_id=message.id)
            self._executor.execute_locked(work, instance, command)
            continued.append(row["instance_id"])
            processes.add(row["process_id"])
        started = []
        for start in statements.select_starts(work.connection, message.name):
            if start["process_id"] not in processes:
                processes.add(start["process_id"])
                started.append(self._start(work, start, message, record))
        return tuple(started), tuple(continued)

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

    @staticmethod
    def _file(work: Work, message: Message, answer: MessageAnswer) -> None:
        """Keep what has to be kept: a message without a receiver, and the answer to a delivery id."""
        status = "waiting" if answer.stored else "delivered"
        if message.delivery_id is not None:
            told = {"started": list(answer.started), "continued": list(answer.continued), "stored": answer.stored}
            statements.update_message(work.connection, message.id, {"status": status, "answer": told})
        elif answer.stored:
            statements.insert_message(work.connection, buffer.row_of(work, message, status))

    @staticmethod
    def _first_answer(work: Work, message: Message) -> MessageAnswer:
        row = statements.select_delivery(work.connection, str(message.delivery_id))
        if row is None or row["fingerprint"] != buffer.fingerprint(message):
            detail = f"The delivery id {message.delivery_id!r} was used for another message."
            raise Conflict("MSG-1002", f"{detail} Give each delivery an id of its own.")
        told = row["answer"]
        ids = {"started": tuple(told["started"]), "continued": tuple(told["continued"])}
        return MessageAnswer(id=row["id"], stored=told["stored"], repeated=True, **ids)


def _record_of(message: Message) -> RecordKey | None:
    """The record that a record event is about (``<type>.<what happened>``, its key being the record's id)."""
    record_type, record_id = message.variables.get("record_type"), message.variables.get("record_id")
    is_event = record_id == message.correlation_key and message.name.startswith(f"{record_type}.")
    return (str(record_type), str(record_id)) if is_event and record_type and record_id else None


def _check(name: str, correlation_key: str, delivery_id: str | None, ttl: timedelta) -> None:
    texts: Sequence[tuple[str, str | None]] = [
        ("name", name),
        ("correlation_key", correlation_key),
        ("delivery_id", delivery_id),
    ]
    wrong = {field: ["too long, or holds a null character"] for field, text in texts if text and not _is_short(text)}
    if not name:
        wrong["name"] = ["a message needs a name"]
    if delivery_id == "":
        wrong["delivery_id"] = ["leave it out, or give it a text"]
    if not timedelta(0) <= ttl <= LONGEST_TTL:
        wrong["ttl"] = [f"from zero to {LONGEST_TTL.days} days"]
    if wrong:
        raise Invalid("MSG-1001", "The message is not valid: " + ", ".join(sorted(wrong)) + ".", fields=wrong)


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_INDEXED and "\0" not in text
