"""For those who watch the service: is it alive, can it work, how is it doing."""

from __future__ import annotations

import hmac
import logging
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from runtime.access.actor import SYSTEM
from runtime.errors import Forbidden, Unavailable
from runtime.http.current import platform
from runtime.http.security import public
from runtime.observe import meters, readiness
from runtime.observe.collector import DatabaseNumbers
from runtime.store.patience import within

blueprint = Blueprint("health", __name__)

_NUMBERS = "ringi.numbers"
_log = logging.getLogger(__name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """200 while the process answers."""
    return jsonify({"status": "alive"})


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """200 when requests can be answered, else 503. `workers` tells whether some process runs jobs."""
    try:
        with within(2), platform().database.read(SYSTEM) as work:
            found = readiness.look(work)
    except Unavailable as error:
        _log.warning("not ready: %s", error.detail)
        return _not_ready("the database does not answer")
    if found.trouble:
        return _not_ready(found.trouble)
    return jsonify({"status": "ready", "workers": found.workers})


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """The numbers for Prometheus: with the token of the configuration, or from this machine where there is none."""
    _check_watcher()
    numbers = current_app.extensions.setdefault(_NUMBERS, DatabaseNumbers(platform().database))
    return Response(meters.shown(numbers), content_type=CONTENT_TYPE_LATEST)


def _check_watcher() -> None:
    token = platform().config.metrics_token
    if token:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            raise Forbidden("HTTP-1043", "The numbers are for those who have the token of RINGI_METRICS_TOKEN.")
    elif not _is_here(request.remote_addr or ""):
        raise Forbidden("HTTP-1043", "The numbers are for this machine only, until RINGI_METRICS_TOKEN is set.")


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _not_ready(reason: str) -> Response:
    response = jsonify({"status": reason})
    response.status_code = 503
    response.headers["Retry-After"] = "5"
    return response
