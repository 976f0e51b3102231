"""Complex gateway: goes on when its activation condition holds, then waits for the rest (BPMN 2.0 §13.4.5).

Two phases. *Waiting for start*: whenever a token arrives the condition is asked; when it holds, a token of every flow that has
one is used up and tokens leave by the flows whose conditions hold. *Waiting for reset*: tokens by the other incoming flows are
taken in until none can come any more, as an inclusive gateway waits; then it begins anew, and tokens leave only by flows whose
condition holds now, mostly none. Conditions see `activationCount` (incoming flows that have a token), `incomingTokens` (how
many, by the id of the flow) and `waitingForStart`. Tokens that arrive in the same step are counted together.
"""

from __future__ import annotations

from decimal import Decimal

from engine.kernel import evaluation, flows, joins, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import GatewayActivated
from engine.kernel.incidents import raise_incident
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, SequenceFlow


def arrive(step: Step, scope: ElementInstance, element: Element, flow: SequenceFlow) -> None:
    """The token joins those that wait, or is the first; a gateway that only splits has nothing to wait for."""
    if element.activation is None:
        flows.arrive(step, scope, element, flow)
        return
    join = joins.collect(step, scope, element, flow)
    if join is not None and not join.waits:
        step.queue.append(join.key)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Go on when the activation condition holds."""
    if not instance.is_join:
        return FINISHED
    if instance.consumed:
        return WAITS
    return _activate(step, instance, element) or WAITS


def look_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """The activation condition may hold by now; or nothing can come any more, and the gateway is reset."""
    failure = _reset(step, instance, element) if instance.consumed else _activate(step, instance, element)
    if failure is not None:
        raise_incident(step, instance, failure)


def _activate(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    assert element.activation is not None, "a gateway without activation condition collects no tokens"
    ask = _evaluator(step, instance)
    holds = ask.boolean(element.activation, f"The activation condition of {element.name or element.id!r}")
    if isinstance(holds, Failure) or not holds:
        return holds or None
    chosen = flows.all_that_hold(step, instance, element, ask)
    if isinstance(chosen, Failure):
        return chosen
    step.emit(GatewayActivated(key=instance.key, consumed=tuple(instance.arrived)))
    scope = scopes.parent_of(step, instance)
    step.moved.add(scope.key)
    flows.take(step, scope, chosen)
    return None


def _reset(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    if joins.can_come(step, instance, element) is not None:
        return None
    chosen = flows.with_condition_that_holds(step, instance, element, _evaluator(step, instance))
    if isinstance(chosen, Failure):
        return chosen
    joins.fire(step, instance, element, chosen)
    return None


def _evaluator(step: Step, instance: ElementInstance) -> evaluation.Evaluator:
    tokens = {flow: Decimal(instance.arrived.get(flow, 0)) for flow in step.element_of(instance).incoming}
    known = {
        "activationCount": Decimal(len(instance.arrived)),
        "incomingTokens": tokens,
        "waitingForStart": not instance.consumed,
    }
    scope = scopes.overlay(known, scopes.visible(step, instance))
    return evaluation.Evaluator(scope, step.now, Code.CONDITION_FAILED)


BEHAVIOUR = Behaviour(arrive=arrive, enter=enter, look_again=look_again)
