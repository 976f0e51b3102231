"""Ad-hoc sub-process: activities in an order that its people choose (BPMN 2.0 §10.3.5, §13.3.5).

Its activities that no flow leads to begin by themselves, or those that `activeElementsCollection` names; others, and any of
them again, by `ActivateAdHocElements`. Sequential ones begin when nothing else is active. The completion condition is asked
whenever something inside ends. Where it does not hold and nothing is active, an incident asks a person to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import evaluation, flows, lifecycle
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import AdHocElementBegun, AdHocElementsChosen
from engine.kernel.incidents import raise_incident
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import AdHoc, Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Begin what begins by itself."""
    chosen = _first(step, instance, element)
    if isinstance(chosen, Failure):
        return chosen
    step.emit(AdHocElementsChosen(key=instance.key, elements=tuple(chosen)))
    begin_chosen(step, instance, element)
    if not chosen:
        step.emptied.append(instance.key)
    return WAITS


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """Something inside ended: the sub-process is done, goes on, or waits for a person to choose."""
    if instance.has_incident:
        return
    definition = _definition(element)
    enough = _is_enough(step, instance, element, definition)
    if isinstance(enough, Failure):
        raise_incident(step, instance, enough)
        return
    if not enough:
        begin_chosen(step, instance, element)
    active = instance.key in step.state.children
    if enough and definition.cancel_remaining and active:
        lifecycle.terminate_contents(step, instance)
        active = False
    if active:
        return
    if enough or definition.completion_condition is None:
        lifecycle.complete(step, instance, element, {})
    else:
        raise_incident(step, instance, _nothing_active(step, instance, element))


def begin_chosen(step: Step, instance: ElementInstance, element: Element) -> None:
    """Begin the chosen elements: all, or the first one when nothing is active in a sequential sub-process."""
    elements, sequential = step.model(instance.process).elements, _definition(element).sequential
    while instance.chosen and not (sequential and instance.key in step.state.children):
        inner = elements[instance.chosen[0]]
        step.emit(AdHocElementBegun(key=instance.key))
        step.queue.append(flows.activate(step, instance, inner))


def possible(step: Step, instance: ElementInstance) -> list[str]:
    """The elements inside that can be begun: those that no flow leads to."""
    return [entry.id for entry in step.model(instance.process).entries(instance.element)]


def _first(step: Step, instance: ElementInstance, element: Element) -> Sequence[str] | Failure:
    definition, allowed = _definition(element), possible(step, instance)
    if definition.active_elements is None:
        return allowed
    what = f"The active elements of {element.name or element.id!r}"
    found = evaluation.at(step, instance, Code.AD_HOC_ELEMENTS_INVALID).texts(definition.active_elements, what)
    if isinstance(found, Failure):
        return found
    unknown = [name for name in found if name not in allowed]
    if unknown:
        told = f"{what} name {unknown[0]!r}, which cannot be begun. Possible are {', '.join(allowed)}."
        return Failure(Code.AD_HOC_ELEMENTS_INVALID, told)
    return found


def _is_enough(step: Step, instance: ElementInstance, element: Element, definition: AdHoc) -> bool | Failure:
    if definition.completion_condition is None:
        return False
    ask = evaluation.at(step, instance, Code.AD_HOC_CONDITION_FAILED)
    return ask.boolean(definition.completion_condition, f"The completion condition of {element.name or element.id!r}")


def _nothing_active(step: Step, instance: ElementInstance, element: Element) -> Failure:
    what = f"Nothing is active in {element.name or element.id!r}, and its completion condition does not hold."
    choice = f"Begin one of {', '.join(possible(step, instance))}, or change the variables and resolve the incident."
    return Failure(Code.AD_HOC_NOTHING_ACTIVE, f"{what} {choice}")


def _definition(element: Element) -> AdHoc:
    return element.ad_hoc or AdHoc()


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied)
