"""Incidents: where a process is stuck, and trying again."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from runtime.http.api.instances import IncidentSchema
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import PageQuery, Variables, page_json, page_schema, pick
from runtime.http.current import platform, reading, writing
from runtime.processes.filters import InstanceFilter
from runtime.processes.views import FAILED_AGAIN, FIXED, STILL_RUNNING

blueprint = ApiBlueprint("incidents", __name__, url_prefix="/incidents", description="Where processes are stuck.")

_ROW = ("id", "element", "code", "message", "raised_at", "instance_id", "process_id", "process_name", "business_key")


class ResolveSchema(Schema):
    """What to change before the next attempt."""

    variables = Variables(load_default=dict)
    why = fields.String(load_default="", metadata={"description": "Stands in the journal"})


class ResolutionSchema(Schema):
    """What came of it."""

    outcome = fields.String(
        required=True,
        metadata={
            "enum": [FIXED, FAILED_AGAIN, STILL_RUNNING],
            "description": "still running: a worker outside has it; ask again later",
        },
    )
    solved = fields.Boolean(required=True, metadata={"description": "False: it failed again at once"})
    message = fields.String(required=True, metadata={"description": "Why it failed again"})


class OpenIncidentSchema(IncidentSchema):
    """Where an instance is stuck."""

    instance_id = fields.String(required=True)
    process_id = fields.String(required=True)
    process_name = fields.String(required=True)
    business_key = fields.String(allow_none=True)


class IncidentQuery(PageQuery):
    """Which incidents."""

    process_id = fields.String(load_default=None)
    business_key = fields.String(load_default=None)
    code = fields.String(load_default=None, metadata={"example": "KERNEL-2001"})


@blueprint.operation("GET", "", permission="instance.view", query=IncidentQuery, answer=page_schema(OpenIncidentSchema))
def list_incidents(query: dict[str, Any]) -> dict[str, Any]:
    """List the open incidents of instances, the oldest first."""
    chosen = InstanceFilter(process_id=query["process_id"], business_key=query["business_key"])
    part = {name: query[name] for name in ("code", "after", "limit")}
    with reading() as work:
        return page_json(platform().processes.open_incidents(work, chosen, **part), lambda row: pick(row, _ROW))


@blueprint.operation(
    "POST",
    "/<incident_id>/resolve",
    permission="instance.operate",
    body=ResolveSchema,
    answer=ResolutionSchema,
    refusals=(404, 409),
)
def resolve(body: dict[str, Any], incident_id: str) -> dict[str, Any]:
    """Try again what failed, with variables changed if you like.

    The answer says what really happened.
    """
    with writing(body["why"]) as work:
        return pick(
            platform().processes.resolve_incident(work, incident_id, body["variables"]), ("outcome", "solved", "message")
        )
