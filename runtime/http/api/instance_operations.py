"""Operate process instances: suspend, resume, move tokens, start again from a point."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from engine.api import commands
from runtime.http.api.instances import ElementSchema, ReasonSchema, StartedSchema
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import LARGEST_NUMBER, Variables, pick
from runtime.http.current import platform, reading, writing
from runtime.processes.operations import EffectView
from runtime.processes.views import ElementView

blueprint = ApiBlueprint(
    "process-instance-operations",
    __name__,
    url_prefix="/process-instances",
    description="What operators do to instances. Every operation stands in the journal, with who did it and why.",
)

_MOST = 1000
_PLANNED = ("key", "element", "target", "reason")
_ELEMENT = ("key", "element", "name", "type", "process_id", "parent")


class ActivationSchema(Schema):
    """An element to activate."""

    element = fields.String(required=True, metadata={"description": "The id in the diagram"})
    scope = fields.Integer(
        load_default=None,
        metadata={"description": "The key of the element instance that it is to lie in; the process when left out"},
    )
    variables = Variables(load_default=dict)


class TokenMoveSchema(Schema):
    """A token to move."""

    element_instance = fields.Integer(required=True, metadata={"description": "The key of the element instance that ends"})
    element = fields.String(required=True, metadata={"description": "The id of the element that begins in its place"})
    variables = Variables(load_default=dict)


class ModificationSchema(ReasonSchema):
    """How tokens are moved. What is activated begins as if a token had reached it."""

    activate = fields.List(fields.Nested(ActivationSchema), load_default=list, validate=validate.Length(max=_MOST))
    move = fields.List(fields.Nested(TokenMoveSchema), load_default=list, validate=validate.Length(max=_MOST))
    terminate = fields.List(
        fields.Integer(),
        load_default=list,
        validate=validate.Length(max=_MOST),
        metadata={"description": "Keys of element instances to end"},
    )
    variables = Variables(load_default=dict)


class PreviewedIncidentSchema(Schema):
    """Where the instance would be stuck."""

    element = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class EffectSchema(Schema):
    """What an operation would do, up to where jobs and people come in."""

    begins = fields.List(fields.Nested(ElementSchema), required=True)
    ends = fields.List(fields.Nested(ElementSchema), required=True)
    incidents = fields.List(fields.Nested(PreviewedIncidentSchema), required=True)
    status = fields.String(required=True, metadata={"description": "That of the instance afterwards"})


class MigrationSchema(ReasonSchema):
    """Where an instance is to go on."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(1, LARGEST_NUMBER), metadata={"description": "The latest when left out"}
    )
    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={
            "description": "Ids of elements, old to new, where they differ",
            "example": {"check": "review"},
        },
    )
    element_instance = fields.Integer(
        load_default=None, metadata={"description": "The key of a called process that is to be migrated instead of the root"}
    )


class ElementPlanSchema(Schema):
    """What becomes of one active element."""

    key = fields.Integer(required=True)
    element = fields.String(required=True)
    target = fields.String(required=True, allow_none=True, metadata={"description": "The element in the new version"})
    verdict = fields.String(required=True, metadata={"enum": ["safe", "needs mapping", "refused"]})
    reason = fields.String(required=True, metadata={"description": "What is in the way"})
    notes = fields.List(fields.String(), required=True, metadata={"description": "What will be different"})


class MigrationPlanSchema(Schema):
    """What a migration would do; `verdict` is the worst of all elements."""

    verdict = fields.String(required=True, metadata={"enum": ["safe", "needs mapping", "refused"]})
    elements = fields.List(fields.Nested(ElementPlanSchema), required=True)


class RestartSchema(ReasonSchema):
    """Where the new instance begins."""

    at = fields.List(fields.String(), required=True, validate=validate.Length(1, _MOST))
    variables = Variables(load_default=dict)


@blueprint.operation(
    "POST", "/<instance_id>/suspend", permission="instance.operate", body=ReasonSchema, status=204, refusals=(404, 409)
)
def suspend(body: dict[str, Any], instance_id: str) -> None:
    """Stop an instance for a while.

    It takes no step, fires no timer and runs no job; messages that reach it are kept.
    """
    with writing(body["reason"]) as work:
        platform().processes.operations.suspend(work, instance_id, body["reason"])


@blueprint.operation(
    "POST", "/<instance_id>/resume", permission="instance.operate", body=ReasonSchema, status=204, refusals=(404, 409)
)
def resume(body: dict[str, Any], instance_id: str) -> None:
    """Let a suspended instance go on where it was, with what reached it meanwhile."""
    with writing(body["reason"]) as work:
        platform().processes.operations.resume(work, instance_id)


@blueprint.operation(
    "POST", "/<instance_id>/modify", permission="instance.operate", body=ModificationSchema, status=204, refusals=(404, 409)
)
def modify(body: dict[str, Any], instance_id: str) -> None:
    """Move tokens: activate elements, end element instances, or both at once.

    Sub-processes around an element that do not run are opened; scopes that run empty end, and with the last one the instance.
    """
    with writing(body["reason"]) as work:
        platform().processes.operations.modify(work, instance_id, _command(body))


@blueprint.operation(
    "POST",
    "/<instance_id>/modify/preview",
    permission="instance.operate",
    body=ModificationSchema,
    answer=EffectSchema,
    refusals=(404, 409),
)
def preview_modify(body: dict[str, Any], instance_id: str) -> dict[str, Any]:
    """Show what moving tokens would do.

    Nothing is changed.
    """
    with reading() as work:
        return effect_json(platform().processes.operations.preview_modify(work, instance_id, _command(body)))


@blueprint.operation(
    "POST", "/<instance_id>/migrate", permission="instance.operate", body=MigrationSchema, status=204, refusals=(404, 409)
)
def migrate(body: dict[str, Any], instance_id: str) -> None:
    """Let an instance go on in another version of its process.

    It is done for all elements or not at all. Tasks keep their people, jobs and timers stay as they were made.
    """
    with writing(body["reason"]) as work:
        platform().processes.operations.migrate(work, instance_id, body["mapping"], **_which(body))


@blueprint.operation(
    "POST",
    "/<instance_id>/migrate/preview",
    permission="instance.operate",
    body=MigrationSchema,
    answer=MigrationPlanSchema,
    refusals=(404, 409),
)
def preview_migrate(body: dict[str, Any], instance_id: str) -> dict[str, Any]:
    """Show what a migration would do to each active element.

    Nothing is changed.
    """
    with reading() as work:
        plan = platform().processes.operations.preview_migrate(work, instance_id, body["mapping"], **_which(body))
        elements = [{**pick(one, _PLANNED), "verdict": str(one.verdict), "notes": list(one.notes)} for one in plan.elements]
        return {"verdict": str(plan.verdict), "elements": elements}


def _which(body: dict[str, Any]) -> dict[str, Any]:
    return {"version": body["version"], "element_key": body["element_instance"]}


@blueprint.operation(
    "POST",
    "/<instance_id>/restart",
    permission="instance.operate",
    body=RestartSchema,
    answer=StartedSchema,
    status=201,
    refusals=(404, 409),
)
def restart(body: dict[str, Any], instance_id: str) -> dict[str, Any]:
    """Start an ended instance again from a point.

    The new instance has the version, business key, records and last variables of the one that ended.
    """
    with writing(body["reason"]) as work:
        return {"id": platform().processes.operations.restart(work, instance_id, tuple(body["at"]), body["variables"])}


def _command(body: dict[str, Any]) -> commands.ModifyInstance:
    return commands.ModifyInstance(
        activate=tuple(commands.Activation(**one) for one in body["activate"]),
        move=tuple(commands.Move(**one) for one in body["move"]),
        terminate=tuple(body["terminate"]),
        variables=body["variables"],
    )


def effect_json(shown: EffectView) -> dict[str, Any]:
    """The effect of an operation as the API tells it."""
    return {
        "begins": [_element(one) for one in shown.begins],
        "ends": [_element(one) for one in shown.ends],
        "incidents": [pick(one, ("element", "code", "message")) for one in shown.incidents],
        "status": shown.status,
    }


def _element(one: ElementView) -> dict[str, Any]:
    return pick(one, _ELEMENT)
