"""Every built-in function of FEEL, one module for each family of DMN 1.5 §10.3.4, in one table."""

from __future__ import annotations

from typing import NamedTuple

from engine.feel.builtins import aggregate, context, conversion, list, numeric, range, string, temporal
from engine.feel.functions import TABLE

__all__ = ["TABLE", "BuiltinRow", "builtins_table"]

FAMILIES = (conversion, string, numeric, list, aggregate, temporal, range, context)
"""The modules whose import fills the table."""


class BuiltinRow(NamedTuple):
    """One line of the manual. `standard` is False for what Camunda's users know and DMN does not have."""

    name: str
    family: str
    signatures: tuple[str, ...]
    purpose: str
    standard: bool


def builtins_table() -> tuple[BuiltinRow, ...]:
    """All built-ins in the order of their families, for the manual and for editors."""
    order = [family.__name__.rpartition(".")[2] for family in FAMILIES]
    rows = [BuiltinRow(b.name, b.family, tuple(s.text for s in b.signatures), b.purpose, b.standard) for b in TABLE.values()]
    return tuple(sorted(rows, key=lambda row: (order.index(row.family), not row.standard)))
