"""User tasks: what people do with them among themselves."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from runtime.http.api.operations import ApiBlueprint
from runtime.http.current import platform, writing

blueprint = ApiBlueprint(
    "user-task-moves",
    __name__,
    url_prefix="/user-tasks",
    description="What people do with tasks among themselves. Every move stands in the journal, with who did it and why.",
)


class WhySchema(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000), metadata={"description": "Stands in the journal"})


class HandOverSchema(WhySchema):
    """Who gets the task: one person, or one group."""

    user = fields.String(load_default=None, metadata={"description": "The id of a person"})
    group = fields.String(load_default=None, metadata={"description": "A group, in place of a person"})


class CoSignerSchema(WhySchema):
    """Who has to sign, too."""

    user = fields.String(required=True)
    together = fields.Boolean(
        load_default=False, metadata={"description": "At the same time as the others; else in turn, after them"}
    )


@blueprint.operation(
    "POST", "/<task_id>/hand-over", permission="task.work", body=HandOverSchema, status=204, refusals=(404, 409)
)
def hand_over(body: dict[str, Any], task_id: str) -> None:
    """Give a task to another person or group.

    They see from whom it comes, and why.
    """
    with writing(body["reason"]) as work:
        platform().processes.moves.hand_over(work, task_id, to=body["user"], group=body["group"])


@blueprint.operation("POST", "/<task_id>/withdraw", permission="task.work", body=WhySchema, status=204, refusals=(404, 409))
def withdraw(body: dict[str, Any], task_id: str) -> None:
    """Take back a task that you completed.

    That goes while nobody has worked on what follows: next tasks may be claimed, but neither completed nor may a program
    have done something since. What the task wrote to variables stays.
    """
    with writing(body["reason"]) as work:
        platform().processes.moves.withdraw(work, task_id)


@blueprint.operation(
    "POST", "/<task_id>/co-signers", permission="task.work", body=CoSignerSchema, status=204, refusals=(404, 409)
)
def add_co_signer(body: dict[str, Any], task_id: str) -> None:
    """Have one more person sign before a task counts as completed.

    They get a task of their own; completing it approves. What they said becomes the variable `coSignatures`.
    """
    with writing(body["reason"]) as work:
        platform().processes.moves.add_co_signer(work, task_id, body["user"], together=body["together"])


@blueprint.operation("POST", "/<task_id>/refuse", permission="task.work", body=WhySchema, status=204, refusals=(404, 409))
def refuse(body: dict[str, Any], task_id: str) -> None:
    """Refuse a co-signature.

    Who completed the task has it again, and sees the reason.
    """
    with writing(body["reason"]) as work:
        platform().processes.moves.refuse_co_signature(work, task_id)
