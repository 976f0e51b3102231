"""Statements on the package table, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from runtime.packages.tables import package


def select_packages(connection: Connection) -> Sequence[RowMapping]:
    """Every package that was installed."""
    return connection.execute(select(package).order_by(package.c.name)).mappings().all()


def select_hash(connection: Connection, name: str) -> str | None:
    """The content hash of an installed package."""
    found: str | None = connection.scalar(select(package.c.content_hash).where(package.c.name == name))
    return found


def save_package(connection: Connection, name: str, values: Mapping[str, Any]) -> None:
    """Write down that the package is installed."""
    if connection.execute(update(package).where(package.c.name == name).values(**values)).rowcount == 0:
        connection.execute(insert(package).values(name=name, **values))
