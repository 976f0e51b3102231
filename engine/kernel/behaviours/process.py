"""The process itself, as root or called: the outermost scope of its elements."""

from __future__ import annotations

from engine.kernel import lifecycle
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import call_activity, scope_start
from engine.kernel.events import InstanceCompleted
from engine.kernel.progress import GONE, Entered, Finished
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Begin at the none start event."""
    entered = scope_start.enter(step, instance, element)
    if isinstance(entered, Finished):
        emptied(step, instance, element)
        return GONE
    return entered


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """The last token is gone: so is the process, after its end listeners."""
    lifecycle.finish(step, instance, element)


def leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """The instance is completed, or the call activity that called it is."""
    variables = dict(instance.variables or {})
    caller = instance.parent
    lifecycle.end(step, instance)
    if caller is None:
        step.emit(InstanceCompleted(variables=variables))
    else:
        call_activity.returned(step, step.state.elements[caller], instance.process, variables)


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied, leave=leave)
