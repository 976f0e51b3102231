"""User tasks: what an inbox shows, for programs."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from runtime.forms import read_form, submit_values, usable
from runtime.http.api.instance_filter import WithFields
from runtime.http.api.instances import RecordKeySchema
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import PageQuery, Variables, page_json, page_schema, pick
from runtime.http.business_fields import asked_fields
from runtime.http.current import platform, reading, writing
from runtime.processes.filters import TaskFilter
from runtime.processes.views import CoSigning, TaskRow

blueprint = ApiBlueprint("user-tasks", __name__, url_prefix="/user-tasks", description="Work for people.")

_ROW = (
    *("id", "name", "instance_id", "process_id", "process_name", "business_key", "element", "form_id", "assignee"),
    *("candidate_groups", "candidate_users", "priority", "due_date", "created_at", "status", "ended_at", "ended_by"),
    *("ended_for", "sender", "note", "fields"),
)


class TaskSchema(Schema):
    """A user task."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    instance_id = fields.String(required=True)
    process_id = fields.String(required=True)
    process_name = fields.String(required=True)
    business_key = fields.String(allow_none=True)
    element = fields.String(required=True)
    form_id = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    priority = fields.Integer(required=True)
    due_date = fields.DateTime(allow_none=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True, metadata={"enum": ["open", "completed", "refused", "cancelled"]})
    ended_at = fields.DateTime(allow_none=True)
    ended_by = fields.String(allow_none=True)
    ended_for = fields.String(allow_none=True, metadata={"description": "For whom `ended_by` stood in"})
    sender = fields.String(
        allow_none=True, metadata={"description": "Who handed it over, sent it back, or asked for the co-signature"}
    )
    note = fields.String(allow_none=True, metadata={"description": "Why they did"})
    pending = fields.String(
        allow_none=True,
        metadata={
            "enum": ["assigning", "completing"],
            "description": "What listeners are asked about",
        },
    )
    denied = fields.String(allow_none=True, metadata={"description": "Why a listener refused the last change"})
    is_co_signature = fields.Boolean(required=True, metadata={"description": "The person only signs what another does"})
    records = fields.List(fields.Nested(RecordKeySchema), required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        data_key="fields",
        attribute="fields",
        metadata={"description": "Business fields of its process, as texts"},
    )


class SignatureSchema(Schema):
    """What a co-signer said."""

    by = fields.String(required=True)
    approved = fields.Boolean(required=True)
    comment = fields.String(required=True)


class CoSigningSchema(Schema):
    """Who signs beside the owner of the task."""

    asked = fields.List(fields.String(), required=True, metadata={"description": "Who has been asked and has not answered"})
    waiting = fields.List(fields.String(), required=True, metadata={"description": "Who is asked after them, in turn"})
    signatures = fields.List(fields.Nested(SignatureSchema), required=True)
    done_by = fields.String(required=True, allow_none=True, metadata={"description": "Who completed the task itself"})


class TaskDetailSchema(TaskSchema):
    """A user task with what is needed to do it."""

    why = fields.String(required=True, metadata={"enum": ["assignee", "user", "group", "deputy", "administrator"]})
    stands_in_for = fields.String(required=True, allow_none=True, metadata={"description": "Of a deputy: for whom"})
    co_signing = fields.Nested(CoSigningSchema, required=True, allow_none=True)
    variables = Variables(required=True)
    form = fields.Dict(allow_none=True, metadata={"description": "form-js schema, as it was deployed with the process"})


class TaskQuery(PageQuery, WithFields):
    """Which tasks. What begins with `field.` is a business field."""

    view = fields.String(load_default="mine", validate=validate.OneOf(["mine", "groups", "all"]))
    process_id = fields.String(load_default=None)
    text = fields.String(load_default=None, metadata={"description": "Words in the task's name or business key"})
    count = fields.Boolean(load_default=False, metadata={"description": "Also say in `count` how many there are in all"})


class ClaimSchema(Schema):
    """How to claim."""

    take_over = fields.Boolean(load_default=False, metadata={"description": "Also from somebody else"})
    reason = fields.String(load_default="", metadata={"description": "Stands in the journal"})


class SendBackSchema(Schema):
    """Where a task goes back to."""

    element = fields.String(required=True, metadata={"description": "The id of an earlier user task in the diagram"})
    reason = fields.String(required=True, validate=validate.Length(1, 2000), metadata={"description": "Stands in the journal"})


class CompleteSchema(Schema):
    """What the task found out."""

    variables = Variables(load_default=dict)


class TaskPageSchema(page_schema(TaskSchema)):  # type: ignore[misc]  # a schema that is made
    """Some of a list of tasks."""

    count = fields.Integer(metadata={"description": "How many there are in all, when it was asked for"})


@blueprint.operation("GET", "", permission="task.work", query=TaskQuery, answer=TaskPageSchema)
def list_tasks(query: dict[str, Any]) -> dict[str, Any]:
    """List open tasks, the most urgent first.

    Tasks are found by the business fields that their process names (`ringi:businessFields`): `field.region=north`,
    `field.amount.gte=1000` (also gt, lt, lte); all that is given must hold.
    """
    wanted = TaskFilter(process_id=query["process_id"], text=query["text"], fields=asked_fields(request.args))
    processes, view = platform().processes, query["view"]
    with reading() as work:
        shown = page_json(processes.tasks(work, view=view, wanted=wanted, after=query["after"], limit=query["limit"]), _row)
        return {**shown, "count": processes.count_tasks(work, view, wanted)} if query["count"] else shown


@blueprint.operation("GET", "/<task_id>", permission="task.work", answer=TaskDetailSchema, refusals=(404,))
def get_task(task_id: str) -> dict[str, Any]:
    """Look at a task, with its variables and its form."""
    with reading() as work:
        found = platform().processes.task(work, task_id)
        right = {"why": found.why, "stands_in_for": found.why_for}
        shown = {"variables": found.variables, "form": found.form, "co_signing": _signing(found.co_signing)}
        return {**_row(found.task), **right, **shown}


@blueprint.operation("POST", "/<task_id>/claim", permission="task.work", body=ClaimSchema, status=204, refusals=(404, 409))
def claim(body: dict[str, Any], task_id: str) -> None:
    """Take a task."""
    with writing(body["reason"]) as work:
        platform().processes.claim_task(work, task_id, take_over=body["take_over"])


@blueprint.operation("POST", "/<task_id>/release", permission="task.work", status=204, refusals=(404, 409))
def release(task_id: str) -> None:
    """Give a task back to its candidates."""
    with writing() as work:
        platform().processes.release_task(work, task_id)


@blueprint.operation(
    "POST", "/<task_id>/send-back", permission="task.work", body=SendBackSchema, status=204, refusals=(404, 409)
)
def send_back(body: dict[str, Any], task_id: str) -> None:
    """Have an earlier task done again instead of this one.

    Who may complete a task may send it back. Parallel branches of the process go on as they are.
    """
    with writing(body["reason"]) as work:
        platform().processes.send_back_task(work, task_id, body["element"])


@blueprint.operation(
    "POST", "/<task_id>/complete", permission="task.work", body=CompleteSchema, status=204, refusals=(404, 409)
)
def complete(body: dict[str, Any], task_id: str) -> None:
    """Complete a task.

    The variables are checked by the rules of the task's form: a field that is required must be there, and what is no
    visible field of the form is refused. A task without a form takes any variables.
    """
    with writing() as work:
        found = platform().processes.task(work, task_id, to_change=True)
        values = body["variables"]
        if found.form and found.task.status == "open":
            values = submit_values(usable(read_form(found.form)), found.variables, values, now=work.now)
        platform().processes.complete_task(work, task_id, values)


def _row(row: TaskRow) -> dict[str, Any]:
    records = [{"type": type, "id": record_id} for type, record_id in row.records]
    return {**pick(row, _ROW), "is_co_signature": row.co_signs is not None, "records": records}


def _signing(found: CoSigning | None) -> dict[str, Any] | None:
    if found is None:
        return None
    said = [pick(one, ("by", "approved", "comment")) for one in found.signatures]
    return {"asked": list(found.asked), "waiting": list(found.waiting), "signatures": said, "done_by": found.done_by}
