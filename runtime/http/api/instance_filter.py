"""Which process instances are meant, as the API asks it: in lists by the address, in batches by the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from runtime.http.api.values import LARGEST_NUMBER, PageQuery
from runtime.http.business_fields import PREFIX
from runtime.processes.business_fields import FieldIs
from runtime.processes.filters import STATUSES, InstanceFilter


class InstanceFilterSchema(Schema):
    """Which instances: all that is given must hold."""

    process_id = fields.String(load_default=None)
    version = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_NUMBER))
    status = fields.String(
        load_default=None,
        validate=validate.OneOf(STATUSES),
        metadata={"description": "incident: those that are stuck"},
    )
    business_key = fields.String(load_default=None)
    started_from = fields.AwareDateTime(load_default=None, metadata={"example": "2026-12-01T00:00:00Z"})
    started_before = fields.AwareDateTime(load_default=None, metadata={"example": "2027-01-01T00:00:00Z"})
    has_incident = fields.Boolean(load_default=None)
    record = fields.String(
        load_default=None,
        validate=validate.Regexp(r"[^:]+:.+"),
        metadata={"description": "A linked record as type:id", "example": "lead:01a2"},
    )


class WithFields(Schema):
    """Parameters that begin with ``field.`` are conditions on business fields, which `asked_fields` reads."""

    @pre_load
    def _without_fields(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {name: data[name] for name in data if not name.startswith(PREFIX)}


class InstanceQuery(PageQuery, InstanceFilterSchema, WithFields):
    """Which instances: all that is given must hold. What begins with `field.` is a business field."""


class BatchQuerySchema(InstanceFilterSchema):
    """Which instances: all that is given must hold."""

    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        data_key="fields",
        metadata={
            "description": "Business fields; `.gt`, `.gte`, `.lt`, `.lte` behind a name compare",
            "example": {"region": "north", "amount.gte": "1000"},
        },
    )


def instance_filter(given: Mapping[str, Any], asked: tuple[FieldIs, ...] = ()) -> InstanceFilter:
    """What `InstanceFilterSchema` read, as the service takes it; with conditions on business fields."""
    type, _colon, record_id = (given["record"] or "").partition(":")
    return InstanceFilter(**{**given, "record": (type, record_id) if type else None}, fields=asked)
