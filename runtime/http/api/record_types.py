"""Which record types there are, with their fields, pipelines and stages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from engine.api import to_plain
from runtime.errors import NotFound
from runtime.http.api.operations import ApiBlueprint
from runtime.http.current import actor, platform
from runtime.http.security import SIGNED_IN
from runtime.records.model import Field, Pipeline, RecordType

blueprint = ApiBlueprint("record-types", __name__, url_prefix="/record-types", description="What records consist of.")

_LABEL = {"description": "A text per language", "example": {"en": "Lead", "ja": "リード", "ru": "Лид"}}


class FieldSchema(Schema):
    """One field of a record type."""

    name = fields.String(required=True)
    type = fields.String(required=True, metadata={"example": "text"})
    label = fields.Dict(required=True, metadata=_LABEL)
    required = fields.Boolean(required=True)
    personal = fields.Boolean(required=True, metadata={"description": "Data about a person"})
    choices = fields.Dict(metadata={"description": "Label by value"})
    to = fields.String(metadata={"description": "The record type that a reference points to"})


class StageSchema(Schema):
    """One stage of a pipeline."""

    stage = fields.String(required=True)
    label = fields.Dict(required=True, metadata=_LABEL)
    category = fields.String(required=True, metadata={"enum": ["open", "won", "lost", "parked"]})
    next = fields.List(fields.String(), allow_none=True, metadata={"description": "Allowed moves; null: any"})


class PipelineSchema(Schema):
    """A pipeline of a record type."""

    pipeline = fields.String(required=True)
    label = fields.Dict(required=True, metadata=_LABEL)
    stages = fields.List(fields.Nested(StageSchema), required=True)


class RecordTypeSchema(Schema):
    """A record type."""

    type = fields.String(required=True)
    label = fields.Dict(required=True, metadata=_LABEL)
    plural = fields.Dict(required=True, metadata=_LABEL)
    fields_ = fields.List(fields.Nested(FieldSchema), required=True, data_key="fields", attribute="fields")
    pipelines = fields.List(fields.Nested(PipelineSchema), required=True)


class RecordTypesSchema(Schema):
    """The record types that one may read."""

    items = fields.List(fields.Nested(RecordTypeSchema), required=True)


@blueprint.operation("GET", "", permission=SIGNED_IN, answer=RecordTypesSchema)
def list_types() -> dict[str, Any]:
    """List the record types that you may read."""
    return {"items": [_type(one) for one in platform().records.types if _readable(one.name)]}


@blueprint.operation("GET", "/<type>", permission=SIGNED_IN, answer=RecordTypeSchema, refusals=(404,))
def get_type(type: str) -> dict[str, Any]:
    """Read one record type."""
    found = platform().records.types[type]
    if not _readable(type):
        raise NotFound("REC-1001", f"There is no record type {type!r}.")
    return _type(found)


def _readable(type: str) -> bool:
    return platform().access.policy.scope(actor(), type, "read") is not None


def _type(one: RecordType) -> dict[str, Any]:
    return {
        "type": one.name,
        "label": dict(one.label),
        "plural": dict(one.plural),
        "fields": [_field(field) for field in one.fields.values()],
        "pipelines": [_pipeline(pipeline) for pipeline in platform().records.types.pipelines_of(one.name)],
    }


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": field.type, "label": dict(field.label)}
    found |= {"required": field.required, "personal": field.personal}
    if field.choices:
        found["choices"] = {value: dict(text) for value, text in field.choices.items()}
    if field.to:
        found["to"] = field.to
    return found


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    stages = [
        {
            "stage": stage.key,
            "label": dict(stage.label),
            "category": stage.category,
            "next": to_plain(list(stage.next)) if stage.next is not None else None,
        }
        for stage in pipeline.stages.values()
    ]
    return {"pipeline": pipeline.name, "label": dict(pipeline.label), "stages": stages}
