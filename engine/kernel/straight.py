"""The straight way: elements that a lone token only goes through, one after the other, without making a state of each.

It states the same facts in the same order as `engine.kernel.lifecycle` does. But what an element instance that came and went
within one step changes in the state is worked out at once, and not by adding it to everything and taking it out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import scopes
from engine.kernel.appliers import came_and_went
from engine.kernel.codes import Failure
from engine.kernel.events import ElementActivated, ElementCompleted, FlowTaken
from engine.kernel.progress import Finished
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, ProcessDefinition

if TYPE_CHECKING:
    from engine.kernel.behaviour import Behaviour
    from engine.kernel.step import Step


def go(step: Step, instance: ElementInstance) -> bool:
    """Run the element instance and what follows it, as long as that is plain; False when it is not plain itself.

    Nothing else must be left to do: then what follows would be next anyway.
    """
    element = step.element_of(instance)
    if not element.is_plain or instance.variables is not None or instance.waits or instance.arrived:
        return False
    scope = scopes.parent_of(step, instance)
    behaviour = step.behaviour_of(element)
    model = step.model(instance.process)
    found = _look(step, model, scope, element, behaviour)
    if found is None or scope.chosen is not None:
        return False
    if found[0]:
        scopes.write(step, scope, found[0])
    step.emit(ElementCompleted(key=instance.key))
    step.suspects.add(scope.key)
    if step.state.joins:
        step.moved.add(scope.key)
    _follow(step, model, scope, found[1])
    return True


def _follow(step: Step, model: ProcessDefinition, scope: ElementInstance, leaving: str | None) -> None:
    """Take the flow, and go on behind it as far as the way is straight."""
    state, key_of_scope, state_fact = step.state, scope.key, step.events.append
    while leaving is not None:
        state_fact(FlowTaken(flow=leaving, scope=key_of_scope))
        flow = model.flows[leaving]
        target = model.elements[flow.target]
        behaviour = step.behaviour_of(target)
        found = _look(step, model, scope, target, behaviour) if step.taken < step.budget else None
        if found is None:
            behaviour.arrive(step, scope, target, flow)
            return
        step.taken += 1
        key = state.next_key
        state_fact(ElementActivated(key=key, element=target.id, process=scope.process, parent=key_of_scope, flow=leaving))
        came_and_went(state, key)
        variables, leaving = found
        if variables:
            scopes.write(step, scope, variables)
        state_fact(ElementCompleted(key=key))
    if key_of_scope not in state.children:
        step.emptied.append(key_of_scope)


def _look(
    step: Step, model: ProcessDefinition, scope: ElementInstance, element: Element, behaviour: Behaviour
) -> tuple[Variables, str | None] | None:
    """What the element writes and the flow by which it is left, if any; None when this is no straight way.

    It has no variables of its own, so its expressions see what those of its scope see.
    """
    if not element.is_plain or not behaviour.straight:
        return None
    done = behaviour.enter(step, scope, element)
    outgoing = element.outgoing
    if not isinstance(done, Finished):
        return None
    if len(outgoing) > 1 or (outgoing and model.flows[outgoing[0]].condition is not None):
        chosen = None if done.variables else behaviour.flows(step, scope, element)  # a condition may ask for what is written
        if chosen is None or isinstance(chosen, Failure) or len(chosen) > 1:
            return None
        outgoing = tuple(chosen)
    return done.variables, outgoing[0] if outgoing else None
