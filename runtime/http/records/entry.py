"""The form of a record, made from its type: the same fields, rules and labels as the record itself.

It is a form-js form like that of a task, so one renderer and one check serve both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.forms import Form, read_form, usable
from runtime.i18n import _, label
from runtime.records.model import Field, RecordType

Component = dict[str, Any]

_PLAIN: Mapping[str, Component] = {
    "text": {"type": "textfield"},
    "long_text": {"type": "textarea"},
    "url": {"type": "textfield"},
    "email": {"type": "textfield", "validate": {"validationType": "email"}},
    "phone": {"type": "textfield", "validate": {"validationType": "phone"}},
    "number": {"type": "number"},
    "money": {"type": "number", "decimalDigits": 2},
    "percent": {"type": "number", "appearance": {"suffixAdorner": "%"}},
    "date": {"type": "datetime", "subtype": "date"},
    "datetime": {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "utc_normalized"},
    "boolean": {"type": "checkbox"},
    "choice": {"type": "select"},
    "multi_choice": {"type": "checklist"},
    "reference": {"type": "select"},
}
"""Field type to form-js component. A type that is not here (JSON, children) is shown on the card and not typed."""


def is_typed(field: Field) -> bool:
    """True when a person fills the field in on a form."""
    return field.type in _PLAIN and not field.read_only


def whole_form(record_type: RecordType) -> Form:
    """All fields that people fill in, in the sections of the card; the rest under "More"."""
    placed = {name for section in record_type.card for name in section.fields}
    groups = [(label(section.label), section.fields) for section in record_type.card]
    groups.append((_("More"), tuple(name for name in record_type.fields if name not in placed)))
    components = [group for title, names in groups if (group := _group(record_type, title, names))]
    return _form(record_type, components)


def some_fields(record_type: RecordType, names: Iterable[str]) -> Form:
    """Only these fields, each required: what a move to another stage asks for."""
    return _form(record_type, [_component(record_type.fields[name], required=True) for name in names])


def _form(record_type: RecordType, components: list[Component]) -> Form:
    return usable(read_form({"id": record_type.name, "type": "default", "components": components}, record_type.name))


def _group(record_type: RecordType, title: str, names: Iterable[str]) -> Component | None:
    inside = [
        _component(record_type.fields[name])
        for name in names
        if name in record_type.fields and is_typed(record_type.fields[name])
    ]
    return {"type": "group", "id": f"group_{title}", "label": title, "components": inside} if inside else None


def _component(field: Field, *, required: bool = False) -> Component:
    component: Component = {
        **_PLAIN[field.type],
        "id": field.name,
        "key": field.name,
        "label": label(field.label),
        "description": label(field.help) if field.help else "",
        "layout": {"columns": 16 if field.type in {"long_text", "multi_choice"} else 8},
    }
    rules: dict[str, Any] = dict(component.get("validate", {}))
    if (field.required or required) and field.type != "boolean":
        rules["required"] = True
    if field.min is not None and field.type in {"number", "money", "percent"}:
        rules["min"] = field.min
    if field.max is not None and field.type in {"number", "money", "percent"}:
        rules["max"] = field.max
    if field.max_length is not None and field.type in {"text", "long_text"}:
        rules["maxLength"] = field.max_length
    component["validate"] = rules
    return component | _choices(field)


def _choices(field: Field) -> Component:
    if field.type in {"choice", "multi_choice"}:
        return {"values": [{"value": code, "label": label(labels)} for code, labels in field.choices.items()]}
    if field.type == "reference":
        return {"valuesExpression": f"=options.{field.name}"}
    return {}
