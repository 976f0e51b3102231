"""Column types of record tables: the same values on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.api import Value, dump, load
from runtime.records.fields import canonical
from runtime.store.types import Json


class ExactNumber(TypeDecorator[Decimal]):
    """A Decimal, digit by digit. PostgreSQL keeps ``numeric``; SQLite, which has only binary fractions, keeps the text.

    Equal numbers are kept as equal texts. To compare by size on SQLite use `runtime.records.filters.sortable`.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        number = canonical(Decimal(value))
        return format(number, "f") if dialect.name == "sqlite" else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else canonical(Decimal(value))


class FeelValue(TypeDecorator[Value]):
    """Any FEEL value as JSON, exact in both directions."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Value, dialect: Dialect) -> Any:
        return None if value is None else dump(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Value:
        return load(value)
