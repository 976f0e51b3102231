"""Inclusive gateway: takes every flow whose condition holds, and waits for every token that can still come (BPMN 2.0 §13.4.3).

A join is an element instance that counts tokens per flow, like that of a parallel gateway. Whether it goes on is asked when
everything else in the instance has come to rest, so that a join fires as late, and as seldom, as the standard allows. Tokens
that are left on a flow make the next join.
"""

from __future__ import annotations

from engine.kernel import flows, joins
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Failure
from engine.kernel.incidents import raise_incident
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, SequenceFlow


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token joins those that wait, or is the first."""
    if len(element.incoming) < 2:
        flows.arrive(step, scope, element, flow)
    else:
        joins.collect(step, scope, element, flow)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """A token that has nobody to wait for goes on."""
    return WAITS if instance.arrived else FINISHED


def look_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """Go on when no token in the scope has to be waited for any more."""
    if joins.can_come(step, instance, element) is None:
        go_on(step, instance, element)


def go_on(step: Step, instance: ElementInstance, element: Element) -> None:
    """Go on with the tokens that are there."""
    chosen = flows.all_that_hold(step, instance, element)
    if isinstance(chosen, Failure):
        raise_incident(step, instance, chosen)
    else:
        joins.fire(step, instance, element, chosen)


BEHAVIOUR = Behaviour(arrive=arrive, enter=enter, look_again=look_again)
