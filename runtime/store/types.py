"""Column types that hold the same value on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

Json = JSON(none_as_null=True)
"""JSON as it was written. Key order counts in FEEL contexts and is kept on both: PostgreSQL's ``json``, not ``jsonb``."""

Row = Mapping[Any, Any]
"""A row, by column name."""


_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dump_json(value: Any) -> str:
    """The one JSON spelling of the database: compact, Unicode as itself, no NaN."""
    return _write_json(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time. Python sees aware datetimes in UTC, PostgreSQL has ``timestamptz``, SQLite a text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a point in time needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return _to_text(utc) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _from_text(value) if isinstance(value, str) else value.astimezone(UTC)


def _to_text(utc: datetime) -> str:
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)
