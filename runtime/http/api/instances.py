"""Start process instances, look at them, change their variables, end them."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from runtime.http.api.instance_filter import InstanceQuery, instance_filter
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import LARGEST_NUMBER, Variables, page_json, page_schema, pick
from runtime.http.business_fields import asked_fields
from runtime.http.current import platform, reading, writing
from runtime.processes.unique_keys import SCOPES, AlreadyThere
from runtime.processes.views import ElementView, InstanceDetail, InstanceRow

blueprint = ApiBlueprint(
    "process-instances", __name__, url_prefix="/process-instances", description="Running and ended processes."
)

_ROW = (
    "id",
    "process_id",
    "process_name",
    "version",
    "business_key",
    "status",
    "started_at",
    "started_by",
    "ended_at",
    "incidents",
)
_ELEMENT = ("key", "element", "name", "type", "process_id", "parent")
_JOURNAL = ("seq", "at", "actor", "actor_name", "via", "why", "command")


class StartSchema(Schema):
    """What to start."""

    process_id = fields.String(required=True, metadata={"example": "purchase_request"})
    variables = Variables(load_default=dict)
    business_key = fields.String(load_default=None, metadata={"description": "Your own name for the instance"})
    version = fields.Integer(
        load_default=None, validate=validate.Range(1, LARGEST_NUMBER), metadata={"description": "The latest when left out"}
    )
    unique = fields.String(
        load_default=None,
        validate=validate.OneOf(SCOPES),
        metadata={
            "description": "Start nothing when an instance of the process with the business key is `running`, or was there "
            "`ever`. The process may ask for it itself.",
        },
    )
    if_exists = fields.String(
        load_default="answer",
        validate=validate.OneOf(("answer", "refuse")),
        metadata={"description": "Where the business key is taken: answer 200 with that instance, or refuse with 409"},
    )


class StartedSchema(Schema):
    """The new instance, or the one that has the business key."""

    id = fields.String(required=True)
    existing = fields.Boolean(dump_default=False, metadata={"description": "It was there already; nothing was started"})


class InstanceSchema(Schema):
    """A process instance."""

    id = fields.String(required=True)
    process_id = fields.String(required=True)
    process_name = fields.String(required=True)
    version = fields.Integer(required=True)
    business_key = fields.String(allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["active", "suspended", "completed", "cancelled"]})
    started_at = fields.DateTime(required=True)
    started_by = fields.String(required=True)
    ended_at = fields.DateTime(allow_none=True)
    incidents = fields.Integer(required=True, metadata={"description": "How many are open"})


class ElementSchema(Schema):
    """One active element of an instance."""

    key = fields.Integer(required=True)
    element = fields.String(required=True, metadata={"description": "The id in the diagram"})
    name = fields.String(required=True)
    type = fields.String(required=True, metadata={"description": "The BPMN element", "example": "userTask"})
    process_id = fields.String(required=True)
    parent = fields.Integer(allow_none=True, metadata={"description": "The key of the scope around it"})


class IncidentSchema(Schema):
    """Where an instance is stuck."""

    id = fields.String(required=True)
    element = fields.String(allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    raised_at = fields.DateTime(required=True)


class RecordKeySchema(Schema):
    """A linked record."""

    type = fields.String(required=True)
    id = fields.String(required=True)


class InstanceDetailSchema(InstanceSchema):
    """A process instance with everything about now."""

    elements = fields.List(fields.Nested(ElementSchema), required=True)
    open_incidents = fields.List(fields.Nested(IncidentSchema), required=True)
    records = fields.List(fields.Nested(RecordKeySchema), required=True)


class ReasonSchema(Schema):
    """Why."""

    reason = fields.String(load_default="", metadata={"description": "Stands in the journal"})


class VariablesSchema(Schema):
    """Variables of the process scope."""

    variables = Variables(required=True)


class SetVariablesSchema(ReasonSchema):
    """What to write, and where."""

    variables = Variables(required=True)
    element_instance = fields.Integer(
        load_default=None,
        metadata={"description": "The key of an active element, whose scope is written to; the process when left out"},
    )


class AdHocChoiceSchema(ReasonSchema):
    """What to begin in an ad-hoc sub-process."""

    elements = fields.List(
        fields.String(), required=True, validate=validate.Length(1, 1000), metadata={"description": "Ids in the diagram"}
    )


class JournalQuery(Schema):
    """Which part of a journal."""

    after = fields.Integer(
        load_default=0, validate=validate.Range(0, LARGEST_NUMBER), metadata={"description": "`seq` of the last row you have"}
    )
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 500))


class JournalRowSchema(Schema):
    """One transaction of an instance: who did what, and what followed."""

    seq = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    actor_name = fields.String(required=True)
    via = fields.String(required=True, metadata={"enum": ["ui", "api", "import", "process", "cli", "system"]})
    why = fields.String(required=True)
    command = fields.String(required=True)
    events = fields.List(fields.Dict(), required=True)


class JournalSchema(Schema):
    """Rows of a journal in order."""

    items = fields.List(fields.Nested(JournalRowSchema), required=True)


@blueprint.operation(
    "POST",
    "",
    permission="instance.operate",
    body=StartSchema,
    answer=StartedSchema,
    status=201,
    also=(200,),
    refusals=(404, 409),
)
def start(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Start a process.

    Where a business key may stand once only and is taken, the answer is 200 with the instance that has it.
    """
    options = {name: body[name] for name in ("business_key", "version", "unique")}
    try:
        with writing() as work:
            made = platform().processes.start(work, body["process_id"], body["variables"], **options)
    except AlreadyThere as found:
        if body["if_exists"] == "refuse":
            raise
        return {"id": found.instance_id, "existing": True}, 200
    return {"id": made, "existing": False}, 201


@blueprint.operation("GET", "", permission="instance.view", query=InstanceQuery, answer=page_schema(InstanceSchema))
def list_instances(query: dict[str, Any]) -> dict[str, Any]:
    """List instances, the newest first.

    They are found by the business fields of their process, too: `field.region=north`, `field.amount.gte=1000`.
    """
    part = {name: query.pop(name) for name in ("after", "limit")}
    with reading() as work:
        return page_json(platform().processes.instances(work, instance_filter(query, asked_fields(request.args)), **part), _row)


@blueprint.operation("GET", "/<instance_id>", permission="instance.view", answer=InstanceDetailSchema, refusals=(404,))
def get_instance(instance_id: str) -> dict[str, Any]:
    """Look at an instance."""
    with reading() as work:
        return _detail(platform().processes.instance(work, instance_id))


@blueprint.operation(
    "POST", "/<instance_id>/cancel", permission="instance.operate", body=ReasonSchema, status=204, refusals=(404, 409)
)
def cancel(body: dict[str, Any], instance_id: str) -> None:
    """End an instance.

    What it did is not undone.
    """
    with writing(body["reason"]) as work:
        platform().processes.cancel(work, instance_id, body["reason"])


@blueprint.operation("GET", "/<instance_id>/variables", permission="instance.view", answer=VariablesSchema, refusals=(404,))
def get_variables(instance_id: str) -> dict[str, Any]:
    """Read the variables of the process scope; of an ended instance its result."""
    with reading() as work:
        return {"variables": platform().processes.instance(work, instance_id).variables}


@blueprint.operation(
    "PATCH", "/<instance_id>/variables", permission="instance.operate", body=SetVariablesSchema, status=204, refusals=(404, 409)
)
def set_variables(body: dict[str, Any], instance_id: str) -> None:
    """Write variables into the process scope, or into that of an element.

    Those that are not named stay as they are.
    """
    with writing(body["reason"]) as work:
        processes = platform().processes
        processes.set_variables(work, instance_id, body["variables"], element_key=body["element_instance"], local=True)


@blueprint.operation(
    "POST",
    "/<instance_id>/elements/<int:element_key>/activations",
    permission="instance.operate",
    body=AdHocChoiceSchema,
    status=204,
    refusals=(404, 409),
)
def activate_ad_hoc(body: dict[str, Any], instance_id: str, element_key: int) -> None:
    """Begin steps inside an ad-hoc sub-process.

    `element_key` is the key of the active sub-process. What was done may be begun again.
    """
    with writing(body["reason"]) as work:
        platform().processes.activate_ad_hoc(work, instance_id, element_key, body["elements"])


@blueprint.operation(
    "GET", "/<instance_id>/journal", permission="instance.view", query=JournalQuery, answer=JournalSchema, refusals=(404,)
)
def get_journal(query: dict[str, Any], instance_id: str) -> dict[str, Any]:
    """Read what happened, one row for each transaction."""
    with reading() as work:
        rows = platform().processes.journal(work, instance_id, query["after"], query["limit"])
        return {"items": [{**pick(row, _JOURNAL), "events": list(row.events)} for row in rows]}


def _row(row: InstanceRow) -> dict[str, Any]:
    return pick(row, _ROW)


def _detail(found: InstanceDetail) -> dict[str, Any]:
    return {
        **_row(found.instance),
        "elements": [_element(one) for one in found.elements],
        "open_incidents": [pick(one, ("id", "element", "code", "message", "raised_at")) for one in found.incidents],
        "records": [{"type": type, "id": record_id} for type, record_id in found.records],
    }


def _element(one: ElementView) -> dict[str, Any]:
    return pick(one, _ELEMENT)
