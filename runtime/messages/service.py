"""Publish messages: each starts or continues at most one instance of every process, or waits until its time to live is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from engine.api import Value
from runtime.errors import Conflict, Invalid
from runtime.execute import Executor
from runtime.jobs.queue import Queue
from runtime.jobs.work import checked
from runtime.messages import buffer, statements
from runtime.messages.buffer import DEFAULT_TTL, LONGEST_TTL, Message
from runtime.messages.delivery import Delivery, Reached
from runtime.store.batches import BATCH
from runtime.store.texts import LONGEST_INDEXED
from runtime.store.types import Row
from runtime.store.work import Work

ANSWERED_FOR = timedelta(days=400)
"""How long a delivery id is remembered: a file that is imported again a year later still makes no doubles."""

_TRIES = 20
_OPEN = ("pending", "waiting")
_IDS = ("started", "continued", "present")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAnswer:
    """What became of a message: ids of the instances it `started` and `continued`, or `stored` when it waits for a receiver.

    `present` are instances that were there already where a start may have its business key only once. `repeated` tells that
    the delivery id was used before and this is the first answer again.
    """

    id: str
    started: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    stored: bool = False
    repeated: bool = False


class Messages:
    """The one address for messages from outside, from processes and from records."""

    def __init__(self, executor: Executor, queue: Queue) -> None:
        self._delivery = Delivery(executor)
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
        nothing; with another message it raises Conflict (MSG-1002). While one with its name and key that came earlier is
        still on its way, it is stored behind that one. Raises Invalid for bad values (MSG-1001, VAR-…).
        """
        _check(name, correlation_key, delivery_id, ttl)
        message = buffer.new_message(work, name, correlation_key, checked(variables), ttl=ttl, delivery_id=delivery_id)
        if delivery_id is not None:
            row = buffer.row_of(work, message, "pending")
            if not statements.insert_message(work.connection, row):
                return self._first_answer(work, message)
        work.why = work.why or f"message {name}"
        if self._has_predecessor(work, message):
            return self._line_up(work, message)
        reached = self._delivery.deliver(work, message)
        answer = _answer(message, reached, stored=bool(ttl) and not reached)
        self._file(work, message, answer, "waiting" if answer.stored else "delivered")
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
        """Deliver a stored message: the work of jobs of the kind `DELIVER`.

        Of those with its name and key the oldest goes first, whosever job this is, so jobs that overtake each other do not
        change the order; the other's job, or another of one's own, does the rest.
        """
        own, head = self._lock_head(work, payload["message"])
        if own is None or head is None:
            return
        message = buffer.message_of(head)
        work.why = f"message {message.name}"
        reached = self._delivery.deliver(work, message)
        if reached or head["expires_at"] <= work.now:
            buffer.settle(work, message.id, message.delivery_id)
        elif head["status"] == "pending":
            statements.update_message(work.connection, message.id, {"status": "waiting"})
        elif head["id"] != own["id"]:
            self._wait_behind(work, own)
            return
        if head["id"] != own["id"]:
            buffer.file_later(work, self._queue, own["id"])
        elif reached:
            self._offer_next(work, message)

    def expect(self, work: Work, name: str) -> None:
        """A start event for this message was deployed: those that wait already are delivered after this transaction."""
        for message_id in statements.select_waiting_ids(work.connection, name, work.now):
            buffer.file_later(work, self._queue, message_id)

    def expire(self, work: Work, most: int = BATCH) -> int:
        """End some messages whose time to live is over; how many. For regular housekeeping (`in_batches`)."""
        return statements.expire(work.connection, work.now, most)

    def forget(self, work: Work, most: int = BATCH) -> int:
        """Forget some delivery ids after `ANSWERED_FOR`; how many. For regular housekeeping (`in_batches`)."""
        return statements.forget_answers(work.connection, work.now - ANSWERED_FOR, most)

    @staticmethod
    def _has_predecessor(work: Work, message: Message) -> bool:
        """Whether one of the same name and key came earlier and is still to be received. Without a key there is no order."""
        name, key = message.name, message.correlation_key
        if not key:
            return False
        oldest = statements.select_oldest(work.connection, name, key, work.now, pending=True)
        if oldest is None or oldest["id"] == message.id:
            return False
        if oldest["status"] == "pending":
            return True
        return statements.is_expected(work.connection, name, key) or bool(statements.select_starts(work.connection, name))

    def _line_up(self, work: Work, message: Message) -> MessageAnswer:
        """Let a message take its turn behind those that came earlier."""
        answer = _answer(message, Reached(), stored=message.expires_at > work.now)
        self._file(work, message, answer, "pending")
        buffer.file_later(work, self._queue, message.id)
        return answer

    @staticmethod
    def _lock_head(work: Work, message_id: str) -> tuple[RowMapping | None, RowMapping | None]:
        """A stored message that is still to be received, and the locked one whose turn it is."""
        for _ in range(_TRIES):
            own = statements.select_message(work.connection, message_id)
            if own is None or own["status"] not in _OPEN:
                return None, None
            if own["correlation_key"]:
                head = statements.lock_oldest(work.connection, own["name"], own["correlation_key"], work.now)
            else:
                head = statements.lock_open(work.connection, message_id)
            if head is not None or (own["status"] == "waiting" and own["expires_at"] <= work.now):
                return own, head
        raise Conflict("MSG-1003", "The messages of this name and key keep changing. Try again.")

    @staticmethod
    def _wait_behind(work: Work, own: Row) -> None:
        """Nobody takes the first in the line, so nobody takes this one."""
        if own["expires_at"] <= work.now:
            buffer.settle(work, own["id"], own["delivery_id"])
        else:
            statements.update_message(work.connection, own["id"], {"status": "waiting"})

    def _offer_next(self, work: Work, message: Message) -> None:
        """A receiver may have come while this message was on its way, and left those behind it alone."""
        name, key = message.name, message.correlation_key
        if not key or not statements.is_expected(work.connection, name, key):
            return
        following = statements.select_oldest(work.connection, name, key, work.now, pending=False)
        if following is not None:
            buffer.file_later(work, self._queue, following["id"])

    @staticmethod
    def _file(work: Work, message: Message, answer: MessageAnswer, status: str) -> None:
        """Keep what has to be kept: a message that is to be received, and the answer to a delivery id."""
        if message.delivery_id is not None:
            told = {**{name: list(getattr(answer, name)) for name in _IDS}, "stored": answer.stored}
            statements.update_message(work.connection, message.id, {"status": status, "answer": told})
        elif status != "delivered":
            statements.insert_message(work.connection, buffer.row_of(work, message, status))

    @staticmethod
    def _first_answer(work: Work, message: Message) -> MessageAnswer:
        row = statements.select_delivery(work.connection, str(message.delivery_id))
        if row is None or row["fingerprint"] != buffer.fingerprint(message):
            detail = f"The delivery id {message.delivery_id!r} was used for another message."
            raise Conflict("MSG-1002", f"{detail} Give each delivery an id of its own.")
        told = row["answer"]
        ids = {name: tuple(told.get(name, ())) for name in _IDS}
        return MessageAnswer(id=row["id"], stored=told["stored"], repeated=True, **ids)


def _answer(message: Message, reached: Reached, *, stored: bool) -> MessageAnswer:
    ids = {name: getattr(reached, name) for name in _IDS}
    return MessageAnswer(id=message.id, stored=stored, **ids)


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
