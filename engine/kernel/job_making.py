"""Making a job: its type and retries may be expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import evaluation
from engine.kernel.codes import Code, Failure
from engine.kernel.events import JobCreated
from engine.kernel.state import ElementInstance
from engine.model.process import JobDetail

if TYPE_CHECKING:
    from engine.kernel.step import Step


def make(step: Step, instance: ElementInstance, detail: JobDetail, what: str, code: Code) -> JobCreated | Failure:
    """The job as `detail` describes it, not yet stated; `what` tells whose it is in the sentence of a failure."""
    ask = evaluation.at(step, instance, code)
    type_ = ask.text(detail.type, f"The job type of {what}")
    retries = ask.whole_number(detail.retries, f"The retries of {what}")
    if isinstance(type_, Failure):
        return type_
    if isinstance(retries, Failure):
        return retries
    return JobCreated(
        job=step.state.next_key,
        key=instance.key,
        element=instance.element,
        type=type_,
        retries=max(retries, 1),
        headers=detail.headers,
        variables=dict(ask.scope),
    )
