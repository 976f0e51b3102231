"""Drafts: diagrams that are being edited, kept per user on the server, so that no closed browser loses them.

The designer is an optional part with a table of its own, made at the first draft; the platform's migrations do not know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from runtime.errors import Conflict, Invalid, NotFound
from runtime.store.ids import new_id
from runtime.store.types import UtcDateTime
from runtime.store.work import Work

MOST_PER_USER = 200
LARGEST = 2 * 1024 * 1024
"""Bytes; the engine reads no larger diagram."""

_draft = Table(
    "designer_draft",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("process_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("base", String(36), comment="Key of the process definition it was started from; empty for a new diagram."),
    Column("resource", Text, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False, comment="Counts the saves; the fence against a second window."),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
_BY_USER = Index("ix_designer_draft_user_id", _draft.c.user_id, _draft.c.updated_at)
_CHANGED = "This draft was changed in another window since you opened it. Load that state, or keep yours as a draft of its own."
_SUMMARY = [column for column in _draft.c if column.name != "xml"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft without its diagram, as lists show it."""

    id: str
    process_id: str
    name: str
    base: str | None
    resource: str
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(DraftRow):
    """A draft with its diagram."""

    xml: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is saved: the diagram, and what lists say about it."""

    xml: bytes
    process_id: str
    name: str
    resource: str
    base: str | None = None


def create(work: Work, contents: Contents) -> DraftRow:
    """Keep a new draft for the actor. Raises Invalid when it is too large or the actor has too many."""
    _check(contents)
    _ensure_table(work.connection)
    if len(_select_rows(work.connection, work.actor.id)) >= MOST_PER_USER:
        raise Invalid("DRAFT-1002", f"There are {MOST_PER_USER} drafts of yours already. Discard some first.")
    values = {
        **_values(contents),
        "id": new_id(),
        "user_id": work.actor.id,
        "base": contents.base,
        "revision": 1,
        "created_at": work.now,
        "updated_at": work.now,
    }
    work.connection.execute(insert(_draft), [values])
    return _row({name: values[name] for name in DraftRow.__slots__})


def save(work: Work, draft_id: str, revision: int, contents: Contents) -> DraftRow:
    """Save the actor's draft if it is still at `revision`. Raises Conflict when another window was first, NotFound, Invalid."""
    _check(contents)
    known = get(work, draft_id)
    statement = (
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.user_id == work.actor.id, _draft.c.revision == revision)
        .values(**_values(contents), revision=revision + 1, updated_at=work.now)
    )
    if work.connection.execute(statement).rowcount != 1:
        raise Conflict("DRAFT-1001", _CHANGED)
    changed = {"revision": revision + 1, "updated_at": work.now, "name": contents.name, "process_id": contents.process_id}
    return _row({name: getattr(known, name) for name in DraftRow.__slots__} | changed)


def get(work: Work, draft_id: str) -> Draft:
    """The actor's draft. Raises NotFound, also for a draft of somebody else."""
    row: RowMapping | None = None
    if _has_table(work.connection):
        statement = select(_draft).where(_draft.c.id == draft_id, _draft.c.user_id == work.actor.id)
        row = work.connection.execute(statement).mappings().first()
    if row is None:
        raise NotFound("DRAFT-1003", "There is no such draft of yours. Perhaps it was deployed or discarded.")
    return Draft(**{name: row[name] for name in (*DraftRow.__slots__, "xml")})


def mine(work: Work, process_id: str | None = None) -> list[DraftRow]:
    """The actor's drafts, of one process or of all, the last changed first."""
    if not _has_table(work.connection):
        return []
    rows = _select_rows(work.connection, work.actor.id)
    return [_row(row) for row in rows if process_id is None or row["process_id"] == process_id]


def discard(work: Work, draft_id: str) -> None:
    """Throw the actor's draft away. Raises NotFound."""
    get(work, draft_id)
    work.connection.execute(delete(_draft).where(_draft.c.id == draft_id, _draft.c.user_id == work.actor.id))


def _check(contents: Contents) -> None:
    if len(contents.xml) > LARGEST:
        raise Invalid("DRAFT-1004", f"The diagram has {len(contents.xml):,} bytes; at most {LARGEST:,} are kept. Split it.")


def _values(contents: Contents) -> dict[str, Any]:
    return {"xml": contents.xml, "process_id": contents.process_id, "name": contents.name, "resource": contents.resource}


def _row(fields: Any) -> DraftRow:
    return DraftRow(**{name: fields[name] for name in DraftRow.__slots__})


def _select_rows(connection: Connection, user_id: str) -> Sequence[RowMapping]:
    statement = select(*_SUMMARY).where(_draft.c.user_id == user_id).order_by(_draft.c.updated_at.desc(), _draft.c.id)
    return connection.execute(statement).mappings().all()


def _has_table(connection: Connection) -> bool:
    return inspect(connection).has_table(_draft.name)


def _ensure_table(connection: Connection) -> None:
    if _has_table(connection):
        return
    connection.execute(CreateTable(_draft, if_not_exists=True))
    connection.execute(CreateIndex(_BY_USER, if_not_exists=True))
