"""Cancel end event: a transaction fails by its own decision (BPMN 2.0 §10.3.5, §13.5.2).

Everything else in the transaction is terminated, what was completed in it is undone, then it is left by its cancel boundary
event.
"""

from __future__ import annotations

from engine.kernel import compensation, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.progress import GONE, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import CancelDefinition, Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Stop the rest of the transaction and undo what was done."""
    transaction = scopes.parent_of(step, instance)
    lifecycle.terminate_contents(step, transaction, spare=instance.key)
    if compensation.trigger(step, instance, transaction, None):
        compensation.run_next(step, instance)
        return WAITS
    emptied(step, instance, element)
    return GONE


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """All is undone: leave by the cancel boundary event, which the reader saw to."""
    transaction = scopes.parent_of(step, instance)
    host = transaction
    if transaction.loop_index is not None:
        host = scopes.parent_of(step, transaction)
    elements = step.model(instance.process).elements
    around = (elements[boundary] for boundary in step.element_of(transaction).boundary_events)
    caught = next(boundary for boundary in around if boundary.defines(CancelDefinition))
    step.behaviour_of(caught).trigger(step, host, caught, {})


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied)
