"""The REST API under /api/v1, described by OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Flask

from runtime.http.api import (
    batches,
    deployments,
    documentation,
    history,
    imports,
    incidents,
    instance_operations,
    instances,
    jobs,
    messages,
    record_types,
    records,
    signals,
    substitutes,
    task_moves,
    tasks,
    webhooks,
)
from runtime.http.api.operations import ProblemSchema, refusal_responses
from runtime.http.api.record_schemas import add_record_schemas
from runtime.http.current import EXTENSION

PREFIX = "/api/v1"
_ABOUT = """Everything a person can do in the pages, a program can do here.

Sign in with `Authorization: Bearer <token>`, or in a browser with the session cookie and the header
`X-CSRF-Token`.
Failures are RFC 9457 problem details with a stable `code`. Lists come in pages: pass `next` of one page
as `after` for the following.
Numbers keep every digit on the way in, and those of records on the way out, where they
are texts; dates and times are ISO 8601 texts."""
_BLUEPRINTS = (
    *(deployments, instances, instance_operations, tasks, task_moves, substitutes, messages, signals),
    *(jobs, incidents, batches, record_types, records, imports, history, webhooks),
)


class _Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest without its own pages and its own failures: ours say more, and every address declares its permission."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_doc_blueprint(self) -> None:
        return

    def _register_error_handlers(self) -> None:
        return


def register(app: Flask) -> None:
    """Mount the operations and their documentation."""
    app.config.update(API_TITLE="Ringi", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = _Api(app, spec_kwargs={"info": {"description": _ABOUT}, "servers": [{"url": "/"}]})
    api.spec.components.schema("Problem", schema=ProblemSchema)
    for name, response in refusal_responses().items():
        api.spec.components.response(name, response)
    add_record_schemas(api.spec, app.extensions[EXTENSION].records)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "ringi_session"})
    api.spec.options["security"] = [{"token": []}, {"session": []}]
    for module in _BLUEPRINTS:
        api.register_blueprint(module.blueprint, url_prefix=PREFIX + module.blueprint.url_prefix)
    app.extensions["ringi-openapi"] = api
    app.register_blueprint(documentation.blueprint)


def specification(app: Flask) -> dict[str, Any]:
    """The OpenAPI document, with a schema for each record type of this installation."""
    return documentation.specification(app)
