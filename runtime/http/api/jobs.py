"""Jobs for external workers: fetch and lock, then tell what came of it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from engine.api import commands
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import Variables, pick
from runtime.http.current import platform, reading, writing
from runtime.jobs.work import Failed, checked
from runtime.servers.admission import set_aside
from runtime.workers.service import completion, key_of
from runtime.workers.views import ExternalJob

blueprint = ApiBlueprint(
    "jobs",
    __name__,
    url_prefix="/jobs",
    description="Work for programs elsewhere. A job belongs to who fetched it, as long as its lock holds.",
)

_REFUSALS = (404, 409)
_NAME = validate.Length(1, 255)
_ROW = (
    *("id", "lock", "locked_until", "type", "instance_id", "process_id", "business_key", "element", "headers", "variables"),
    *("listener", "attempt", "retries", "priority", "created_at"),
)


class FetchSchema(Schema):
    """Which jobs are wanted."""

    types = fields.List(
        fields.String(validate=_NAME),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"description": "Job types that this worker does", "example": ["demo.print"]},
    )
    worker = fields.String(
        required=True, validate=_NAME, metadata={"description": "A name of the worker, for people", "example": "printer-1"}
    )
    max_jobs = fields.Integer(load_default=1, validate=validate.Range(1, 100))
    lock_seconds = fields.Integer(
        load_default=60,
        validate=validate.Range(1, 3600),
        metadata={"description": "How long the jobs are held; extend it while work goes on"},
    )
    wait_seconds = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 30),
        metadata={"description": "How long to wait for a job when there is none (long poll)"},
    )
    variables = fields.List(
        fields.String(), load_default=None, metadata={"description": "Names of those that are wanted; all when left out"}
    )


class JobSchema(Schema):
    """A job in the worker's hands."""

    id = fields.String(required=True, metadata={"description": "Stays the same over all attempts: use it as idempotency key"})
    lock = fields.String(required=True, metadata={"description": "Show it to say what came of the job"})
    locked_until = fields.DateTime(required=True)
    type = fields.String(required=True)
    instance_id = fields.String(required=True)
    process_id = fields.String(required=True)
    business_key = fields.String(required=True, allow_none=True)
    element = fields.String(required=True, metadata={"description": "The element of the diagram"})
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    variables = Variables(required=True, metadata={"description": "Those at the element, when the job was made"})
    listener = fields.String(required=True, metadata={"description": "What a listener's job listens to; empty for other work"})
    attempt = fields.Integer(required=True, metadata={"description": "From 1"})
    retries = fields.Integer(required=True, metadata={"description": "Attempts that are left after this one"})
    priority = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)


class FetchedSchema(Schema):
    """The jobs; none when there is nothing to do."""

    jobs = fields.List(fields.Nested(JobSchema), required=True)


class HeldSchema(Schema):
    """Shows that the job is in the worker's hands."""

    lock = fields.String(required=True, validate=_NAME)


class CompletedSchema(HeldSchema):
    """The result. Listeners of user tasks may refuse or correct the change."""

    variables = Variables(load_default=dict)
    denied = fields.Boolean(load_default=False, metadata={"description": "A listener of a user task refuses the change"})
    reason = fields.String(load_default="", metadata={"description": "Why; the person is shown it"})
    corrections = Variables(
        load_default=dict, metadata={"description": "Attributes of the user task that its listener sets, by name"}
    )


class FailureSchema(HeldSchema):
    """What went wrong."""

    message = fields.String(required=True, validate=validate.Length(1, 2000))
    retries = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 1000),
        metadata={"description": "How often to try again; 0 makes an incident now. Left out: what the job has left"},
    )
    retry_after_seconds = fields.Float(
        load_default=None,
        validate=validate.Range(0, 31_536_000),
        metadata={"description": "Not before that, for example what `Retry-After` said. The platform's back-off when longer"},
    )


class BpmnErrorSchema(HeldSchema):
    """A BPMN error."""

    code = fields.String(required=True, validate=_NAME, metadata={"description": "What an error event catches"})
    message = fields.String(load_default="", validate=validate.Length(0, 2000))
    variables = Variables(load_default=dict)


class ExtendSchema(HeldSchema):
    """How much longer."""

    lock_seconds = fields.Integer(load_default=60, validate=validate.Range(1, 3600), metadata={"description": "From now on"})


class ExtendedSchema(Schema):
    """Until when the job is held now."""

    locked_until = fields.DateTime(required=True)


@blueprint.operation("POST", "/fetch", permission="job.work", body=FetchSchema, answer=FetchedSchema, apart=True)
def fetch(body: dict[str, Any]) -> dict[str, Any]:
    """Fetch and lock jobs.

    Each fetch of a job is one attempt. Without an answer before the lock ends the job is offered again, or is an incident when
    that was the last attempt. When nothing is there, the answer waits for `wait_seconds` at most; under load it comes earlier.
    """
    body["types"] = list(dict.fromkeys(body["types"]))
    offers = platform().parts.queue.offers
    until = time.monotonic() + body["wait_seconds"]
    while True:
        seen = offers.seen(body["types"])
        found = _look(body)
        if found or not _came(body["types"], seen, timedelta(seconds=until - time.monotonic())):
            return {"jobs": [pick(job, _ROW) for job in found]}


def _came(types: list[str], seen: Any, left: timedelta) -> bool:
    """Whether something new is offered within that time. Other requests are worked on meanwhile."""
    if left <= timedelta(0):
        return False
    with set_aside(request.environ) as allowed:
        return bool(allowed and platform().parts.queue.offers.wait(types, seen, left))


def _look(body: dict[str, Any]) -> tuple[ExternalJob, ...]:
    """Reads first: a worker that waits in vain writes nothing."""
    workers, types = platform().workers, body["types"]
    with reading() as work:
        heard, offered = workers.heard_of(work, types), workers.offered(work, types)
    if heard and not offered:
        return ()
    lock = timedelta(seconds=body["lock_seconds"])
    with writing("jobs for a worker") as work:
        if not heard:
            workers.hear(work, types, body["worker"])
        return workers.fetch(work, types, worker=body["worker"], most=body["max_jobs"], lock=lock, variables=body["variables"])


@blueprint.operation("POST", "/<job_id>/complete", permission="job.work", body=CompletedSchema, status=204, refusals=_REFUSALS)
def complete(body: dict[str, Any], job_id: str) -> None:
    """Complete a job with its result."""
    more = {name: body[name] for name in ("denied", "reason", "corrections")}
    done = completion(job_id, body["variables"], **more)
    with writing() as work:
        platform().workers.complete(work, job_id, body["lock"], done)


@blueprint.operation("POST", "/<job_id>/fail", permission="job.work", body=FailureSchema, status=204, refusals=_REFUSALS)
def fail(body: dict[str, Any], job_id: str) -> None:
    """Tell that the work failed.

    It is tried again after a wait that grows with the attempts, and is an incident when no attempt is left.
    """
    failed = Failed(message=body["message"], retries=body["retries"], retry_after=body["retry_after_seconds"])
    with writing() as work:
        platform().workers.fail(work, job_id, body["lock"], failed)


@blueprint.operation("POST", "/<job_id>/error", permission="job.work", body=BpmnErrorSchema, status=204, refusals=_REFUSALS)
def error(body: dict[str, Any], job_id: str) -> None:
    """Throw a BPMN error.

    An error event of the diagram catches it; when none does, it is an incident.
    """
    key, variables = key_of(job_id), checked(body["variables"])
    thrown = commands.ThrowError(job=key, code=body["code"], message=body["message"], variables=variables)
    with writing() as work:
        platform().workers.throw(work, job_id, body["lock"], thrown)


@blueprint.operation(
    "POST", "/<job_id>/extend", permission="job.work", body=ExtendSchema, answer=ExtendedSchema, refusals=_REFUSALS
)
def extend(body: dict[str, Any], job_id: str) -> dict[str, Any]:
    """Hold a job for longer, while its work goes on."""
    with writing() as work:
        length = timedelta(seconds=body["lock_seconds"])
        return {"locked_until": platform().workers.extend(work, job_id, body["lock"], length)}
