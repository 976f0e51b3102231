"""Business rule task: a DMN decision whose result becomes a variable, or a job."""

from __future__ import annotations

from engine.dmn import DecisionFailed
from engine.kernel import evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import job_task
from engine.kernel.codes import Code, Failure
from engine.kernel.definitions import options_of
from engine.kernel.events import DecisionEvaluated
from engine.kernel.progress import Entered, Finished
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.kernel.storable import why_not_storable
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Evaluate the decision with all visible variables and journal which rules were hit."""
    called = element.decision
    if called is None:
        return job_task.enter(step, instance, element)
    ask = evaluation.at(step, instance, Code.DECISION_FAILED)
    inputs = dict(ask.scope)
    what = f"The decision of {element.name or element.id!r}"
    decision = ask.text(called.decision_id, what)
    if isinstance(decision, Failure):
        return decision
    try:
        result = step.definitions.decide(decision, instance.process, inputs, step.now, **options_of(called))
    except DecisionFailed as failed:
        return Failure(Code.DECISION_FAILED, f"{what}, {decision!r}, failed: {failed.message} ({failed.code})")
    reason = why_not_storable(result.value)
    if reason is not None:
        return Failure(Code.DECISION_FAILED, f"{what}, {decision!r}, gave no value to keep: {reason}.")
    step.emit(
        DecisionEvaluated(
            key=instance.key, element=element.id, decision=decision, result=result.value, inputs=inputs, trace=result.trace
        )
    )
    return Finished({called.result_variable: result.value})


BEHAVIOUR = Behaviour(enter=enter)
