"""Batches: an operation on many instances, with a frozen list, progress, and a result for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from runtime.http.api.instance_filter import BatchQuerySchema, instance_filter
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import LARGEST_NUMBER, PageQuery, Variables, page_json, page_schema, pick
from runtime.http.business_fields import field_is
from runtime.http.current import platform, reading, writing
from runtime.operations.kinds import OPERATIONS
from runtime.operations.views import STATES, Batch
from runtime.store.work import Work

blueprint = ApiBlueprint(
    "batches",
    __name__,
    url_prefix="/batches",
    description="An operation on every instance that a query has. The list is frozen first, and shown; then it is worked off.",
)

_BATCH = (
    *("id", "operation", "arguments", "query", "reason", "status", "total", "created_at", "created_by"),
    *("started_at", "started_by", "finished_at"),
)
_ITEM = ("number", "subject", "instance_id", "state", "code", "message", "made", "at")
_MOST = 1000


class TokensMovedSchema(Schema):
    """Tokens that stand on an element and go to another."""

    from_ = fields.String(required=True, data_key="from", attribute="from", metadata={"description": "Its id in the diagram"})
    to = fields.String(required=True)


class BatchArgumentsSchema(Schema):
    """What the operation needs to be told; each takes only its own."""

    variables = Variables(load_default=None, allow_none=True)
    move = fields.List(fields.Nested(TokensMovedSchema), load_default=list, validate=validate.Length(max=_MOST))
    activate = fields.List(fields.String(), load_default=list, validate=validate.Length(max=_MOST))
    terminate = fields.List(
        fields.String(),
        load_default=list,
        validate=validate.Length(max=_MOST),
        metadata={"description": "Ids of elements whose tokens end"},
    )
    version = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_NUMBER))
    mapping = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    at = fields.List(fields.String(), load_default=list, validate=validate.Length(max=_MOST))


class NewBatchSchema(Schema):
    """What is to be done, to which instances, and why."""

    operation = fields.String(required=True, validate=validate.OneOf(list(OPERATIONS)))
    arguments = fields.Nested(BatchArgumentsSchema, load_default=lambda: BatchArgumentsSchema().load({}))
    query = fields.Nested(BatchQuerySchema, required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2000), metadata={"description": "Stands in the journals"})


class CountsSchema(Schema):
    """How many items are in which state."""

    waiting = fields.Integer(required=True)
    trying = fields.Integer(required=True, metadata={"description": "Done, and a worker outside still works on what it began"})
    done = fields.Integer(required=True)
    skipped = fields.Integer(required=True, metadata={"description": "Not applicable any more"})
    failed = fields.Integer(required=True)


class BatchSchema(Schema):
    """A batch and how far it is."""

    id = fields.String(required=True)
    operation = fields.String(required=True, metadata={"enum": list(OPERATIONS)})
    arguments = fields.Dict(required=True)
    query = fields.Dict(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["previewed", "running", "paused", "finished", "cancelled"]})
    total = fields.Integer(required=True, metadata={"description": "So many are on the list, which does not change any more"})
    counts = fields.Nested(CountsSchema, required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    started_at = fields.DateTime(allow_none=True)
    started_by = fields.String(allow_none=True)
    finished_at = fields.DateTime(allow_none=True)


class BatchItemSchema(Schema):
    """One of the list, and what came of it."""

    number = fields.Integer(required=True)
    subject = fields.String(required=True, metadata={"description": "The id of the instance, or of the incident"})
    instance_id = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    code = fields.String(allow_none=True)
    message = fields.String(allow_none=True, metadata={"description": "Why it was skipped or failed"})
    made = fields.String(allow_none=True, metadata={"description": "The instance that a restart began"})
    at = fields.DateTime(allow_none=True)


class ItemQuery(PageQuery):
    """Which items."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


@blueprint.operation("POST", "", permission="instance.operate", body=NewBatchSchema, answer=BatchSchema, status=201)
def make(body: dict[str, Any]) -> dict[str, Any]:
    """Freeze the list for a batch.

    Nothing is done yet. `total` is the exact number of instances that it will be done to (of open incidents, for `retry`):
    those that come later are not among them. Start it when it is what you want.
    """
    arguments = {name: value for name, value in body["arguments"].items() if value}
    asked = tuple(field_is(name, value) for name, value in body["query"].pop("fields_").items())
    with writing(body["reason"]) as work:
        return _shown(platform().batches.preview(work, body["operation"], arguments, instance_filter(body["query"], asked)))


@blueprint.operation("GET", "", permission="instance.view", query=PageQuery, answer=page_schema(BatchSchema))
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """List batches, the newest first."""
    with reading() as work:
        return page_json(platform().batches.page(work, **query), _shown)


@blueprint.operation("GET", "/<batch_id>", permission="instance.view", answer=BatchSchema, refusals=(404,))
def get(batch_id: str) -> dict[str, Any]:
    """See how far a batch is."""
    with reading() as work:
        return _shown(platform().batches.get(work, batch_id))


@blueprint.operation(
    "GET",
    "/<batch_id>/items",
    permission="instance.view",
    query=ItemQuery,
    answer=page_schema(BatchItemSchema),
    refusals=(404,),
)
def items(query: dict[str, Any], batch_id: str) -> dict[str, Any]:
    """Read what came of each item, in order."""
    with reading() as work:
        return page_json(platform().batches.items(work, batch_id, **query), lambda item: pick(item, _ITEM))


@blueprint.operation("POST", "/<batch_id>/start", permission="instance.operate", answer=BatchSchema, refusals=(404, 409))
def start(batch_id: str) -> dict[str, Any]:
    """Start a batch.

    It is worked off in the background in your name, each item in a transaction of its own.
    """
    return _moved(batch_id, platform().batches.start)


@blueprint.operation("POST", "/<batch_id>/pause", permission="instance.operate", answer=BatchSchema, refusals=(404, 409))
def pause(batch_id: str) -> dict[str, Any]:
    """Pause a batch before its next item."""
    return _moved(batch_id, platform().batches.pause)


@blueprint.operation("POST", "/<batch_id>/resume", permission="instance.operate", answer=BatchSchema, refusals=(404, 409))
def resume(batch_id: str) -> dict[str, Any]:
    """Go on with a paused batch."""
    return _moved(batch_id, platform().batches.resume)


@blueprint.operation("POST", "/<batch_id>/cancel", permission="instance.operate", answer=BatchSchema, refusals=(404, 409))
def cancel(batch_id: str) -> dict[str, Any]:
    """End a batch where it is.

    What it has done stays done.
    """
    return _moved(batch_id, platform().batches.cancel)


@blueprint.operation("POST", "/<batch_id>/retry", permission="instance.operate", answer=BatchSchema, refusals=(404, 409))
def retry(batch_id: str) -> dict[str, Any]:
    """Do the items that failed once more, and no other."""
    return _moved(batch_id, platform().batches.retry)


def _moved(batch_id: str, move: Callable[[Work, str], Batch]) -> dict[str, Any]:
    with writing() as work:
        return _shown(move(work, batch_id))


def _shown(batch: Batch) -> dict[str, Any]:
    return {**pick(batch, _BATCH), "counts": {state: batch.counts.get(state, 0) for state in STATES}}
