"""How an operation of the API is declared: one decorator that says address, permission, what comes in and what goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flask_smorest
from marshmallow import Schema, fields

from runtime.http.api.idempotency import ABOUT, METHODS, once
from runtime.http.security import requires
from runtime.http.strict_json import StrictParser
from runtime.idempotency.service import HEADER

View = TypeVar("View", bound=Callable[..., Any])


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A group of operations under /api/v1."""

    ARGUMENTS_PARSER = StrictParser()

    def operation(
        self,
        method: str,
        rule: str,
        *,
        permission: str,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        files: type[Schema] | None = None,
        answer: type[Schema] | None = None,
        body_ref: str = "",
        answer_ref: str = "",
        media: tuple[str, ...] = (),
        status: int = 200,
        also: tuple[int, ...] = (),
        refusals: tuple[int, ...] = (),
        headers: dict[str, str] | None = None,
        apart: bool = False,
        untold: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """Declare a view as an operation. It gets `query`, `body`, `files` as dicts, and the parts of the address by name.

        The first line of its docstring is the summary, the rest the description. `refusals` are the statuses it may
        answer beside those that all may, `also` other statuses of success; `headers` names request headers and
        says what they do.
        `body_ref` and `answer_ref` name schemas of the document where those depend on the record type; such a view
        reads its body itself (`json_object`). `media` are the types of an answer that is a file. What changes something honours
        `Idempotency-Key` in the one transaction of its work; a view that makes transactions of its own says `apart`, one that
        tells a secret which field is `untold` (see `once`).
        """
        if method in METHODS:
            headers = {**(headers or {}), HEADER: ABOUT}
            refusals = (*refusals, 409)

        def declare(view: View) -> View:
            wrapped: Any = view
            for schema, location in ((files, "files"), (body, "json"), (query, "query")):
                if schema is not None:
                    wrapped = self.arguments(schema, location=location, unknown=schema().unknown)(wrapped)
            wrapped = self.response(status, answer, description=_DONE.get(status, "Done"))(wrapped)
            for other in also:
                wrapped = self.alt_response(other, schema=answer, description=_DONE.get(other, "Done"))(wrapped)
            if method in METHODS:
                wrapped = once(wrapped, apart=apart, untold=untold)
            reads = () if body is None and files is None and not body_ref else _OF_A_BODY
            wrapped = self.doc(**_extras(permission, (*refusals, *reads), headers or {}))(wrapped)
            wrapped = self.doc(**_by_name(body_ref, answer_ref, status))(wrapped)
            wrapped = self.doc(**_as_file(media, status))(wrapped)
            self.route(rule, methods=[method])(requires(permission)(wrapped))
            return view

        return declare


_DONE = {200: "Done", 201: "Made", 202: "Taken; it goes on in the background", 204: "Done; there is nothing to say"}
_ALWAYS = (401, 403, 422, 429, 503)
_OF_A_BODY = (400, 413, 415)
_REFUSED = {
    400: "What was sent cannot be read",
    401: "Nobody is signed in, or the token is not valid",
    403: "The permission is missing, or the request came from another site",
    404: "There is no such thing, or you may not know of it",
    409: "Somebody was first: it changed, is done, or belongs to another; or the `Idempotency-Key` is in use",
    413: "The body is too large",
    415: "What was sent is of another kind than what is read here",
    422: "A value is not valid; `fields` or `problems` say which and why",
    429: "You ask for too much at once; come again after `Retry-After` seconds",
    503: "The server is busy, or its database does not answer; come again after `Retry-After` seconds",
}
_LATER = (429, 503)


def _extras(permission: str, refusals: tuple[int, ...], headers: dict[str, str]) -> dict[str, Any]:
    answers = {str(code): {"$ref": f"#/components/responses/Refused{code}"} for code in sorted({*_ALWAYS, *refusals})}
    found: dict[str, Any] = {"responses": answers, "x-permission": permission}
    if headers:
        found["parameters"] = [
            {"in": "header", "name": name, "required": False, "schema": {"type": "string"}, "description": text}
            for name, text in headers.items()
        ]
    return found


def _by_name(body_ref: str, answer_ref: str, status: int) -> dict[str, Any]:
    """The parts of the document that refer to a schema by its name."""

    def content(name: str) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    found: dict[str, Any] = {"requestBody": {"required": True, **content(body_ref)}} if body_ref else {}
    return found | ({"responses": {str(status): content(answer_ref)}} if answer_ref else {})


def _as_file(media: tuple[str, ...], status: int) -> dict[str, Any]:
    """An answer that is a file of one of these types; what is JSON is read as what it says."""
    file = {"type": "string", "format": "binary"}
    content = {one: {"schema": {"type": "object"} if one == "application/json" else file} for one in media}
    return {"responses": {str(status): {"content": content}}} if media else {}


def refusal_responses() -> dict[str, Any]:
    """The answers that many operations share, as OpenAPI response components."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[str, Any] = {f"Refused{code}": {"description": text, "content": content} for code, text in _REFUSED.items()}
    for code in _LATER:
        found[f"Refused{code}"]["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return found


class FindingSchema(Schema):
    """One thing that is wrong in a file."""

    code = fields.String(required=True, metadata={"description": "Stable, for example BPMN-2004"})
    severity = fields.String(required=True, metadata={"enum": ["error", "warning"]})
    message = fields.String(required=True)
    resource = fields.String(required=True, metadata={"description": "The file"})
    element = fields.String(metadata={"description": "The id of the element"})
    field = fields.String()
    line = fields.Integer()
    column = fields.Integer()
    fix = fields.String(metadata={"description": "The way out"})


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True, metadata={"example": "urn:ringi:problem:HTTP-404"})
    title = fields.String(required=True, metadata={"description": "The kind of failure, in the language of Accept-Language"})
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is wrong and what to do"})
    code = fields.String(required=True, metadata={"description": "Stable; programs decide by it"})
    instance = fields.String(metadata={"description": "The address that was asked"})
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        metadata={"description": "Messages by the path of the field"},
    )
    problems = fields.List(fields.Nested(FindingSchema))
