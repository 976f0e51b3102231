"""For those who watch the service: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from runtime.access.actor import SYSTEM
from runtime.errors import Unavailable
from runtime.http.current import platform
from runtime.http.security import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """200 while the process answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """200 when the database answers, else 503; the reason is in the log, not in the answer."""
    try:
        with platform().database.read(SYSTEM) as work:
            work.connection.execute(text("SELECT 1"))
    except Unavailable:
        response = jsonify({"status": "the database does not answer"})
        response.status_code = 503
        return response
    return jsonify({"status": "ready"})
