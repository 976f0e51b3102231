"""Starting an instance at one of its start events."""

from __future__ import annotations

from engine.kernel import flows, lifecycle
from engine.kernel.behaviours import event_sub_process, scope_start
from engine.kernel.codes import Code, Failure, Rejected
from engine.kernel.commands import StartInstance
from engine.kernel.events import ElementActivated, ElementEntered
from engine.kernel.step import Step
from engine.model.process import Element, MessageDefinition, ProcessDefinition


def start_instance(step: Step, command: StartInstance) -> Rejected | None:
    """Open the process scope and send a token to the start event; a message's variables go through its output mappings."""
    try:
        model = step.model(command.process)
    except KeyError:
        return Rejected(Code.PROCESS_NOT_FOUND, f"There is no process definition {command.process!r}.")
    first = _first(model, command.start_event)
    if isinstance(first, Rejected):
        return first
    maps_message = len(first) == 1 and isinstance(first[0].event, MessageDefinition) and first[0].outputs
    key = step.state.next_key
    variables = {} if maps_message else dict(command.variables)
    step.emit(ElementActivated(key=key, element=model.id, process=command.process, parent=None, variables=variables))
    step.emit(ElementEntered(key=key))
    root = step.state.elements[key]
    keys = [flows.activate(step, root, element) for element in first]
    if maps_message:
        lifecycle.complete(step, step.state.elements[keys[0]], first[0], command.variables)
    else:
        step.queue.extend(keys)
    if not keys:
        step.emptied.append(key)
    elif model.event_starts:
        event_sub_process.open_in(step, root)
    return None


def _first(model: ProcessDefinition, start_event: str | None) -> tuple[Element, ...] | Rejected:
    if start_event is None:
        first = scope_start.first_elements(model, model.id)
        return (
            Rejected(Code.START_EVENT_REQUIRED, f"{first.message} Name the start event.")
            if isinstance(first, Failure)
            else first
        )
    found = next((e for e in model.start_events(model.id) if e.id == start_event), None)
    if found is None:
        return Rejected(Code.START_EVENT_NOT_FOUND, f"The process {model.id!r} has no start event {start_event!r}.")
    return (found,)
