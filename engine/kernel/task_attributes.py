"""The attributes of a user task that may change, as FEEL values and as the events have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.feel import Value, from_plain

PEOPLE: Final = ("candidate_groups", "candidate_users")
DATES: Final = ("due_date", "follow_up_date")
NAMES: Final = ("assignee", *PEOPLE, *DATES, "priority")
MAX_PRIORITY: Final = 100


def task_attributes(changes: Mapping[str, Value]) -> dict[str, Any]:
    """As the fields of `UserTaskCreated` have them: texts in tuples, a whole number."""
    return {name: _field(name, value) for name, value in changes.items()}


def as_values(attributes: Mapping[str, Any]) -> dict[str, Value]:
    """As FEEL values, which is how a change of them is kept."""
    return {name: from_plain(list(value) if isinstance(value, tuple) else value) for name, value in attributes.items()}


def why_not(name: str, value: Value) -> str | None:
    """What is wrong with the value of an attribute; None when nothing is. Null or "" clears a person or date."""
    if name not in NAMES:
        return f"a user task has no attribute {name!r} that can be corrected, only {', '.join(NAMES)}"
    if name == "assignee":
        return None if value is None or isinstance(value, str) else "the assignee is a text or null"
    if name in PEOPLE:
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if is_list else f"{name} is a list of texts"
    if name in DATES:
        has_zone = isinstance(value, datetime) and value.tzinfo is not None
        return None if has_zone or value is None or value == "" else f"{name} is a date and time with a time zone, or null"
    is_priority = isinstance(value, Decimal) and value == int(value) and 0 <= value <= MAX_PRIORITY
    return None if is_priority else f"the priority is a whole number from 0 to {MAX_PRIORITY}"


def _field(name: str, value: Value) -> Any:
    if name in PEOPLE:
        return tuple(value or ())
    if name == "priority":
        return int(value)
    return value or None


def shown(name: str, value: Any) -> str:
    """The attribute in a header, as Camunda 8 writes it: ISO 8601, lists as JSON without blanks."""
    if isinstance(value, tuple):
        return "[" + ",".join(f'"{one}"' for one in value) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)
