"""Business fields: process variables that tasks and instances are found by, kept in rows with an index.

A process names them in its setting ``ringi:businessFields``. They are variables of the process scope, written in the
transaction that changes them. Lists, contexts and null are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Select, intersect, select

from engine.api import Event, Value, events, to_plain
from runtime.errors import Invalid
from runtime.processes.tables import instance_field
from runtime.store.texts import indexed

OPERATORS = ("eq", "gt", "gte", "lt", "lte")
MOST = 10
"""So many conditions one list takes."""
_LARGEST = Decimal("1e300")


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A condition on a business field. A value that reads as a number is compared as one, any other as text.

    Numbers are compared with 15 digits. Raises Invalid PROC-1030 for an unknown operator.
    """

    name: str
    operator: str
    value: str

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            detail = f"There is no comparison {self.operator!r}. Use {', '.join(OPERATORS)}."
            raise Invalid("PROC-1030", detail, fields={f"field.{self.name}": [detail]})

    @property
    def matching(self) -> Select[tuple[str]]:
        """The ids of the instances that have such a field."""
        c, number = instance_field.c, _number(self.value)
        if self.operator == "eq":
            texts = {indexed(self.value)} | ({_text(number)} if number is not None else set())
            condition: ColumnElement[bool] = c.text.in_(sorted(texts)) if len(texts) > 1 else c.text == texts.pop()
        else:
            column, bound = (c.text, indexed(self.value)) if number is None else (c.number, float(number))
            condition = _COMPARE[self.operator](column, bound)
        return select(c.instance_id).where(c.name == self.name, condition)


_COMPARE: Mapping[str, Any] = {
    "gt": lambda column, bound: column > bound,
    "gte": lambda column, bound: column >= bound,
    "lt": lambda column, bound: column < bound,
    "lte": lambda column, bound: column <= bound,
}


def where(column: ColumnElement[str], fields: Sequence[FieldIs]) -> list[ColumnElement[bool]]:
    """All of the conditions, about the instance whose id is in a column. Raises Invalid for too many."""
    if len(fields) > MOST:
        raise Invalid("PROC-1031", f"At most {MOST} conditions on business fields can be asked at once.")
    if not fields:
        return []
    matching = [one.matching for one in fields]
    return [column.in_(matching[0] if len(matching) == 1 else intersect(*matching))]


def changed(names: Sequence[str], root: int | None, happened: Iterable[Event]) -> dict[str, Value]:
    """The business fields that were written; `root` is the key of the process scope. None means: not there any more."""
    found: dict[str, Value] = {}
    for event in happened:
        if isinstance(event, events.ElementActivated) and event.parent is None:
            root = event.key
            found |= {name: value for name, value in (event.variables or {}).items() if name in names}
        elif isinstance(event, events.VariablesWritten) and event.key == root:
            found |= {name: value for name, value in event.variables.items() if name in names}
    return found


def row(instance_id: str, name: str, value: Value) -> dict[str, Any] | None:
    """How a value is kept; None for one that nobody looks for."""
    if isinstance(value, Decimal):
        number = float(value) if abs(value) < _LARGEST else None
        return {"instance_id": instance_id, "name": name, "text": indexed(_text(value)), "number": number}
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, date | datetime | time):
        value = str(to_plain(value))
    if not isinstance(value, str):
        return None
    return {"instance_id": instance_id, "name": name, "text": indexed(value), "number": None}


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def _text(number: Decimal) -> str:
    """One text for one number, however it is written."""
    return str(number.normalize() + 0)
