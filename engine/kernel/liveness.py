"""Nothing stops in silence: what neither waits for something listed nor can go on becomes an incident (design: the kernel).

Only what a command touched is looked at: everything else was in order before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import joins
from engine.kernel.codes import Code, Failure
from engine.kernel.events import IncidentRaised
from engine.kernel.incidents import raise_incident
from engine.kernel.state import ElementInstance, InstanceStatus, Phase

if TYPE_CHECKING:
    from engine.kernel.step import Step


BESIDE = ("boundaryEvent", "startEvent")
"""Events that may happen while something else goes on."""


def check(step: Step) -> None:
    """Raise an incident at each element instance that nothing can move any more."""
    state = step.state
    for key in sorted(step.suspects):
        instance = state.elements.get(key)
        if instance is None:
            continue
        if state.joins and key in state.children:
            if not step.exhausted:  # joins that are still to be asked are looked at when the instance continues
                _check_joins(step, key)
        elif _is_dead(step, instance):
            _report_stuck(step, instance)
    for instance in (state.elements[key] for key in sorted(step.vanished) if key in state.elements):
        if not instance.waits:
            _report_stuck(step, instance)
    if state.status is InstanceStatus.ACTIVE and not state.waits and not step.exhausted and not _has_ready(step):
        _report_stuck(step, next(iter(state.elements.values())))


def _is_dead(step: Step, instance: ElementInstance) -> bool:
    """It waits, but for no work, no contents and no other tokens.

    Boundary events and those that start event sub-processes are not what an element instance waits for.
    """
    if instance.phase is not Phase.WAITING or instance.is_join or instance.key in step.state.children:
        return False
    elements = step.model(instance.process).elements
    return not any(
        isinstance(wait, IncidentRaised) or elements[wait.element].type not in BESIDE for wait in instance.waits.values()
    )


def _check_joins(step: Step, scope: int) -> None:
    """A scope that holds nothing but joins which all wait for more tokens will never get any."""
    state = step.state
    children = state.children[scope]
    if len(children) > len(state.joins):
        return
    if not all(_waits_for_tokens(step, state.elements[key]) for key in children):
        return
    waiting = [join for key in children if not (join := state.elements[key]).consumed]
    gathering = next((join for join in waiting if step.element_of(join).type == "inclusiveGateway"), None)
    if gathering is not None:
        # One that can go on with what it has frees the others, or they are found here again.
        raise_incident(step, gathering, _in_a_circle(step, gathering))
        return
    for join in waiting:
        raise_incident(step, join, _missing_tokens(step, join))


def _waits_for_tokens(step: Step, instance: ElementInstance) -> bool:
    is_join = instance.is_join and instance.phase is Phase.WAITING and not instance.waits
    return is_join and not joins.is_complete(step, instance)


def _missing_tokens(step: Step, join: ElementInstance) -> Failure:
    element = step.element_of(join)
    if element.activation is not None:
        tokens = ", ".join(f"{count} from {flow}" for flow, count in join.arrived.items())
        what = f"The activation condition of {element.name or element.id!r}"
        return Failure(Code.JOIN_NEVER_COMPLETE, f"{what} does not hold with all tokens that can come: {tokens}.")
    if element.start_quantity != 1:
        have = f"{sum(join.arrived.values())} of the {element.start_quantity} tokens that begin it"
        told = f"{element.name or element.id!r} has {have}, but nothing is left in its scope that could send one."
        return Failure(Code.JOIN_NEVER_COMPLETE, told)
    missing = ", ".join(flow for flow in element.incoming if flow not in join.arrived)
    return Failure(
        Code.JOIN_NEVER_COMPLETE,
        f"{element.name or element.id!r} waits for a token on {missing}, but nothing is left in its scope that could send one.",
    )


def _in_a_circle(step: Step, join: ElementInstance) -> Failure:
    element = step.element_of(join)
    return Failure(
        Code.JOINS_WAIT_FOR_EACH_OTHER,
        f"{element.name or element.id!r} waits for tokens that wait for it in their turn, at other joins. "
        "Resolve the incident to let it go on with the tokens that it has.",
    )


def _has_ready(step: Step) -> bool:
    return any(e.phase is Phase.READY or joins.is_complete(step, e) for e in step.state.elements.values())


def _report_stuck(step: Step, instance: ElementInstance) -> None:
    message = f"{instance.element!r} can neither go on nor does it wait for anything. This is a fault of the engine."
    raise_incident(step, instance, Failure(Code.STUCK, message))
