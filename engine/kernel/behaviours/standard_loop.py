"""Standard loop: an activity is repeated while its condition holds (BPMN 2.0 §10.3.8, §13.3.6).

As with a multi-instance there is a body, which holds the boundary events, and one inner instance at a time: the activity itself
with `loopCounter` in a scope of its own. Only the number of turns is kept, so a turn costs the same however many there were.
"""

from __future__ import annotations

from decimal import Decimal

from engine.kernel import evaluation, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ElementActivated, LoopItemCompleted, LoopStarted
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, StandardLoop


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Begin the first turn, unless the condition is asked before it and does not hold."""
    goes_on = _goes_on(step, instance, element, 0) if _definition(element).test_before else True
    if isinstance(goes_on, Failure):
        return goes_on
    if not goes_on:
        return FINISHED
    step.emit(LoopStarted(key=instance.key, items=(), collect=False))
    _start(step, instance, element, 1)
    return WAITS


def turn_ended(step: Step, instance: ElementInstance, element: Element, inner: ElementInstance) -> Failure | None:
    """Begin the next turn, or leave the activity."""
    turn = inner.loop_index
    assert turn is not None, "an inner instance has an index"
    goes_on = _goes_on(step, inner, element, turn)
    if isinstance(goes_on, Failure):
        return goes_on
    step.emit(LoopItemCompleted(key=instance.key, index=turn))
    lifecycle.end(step, inner, element)
    if goes_on:
        _start(step, instance, element, turn + 1)
    else:
        lifecycle.leave(step, instance, element)
    return None


def _goes_on(step: Step, at: ElementInstance, element: Element, turns: int) -> bool | Failure:
    """Whether another turn follows after so many; the condition sees the variables of the turn that ended."""
    definition = _definition(element)
    if definition.maximum is not None and turns >= definition.maximum:
        return False
    if definition.condition is None:
        return True
    scope = scopes.overlay({"loopCounter": Decimal(turns)}, scopes.visible(step, at))
    ask = evaluation.Evaluator(scope, step.now, Code.LOOP_CONDITION_FAILED)
    return ask.boolean(definition.condition, f"The loop condition of {element.name or element.id!r}")


def _start(step: Step, instance: ElementInstance, element: Element, turn: int) -> None:
    key = step.state.next_key
    variables = {"loopCounter": Decimal(turn)}
    step.emit(
        ElementActivated(
            key=key, element=element.id, process=instance.process, parent=instance.key, variables=variables, loop_index=turn
        )
    )
    step.queue.append(key)


def _definition(element: Element) -> StandardLoop:
    assert isinstance(element.loop, StandardLoop), "only an activity with a standard loop has such a body"
    return element.loop


BEHAVIOUR = Behaviour(enter=enter, turn_ended=turn_ended)
