"""A sum of exact numbers inside the database, so that a board's totals need no row to travel.

PostgreSQL's ``sum(numeric)`` is exact. SQLite keeps our numbers as text and would add them as binary fractions; there an
aggregate of our own adds them as decimals.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func

from runtime.records.columns import ExactNumber

_NAME = "ringi_exact_sum"
_WIDE = Context(prec=80)
"""Wide enough for 10^30 numbers of 34 digits."""


class _Sum:
    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, value: str | None) -> None:
        """Add one value; SQL's sum leaves NULL out."""
        if value is not None:
            self.total = _WIDE.add(self.total or Decimal(0), Decimal(value))

    def finalize(self) -> str | None:
        """The sum as text, NULL when there was nothing to add."""
        return None if self.total is None else format(self.total, "f")


def exact_sum(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """The expression to select; its value is a Decimal or None."""
    if connection.dialect.name != "sqlite":
        return func.sum(column, type_=ExactNumber())
    driver: Any = connection.connection.driver_connection
    driver.create_aggregate(_NAME, 1, _Sum)  # for this connection; doing it again costs microseconds
    total: ColumnElement[Any] = getattr(func, _NAME)(column, type_=ExactNumber())
    return total
