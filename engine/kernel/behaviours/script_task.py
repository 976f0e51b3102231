"""Script task: a FEEL expression whose value becomes a variable, or a job."""

from __future__ import annotations

from engine.kernel import evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import job_task
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import Entered, Finished
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Evaluate the script; null is a value."""
    script = element.script
    if script is None:
        return job_task.enter(step, instance, element)
    what = f"The script of {element.name or element.id!r}"
    found = evaluation.at(step, instance, Code.SCRIPT_FAILED).value(script.expression, what)
    return found if isinstance(found, Failure) else Finished({script.result_variable: found})


BEHAVIOUR = Behaviour(enter=enter, straight=True)
