"""What people do with user tasks among themselves: hand over, take back, sign together."""

from __future__ import annotations

from engine.kernel import co_signing, task_listeners, withdrawal
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import AddCoSigner, HandOverUserTask, RefuseCoSignature, WithdrawUserTask
from engine.kernel.events import UserTaskCreated, UserTaskHandedOver
from engine.kernel.handlers import user_tasks
from engine.kernel.handlers.user_tasks import not_found
from engine.kernel.step import Step
from engine.kernel.task_attributes import as_values
from engine.kernel.task_listeners import ASSIGNING


def hand_over_user_task(step: Step, command: HandOverUserTask) -> Rejected | None:
    """Another person has it, or another group may take it."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    if (command.to is None) is (command.group is None):
        return Rejected(Code.USER_TASK_HAND_OVER_INVALID, "A task is handed over to one person or to one group.")
    if command.to is not None and command.to == task.assignee:
        told = f"The user task {task.name!r} belongs to {command.to!r} already."
        return Rejected(Code.USER_TASK_HAND_OVER_INVALID, told)
    instance = step.owner(task)
    refused = user_tasks.cannot_assign(step, instance, task)
    if refused is not None:
        return refused
    groups = None if command.group is None else (command.group,)
    changes = as_values(
        {"assignee": command.to} | ({} if groups is None else {"candidate_groups": groups, "candidate_users": ()})
    )
    if task_listeners.begin(step, instance, ASSIGNING, changes, task=task, by=command.by, handed_over=True):
        return None
    step.emit(UserTaskHandedOver(task=command.task, assignee=command.to, candidate_groups=groups, by=command.by))
    return None


def withdraw_user_task(step: Step, command: WithdrawUserTask) -> Rejected | None:
    """Nobody has worked on what followed: that ends undone, and the task is open again for the person who did it."""
    found = withdrawal.plan(step, command)
    if isinstance(found, Rejected):
        return found
    withdrawal.carry_out(step, command, found)
    return None


def add_co_signer(step: Step, command: AddCoSigner) -> Rejected | None:
    """One more person has to sign before the task counts as completed."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    instance = step.owner(task)
    if command.user in co_signing.signers(instance):
        return Rejected(Code.CO_SIGNER_TWICE, f"{command.user!r} works on {task.name!r} or signs it already.")
    co_signing.add(step, instance, command)
    return None


def refuse_co_signature(step: Step, command: RefuseCoSignature) -> Rejected | None:
    """The task goes back to who completed it; what was said is kept."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    if task.co_signs is None:
        told = f"{task.name!r} is no co-signature. Complete it, or send it back."
        return Rejected(Code.NOT_A_CO_SIGNATURE, told)
    co_signing.refused(step, step.owner(task), task, command.comment, command.by)
    return None
