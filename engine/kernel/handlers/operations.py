"""What operators do: variables, incidents, cancelling, going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.kernel import conditions, joins, lifecycle, listeners, scopes, task_listeners
from engine.kernel import events as e
from engine.kernel.behaviours import ad_hoc_sub_process, event_sub_process, inclusive_gateway
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import CancelInstance, ContinueInstance, ResolveIncident, SetVariables
from engine.kernel.handlers import task_changes
from engine.kernel.state import ElementInstance, Phase
from engine.kernel.step import Step
from engine.model.process import Element


def set_variables(step: Step, command: SetVariables) -> Rejected | None:
    """Write in the scope of an element instance, or from there outwards."""
    key = command.element_instance
    if key is None:
        key = next(iter(step.state.elements))
    instance = step.state.elements.get(key)
    if instance is None:
        return Rejected(Code.ELEMENT_INSTANCE_NOT_FOUND, f"There is no active element instance {key}.")
    if command.local:
        step.emit(e.VariablesWritten(key=key, variables=command.variables))
    else:
        scopes.write(step, instance, command.variables)
    return None


def cancel_instance(step: Step, command: CancelInstance) -> Rejected | None:
    """Terminate everything."""
    lifecycle.terminate(step, next(iter(step.state.elements.values())))
    step.emit(e.InstanceCancelled(reason=command.reason))
    return None


def continue_instance(step: Step, command: ContinueInstance) -> Rejected | None:
    """Take up what a used-up step budget left.

    Where nothing is left, nothing happens, so that sending it twice does no harm.
    """
    step.all_conditions = True
    for instance in step.state.elements.values():
        if instance.phase in _TO_ENTER or joins.is_complete(step, instance):
            step.queue.append(instance.key)
        if instance.is_join and instance.parent is not None:
            step.moved.add(instance.parent)
            step.suspects.add(instance.parent)
    return None


def resolve_incident(step: Step, command: ResolveIncident) -> Rejected | None:
    """Write the corrected variables and try again, at the point where it failed."""
    incident = step.state.wait(command.incident)
    if not isinstance(incident, e.IncidentRaised):
        return Rejected(
            Code.INCIDENT_NOT_FOUND, f"There is no open incident {command.incident}. It was resolved, or never existed."
        )
    instance = step.owner(incident)
    element = step.element_of(instance)
    if command.variables:
        scopes.write(step, instance, command.variables)
    step.emit(e.IncidentResolved(incident=command.incident))
    if incident.job is not None:
        job = step.state.wait(incident.job)
        assert isinstance(job, e.JobCreated), "an incident of a job closes with it"
        visible = task_listeners.visible(step, instance, job)
        step.emit(e.JobRetried(job=incident.job, retries=1, variables=visible))
    else:
        resume = _RESUME.get(incident.code, lifecycle.begin)
        # A scope in which an event sub-process began meanwhile leaves after that, and then tries again by itself.
        if instance.key not in step.state.children or resume not in _LEAVES:
            resume(step, instance, element)
    return None


def _from_the_start(step: Step, instance: ElementInstance, element: Element) -> None:
    if instance.key in step.state.children:
        lifecycle.open_scope(step, instance)  # it was opened by hand, with contents
    else:
        lifecycle.enter(step, instance)


def _look_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """A join fires when it is complete meanwhile; what is still stuck gets a new incident."""
    if instance.phase in _TO_ENTER or joins.is_complete(step, instance):
        step.queue.append(instance.key)
    if instance.parent is not None:
        step.suspects.add(instance.parent)
        step.moved.add(instance.parent)


def _leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """Choose the flows again; a join may have to wait for more tokens meanwhile."""
    if instance.is_join:
        _look_again(step, instance, element)
    else:
        lifecycle.leave(step, instance, element)


def _listen_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """What was wrong with a listener is mended: all of its kind run again, as in Camunda 8."""
    listener = listeners.before_of(instance, element)
    if not listeners.listen(step, instance, element, listener):
        lifecycle.begin(step, instance, element)


def _listen_again_at_the_end(step: Step, instance: ElementInstance, element: Element) -> None:
    if not listeners.listen(step, instance, element, listeners.END):
        lifecycle.leave(step, instance, element)


def _ask_condition(step: Step, instance: ElementInstance, element: Element) -> None:
    """The condition of a loop is asked when a turn ends, or before the first one."""
    if instance.loop_index is None:
        lifecycle.begin(step, instance, element)
    else:
        lifecycle.leave(step, instance, element)


_TO_ENTER = (Phase.READY, Phase.LISTENED)
_LEAVES = (lifecycle.finish, lifecycle.leave, _leave, _ask_condition, _listen_again_at_the_end)

_RESUME: Mapping[str, Callable[[Step, ElementInstance, Element], None]] = {
    Code.INPUT_MAPPING_FAILED: _from_the_start,
    Code.OUTPUT_MAPPING_FAILED: lifecycle.finish,
    Code.DATA_INPUT_MISSING: _from_the_start,
    Code.DATA_OUTPUT_MISSING: lifecycle.finish,
    Code.CONDITION_FAILED: _leave,
    Code.NO_FLOW_CHOSEN: _leave,
    Code.LOOP_CONDITION_FAILED: _ask_condition,
    Code.LOOP_OUTPUT_FAILED: lifecycle.leave,
    Code.LOOP_EVENT_FAILED: lifecycle.leave,
    Code.JOIN_NEVER_COMPLETE: _look_again,
    Code.AD_HOC_CONDITION_FAILED: ad_hoc_sub_process.emptied,
    Code.AD_HOC_NOTHING_ACTIVE: ad_hoc_sub_process.emptied,
    Code.JOINS_WAIT_FOR_EACH_OTHER: inclusive_gateway.go_on,
    Code.STUCK: _look_again,
    Code.EVENT_SUB_PROCESS_FAILED: event_sub_process.open_again,
    Code.CONDITIONAL_EVENT_FAILED: conditions.look_again,
    Code.START_LISTENER_INVALID: _listen_again,
    Code.END_LISTENER_INVALID: _listen_again_at_the_end,
    Code.TASK_LISTENER_INVALID: task_changes.ask_again,
}
"""Where to take up again, so that what was done is not done twice; all other failures happen when the behaviour runs."""
