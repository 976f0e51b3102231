"""Each record type of the installation as a JSON Schema of the API document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runtime.i18n import label
from runtime.records.model import Field, RecordType

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "long_text": {"type": "string"},
    "email": {"type": "string", "format": "email"},
    "phone": {"type": "string"},
    "url": {"type": "string", "format": "uri"},
    "number": {"type": "number"},
    "money": {"type": "number"},
    "percent": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "json": {},
}


def record_schemas(types: Iterable[RecordType]) -> dict[str, dict[str, Any]]:
    """Schema names and schemas, one for each record type: the values that can be written."""
    return {schema_name(one.name): _schema(one) for one in types}


def schema_name(type: str) -> str:
    """``lead_line`` → ``LeadLineValues``."""
    return "".join(part.capitalize() for part in type.split("_")) + "Values"


def _schema(one: RecordType) -> dict[str, Any]:
    properties = {name: _property(field) for name, field in one.fields.items()}
    required = [name for name, field in one.fields.items() if field.required]
    schema: dict[str, Any] = {"type": "object", "description": label(one.label), "properties": properties}
    return schema | ({"required": required} if required else {})


def _property(field: Field) -> dict[str, Any]:
    text = {"description": label(field.label)}
    if field.type == "choice":
        return {"type": "string", "enum": list(field.choices)} | text
    if field.type == "multi_choice":
        return {"type": "array", "items": {"type": "string", "enum": list(field.choices)}} | text
    if field.type == "reference":
        return {"type": "string", "description": f"{label(field.label)} (id of a {field.to})"}
    if field.type == "children":
        return {
            "type": "array",
            "items": {"$ref": f"#/components/schemas/{schema_name(str(field.of))}"},
            "readOnly": True,
        } | text
    return _TYPES[field.type] | text
