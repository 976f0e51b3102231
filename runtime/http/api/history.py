"""What happened: activity times, decisions, durations, and exports for process mining."""

from __future__ import annotations

import tempfile
from typing import Any

from flask import Response, send_file
from marshmallow import Schema, fields, validate

from runtime.history import reading as history
from runtime.history.exports import FORMATS, Mask, Selection, export
from runtime.http.api.operations import ApiBlueprint
from runtime.http.current import actor, platform, reading

blueprint = ApiBlueprint("history", __name__, url_prefix="", description="What happened, and how long it took.")

_ACTIVITY = (
    *("key", "element", "kind", "definition_key", "parent", "activated_at", "ended_at", "outcome", "milliseconds"),
    *("done_by", "done_for"),
)
_DECISION = ("seq", "key", "element", "decision", "at", "result", "trace")
_LARGEST = 500


class ActivitySchema(Schema):
    """One element instance: when it began and ended, and who did it."""

    key = fields.Integer(required=True)
    element = fields.String(required=True, metadata={"description": "The id in the diagram"})
    kind = fields.String(required=True, metadata={"description": "The BPMN element", "example": "userTask"})
    definition_key = fields.String(required=True)
    parent = fields.Integer(allow_none=True)
    activated_at = fields.DateTime(required=True)
    ended_at = fields.DateTime(allow_none=True)
    outcome = fields.String(allow_none=True, metadata={"description": "completed or terminated; null while it goes on"})
    milliseconds = fields.Integer(allow_none=True, metadata={"description": "From activation to end"})
    done_by = fields.String(allow_none=True)
    done_for = fields.String(allow_none=True, metadata={"description": "The person for whom done_by stood in"})


class ActivitiesSchema(Schema):
    """Element instances in the order in which they began."""

    items = fields.List(fields.Nested(ActivitySchema), required=True)


class ActivitiesQuery(Schema):
    """Which part of the list."""

    after = fields.Integer(
        load_default=0, validate=validate.Range(0, 2**31 - 1), metadata={"description": "`key` of the last that you have"}
    )
    limit = fields.Integer(load_default=200, validate=validate.Range(1, _LARGEST))


class DecisionSchema(Schema):
    """One evaluation of a decision."""

    seq = fields.Integer(required=True, metadata={"description": "The row of the journal"})
    key = fields.Integer(required=True, metadata={"description": "The element instance that asked"})
    element = fields.String(required=True)
    decision = fields.String(required=True)
    at = fields.DateTime(required=True)
    result = fields.Raw(allow_none=True)
    trace = fields.Raw(
        allow_none=True, metadata={"description": "For each decision that took part: inputs, rules that were hit, output"}
    )


class DecisionsSchema(Schema):
    """Evaluations in their order."""

    items = fields.List(fields.Nested(DecisionSchema), required=True)


class DurationSchema(Schema):
    """How long an element takes, in milliseconds; of those that ended as they should."""

    element = fields.String(required=True)
    kind = fields.String(required=True)
    count = fields.Integer(required=True)
    median = fields.Integer(required=True)
    p95 = fields.Integer(required=True, metadata={"description": "95 of 100 took no longer"})
    longest = fields.Integer(required=True)


class DurationsSchema(Schema):
    """Durations by element."""

    items = fields.List(fields.Nested(DurationSchema), required=True)


class DurationsQuery(Schema):
    """Of which version."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(1, 2**31 - 1), metadata={"description": "All when left out"}
    )


class ExportQuery(DurationsQuery):
    """What to export, and how."""

    format = fields.String(load_default="jsonl", validate=validate.OneOf(list(FORMATS)))
    process_id = fields.String(load_default=None)
    since = fields.AwareDateTime(load_default=None, metadata={"description": "Instances that began then or later"})
    until = fields.AwareDateTime(load_default=None, metadata={"description": "Instances that began before"})


@blueprint.operation(
    "GET",
    "/process-instances/<instance_id>/activities",
    permission="instance.view",
    query=ActivitiesQuery,
    answer=ActivitiesSchema,
    refusals=(404,),
)
def list_activities(query: dict[str, Any], instance_id: str) -> dict[str, Any]:
    """List when each element of an instance began and ended, and who did it."""
    with reading() as work:
        found = history.activities(work, platform().parts.library, instance_id, **query)
        return {"items": [{name: row[name] for name in _ACTIVITY} for row in found]}


@blueprint.operation(
    "GET",
    "/process-instances/<instance_id>/decisions",
    permission="instance.view",
    answer=DecisionsSchema,
    refusals=(404,),
)
def list_decisions(instance_id: str) -> dict[str, Any]:
    """List the decisions of an instance: what went in, which rules were hit, what came out."""
    with reading() as work:
        found = history.decisions(work, platform().parts.library, instance_id)
        return {"items": [{name: row[name] for name in _DECISION} for row in found]}


@blueprint.operation(
    "GET",
    "/history/processes/<process_id>/durations",
    permission="instance.view",
    query=DurationsQuery,
    answer=DurationsSchema,
)
def list_durations(query: dict[str, Any], process_id: str) -> dict[str, Any]:
    """List how long the elements of a process take.

    The figures follow the instances within minutes. Of a process that has no history the list is empty.
    """
    with reading() as work:
        return {"items": [dict(row) for row in history.durations(work, process_id, query["version"])]}


@blueprint.operation(
    "GET",
    "/history/export",
    permission="history.export",
    query=ExportQuery,
    media=tuple(kind.media_type for kind in FORMATS.values()),
)
def export_history(query: dict[str, Any]) -> Response:
    """Export the history of instances as a file.

    JSON Lines, XES (IEEE 1849) or OCEL 2.0, with whole instances as they were at one moment. Without the permission
    `history.personal` people have pseudonyms, and what they wrote is masked.
    """
    name = query.pop("format")
    mask = Mask(personal=platform().access.permits(actor(), "history.personal"))
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the answer that sends it
    with reading() as work:
        for piece in export(work, platform().parts.library, name, Selection(**query), mask):
            file.write(piece)
    file.seek(0)
    kind = FORMATS[name]
    return send_file(file, mimetype=kind.media_type, as_attachment=True, download_name=f"history{kind.suffix}", etag=False)
