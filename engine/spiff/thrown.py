"""What a workflow throws and does not catch itself: messages, signals and escalations for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions import EscalationEventDefinition, MessageEventDefinition

from engine.feel import Value
from engine.kernel import events as e
from engine.spiff.values import to_feel, variables

if TYPE_CHECKING:
    from engine.spiff.run import Run


def tell(run: Run, task: Any) -> None:
    """State what `task` has thrown, for whoever waits outside."""
    element, key = task.task_spec.bpmn_id, run.root.key
    for _, name, payload in run.workflow.signals:
        run.emit(e.SignalThrown(key=key, element=element, signal=name, variables=as_variables(payload)))
    run.workflow.signals.clear()
    for event in run.workflow.get_events():
        definition = event.event_definition
        if isinstance(definition, MessageEventDefinition):
            wanted = correlation_key(definition, event.correlations)
            given = as_variables(event.payload)
            run.emit(
                e.MessageThrown(key=key, element=element, message=definition.name, correlation_key=wanted, variables=given)
            )
        elif isinstance(definition, EscalationEventDefinition):
            run.emit(e.EscalationThrown(key=key, element=element, code=definition.code or ""))


def forget(run: Run) -> None:
    """The task failed after it had thrown something, and will throw it again."""
    run.workflow.signals.clear()
    run.workflow.get_events()


def correlation_key(definition: Any, correlations: Mapping[str, Mapping[str, Any]]) -> str:
    """The values by which a message finds its receiver as one text: those of its properties, in the order of their names.

    Empty while nothing is known yet, as with the first message of a conversation.
    """
    wanted = {prop.name for prop in definition.correlation_properties}
    found = {name: value for values in correlations.values() for name, value in values.items() if name in wanted}
    return ",".join(str(found[name]) for name in sorted(found))


def as_variables(payload: Any) -> dict[str, Value]:
    """What a message or signal brings, by name; a bare value is called ``payload``."""
    if payload is None:
        return {}
    return variables(payload) if isinstance(payload, Mapping) else {"payload": to_feel(payload)}
