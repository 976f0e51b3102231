"""When the database is the trouble and not the statement: what whoever asked is told, and whether to try again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runtime.errors import Unavailable

_TRY_AGAIN = {"40001": "serialization failure", "40P01": "deadlock", "55P03": "lock timeout"}
"""SQLSTATEs after which the same transaction may be run again from its start (PostgreSQL, appendix A)."""

_BUSY, _GONE, _FULL, _READ_ONLY, _DAMAGED = "DB-1001", "DB-1003", "DB-1004", "DB-1005", "DB-1006"
_SQLITE = {5: _BUSY, 6: _BUSY, 8: _READ_ONLY, 10: _GONE, 11: _DAMAGED, 13: _FULL, 14: _GONE, 26: _DAMAGED}
"""Primary result codes of SQLite that speak of the database and not of the statement (sqlite.org/rescode.html)."""
_POSTGRES = {"53100": _FULL, "53300": _BUSY, "57014": _BUSY, "25006": _READ_ONLY, "XX001": _DAMAGED, "XX002": _DAMAGED}
_POSTGRES_CLASSES = {"08": _GONE, "57": _GONE, "58": _GONE}
"""SQLSTATEs, and their classes, whose reason is not just that others were in the way."""

_TOLD = {
    _BUSY: "The database cannot do this now: {reason}.",
    _GONE: "The database does not answer: {reason}.",
    _FULL: "The disk of the database is full: {reason}. What is there can still be read.",
    _READ_ONLY: "The database can only be read now: {reason}.",
    _DAMAGED: "The database is damaged: {reason}. Tell an administrator, who restores a backup.",
}
_BRIEF = {_BUSY: 1}
_LONG = 10
"""Seconds after which to try again; what is busy is soon free, what is gone takes longer to come back."""


def may_try_again(error: BaseException | None) -> bool:
    """True for a database error that undid the whole transaction only because others were in the way."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlstate", None) in _TRY_AGAIN or getattr(original, "sqlite_errorcode", 0) & 0xFF == 5


def is_fatal(error: BaseException) -> bool:
    """True for a database error after which the transaction cannot go on, so that nobody may swallow it."""
    if isinstance(error, PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or _code(error) is not None)


@contextmanager
def translated(*, writes: bool) -> Iterator[None]:
    """In the block, trouble of the database is Unavailable; a mistake in a statement stays what it is."""
    try:
        yield
    except DBAPIError as error:
        code = _code(error)
        if code is None or (code == _READ_ONLY and not writes):
            raise
        raise unavailable(_first_line(error), code) from error
    except PoolTimeout as error:
        raise unavailable("all connections are in use") from error


def unavailable(reason: str, code: str = _BUSY) -> Unavailable:
    """What is answered while it lasts."""
    told = Unavailable(code, f"{_TOLD[code].format(reason=reason)} Nothing was changed; try again.")
    told.retry_after = _BRIEF.get(code, _LONG)
    return told


def _first_line(error: DBAPIError) -> str:
    return next(iter(str(error.orig).splitlines()), "it does not say why")


def _code(error: DBAPIError) -> str | None:
    """The kind of trouble; None when the statement is the reason. (To SQLite a misspelt table is an operational error, too.)"""
    number = getattr(error.orig, "sqlite_errorcode", None)
    if number is not None:
        return _SQLITE.get(number & 0xFF)
    state: Any = getattr(error.orig, "sqlstate", None)
    if state in _POSTGRES:
        return _POSTGRES[state]
    if not isinstance(error, OperationalError):
        return None
    return _BUSY if state in _TRY_AGAIN else _POSTGRES_CLASSES.get((state or "08")[:2], _BUSY)
