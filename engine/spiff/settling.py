"""After a command: element instances and their waits become what the workflow is now, and nothing stands still unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from engine.kernel import events as e
from engine.kernel.incidents import closing
from engine.kernel.state import ElementInstance, Phase
from engine.spiff import waits
from engine.spiff.codes import Incident
from engine.spiff.values import variables

if TYPE_CHECKING:
    from engine.spiff.run import Run


def settle(run: Run) -> None:
    """State everything that became different; the instance is completed when its workflow is."""
    active = {str(task.id): task for task in run.tasks() if _is_shown(task)}
    _end_others(run, active)
    if run.workflow.completed:
        _complete(run)
        return
    for task in sorted(active.values(), key=lambda found: found.workflow.depth if found.workflow is not run.workflow else 0):
        _show(run, task)
    write_variables(run, run.root.key, run.workflow.last_task)
    for wait in list(run.root.waits.values()):
        run.emit(closing(wait))  # what the process as a whole stands still for is found anew
    if run.exhausted:
        run.emit(e.StepBudgetUsedUp(steps=len(run.events)))
    else:
        _check_liveness(run, active)
    run.save()


def close_all(run: Run) -> None:
    """Close every wait and end every element instance, the innermost first."""
    for instance in reversed(list(run.state.elements.values())):
        run.end(instance.key, completed=False)


def _is_shown(task: Any) -> bool:
    """True for what is an element instance; boundary events that wait are waits of their activity."""
    waits_beside = isinstance(task.task_spec, BoundaryEvent) and task.state == TaskState.WAITING
    return task.task_spec.bpmn_id is not None and not waits_beside


def _end_others(run: Run, active: dict[str, Any]) -> None:
    finished = {str(task.id) for task in run.tasks(TaskState.COMPLETED)}
    for ident, key in sorted(run.keys.items(), key=lambda entry: -entry[1]):
        owner = ident.partition("/")[0]
        if owner in active:
            continue
        run.end(key, completed=owner in finished)
        del run.keys[ident]


def _complete(run: Run) -> None:
    found = {name: value for name, value in run.workflow.data.items() if name != "data_objects"}
    run.end(run.root.key, completed=True)
    run.emit(e.InstanceCompleted(variables=variables(found)))


def _show(run: Run, task: Any) -> None:
    key = run.key_of(task)
    assert key is not None, "only what is shown gets here"
    if run.state.elements[key].phase is Phase.READY:
        run.emit(e.ElementEntered(key=key))
    write_variables(run, key, task)
    waits.settle(run, task, key)


def write_variables(run: Run, key: int, task: Any) -> None:
    """The variables of an element instance are the data of its task."""
    if task is None:
        return
    known = run.state.elements[key].variables or {}
    data = variables({**task.data, **task.internal_data.get("parameters", {})})
    different = {name: value for name, value in data.items() if name not in known or known[name] != value}
    if different:
        run.emit(e.VariablesWritten(key=key, variables=different))


def _check_liveness(run: Run, active: dict[str, Any]) -> None:
    """SpiffWorkflow says nothing when it stands still: what waits for nobody becomes an incident."""
    elements = run.state.elements
    parents = {instance.parent for instance in elements.values()}
    alone = [elements[run.keys[ident]] for ident in active if run.keys[ident] not in parents]
    idle = [instance for instance in alone if not instance.waits]
    tasks = {run.keys[ident]: task for ident, task in active.items()}
    stalled = [found for found in idle if not _is_join(tasks[found.key])]
    if not stalled and len(idle) == len(alone) and not run.hidden_failures():
        stalled = idle or [run.root]
    for instance in stalled:
        message = f"SpiffWorkflow stands still at {instance.element!r}: it waits for nobody, and does not go on."
        _raise_once(run, instance, Incident.STALLED, message)
    told = any(instance.has_incident for instance in elements.values())
    for task in run.hidden_failures() if not told else ():
        _raise_once(run, run.root, *run.workflow.failed[task.id])


def _raise_once(run: Run, instance: ElementInstance, code: str, message: str) -> None:
    if not any(isinstance(wait, e.IncidentRaised) for wait in instance.waits.values()):
        incident, key, element = run.state.next_key, instance.key, instance.element
        run.emit(e.IncidentRaised(incident=incident, key=key, element=element, code=str(code), message=message))


def _is_join(task: Any) -> bool:
    """True for a gateway that waits for tokens which something else may still bring."""
    return task.state == TaskState.WAITING and isinstance(task.task_spec, Join | UnstructuredJoin)
