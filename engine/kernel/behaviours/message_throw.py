"""Message throw and message end events, and send tasks with a message.

By a job where one is named, else published by the platform.
"""

from __future__ import annotations

from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import job_task, throw_event
from engine.kernel.progress import Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, MessageDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Publish the message with the variables of the input mappings, and with none where there are no mappings.

    What leaves a process is said, not guessed: the variables would be written over those of the receiver.
    """
    if element.job is not None or not isinstance(element.event, MessageDefinition):
        return job_task.enter(step, instance, element)
    return throw_event.enter(step, instance, element)


BEHAVIOUR = Behaviour(enter=enter)
