"""Messages from other systems: each starts or continues instances."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from runtime.http.api.idempotency import given_key
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import LARGEST_NUMBER, Variables, pick
from runtime.http.current import actor, platform, writing
from runtime.idempotency.service import HEADER

blueprint = ApiBlueprint("messages", __name__, url_prefix="/messages", description="What other systems tell the processes.")


class MessageSchema(Schema):
    """A message."""

    correlation_key = fields.String(
        load_default="", metadata={"description": "Finds the instance that waits for it", "example": "L-00042"}
    )
    variables = Variables(load_default=dict)
    delivery_id = fields.String(
        load_default=None,
        metadata={
            "description": f"Your id of this delivery; the same again gives the first answer. Left out, it is the {HEADER}."
        },
    )
    ttl_seconds = fields.Integer(
        load_default=3600,
        validate=validate.Range(0, LARGEST_NUMBER),
        metadata={"description": "How long it waits for a receiver"},
    )


class MessageAnswerSchema(Schema):
    """What the message did."""

    id = fields.String(required=True)
    started = fields.List(fields.String(), required=True, metadata={"description": "Instances it started"})
    continued = fields.List(fields.String(), required=True, metadata={"description": "Instances it continued"})
    present = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Instances that were there already, of processes whose business keys stand once"},
    )
    stored = fields.Boolean(
        required=True, metadata={"description": "Nobody waits for it yet, or earlier ones go first; it is kept"}
    )
    repeated = fields.Boolean(required=True, metadata={"description": "This is the answer to an earlier delivery"})


@blueprint.operation(
    "POST",
    "/<name>",
    permission="message.publish",
    body=MessageSchema,
    answer=MessageAnswerSchema,
    refusals=(409,),
)
def publish(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Publish a message.

    In each process it continues the instance that waits longest for this name and key, else it starts one. With no receiver it
    is kept for `ttl_seconds`.
    """
    own = body["delivery_id"] or given_key()
    delivery_id = f"api:{actor().id}:{own}" if own else None
    with writing(f"message {name}") as work:
        done = platform().messages.publish(
            work,
            name,
            body["correlation_key"],
            body["variables"],
            delivery_id=delivery_id,
            ttl=timedelta(seconds=body["ttl_seconds"]),
        )
        return pick(done, ("id", "started", "continued", "present", "stored", "repeated"))
