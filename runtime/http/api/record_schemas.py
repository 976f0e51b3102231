"""Each record type of the installation as schemas of the API document: to make a record, and to change one."""

from __future__ import annotations

from typing import Any

from apispec import APISpec

from runtime.records.service import Records


def add_record_schemas(spec: APISpec, records: Records) -> None:
    """Add a schema for each record type and its changes, and the schemas that stand for all of them."""
    made, changed = [], []
    for declared in records.types:
        name = schema_name(declared.name)
        spec.components.schema(name, schema=records.schema(declared.name))
        spec.components.schema(f"{name}Change", schema=records.schema(declared.name, partial=True))
        made.append(name)
        changed.append(f"{name}Change")
    spec.components.schema("Record", component=_one_of(made, "A record of one of the record types"))
    spec.components.schema(
        "RecordValues", component=_one_of(made, "The values of a new record; those that are readOnly are not sent")
    )
    spec.components.schema("RecordChange", component=_one_of(changed, "The fields to change"))
    spec.components.schema("RecordPage", component=_page())


def schema_name(type: str) -> str:
    """``lead_line`` → ``LeadLineRecord``, so that a record type may be called as something of the platform is."""
    return f"{type.title().replace('_', '')}Record"


def _one_of(names: list[str], text: str) -> dict[str, Any]:
    if not names:
        return {"type": "object", "description": text}
    return {"description": text, "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}


def _page() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Some of a list of records.",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "next": {"type": ["string", "null"], "description": "Pass it as `after`; null at the end"},
        },
    }
