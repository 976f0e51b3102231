"""Parallel gateway: waits for a token on each incoming flow, then sends one along each outgoing flow (BPMN 2.0 §13.4.1).

A join is an element instance of its own that counts the tokens per flow, so tokens that come early, in loops or in numbers
are kept: each firing uses up one token of every flow and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.kernel import flows, joins, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Failure
from engine.kernel.events import ElementActivated, TokenJoined
from engine.kernel.progress import FINISHED, GONE, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, SequenceFlow


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token joins those that wait, or is the first."""
    if len(element.incoming) < 2:
        flows.arrive(step, scope, element, flow)
        return
    key = step.state.joins.get((scope.key, element.id))
    if key is None:
        step.queue.append(_open_join(step, scope, element, {flow.id: 1}, flow.id))
        return
    step.emit(TokenJoined(key=key, flow=flow.id))
    if joins.is_complete(step, step.state.elements[key]):
        step.queue.append(key)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Go on when complete; tokens that are left make the next join."""
    if not instance.arrived:
        return FINISHED
    if not joins.is_complete(step, instance):
        return WAITS
    scope = scopes.parent_of(step, instance)
    left = {flow: count - 1 for flow, count in instance.arrived.items() if count > 1}
    lifecycle.end(step, instance)
    if left:
        # Before the tokens go out: one may come straight back and must find this join.
        step.queue.append(_open_join(step, scope, element, left, None))
    flows.take(step, scope, element.outgoing)
    if scope.key not in step.state.children:
        step.emptied.append(scope.key)
    return GONE


def _open_join(step: Step, scope: ElementInstance, element: Element, arrived: Mapping[str, int], flow: str | None) -> int:
    key = step.state.next_key
    step.emit(
        ElementActivated(key=key, element=element.id, process=scope.process, parent=scope.key, flow=flow, arrived=arrived)
    )
    return key


def _every_flow(step: Step, instance: ElementInstance, element: Element) -> Sequence[str] | Failure:
    """Conditions on the flows of a parallel gateway mean nothing (BPMN 2.0 table 13.1)."""
    return element.outgoing


BEHAVIOUR = Behaviour(arrive=arrive, enter=enter, flows=_every_flow)
