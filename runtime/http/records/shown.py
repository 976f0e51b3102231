"""A field's value as people read it: labels instead of codes, names instead of ids, numbers and dates as in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.api import Value
from runtime.access.actor import SYSTEM
from runtime.http.current import platform
from runtime.i18n import N_, _, format_date, format_datetime, format_decimal, label
from runtime.records.model import SYSTEM_FIELDS, RecordType
from runtime.store.work import Work

SYSTEM_LABELS: Mapping[str, str] = {
    "number": N_("Number"),
    "owner": N_("Owner"),
    "pipeline": N_("Pipeline"),
    "stage": N_("Stage"),
    "stage_since": N_("In stage since"),
    "created_at": N_("Created"),
    "created_by": N_("Created by"),
    "updated_at": N_("Changed"),
    "updated_by": N_("Changed by"),
    "version": N_("Version"),
    "origin": N_("Came in through"),
}
_NUMERIC = frozenset({"number", "money", "percent"})


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` "" means no value; `url` leads to what is meant; `kind` is the field's type for the style."""

    text: str
    url: str = ""
    kind: str = "text"
    category: str = ""


@dataclass(slots=True)
class Names:
    """Titles of referenced records by type and id, and names of users by id: read once for a page."""

    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)


def field_label(record_type: RecordType, name: str) -> str:
    """What the field is called in the user's language."""
    declared = record_type.fields.get(name)
    return label(declared.label) if declared else _(SYSTEM_LABELS.get(name, name))


def read_names(work: Work, record_type: RecordType, records: Iterable[Mapping[str, Value]], columns: Iterable[str]) -> Names:
    """Everything the `columns` of these records refer to, in one query for each type."""
    rows, names = list(records), Names()
    wanted: dict[str, set[str]] = {}
    for column in columns:
        declared = record_type.fields.get(column)
        if declared is not None and declared.type == "reference":
            wanted.setdefault(declared.to, set()).update(str(row[column]) for row in rows if row.get(column))
    for type_name, ids in wanted.items():
        names.titles[type_name] = platform().records.titles(work, type_name, sorted(ids))
    names.users = {user.id: user.name for user in platform().access.users(work, active=None)} | {SYSTEM.id: SYSTEM.name}
    return names


def show(record_type: RecordType, record: Mapping[str, Value], name: str, names: Names) -> Shown:
    """The value of one field of a record."""
    value = record.get(name)
    if value is None or value in ("", []):
        return Shown("")
    if name == "stage":
        return show_stage(record)
    if name in {"owner", "created_by", "updated_by"}:
        return Shown(names.users.get(str(value), str(value)), kind="user")
    if name == "number":
        return Shown(str(value), kind="code")
    declared = record_type.fields.get(name)
    kind = declared.type if declared else SYSTEM_FIELDS.get(name, "text")
    if declared is not None and kind == "reference":
        title = names.titles.get(declared.to, {}).get(str(value))
        return Shown(title, f"/records/{declared.to}/{value}", kind) if title else Shown(_("not visible to you"), kind=kind)
    return Shown(_text(kind, value, declared.choices if declared else {}), _link(kind, value), kind)


def show_stage(record: Mapping[str, Value]) -> Shown:
    """The stage by its label, with its category for the colour."""
    stage = platform().records.types.stage(record.get("pipeline"), record.get("stage"))
    return Shown(label(stage.label), kind="stage", category=stage.category) if stage else Shown(str(record.get("stage")))


def _text(kind: str, value: Any, choices: Mapping[str, Mapping[str, str]]) -> str:
    if kind == "choice":
        return label(choices[value]) if value in choices else str(value)
    if kind == "multi_choice":
        return ", ".join(label(choices[one]) if one in choices else str(one) for one in value)
    if kind == "boolean":
        return _("Yes") if value else _("No")
    if kind in _NUMERIC:
        number = format_decimal(Decimal(value), 2 if kind == "money" and Decimal(value) % 1 else None)
        return f"{number} %" if kind == "percent" else number
    if kind == "date":
        return format_date(value)
    return format_datetime(value) if kind == "datetime" else str(value)


def _link(kind: str, value: Any) -> str:
    if kind == "email":
        return f"mailto:{value}"
    if kind == "phone":
        return f"tel:{value}"
    return str(value) if kind == "url" and str(value).startswith(("https://", "http://")) else ""
