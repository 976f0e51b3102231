"""Lists page by page, by key and not by offset: a page stays right while rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from runtime.errors import Invalid

T = TypeVar("T")
R = TypeVar("R")

LARGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows in order; `next` is what to pass as ``after`` for those behind them, None at the end."""

    rows: tuple[T, ...]
    next: str | None = None


def to_cursor(position: Sequence[Any]) -> str:
    """The sort values of the last row as a text that may stand in a URL."""
    raw = json.dumps(list(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_cursor(cursor: str, size: int) -> list[Any]:
    """The sort values in a cursor. Raises Invalid when it is not one of ours with `size` values."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if not isinstance(values, list) or len(values) != size:
        raise _bad_cursor()
    return values


def moment(value: Any) -> datetime:
    """A moment in a cursor. Raises Invalid."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _bad_cursor() from error
    if found.tzinfo is None:
        raise _bad_cursor()
    return found


def cut(rows: Sequence[R], limit: int, position: Callable[[R], Sequence[Any]], read: Callable[[R], T]) -> Page[T]:
    """A page of at most `limit` rows from a query that asked for one more; `position` gives a row's sort values."""
    shown = rows[:limit]
    following = to_cursor(position(shown[-1])) if len(rows) > limit else None
    return Page(rows=tuple(read(row) for row in shown), next=following)


def page_size(limit: int) -> int:
    """`limit` when it is from 1 to 500. Raises Invalid otherwise."""
    if not 1 <= limit <= LARGEST:
        raise Invalid("PAGE-1002", f"limit must be from 1 to {LARGEST}, not {limit}.", fields={"limit": ["out of range"]})
    return limit


def _bad_cursor() -> Invalid:
    detail = "The page position is not valid. Start again without `after`, or take `next` of the page before."
    return Invalid("PAGE-1001", detail, fields={"after": ["not a page position"]})
