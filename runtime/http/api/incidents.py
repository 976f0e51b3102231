"""Incidents: where a process is stuck, and trying again."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import Variables, pick
from runtime.http.current import platform, writing

blueprint = ApiBlueprint("incidents", __name__, url_prefix="/incidents", description="Where processes are stuck.")


class ResolveSchema(Schema):
    """What to change before the next attempt."""

    variables = Variables(load_default=dict)
    why = fields.String(load_default="", metadata={"description": "Stands in the journal"})


class ResolutionSchema(Schema):
    """What came of it."""

    solved = fields.Boolean(required=True, metadata={"description": "False: it failed again at once"})
    message = fields.String(required=True, metadata={"description": "Why it failed again"})


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
        return pick(platform().processes.resolve_incident(work, incident_id, body["variables"]), ("solved", "message"))
