"""Records of every type the packages declare: one set of addresses for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, fields, validate

from runtime.errors import Invalid
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import PageQuery, Variables, json_object, page_json, page_schema, pick
from runtime.http.current import platform, reading, writing
from runtime.http.security import SIGNED_IN
from runtime.records.parts import Record
from runtime.records.timeline import TimelineEntry

blueprint = ApiBlueprint(
    "records",
    __name__,
    url_prefix="/records",
    description="Records of each type. What one sees and may do is decided by the grants of one's roles.",
)

_LIST_WORDS = frozenset({"limit", "after", "q", "order", "where"})
_VERSION = re.compile(r'(?:W/)?"?(\d+)"?')


class RecordQuery(PageQuery):
    """Which records. Other parameters are filters."""

    class Meta:
        unknown = EXCLUDE

    q = fields.String(load_default=None, metadata={"description": "Words in the searchable fields"})
    where = fields.String(
        load_default=None,
        validate=validate.Length(max=8_000),
        metadata={
            "description": "A FEEL condition over the fields and `user` (id, name, roles)",
            "example": 'amount > 1000 and owner = user.id and stage_category = "open"',
        },
    )
    order = fields.String(
        load_default="", metadata={"description": "Fields, comma between, - for descending", "example": "-created_at"}
    )


class MoveSchema(Schema):
    """A move to another stage."""

    stage = fields.String(required=True)
    values = Variables(load_default=dict, metadata={"description": "Fields to fill in on the way"})
    reason = fields.String(load_default=None)


class TimelineLineSchema(Schema):
    """One line of a timeline."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True)
    actor_id = fields.String(required=True)
    actor_name = fields.String(required=True)
    via = fields.String(required=True)
    kind = fields.String(required=True, metadata={"example": "stage_changed"})
    title = fields.String(required=True)
    data = fields.Dict(required=True)


class OwnerSchema(Schema):
    """The new owner."""

    owner = fields.String(required=True, allow_none=True, validate=validate.Length(max=200))


@blueprint.operation("GET", "/<type>", permission=SIGNED_IN, query=RecordQuery, answer_ref="RecordPage", refusals=(404,))
def list_records(query: dict[str, Any], type: str) -> dict[str, Any]:
    """List the records of a type that you may see.

    Query parameters that are not named below are filters: `stage=qualified`, `amount.gte=1000` (also lt, lte, gt, ne),
    `owner.empty=true`; the same one twice means one of them. What they cannot say, `where` says in FEEL.
    """
    order = [name for name in query["order"].split(",") if name]
    with reading() as work:
        found = platform().records.find(
            work,
            type,
            where=_filters(),
            search=query["q"],
            condition=query["where"],
            order=order,
            limit=query["limit"],
            after=query["after"],
        )
        return page_json(found, lambda record: _shown(type, record))


@blueprint.operation(
    "POST",
    "/<type>",
    permission=SIGNED_IN,
    body_ref="RecordValues",
    answer_ref="Record",
    status=201,
    refusals=(404, 409),
)
def create(type: str) -> Response:
    """Make a record."""
    values = json_object()
    with writing() as work:
        return _tagged(_shown(type, platform().records.create(work, type, values)), 201)


@blueprint.operation("GET", "/<type>/<record_id>", permission=SIGNED_IN, answer_ref="Record", refusals=(404,))
def get(type: str, record_id: str) -> Response:
    """Read a record."""
    with reading() as work:
        return _answer(type, platform().records.get(work, type, record_id))


@blueprint.operation(
    "PATCH",
    "/<type>/<record_id>",
    permission=SIGNED_IN,
    body_ref="RecordChange",
    answer_ref="Record",
    refusals=(404, 409),
    headers={"If-Match": "The version you know; another one is refused with 409"},
)
def update(type: str, record_id: str) -> Response:
    """Change some fields of a record.

    Those that are not named stay as they are.
    """
    values = json_object()
    with writing() as work:
        return _answer(type, platform().records.update(work, type, record_id, values, version=_expected()))


@blueprint.operation(
    "POST",
    "/<type>/<record_id>/transition",
    permission=SIGNED_IN,
    body=MoveSchema,
    answer_ref="Record",
    refusals=(404, 409),
    headers={"If-Match": "The version you know; another one is refused with 409"},
)
def transition(body: dict[str, Any], type: str, record_id: str) -> Response:
    """Move a record to another stage.

    A rule that is not met is named in `fields`.
    """
    with writing() as work:
        moved = platform().records.transition(
            work, type, record_id, body["stage"], values=body["values"], reason=body["reason"], version=_expected()
        )
        return _answer(type, moved)


@blueprint.operation(
    "POST", "/<type>/<record_id>/assign", permission=SIGNED_IN, body=OwnerSchema, answer_ref="Record", refusals=(404,)
)
def assign(body: dict[str, Any], type: str, record_id: str) -> Response:
    """Give a record to a user, or with null to nobody."""
    with writing() as work:
        return _answer(type, platform().records.assign(work, type, record_id, body["owner"]))


@blueprint.operation(
    "GET",
    "/<type>/<record_id>/timeline",
    permission=SIGNED_IN,
    query=PageQuery,
    answer=page_schema(TimelineLineSchema),
    refusals=(404,),
)
def timeline(query: dict[str, Any], type: str, record_id: str) -> dict[str, Any]:
    """Read what happened to a record, the latest first."""
    with reading() as work:
        return page_json(platform().records.timeline(work, type, record_id, **query), _line)


def _line(entry: TimelineEntry) -> dict[str, Any]:
    return {**pick(entry, ("id", "at", "actor_id", "actor_name", "via", "kind", "title")), "data": dict(entry.data)}


def _filters() -> Mapping[str, Any]:
    """The query parameters that are filters, as `Records.find` takes them."""
    found: dict[str, Any] = {}
    for parameter, texts in request.args.lists():
        if parameter in _LIST_WORDS:
            continue
        name, dot, operator = parameter.partition(".")
        value: Any = texts[0] if len(texts) == 1 else texts
        if not dot:
            found[name] = value
        elif isinstance(found.setdefault(name, {}), dict):
            found[name][operator] = value == "true" if operator == "empty" else value
    return found


def _expected() -> int | None:
    header = request.headers.get("If-Match")
    if header is None or header == "*":
        return None
    match = _VERSION.fullmatch(header.strip())
    if match is None:
        raise Invalid("HTTP-1050", 'If-Match must be the version of the record, like "3".')
    return int(match[1])


def _shown(type: str, record: Record) -> dict[str, Any]:
    """The record as JSON: numbers as texts, so that no digit is lost."""
    found: dict[str, Any] = platform().records.schema(type).dump(record)
    return found


def _answer(type: str, record: Record) -> Response:
    return _tagged(_shown(type, record), 200)


def _tagged(record: dict[str, Any], status: int) -> Response:
    response = jsonify(record)
    response.status_code = status
    response.headers["ETag"] = f'"{record["version"]}"'
    return response
