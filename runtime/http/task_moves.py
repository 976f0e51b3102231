"""What a person may do with a task beside doing it: who could get it, where it could go back to, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.access.policy import passes
from runtime.access.users import User
from runtime.errors import RingiError
from runtime.http.current import actor, platform
from runtime.http.instances.values import format_value
from runtime.http.refusals import told
from runtime.http.tasks_view import role_label
from runtime.processes.views import CoSigning, TaskDetail
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMoves:
    """What the page offers; administrators may hand over what somebody else has.

    `people` and `groups` are ids with names; `result` is what the owner filled in, for co-signers.
    `not_withdrawn` says why a completed task cannot be taken back; it is None when it is not this person's to take back.
    """

    may_move: bool
    may_hand_over: bool
    is_co_signature: bool
    earlier: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str]]
    signing: CoSigning | None
    result: Mapping[str, str]
    not_withdrawn: str | None


def moves_of(work: Work, detail: TaskDetail) -> TaskMoves:
    """Everything about moves that the page of a task shows."""
    task = detail.task
    is_open = task.status == "open"
    may_move = is_open and (task.assignee in {None, actor().id} or detail.why == "deputy")
    signs = task.co_signs is not None
    may_hand_over = may_move or (is_open and passes(actor()))
    people = _people(work) if may_hand_over else []
    return TaskMoves(
        may_move=may_move,
        may_hand_over=may_hand_over,
        is_co_signature=signs,
        earlier=platform().processes.moves.earlier(work, task.id) if may_move and not signs else (),
        people=[(user.id, user.name) for user in people if user.id not in {actor().id, task.assignee}],
        groups=_groups(people),
        signing=detail.co_signing,
        result=_result(detail),
        not_withdrawn=_not_withdrawn(work, detail),
    )


def why_not_withdrawn(work: Work, task_id: str) -> str:
    """Why this person cannot take back a completed task, in their language; "" when they can."""
    try:
        platform().processes.moves.check_withdraw(work, task_id)
    except RingiError as refusal:
        return told(refusal)
    return ""


def _not_withdrawn(work: Work, detail: TaskDetail) -> str | None:
    mine = detail.task.status == "completed" and detail.task.ended_by == actor().id and detail.task.co_signs is None
    return why_not_withdrawn(work, detail.task.id) if mine else None


def _people(work: Work) -> list[User]:
    """Everybody who may do tasks."""
    access = platform().access
    return [user for user in access.users(work) if access.permits(user.actor(), "task.work")]


def _groups(people: Sequence[User]) -> list[tuple[str, str]]:
    """The roles that somebody has who may do tasks."""
    return sorted((role, role_label(role)) for role in {role for user in people for role in user.roles})


def _result(detail: TaskDetail) -> Mapping[str, str]:
    signing = detail.co_signing
    return {name: format_value(value) for name, value in signing.result.items()} if signing is not None else {}
