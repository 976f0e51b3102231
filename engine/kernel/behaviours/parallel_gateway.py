"""Parallel gateway: waits for a token on each incoming flow, then sends one along each outgoing flow (BPMN 2.0 §13.4.1).

A join is an element instance of its own that counts the tokens per flow, so tokens that come early, in loops or in numbers
are kept: each firing uses up one token of every flow and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import flows, joins
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Failure
from engine.kernel.progress import FINISHED, GONE, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, SequenceFlow


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token joins those that wait, or is the first."""
    if len(element.incoming) < 2:
        flows.arrive(step, scope, element, flow)
        return
    join = joins.collect(step, scope, element, flow)
    if join is not None and joins.is_complete(step, join):
        step.queue.append(join.key)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Go on when complete; tokens that are left make the next join."""
    if not instance.arrived:
        return FINISHED
    if not joins.is_complete(step, instance):
        return WAITS
    joins.fire(step, instance, element, element.outgoing)
    return GONE


def _every_flow(step: Step, instance: ElementInstance, element: Element) -> Sequence[str] | Failure:
    """Conditions on the flows of a parallel gateway mean nothing (BPMN 2.0 table 13.1)."""
    return element.outgoing


BEHAVIOUR = Behaviour(arrive=arrive, enter=enter, flows=_every_flow)
