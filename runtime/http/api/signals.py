"""Signals from other systems: each reaches everybody who waits for it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import Variables
from runtime.http.current import platform, writing

blueprint = ApiBlueprint(
    "signals", __name__, url_prefix="/signals", description="What other systems tell all processes at once."
)


class SignalSchema(Schema):
    """A signal."""

    variables = Variables(load_default=dict)


class SignalAnswerSchema(Schema):
    """The signal is on its way."""

    id = fields.String(required=True)


@blueprint.operation("POST", "/<name>", permission="message.publish", body=SignalSchema, answer=SignalAnswerSchema, status=202)
def broadcast(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Send a signal.

    It continues every instance that waits for it now and starts every process that begins with it, right after this answer. It
    is not kept for those who wait later.
    """
    with writing(f"signal {name}") as work:
        return {"id": platform().signals.broadcast(work, name, body["variables"])}
