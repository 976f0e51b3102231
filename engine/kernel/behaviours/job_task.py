"""Tasks whose work is a job: service and send tasks, and others that name a job type (`zeebe:taskDefinition`)."""

from __future__ import annotations

from engine.kernel import job_making
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Make the job that the element's type, retries and headers describe."""
    label = element.name or element.id
    if element.job is None:
        return Failure(Code.JOB_INVALID, f"{label!r} has no job type, so nobody can do its work.")
    made = job_making.make(step, instance, element.job, repr(label), Code.JOB_INVALID)
    if isinstance(made, Failure):
        return made
    step.emit(made)
    return WAITS


BEHAVIOUR = Behaviour(enter=enter)
