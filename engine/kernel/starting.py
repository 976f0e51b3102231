"""How a process or event sub-process begins at what was chosen for it: the event that happened, or elements in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.kernel import flows, lifecycle, places
from engine.kernel.codes import Rejected
from engine.kernel.events import FlowTaken, StartHeld, StartReleased
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, MessageDefinition, SignalDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def begin(step: Step, scope: ElementInstance, first: Sequence[Element], variables: Variables) -> None:
    """Send a token to each; an event that has happened is done with what it brought, which goes through its output mappings."""
    keys = [_activate(step, scope, element) for element in first]
    has_happened = step.element_of(scope).triggered_by_event or maps_what_started(first)
    if has_happened or (first and first[0].instantiates):
        lifecycle.complete(step, step.state.elements[keys[0]], first[0], variables)
    else:
        step.queue.extend(keys)


def maps_what_started(first: Sequence[Element]) -> bool:
    """True where what a message or signal brought is for the output mappings of its event, and not for the process at once."""
    return len(first) == 1 and bool(first[0].outputs) and any(map(first[0].defines, (MessageDefinition, SignalDefinition)))


def begin_by_hand(step: Step, root: ElementInstance, elements: Sequence[str]) -> None:
    """Begin in the middle, with the sub-processes around each element."""
    model = step.model(root.process)
    for element in elements:
        place = places.in_new_instance(model, element, root.key)
        assert not isinstance(place, Rejected), "refusals were looked for"
        places.activate(step, place)


def release(step: Step, scope: ElementInstance) -> bool:
    """Begin where the scope was to begin when its start listeners held it; False when they held nothing."""
    held = next((wait for wait in scope.waits.values() if isinstance(wait, StartHeld)), None)
    if held is None:
        return False
    step.emit(StartReleased(held=held.held))
    if held.by_hand:
        begin_by_hand(step, scope, held.at)
    else:
        elements = step.model(scope.process).elements
        begin(step, scope, [elements[i] for i in held.at], held.variables)
    return True


def _activate(step: Step, scope: ElementInstance, element: Element) -> int:
    """The event that happened gets the token, and before it the event-based gateway that it stands behind, if any."""
    if not element.instantiates or not element.incoming:
        return flows.activate(step, scope, element)
    model = step.model(scope.process)
    flow = model.flows[element.incoming[0]]
    gateway = flows.activate(step, scope, model.elements[flow.source])
    lifecycle.end(step, step.state.elements[gateway])
    step.emit(FlowTaken(flow=flow.id, scope=scope.key))
    return flows.activate(step, scope, element, flow=flow.id)
