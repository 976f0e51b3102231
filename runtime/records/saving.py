"""Writing a row: stamps, search text, uniqueness, and the version that says whether somebody was first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.api import Value
from runtime.errors import Conflict
from runtime.i18n import _
from runtime.records import statements
from runtime.records.contacts import phone_tokens
from runtime.records.model import RecordType
from runtime.records.parts import Record, Repository
from runtime.records.text import search_text
from runtime.records.validation import not_valid

_NOT_COLUMNS = frozenset({"stage_category"})


def insert(repository: Repository, record: Record) -> None:
    """A new row. Raises Conflict when a unique value is taken."""
    _must_be_free(repository, record, repository.declared.columns)
    row = {**_row(record), "version": int(record["version"]), "search_text": searched(repository.declared, record)}
    with _unique(repository, record):
        statements.insert_record(repository.connection, repository.table, row)


def update(repository: Repository, before: Record, changes: Mapping[str, Value]) -> Record:
    """The record with the changes written over it. Raises Conflict when it changed meanwhile, or a unique value is taken."""
    declared, version = repository.declared, int(before["version"])
    stamps = {"updated_at": repository.work.now, "updated_by": repository.work.actor.id, "version": Decimal(version + 1)}
    after = {**before, **changes, **stamps}
    _must_be_free(repository, after, [name for name in changes if name in declared.columns])
    row = {**_row(changes), **stamps, "version": version + 1, "search_text": searched(declared, after)}
    with _unique(repository, after):
        if not statements.update_record(repository.connection, repository.table, before["id"], version, row):
            raise changed_meanwhile()
    return after


def changed_meanwhile() -> Conflict:
    """The refusal when somebody else was first."""
    return Conflict("REC-1006", _("Somebody changed this record meanwhile. Look at it again, then repeat your change."))


def must_exist(repository: Repository, values: Mapping[str, Value]) -> None:
    """Raise Invalid when a reference points to nothing, or to what the actor may not see, which is the same to them."""
    missing = list(_dangling(repository, values))
    if missing:
        raise not_valid({name: [_("There is no such record, or you may not see it.")] for name in missing})


def searched(declared: RecordType, record: Record) -> str:
    """What a record is found by: its number and its searchable fields."""
    return search_text([record.get("number"), *_searchable(declared, record)])


def _dangling(repository: Repository, values: Mapping[str, Value]) -> Iterator[str]:
    for name, value in values.items():
        target = repository.declared.fields[name].to if name in repository.declared.fields else ""
        if target and value is not None:
            others = repository.of(target)
            if not statements.exists(others.connection, others.table, others.visible() & (others.table.c.id == value)):
                yield name


def _must_be_free(repository: Repository, record: Record, names: Iterable[str]) -> None:
    table = repository.table
    for name in names:
        value = record.get(name)
        if repository.declared.fields[name].unique and value is not None:
            others = (table.c[name] == value) & (table.c.id != record["id"]) & table.c.deleted_at.is_(None)
            if statements.exists(repository.connection, table, others):
                raise _taken(name)


def _searchable(declared: RecordType, record: Record) -> Iterator[str]:
    for name, one in declared.columns.items():
        value = record.get(name)
        if not one.searchable or value is None:
            continue
        if one.type == "phone":
            yield phone_tokens(value)
        elif one.choices:
            for key in value if isinstance(value, list) else [value]:
                yield from one.choices.get(key, {}).values()
        elif isinstance(value, date | Decimal):
            yield str(value)
        else:
            yield value


def _row(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _NOT_COLUMNS}


@contextmanager
def _unique(repository: Repository, record: Record) -> Iterator[None]:
    """Turn the database's refusal of a double (two transactions at the same moment) into ours.

    In a savepoint, because PostgreSQL gives up the whole transaction otherwise; without one when the type has nothing unique.
    """
    names = [name for name, one in repository.declared.columns.items() if one.unique and record.get(name) is not None]
    if not names:
        yield
        return
    try:
        with repository.connection.begin_nested():
            yield
    except IntegrityError as error:
        raise _taken(next((name for name in names if name in str(error.orig)), names[0])) from error


def _taken(name: str) -> Conflict:
    said = _("Another record has this value already.")
    return Conflict("REC-1007", f"{name}: {said}", fields={name: [said]})
