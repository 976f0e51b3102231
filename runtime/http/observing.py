"""Every request leaves a line in the log, a measurement, and a span; its id goes back to the caller."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack

from flask import Flask, Response, g, request
from opentelemetry.trace import SpanKind

from runtime.observe import logs, meters, tracing
from runtime.store.ids import new_id

_log = logging.getLogger("ringi.request")

_QUIET = frozenset({"health.alive", "health.ready", "health.metrics", "assets.file"})
"""What is asked all the time and tells nothing; measured, but written down only with LOG_LEVEL=DEBUG."""

ID = "X-Request-ID"


def begin() -> None:
    """Run before everything else."""
    g.begun, g.request_id = time.perf_counter(), new_id()
    g.observed = stack = ExitStack()
    route = str(request.url_rule) if request.url_rule else "none"
    stack.callback(logs.forget)
    logs.forget()
    headers = {"traceparent": request.headers["traceparent"]} if "traceparent" in request.headers else None
    stack.enter_context(tracing.span(f"{request.method} {route}", kind=SpanKind.SERVER, headers=headers))
    logs.say_from_now(request=g.request_id)
    trace, instance = tracing.trace_id(), (request.view_args or {}).get("instance_id")
    if trace:
        logs.say_from_now(trace=trace)
    if isinstance(instance, str):
        logs.say_from_now(instance=instance)


def answered(response: Response) -> Response:
    """Run after everything else."""
    seconds, route = time.perf_counter() - g.begun, str(request.url_rule) if request.url_rule else "none"
    meters.request_answered(request.method, route, response.status_code, seconds)
    level = logging.DEBUG if request.endpoint in _QUIET else logging.INFO
    if _log.isEnabledFor(level):
        who = g.get("actor")
        about = {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
        _log.log(level, "request", extra=about | ({"user": who.id} if who else {}))
    response.headers[ID] = g.request_id
    return response


def end(_error: BaseException | None) -> None:
    """Run at the very end, whatever happened."""
    stack: ExitStack | None = g.pop("observed", None)
    if stack is not None:
        stack.close()


def set_up(app: Flask) -> None:
    """Put it around all else: before first, after last."""
    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)
