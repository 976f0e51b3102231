"""Starting an instance at one of its start events."""

from __future__ import annotations

from engine.kernel import listeners, mappings, places, starting
from engine.kernel.behaviours import event_sub_process, scope_start
from engine.kernel.codes import Code, Failure, Rejected
from engine.kernel.commands import StartInstance
from engine.kernel.events import ElementActivated, ElementEntered
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, ProcessDefinition


def start_instance(step: Step, command: StartInstance) -> Rejected | None:
    """Open the process scope and send a token to the start event; a message's variables go through its output mappings."""
    try:
        model = step.model(command.process)
    except KeyError:
        return Rejected(Code.PROCESS_NOT_FOUND, f"There is no process definition {command.process!r}.")
    if command.at:
        return _start_at(step, command, model)
    first = _first(model, command.start_event)
    if isinstance(first, Rejected):
        return first
    missing = _missing_input(model, first, command.variables)
    if missing is not None:
        return missing
    is_local = starting.maps_what_started(first)
    root = _open(step, command.process, model, {} if is_local else command.variables)
    brought = command.variables if is_local else {}
    element = step.element_of(root)
    if element.listeners is not None and listeners.hold(step, root, element, [start.id for start in first], brought):
        return None
    step.emit(ElementEntered(key=root.key))
    starting.begin(step, root, first, brought)
    if not first:
        step.emptied.append(root.key)
    elif model.event_starts:
        event_sub_process.open_in(step, root)
    return None


def _missing_input(model: ProcessDefinition, first: tuple[Element, ...], variables: Variables) -> Rejected | None:
    """Who starts a process gives it its data inputs; what an event brings is the event's own (BPMN 2.0 §10.4.2)."""
    if model.io is None or any(element.event is not None for element in first):
        return None
    missing = mappings.missing(model.io.required_inputs, variables)
    if missing is None:
        return None
    return Rejected(Code.PROCESS_INPUT_MISSING, f"The process {model.id!r} needs its data input {missing!r} to start.")


def _start_at(step: Step, command: StartInstance, model: ProcessDefinition) -> Rejected | None:
    """Begin in the middle, with the sub-processes around each element."""
    for element in command.at:
        place = places.in_new_instance(model, element, step.state.next_key)
        if isinstance(place, Rejected):
            return place
    root = _open(step, command.process, model, command.variables)
    process = step.element_of(root)
    if process.listeners is not None and listeners.hold(step, root, process, command.at, {}, by_hand=True):
        return None
    step.emit(ElementEntered(key=root.key))
    starting.begin_by_hand(step, root, command.at)
    if model.event_starts:
        event_sub_process.open_in(step, root)
    return None


def _open(step: Step, process: str, model: ProcessDefinition, variables: Variables) -> ElementInstance:
    key = step.state.next_key
    known = {**mappings.beginning(model.data), **variables} if model.data else dict(variables)
    step.emit(ElementActivated(key=key, element=model.id, process=process, parent=None, variables=known))
    return step.state.elements[key]


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
