"""Inclusive gateway: takes every flow whose condition holds, and waits for every token that can still come (BPMN 2.0 §13.4.3).

A join is an element instance that counts tokens per flow, like that of a parallel gateway. Whether it goes on is asked when
everything else in the instance has come to rest, so that a join fires as late, and as seldom, as the standard allows. Tokens
that are left on a flow make the next join.
"""

from __future__ import annotations

from engine.kernel import flows, joins, listeners
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Failure
from engine.kernel.incidents import raise_incident
from engine.kernel.progress import FINISHED, GONE, WAITS, Entered
from engine.kernel.state import ElementInstance, Phase
from engine.kernel.step import Step
from engine.model.process import Element, SequenceFlow


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token joins those that wait, or is the first."""
    if len(element.incoming) < 2:
        flows.arrive(step, scope, element, flow)
    else:
        joins.collect(step, scope, element, flow)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """A token that has nobody to wait for goes on, and so does a join whose start listeners are through."""
    if not instance.arrived:
        return FINISHED
    if instance.phase is not Phase.LISTENED:
        return WAITS
    _leave(step, instance, element)
    return GONE


def look_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """Go on when no token in the scope has to be waited for any more."""
    if joins.can_come(step, instance, element) is None:
        go_on(step, instance, element)


def go_on(step: Step, instance: ElementInstance, element: Element) -> None:
    """Go on with the tokens that are there, after the start listeners."""
    listens = element.listeners is not None and instance.phase is not Phase.LISTENED
    if not (listens and listeners.listen(step, instance, element, listeners.START)):
        _leave(step, instance, element)


def _leave(step: Step, instance: ElementInstance, element: Element) -> None:
    chosen = flows.all_that_hold(step, instance, element)
    if isinstance(chosen, Failure):
        raise_incident(step, instance, chosen)
    else:
        joins.fire(step, instance, element, chosen)


BEHAVIOUR = Behaviour(arrive=arrive, enter=enter, look_again=look_again)
