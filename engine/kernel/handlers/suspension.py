"""Suspend and resume. A suspended instance takes no step; what reaches it is kept as a wait of the element that it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from engine.kernel import commands as c
from engine.kernel import events as e
from engine.kernel import lifecycle, signals
from engine.kernel.codes import Code, Rejected
from engine.kernel.handlers import catches, jobs, migration, modification, moves, operations, task_changes, user_tasks
from engine.kernel.state import State, Wait
from engine.kernel.step import Step

Handler = Callable[[Step, Any], Rejected | None]


def suspend_instance(step: Step, command: c.SuspendInstance) -> Rejected | None:
    """Stop here; waits stay open."""
    step.emit(e.InstanceSuspended(reason=command.reason))
    return None


def not_suspended(step: Step, command: c.ResumeInstance) -> Rejected | None:
    """Only what was suspended can be resumed."""
    return Rejected(Code.INSTANCE_NOT_SUSPENDED, "The instance is not suspended, so there is nothing to resume.")


def resume_instance(step: Step, command: c.ResumeInstance) -> Rejected | None:
    """Take up what was left to do, then what was kept."""
    step.emit(e.InstanceResumed())
    return continue_instance(step, c.ContinueInstance())


def continue_instance(step: Step, command: c.ContinueInstance) -> Rejected | None:
    """Go on where a used-up step budget, or a suspension, made the instance stop.

    What was kept is taken up in the order in which it came, each when all that came before has been done.
    """
    operations.continue_instance(step, command)
    for came_together in _kept(step.state):
        lifecycle.run(step)
        if step.exhausted:
            return None
        for kept in came_together:
            if kept.kept in step.state.waits:  # else what came before ended the element that this was for
                _take_up(step, kept)
    return None


def _kept(state: State) -> list[list[e.InputKept]]:
    """In the order in which it came; what one signal left at several waits came together."""
    kept = [wait for key in sorted(state.waits) if isinstance(wait := state.wait(key), e.InputKept)]
    return [list(group) for _, group in groupby(kept, lambda one: one.together or one.kept)]


def _take_up(step: Step, kept: e.InputKept) -> None:
    step.emit(e.InputReleased(kept=kept.kept))
    if kept.wait in step.state.waits:
        handler, order = _TAKE_UP[kept.kind]
        handler(step, order(kept))


def _take_up_signal(step: Step, kept: e.InputKept) -> None:
    signals.catch(step, kept.wait, kept.variables)


_TAKE_UP: Mapping[str, tuple[Handler, Callable[[e.InputKept], Any]]] = {
    "signal": (_take_up_signal, lambda kept: kept),
    "message": (
        catches.correlate_message,
        lambda kept: c.CorrelateMessage(subscription=kept.wait, variables=kept.variables, message_id=kept.message_id),
    ),
    "job": (jobs.complete_job, lambda kept: c.CompleteJob(job=kept.wait, variables=kept.variables)),
    "denial": (jobs.complete_job, lambda kept: c.CompleteJob(job=kept.wait, denied=True, reason=kept.message)),
    "corrections": (jobs.complete_job, lambda kept: c.CompleteJob(job=kept.wait, corrections=kept.variables)),
    "error": (
        jobs.throw_error,
        lambda kept: c.ThrowError(job=kept.wait, code=kept.code, message=kept.message, variables=kept.variables),
    ),
}


def keep_message(step: Step, command: c.CorrelateMessage) -> Rejected | None:
    """The message waits with its subscription."""
    found = step.state.wait(command.subscription)
    if not isinstance(found, e.MessageSubscriptionOpened) or (not found.repeatable and _has_input(step, command.subscription)):
        return catches.subscription_not_found(command.subscription)
    _keep(step, found, command.subscription, "message", command.variables, message_id=command.message_id)
    return None


def keep_signal(step: Step, command: c.BroadcastSignal) -> Rejected | None:
    """The signal waits with each subscription to it."""
    together = step.state.next_key
    for key in sorted(step.state.signals.get(command.signal, ())):
        found = step.state.wait(key)
        if isinstance(found, e.SignalSubscriptionOpened) and (found.repeatable or not _has_input(step, key)):
            _keep(step, found, key, "signal", command.variables, together=together)
    return None


def keep_result(step: Step, command: c.CompleteJob) -> Rejected | None:
    """The work was under way when the instance was suspended; it must not be done twice."""
    found = step.state.wait(command.job)
    if not isinstance(found, e.JobCreated) or _has_input(step, command.job):
        return jobs.not_found(command.job)
    refused = task_changes.why_refused(step, found, command)
    if refused is not None:
        return refused
    if command.denied:
        _keep(step, found, command.job, "denial", {}, message=command.reason)
    elif command.corrections:
        _keep(step, found, command.job, "corrections", command.corrections)
    else:
        _keep(step, found, command.job, "job", command.variables)
    return None


def keep_error(step: Step, command: c.ThrowError) -> Rejected | None:
    """As `keep_result`, for work that ended in a BPMN error."""
    found = step.state.wait(command.job)
    if not isinstance(found, e.JobCreated) or _has_input(step, command.job):
        return jobs.not_found(command.job)
    refused = jobs.cannot_throw(found, command)
    if refused is not None:
        return refused
    _keep(step, found, command.job, "error", command.variables, code=command.code, message=command.message)
    return None


def _keep(step: Step, wait: Wait, key: int, kind: str, variables: Mapping[str, Any], **told: Any) -> None:
    kept = step.state.next_key
    step.emit(e.InputKept(kept=kept, key=wait.key, element=wait.element, wait=key, kind=kind, variables=variables, **told))


def _has_input(step: Step, wait: int) -> bool:
    owner = step.state.elements[step.state.waits[wait]]
    return any(isinstance(found, e.InputKept) and found.wait == wait for found in owner.waits.values())


WHILE_SUSPENDED: Mapping[type, Handler] = {
    c.ResumeInstance: resume_instance,
    c.CancelInstance: operations.cancel_instance,
    c.SetVariables: operations.set_variables,
    c.ModifyInstance: modification.modify_instance,
    c.MigrateInstance: migration.migrate_instance,
    c.AssignUserTask: user_tasks.assign_user_task,
    c.HandOverUserTask: moves.hand_over_user_task,
    c.FailJob: jobs.fail_job,
    c.CorrelateMessage: keep_message,
    c.BroadcastSignal: keep_signal,
    c.CompleteJob: keep_result,
    c.ThrowError: keep_error,
}
"""What may be ordered while the instance is suspended; all else is refused. None of it takes a step."""
