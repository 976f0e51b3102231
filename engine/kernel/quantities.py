"""Activities that several tokens begin together (`startQuantity`, BPMN 2.0 table 10.3, §13.3.2).

They come by any of the incoming flows. Until enough have come, the element instance collects them like a join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.events import ElementActivated, ElementEntered, StartQuantityReached, TokenJoined
from engine.kernel.state import ElementInstance
from engine.model.process import Element, SequenceFlow

if TYPE_CHECKING:
    from engine.kernel.step import Step


def collect(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token waits for the others, or is the last and the activity begins."""
    key = step.state.joins.get((scope.key, element.id))
    if key is None:
        _open(step, scope, element, flow)
        return
    step.emit(TokenJoined(key=key, flow=flow.id))
    if sum(step.state.elements[key].arrived.values()) == element.start_quantity:
        step.emit(StartQuantityReached(key=key))
        step.queue.append(key)


def is_collecting(instance: ElementInstance, element: Element) -> bool:
    """True as long as tokens are missing."""
    return element.start_quantity > 1 and bool(instance.arrived)


def _open(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    key = step.state.next_key
    step.emit(
        ElementActivated(
            key=key, element=element.id, process=scope.process, parent=scope.key, flow=flow.id, arrived={flow.id: 1}
        )
    )
    step.emit(ElementEntered(key=key))
    step.suspects.add(scope.key)
