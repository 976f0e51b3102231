"""Joins as states: element instances that collect tokens, counted by the flow that brought them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, cast

from engine.kernel import flows, lifecycle, scopes
from engine.kernel.events import ElementActivated, TokenJoined
from engine.kernel.few import put
from engine.kernel.state import ElementInstance, Gathering, Tokens
from engine.model.process import Ahead, Element, SequenceFlow

if TYPE_CHECKING:
    from engine.kernel.step import Step


def is_complete(step: Step, instance: ElementInstance) -> bool:
    """True for a join that has a token on every incoming flow and needs no more; flows without one have no entry.

    What collects the tokens of an activity begins with the last one, and is never complete.
    """
    element = step.element_of(instance) if instance.arrived else None
    if element is None or element.activation is not None or element.start_quantity != 1:
        return False
    return len(instance.arrived) == len(element.incoming)


def collect(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> ElementInstance | None:
    """The token joins those that wait, or is the first, and its join will be entered. Returns the join it came to."""
    key = step.state.joins.get((scope.key, element.id))
    if key is None:
        _open(step, scope, element, {flow.id: 1}, flow.id)
        return None
    step.emit(TokenJoined(key=key, flow=flow.id))
    step.moved.add(scope.key)
    return step.state.elements[key]


def fire(step: Step, instance: ElementInstance, element: Element, chosen: Iterable[str]) -> None:
    """Use up one token of every flow that has one and send tokens along the chosen flows; what is left makes the next join.

    A flow whose token was used up when the gateway was activated keeps those that came after it.
    """
    scope, early = scopes.parent_of(step, instance), set(instance.consumed)
    left = {f: count - (f not in early) for f, count in instance.arrived.items() if count > (f not in early)}
    lifecycle.end(step, instance)
    if left:
        # Before the tokens go out: one may come straight back and must find this join.
        _open(step, scope, element, left, None)
    flows.take(step, scope, chosen)
    if scope.key not in step.state.children:
        step.emptied.append(scope.key)


def can_come(step: Step, join: ElementInstance, element: Element) -> str | None:
    """An element where a token waits that keeps an inclusive join from going on; None when there is no such token.

    A complex gateway that waits for reset counts the flows whose token it used up as flows that have one (§13.4.5).
    BPMN 2.0 §13.4.3: a token that can come by an incoming flow that has none, and by no flow that has one; each without
    passing the gateway. In time in proportion to the elements that hold tokens, and mostly less.
    """
    assert join.parent is not None, "a join lies in a scope"
    tokens, ahead = tokens_of(step, join.parent), step.model(join.process).ahead_of(element)
    gathering = tokens.joins[join.key]
    if join.consumed:  # the tokens that it had have changed, once
        return _first_that_holds_up(tokens, ahead, [*join.arrived, *join.consumed])
    for flow in islice(reversed(cast(dict[str, int], join.arrived)), len(join.arrived) - gathering.counted):
        gathering.arrived |= ahead.of_flow[flow]
    gathering.counted = len(join.arrived)
    if gathering.blocker in tokens.at and _holds_up(ahead.from_element.get(gathering.blocker, 0), gathering.arrived):
        return gathering.blocker
    reached = ahead.from_element
    gathering.blocker = next((at for at in tokens.at if _holds_up(reached.get(at, 0), gathering.arrived)), None)
    return gathering.blocker


def _first_that_holds_up(tokens: Tokens, ahead: Ahead, flows_with_token: Iterable[str]) -> str | None:
    arrived = 0
    for flow in flows_with_token:
        arrived |= ahead.of_flow[flow]
    return next((at for at in tokens.at if _holds_up(ahead.from_element.get(at, 0), arrived)), None)


def tokens_of(step: Step, scope: int) -> Tokens:
    """Where the tokens of a scope are; counted once, then kept by `engine.kernel.apply`."""
    state = step.state
    found = state.tokens.get(scope)
    if found is None:
        found = Tokens()
        state.tokens = put(state.tokens, scope, found)
        for key in state.children.get(scope, ()):
            instance = state.elements[key]
            if not instance.consumed:
                found.at[instance.element] = found.at.get(instance.element, 0) + 1
            if instance.is_join:
                found.joins[key] = Gathering()
    return found


def _holds_up(reached: int, arrived: int) -> bool:
    return not reached & arrived and reached != 0


def _open(step: Step, scope: ElementInstance, element: Element, arrived: Mapping[str, int], flow: str | None) -> None:
    key = step.state.next_key
    step.emit(
        ElementActivated(key=key, element=element.id, process=scope.process, parent=scope.key, flow=flow, arrived=arrived)
    )
    step.queue.append(key)
    step.moved.add(scope.key)
