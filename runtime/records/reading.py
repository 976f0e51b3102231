"""Reading records: many, how many, and what they are called. Every query carries the policy's predicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from engine.api import to_plain
from runtime.errors import NotFound
from runtime.records import statements
from runtime.records.model import RecordType
from runtime.records.parts import RECORD_ID, Record, Repository
from runtime.store.pages import Page, cut, page_size


def find(
    repository: Repository,
    *,
    where: Mapping[str, Any],
    search: str | None,
    condition: str | None,
    order: Sequence[str],
    limit: int,
    after: str | None,
) -> Page[Record]:
    """A page of records, see `Records.find`."""
    size = page_size(limit)
    sorted_by = repository.filters.order(repository.connection, order)
    wanted = matching(repository, where, search, condition) & sorted_by.after(repository.connection, after)
    rows = statements.select_records(repository.connection, repository.table, wanted, sorted_by.expressions(), size + 1)
    return cut(rows, size, sorted_by.position, repository.record)


def count(repository: Repository, where: Mapping[str, Any], search: str | None, condition: str | None, most: int | None) -> int:
    """How many records, see `Records.count`."""
    wanted = matching(repository, where, search, condition)
    return statements.count_records(repository.connection, repository.table, wanted, most)


def matching(
    repository: Repository, where: Mapping[str, Any], search: str | None, condition: str | None = None
) -> ColumnElement[bool]:
    """What the actor may see, within a filter, a search and a FEEL condition."""
    filters = repository.filters
    found = repository.visible() & filters.where(repository.connection, where) & filters.search(search)
    return found if condition is None else found & repository.fulfilling(condition)


def titles(repository: Repository, ids: Iterable[str]) -> dict[str, str]:
    """What some records are called, by id; those the actor may not see are left out."""
    column = repository.table.c[repository.declared.title]
    usable = [one for one in ids if RECORD_ID.fullmatch(one)]
    found = statements.select_values(repository.connection, repository.table, column, usable, repository.visible())
    return {record_id: shown(value) for record_id, value in found.items()}


def title(declared: RecordType, record: Record) -> str:
    """What a record is called: its title field, else its number, else its id."""
    return shown(record.get(declared.title)) or record.get("number") or str(record["id"])


def children(declared: RecordType, field: str) -> tuple[str, str]:
    """The child type and its reference back of a children field. Raises NotFound."""
    found = declared.fields.get(field)
    if found is None or found.type != "children":
        raise NotFound("REC-1008", f"{declared.name} has no children called {field!r}.")
    return found.of, found.by


def shown(value: Any) -> str:
    """A field's value in a title."""
    return "" if value is None else str(to_plain(value))
