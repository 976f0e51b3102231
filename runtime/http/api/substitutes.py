"""Deputies: who does the tasks of whom for a time."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from runtime.access import substitutes
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import pick
from runtime.http.away import check_own, seen
from runtime.http.current import actor, reading, writing

blueprint = ApiBlueprint("substitutes", __name__, url_prefix="/substitutes", description="Deputies for people who are away.")

_ROW = ("id", "absent", "deputy", "starts_at", "ends_at", "reason", "set_by")


class NewSubstituteSchema(Schema):
    """Who stands in for whom."""

    absent = fields.String(load_default=None, metadata={"description": "Yourself when left out; others need `user.manage`"})
    deputy = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True, metadata={"example": "2026-12-01T09:00:00+09:00"})
    ends_at = fields.AwareDateTime(required=True, metadata={"example": "2026-12-24T18:00:00+09:00"})
    reason = fields.String(load_default="", validate=validate.Length(max=substitutes.LONGEST_REASON))


class SubstituteSchema(NewSubstituteSchema):
    """A deputy of somebody, now or later."""

    id = fields.String(required=True)
    absent = fields.String(required=True)
    set_by = fields.String(required=True)


class SubstitutesSchema(Schema):
    """All that have not ended."""

    items = fields.List(fields.Nested(SubstituteSchema), required=True)


@blueprint.operation("GET", "", permission="task.work", answer=SubstitutesSchema)
def list_substitutes() -> dict[str, Any]:
    """List your deputies, and the people you stand in for.

    Who has `user.manage` sees everybody's."""
    with reading() as work:
        return {"items": [pick(one, _ROW) for one in seen(work)]}


@blueprint.operation(
    "POST", "", permission="task.work", body=NewSubstituteSchema, answer=SubstituteSchema, status=201, refusals=(404, 409)
)
def add_substitute(body: dict[str, Any]) -> dict[str, Any]:
    """Name a deputy for a time.

    The deputy sees and completes the tasks of the person who is away; each is recorded as done for them. A deputy who is
    away, too, is refused.
    """
    absent = body["absent"] or actor().id
    check_own(absent)
    with writing(body["reason"]) as work:
        made = substitutes.add(
            work,
            absent,
            body["deputy"],
            starts_at=body["starts_at"],
            ends_at=body["ends_at"],
            reason=body["reason"],
        )
        return pick(made, _ROW)


@blueprint.operation("DELETE", "/<substitute_id>", permission="task.work", status=204, refusals=(404,))
def remove_substitute(substitute_id: str) -> None:
    """End a deputy's time now."""
    with writing() as work:
        check_own(substitutes.get(work, substitute_id).absent)
        substitutes.remove(work, substitute_id)
