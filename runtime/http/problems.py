"""Failures as answers: RFC 9457 problem details for the API, a page for people. Never a stack trace."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from engine.api import Problem
from runtime.errors import Overloaded, RingiError, TooOften, Unauthenticated
from runtime.i18n import N_, _
from runtime.servers.admission import refusal

log = logging.getLogger("ringi.http")

TITLES: Mapping[int, str] = {
    400: N_("The request cannot be understood"),
    401: N_("Sign in first"),
    403: N_("You may not do this"),
    404: N_("There is nothing here"),
    405: N_("This address does not take that"),
    409: N_("It has changed meanwhile"),
    413: N_("Too much at once"),
    415: N_("This kind of content is not taken here"),
    422: N_("Something is not right yet"),
    429: N_("Too often"),
    500: N_("Something broke on our side"),
    503: N_("Try again in a moment"),
}


DETAILS: Mapping[int, str] = {
    400: N_("Go back and try again."),
    404: N_("The address is wrong, what was there is gone, or it is not for you."),
    405: N_("This can be looked at, or sent to, but not the other way round."),
    413: N_("What was sent is larger than what is taken at once. Send less, or in parts."),
    415: N_("What was sent is of a kind that is not read here."),
}
"""What is said when HTTP itself refuses and nobody knows more."""


class Failure:
    """What an answer says about a failure, whatever raised it."""

    def __init__(self, status: int, code: str, detail: str, error: RingiError | None = None) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.fields: Mapping[str, Any] = error.fields if error else {}
        self.problems = error.problems if error else ()
        self.retry_after: int | None = getattr(error, "retry_after", None)

    @property
    def title(self) -> str:
        """The kind of failure in the user's language."""
        return _(TITLES.get(self.status, TITLES[400] if self.status < 500 else TITLES[500]))

    def as_json(self) -> dict[str, Any]:
        """RFC 9457 members, with `code`, `fields` and `problems` as extensions."""
        body: dict[str, Any] = {
            "type": f"urn:ringi:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "instance": request.path,
        }
        if self.fields:
            body["fields"] = {name: list(messages) for name, messages in self.fields.items()}
        if self.problems:
            body["problems"] = [problem_json(one) for one in self.problems]
        return body


def problem_json(problem: Problem) -> dict[str, Any]:
    """A finding in a file; what is not known is left out."""
    members = ("code", "severity", "message", "resource", "element", "field", "line", "column", "fix")
    found = {name: getattr(problem, name) for name in members}
    return {name: str(value) if name == "severity" else value for name, value in found.items() if value is not None}


def answer(failure: Failure) -> Response:
    """The failure in the form the caller reads."""
    if wants_json():
        response = jsonify(failure.as_json())
        response.mimetype = "application/problem+json"
    else:
        response = make_response(render_template("screens/error.html", failure=failure))
    response.status_code = failure.status
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    if failure.status == 401 and request.path.startswith("/api/"):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Ringi"'
    return response


def refuse() -> None:
    """Run before every view: what the door did not let in is told so, and nothing is looked up for it."""
    found = refusal(request.environ)
    if found is not None:
        g.actor = None
        raise found


def wants_json() -> bool:
    """True for the API and for scripts that ask for JSON."""
    return request.path.startswith("/api/v1/") or request.accept_mimetypes.best == "application/json"


def on_expected(error: RingiError) -> BaseResponse:
    """A failure that a service raised."""
    if isinstance(error, Unauthenticated) and not wants_json():
        return to_sign_in()
    told = _(error.detail) if isinstance(error, Overloaded | TooOften) else error.detail
    return answer(Failure(error.status, error.code, told, error))


def on_http(error: HTTPException) -> BaseResponse:
    """A failure of HTTP itself, or of reading a request (webargs puts the messages into `data`)."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    plain = error.description == type(error).description and status in DETAILS
    failure = Failure(status, f"HTTP-{status}", _(DETAILS[status]) if plain else error.description or "")
    messages = (getattr(error, "data", None) or {}).get("messages")
    if messages:
        failure.detail = _("Some of what was sent is not right; the fields are named below.")
        failure.fields = flat_messages(messages)
    return answer(failure)


def on_bug(error: Exception) -> BaseResponse:
    """Anything else is our bug: logged with a number that the person can tell us."""
    number = uuid.uuid4().hex[:12]
    log.error("unexpected failure %s at %s %s", number, request.method, request.path, exc_info=error)
    detail = _(
        "It was written down as %(number)s. Nothing that you see was changed by it; try again, or tell an administrator."
    )
    return answer(Failure(500, "HTTP-500", detail % {"number": number}))


def flat_messages(messages: Any, path: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages by dotted path. The place in the request (json, query, form) is left out."""
    if isinstance(messages, list):
        return {path or "body": [str(one) for one in messages]}
    if not isinstance(messages, dict):
        return {path or "body": [str(messages)]}
    found: dict[str, list[str]] = {}
    for name, inside in messages.items():
        place = name in {"json", "query", "form", "files", "headers"} and not path
        key = path if place or name == "_schema" else f"{path}.{name}" if path else str(name)
        found |= flat_messages(inside, key)
    return found


def to_sign_in() -> BaseResponse:
    """To the sign-in page, and from there back to the page that was open."""
    came_from = request.full_path if request.method == "GET" else urlsplit(request.referrer or "").path
    g.notice = None
    return redirect(f"/sign-in?next={quote(came_from.rstrip('?'))}", code=303)


def set_up(app: Flask) -> None:
    """Every failure ends here."""
    app.register_error_handler(RingiError, on_expected)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_bug)
