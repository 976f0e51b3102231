"""Starting an instance at one of its start events."""

from __future__ import annotations

from engine.kernel import flows, lifecycle, places
from engine.kernel.behaviours import event_sub_process, scope_start
from engine.kernel.codes import Code, Failure, Rejected
from engine.kernel.commands import StartInstance
from engine.kernel.events import ElementActivated, ElementEntered, FlowTaken
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, MessageDefinition, ProcessDefinition, SignalDefinition


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
    maps_message = len(first) == 1 and first[0].outputs and _carries_variables(first[0])
    root = _open(step, command.process, model, {} if maps_message else command.variables)
    keys = [_activate(step, root, element) for element in first]
    if first and first[0].instantiates:
        lifecycle.complete(step, step.state.elements[keys[0]], first[0], command.variables if maps_message else {})
    elif maps_message:
        lifecycle.complete(step, step.state.elements[keys[0]], first[0], command.variables)
    else:
        step.queue.extend(keys)
    if not keys:
        step.emptied.append(root.key)
    elif model.event_starts:
        event_sub_process.open_in(step, root)
    return None


def _carries_variables(start: Element) -> bool:
    return start.defines(MessageDefinition) or start.defines(SignalDefinition)


def _activate(step: Step, root: ElementInstance, element: Element) -> int:
    """The event that happened gets the token, and before it the event-based gateway that it stands behind, if any."""
    if not element.instantiates or not element.incoming:
        return flows.activate(step, root, element)
    model = step.model(root.process)
    flow = model.flows[element.incoming[0]]
    gateway = flows.activate(step, root, model.elements[flow.source])
    lifecycle.end(step, step.state.elements[gateway])
    step.emit(FlowTaken(flow=flow.id, scope=root.key))
    return flows.activate(step, root, element, flow=flow.id)


def _start_at(step: Step, command: StartInstance, model: ProcessDefinition) -> Rejected | None:
    """Begin in the middle, with the sub-processes around each element."""
    planned = [places.in_new_instance(model, element, step.state.next_key) for element in command.at]
    refused = next((place for place in planned if isinstance(place, Rejected)), None)
    if refused is not None:
        return refused
    root = _open(step, command.process, model, command.variables)
    for place in planned:
        assert not isinstance(place, Rejected), "refusals were looked for"
        places.activate(step, place)
    if model.event_starts:
        event_sub_process.open_in(step, root)
    return None


def _open(step: Step, process: str, model: ProcessDefinition, variables: Variables) -> ElementInstance:
    key = step.state.next_key
    step.emit(ElementActivated(key=key, element=model.id, process=process, parent=None, variables=dict(variables)))
    step.emit(ElementEntered(key=key))
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
