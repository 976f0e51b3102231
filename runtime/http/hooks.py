"""Incoming webhooks: ``POST /hooks/<name>``. A package says what becomes of them (`Hook`); the signature says who sends."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Invalid
from runtime.http.csrf import signed
from runtime.http.current import platform
from runtime.http.security import public
from runtime.http.strict_json import MAX_BYTES, read_json

blueprint = Blueprint("hooks", __name__)


@blueprint.post("/hooks/<name>")
@signed
@public
def receive(name: str) -> dict[str, Any]:
    """Take a delivery. The same one again gets the same answer."""
    request.max_content_length = MAX_BYTES
    hooks, body = platform().hooks, request.get_data(cache=True)
    hook = hooks.find(name)
    headers = {key.lower(): value for key, value in request.headers.items()}
    with platform().database.read(SYSTEM) as work:
        event_id = hooks.verify(hook, headers, body, work.now)
    said = read_json(body)
    if not isinstance(said, dict | list):
        raise Invalid("HTTP-1051", "The body must be a JSON object.")
    with platform().database.write(Actor(id=f"hook:{name}", name=f"Webhook {name}", via="api"), f"webhook {name}") as work:
        answer = hooks.receive(work, hook, event_id, headers, said)
    return {"id": answer.id, "started": list(answer.started), "continued": list(answer.continued), "stored": answer.stored}
