"""Tasks whose work is a job: service and send tasks, and others that name a job type (`zeebe:taskDefinition`)."""

from __future__ import annotations

from engine.kernel import evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.events import JobCreated
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Make the job that the element's type, retries and headers describe."""
    label = element.name or element.id
    if element.job is None:
        return Failure(Code.JOB_INVALID, f"{label!r} has no job type, so nobody can do its work.")
    ask = evaluation.at(step, instance, Code.JOB_INVALID)
    type_ = ask.text(element.job.type, f"The job type of {label!r}")
    retries = ask.whole_number(element.job.retries, f"The retries of {label!r}")
    if isinstance(type_, Failure):
        return type_
    if isinstance(retries, Failure):
        return retries
    step.emit(
        JobCreated(
            job=step.state.next_key,
            key=instance.key,
            element=element.id,
            type=type_,
            retries=max(retries, 1),
            headers=element.job.headers,
            variables=dict(ask.scope),
        )
    )
    return WAITS


BEHAVIOUR = Behaviour(enter=enter)
