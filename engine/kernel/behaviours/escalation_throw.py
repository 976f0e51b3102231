"""Escalation throw and end events: tell the nearest one who wants to know, and go on (BPMN 2.0 §10.5.7).

Unlike an error an escalation ends nothing by itself: what catches it may interrupt, and one that nobody catches is only
journalled.
"""

from __future__ import annotations

from engine.kernel import climbing, evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import EscalationThrown
from engine.kernel.progress import FINISHED, GONE, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, EscalationDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Hand the escalation to what catches it; the event itself goes on, unless it was interrupted by that."""
    label = element.name or element.id
    definition = element.event
    if not isinstance(definition, EscalationDefinition) or definition.code is None:
        return Failure(Code.ESCALATION_INVALID, f"{label!r} names no escalation code to throw.")
    what = f"The escalation code of {label!r}"
    code = evaluation.at(step, instance, Code.ESCALATION_INVALID).text(definition.code, what)
    if isinstance(code, Failure):
        return code
    found = climbing.find(step, instance, EscalationDefinition, code)
    if isinstance(found, Failure):
        return found
    host, catcher = found or (None, None)
    caught_by = None if catcher is None else catcher.id
    step.emit(EscalationThrown(key=instance.key, element=element.id, code=code, caught_by=caught_by))
    if host is not None and catcher is not None:
        step.behaviour_of(catcher).trigger(step, host, catcher, {})
    return FINISHED if instance.key in step.state.elements else GONE


BEHAVIOUR = Behaviour(enter=enter)
