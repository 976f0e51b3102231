"""What cannot be done: an error event that catches it takes over, else it is an incident (BPMN 2.0 §13.4.2, §13.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import climbing
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ErrorThrown
from engine.kernel.incidents import raise_incident
from engine.kernel.state import ElementInstance
from engine.kernel.triggering import happen
from engine.model.process import ErrorDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step

CATCHABLE = frozenset(
    {
        Code.INPUT_MAPPING_FAILED,
        Code.OUTPUT_MAPPING_FAILED,
        Code.DATA_INPUT_MISSING,
        Code.DATA_OUTPUT_MISSING,
        Code.CONDITION_FAILED,
        Code.NO_FLOW_CHOSEN,
        Code.SCRIPT_FAILED,
        Code.DECISION_FAILED,
        Code.USER_TASK_INVALID,
        Code.JOB_INVALID,
        Code.LOOP_INVALID,
        Code.LOOP_CONDITION_FAILED,
        Code.LOOP_OUTPUT_FAILED,
        Code.NO_RETRIES_LEFT,
    }
)
"""Failures of the work itself; an error event names such a code to catch one kind of them.

What is wrong with the diagram, what is not deployed, and what waits for ever are for a person to mend.
"""


def fail(step: Step, instance: ElementInstance, failure: Failure, *, job: int | None = None) -> None:
    """Hand the failure to the nearest error event for its code, or for all errors; uncaught it stops the element instance."""
    found = climbing.find(step, instance, ErrorDefinition, failure.code) if failure.code in CATCHABLE else None
    if found is None or isinstance(found, Failure):
        raise_incident(step, instance, failure, job=job)
        return
    host, catcher, definition = found
    step.emit(ErrorThrown(key=instance.key, element=instance.element, code=str(failure.code), message=failure.message))
    happen(step, host, catcher, definition, {})
