"""Message throw and message end events, and send tasks with a message.

By a job where one is named, else published by the platform.
"""

from __future__ import annotations

from engine.kernel import evaluation, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import job_task
from engine.kernel.codes import Code, Failure
from engine.kernel.events import MessageThrown
from engine.kernel.progress import FINISHED, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, MessageDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Publish the message with the variables of the input mappings, and with none where there are no mappings.

    What leaves a process is said, not guessed: the variables would be written over those of the receiver.
    """
    message = element.event
    if element.job is not None or not isinstance(message, MessageDefinition):
        return job_task.enter(step, instance, element)
    ask = evaluation.at(step, instance, Code.MESSAGE_INVALID)
    label = element.name or element.id
    name = ask.text(message.name, f"The message name of {label!r}")
    if isinstance(name, Failure):
        return name
    key: str | Failure = ""  # a message without key can start an instance
    if message.correlation_key is not None:
        key = ask.key_text(message.correlation_key, f"The correlation key of {label!r}")
    if isinstance(key, Failure):
        return key
    variables = scopes.mapped_in(instance, element)
    step.emit(MessageThrown(key=instance.key, element=element.id, message=name, correlation_key=key, variables=variables))
    return FINISHED


BEHAVIOUR = Behaviour(enter=enter)
