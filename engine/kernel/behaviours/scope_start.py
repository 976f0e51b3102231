"""How a scope begins: its none start event, or without one everything that no flow leads to (BPMN 2.0 §13.2, §13.3.4)."""

from __future__ import annotations

from engine.kernel import flows, starting
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, ProcessDefinition


def first_elements(model: ProcessDefinition, scope: str) -> tuple[Element, ...] | Failure:
    """What gets a token when the process or sub-process `scope` begins without being told where."""
    starts = model.start_events(scope)
    none_starts = tuple(e for e in starts if e.event is None)
    if len(none_starts) == 1:
        return none_starts
    if starts:
        found = "no" if not none_starts else "more than one"
        return Failure(
            Code.START_NOT_POSSIBLE, f"{scope!r} has {found} start event without a trigger, so it cannot begin here."
        )
    return model.entries(scope)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Send a token to each first element; a scope with nothing in it is done. One that was held begins where it was to."""
    if instance.waits and starting.release(step, instance):
        return WAITS
    first = first_elements(step.model(instance.process), element.id)
    if isinstance(first, Failure):
        return first
    for inner in first:
        step.queue.append(flows.activate(step, instance, inner))
    return WAITS if first else FINISHED
