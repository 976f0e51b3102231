"""The same request twice is done once: ``Idempotency-Key`` on requests that begin something.

The answer is kept in the transaction of the work itself, so there is no moment at which one is done and the other is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from runtime.errors import Conflict, Invalid
from runtime.http.tables import idempotent_answer as answers
from runtime.store.work import Work

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=2)
LONGEST = 200

Answer = tuple[dict[str, Any], int]


def given_key() -> str | None:
    """The key of this request. Raises Invalid HTTP-1020 when it is too long."""
    key = request.headers.get(HEADER)
    if key and len(key) > LONGEST:
        raise Invalid("HTTP-1020", f"{HEADER} is longer than {LONGEST} characters.")
    return key or None


def once(work: Work, do: Callable[[], Answer]) -> Answer:
    """Do it, or give the answer of the first time. Raises Conflict HTTP-1021 when the key stood on another request before."""
    key = given_key()
    if key is None:
        return do()
    fingerprint = _fingerprint()
    if not _reserve(work, key, fingerprint):
        return _first_answer(work, key, fingerprint)
    body, status = do()
    _keep(work.connection, work.actor.id, key, body, status)
    return body, status


def _fingerprint() -> str:
    whole = b"\0".join([request.method.encode(), request.path.encode(), request.get_data(cache=True)])
    return hashlib.sha256(whole).hexdigest()


def _reserve(work: Work, key: str, fingerprint: str) -> bool:
    """True when nobody used the key before. Waits for a transaction that is about to use it."""
    work.connection.execute(delete(answers).where(answers.c.at < work.now - KEPT_FOR))
    insert = postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert
    row = {"actor": work.actor.id, "key": key, "fingerprint": fingerprint, "status": 0, "answer": {}, "at": work.now}
    # Not by rowcount, which psycopg does not know for this statement.
    added = work.connection.execute(insert(answers).values(row).on_conflict_do_nothing().returning(answers.c.key))
    return added.first() is not None


def _first_answer(work: Work, key: str, fingerprint: str) -> Answer:
    row = (
        work.connection.execute(select(answers).where(answers.c.actor == work.actor.id, answers.c.key == key)).mappings().one()
    )
    if row["fingerprint"] != fingerprint:
        raise Conflict("HTTP-1021", f"This {HEADER} was used for another request. Take a new one for each thing you want done.")
    return row["answer"], row["status"]


def _keep(connection: Connection, actor: str, key: str, body: dict[str, Any], status: int) -> None:
    here = (answers.c.actor == actor) & (answers.c.key == key)
    connection.execute(update(answers).where(here).values(answer=body, status=status))
