"""Signal throw and signal end events (BPMN 2.0 §10.5.1)."""

from __future__ import annotations

from engine.kernel import evaluation, scopes, signals
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import SignalThrown
from engine.kernel.progress import FINISHED, GONE, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, SignalDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Send the signal with the variables of the input mappings; the event goes on, unless the signal interrupted it."""
    definition = element.event
    assert isinstance(definition, SignalDefinition), "the element table says so"
    what = f"The signal name of {element.name or element.id!r}"
    name = evaluation.at(step, instance, Code.SIGNAL_INVALID).text(definition.name, what)
    if isinstance(name, Failure):
        return name
    variables = scopes.mapped_in(instance, element)
    step.emit(SignalThrown(key=instance.key, element=element.id, signal=name, variables=variables))
    signals.broadcast(step, name, variables)
    return FINISHED if instance.key in step.state.elements else GONE


BEHAVIOUR = Behaviour(enter=enter)
