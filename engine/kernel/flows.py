"""Sequence flows: which of them a token takes, and what it becomes at their end (BPMN 2.0 §13.3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from engine.kernel import evaluation, quantities
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ElementActivated, FlowTaken
from engine.kernel.state import ElementInstance
from engine.model.process import Element, SequenceFlow

if TYPE_CHECKING:
    from engine.kernel.step import Step


def take(step: Step, scope: ElementInstance, chosen: Iterable[str]) -> None:
    """Send a token along each chosen flow of `scope`."""
    model = step.model(scope.process)
    for flow_id in chosen:
        flow = model.flows[flow_id]
        step.emit(FlowTaken(flow=flow_id, scope=scope.key))
        target = model.elements[flow.target]
        step.behaviour_of(target).arrive(step, scope, target, flow)


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """A token becomes an element instance of its own, which is entered in its turn, unless that takes several tokens."""
    if element.start_quantity != 1:
        quantities.collect(step, scope, element, flow)
        return
    step.queue.append(activate(step, scope, element, flow=flow.id))


def arrive_last(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """As `arrive`, for who calls out to others: everything else goes on first, so that who is on the way hears it."""
    step.callers.append(activate(step, scope, element, flow=flow.id))


def activate(step: Step, scope: ElementInstance, element: Element, *, flow: str | None = None) -> int:
    """Make an element instance in `scope`; returns its key. It is not in the queue yet."""
    key = step.state.next_key
    step.emit(ElementActivated(key=key, element=element.id, process=scope.process, parent=scope.key, flow=flow))
    return key


def all_that_hold(
    step: Step, instance: ElementInstance, element: Element, ask: evaluation.Evaluator | None = None
) -> Sequence[str] | Failure:
    """Every flow without a condition and every one whose condition holds; the default flow when no condition holds."""
    default = element.default_flow
    flows = step.outgoing(instance, element)
    if all(flow.condition is None for flow in flows):
        return element.outgoing
    ask = ask or evaluation.at(step, instance, Code.CONDITION_FAILED)
    taken: list[str] = []
    one_holds = False
    for flow in flows:
        if flow.id == default:
            continue
        holds = flow.condition is None or _holds(ask, flow)
        if isinstance(holds, Failure):
            return holds
        if holds:
            taken.append(flow.id)
            one_holds = one_holds or flow.condition is not None
    if default is not None and not one_holds:
        taken.append(default)
    return taken or nothing_holds(element)


def first_that_holds(step: Step, instance: ElementInstance, element: Element) -> Sequence[str] | Failure:
    """The first flow, in the order of the diagram, whose condition holds; else the default flow (BPMN 2.0 §13.4.2)."""
    ask = evaluation.at(step, instance, Code.CONDITION_FAILED)
    for flow in step.outgoing(instance, element):
        if flow.id == element.default_flow:
            continue
        if flow.condition is None:
            return (flow.id,)
        holds = _holds(ask, flow)
        if isinstance(holds, Failure):
            return holds
        if holds:
            return (flow.id,)
    if element.default_flow is not None:
        return (element.default_flow,)
    return nothing_holds(element) if element.outgoing else ()


def with_condition_that_holds(
    step: Step, instance: ElementInstance, element: Element, ask: evaluation.Evaluator
) -> Sequence[str] | Failure:
    """Only the flows that have a condition, and it holds; there may be none."""
    taken: list[str] = []
    for flow in step.outgoing(instance, element):
        holds = flow.condition is not None and flow.id != element.default_flow and _holds(ask, flow)
        if isinstance(holds, Failure):
            return holds
        if holds:
            taken.append(flow.id)
    return taken


def _holds(ask: evaluation.Evaluator, flow: SequenceFlow) -> bool | Failure:
    assert flow.condition is not None, "only flows with a condition are asked"
    return ask.boolean(flow.condition, f"The condition of flow {flow.name or flow.id!r}")


def nothing_holds(element: Element) -> Failure:
    """No way out of the element is open."""
    return Failure(
        Code.NO_FLOW_CHOSEN,
        f"No condition on the flows that leave {element.name or element.id!r} holds, and none of them is the default flow.",
    )
