"""What the elements of a diagram are called on the screens."""

from __future__ import annotations

from runtime.i18n import N_, gettext

_TYPES = {
    "process": N_("Process"),
    "startEvent": N_("Start event"),
    "endEvent": N_("End event"),
    "intermediateCatchEvent": N_("Catch event"),
    "intermediateThrowEvent": N_("Throw event"),
    "boundaryEvent": N_("Boundary event"),
    "task": N_("Task"),
    "userTask": N_("User task"),
    "manualTask": N_("Manual task"),
    "serviceTask": N_("Service task"),
    "scriptTask": N_("Script task"),
    "businessRuleTask": N_("Business rule task"),
    "sendTask": N_("Send task"),
    "receiveTask": N_("Receive task"),
    "callActivity": N_("Call activity"),
    "subProcess": N_("Sub-process"),
    "eventSubProcess": N_("Event sub-process"),
    "adHocSubProcess": N_("Ad-hoc sub-process"),
    "transaction": N_("Transaction"),
    "exclusiveGateway": N_("Exclusive gateway"),
    "parallelGateway": N_("Parallel gateway"),
    "inclusiveGateway": N_("Inclusive gateway"),
    "eventBasedGateway": N_("Event-based gateway"),
    "complexGateway": N_("Complex gateway"),
    "sequenceFlow": N_("Sequence flow"),
}

_EVENTS = {
    "message": N_("message"),
    "timer": N_("timer"),
    "error": N_("error"),
    "signal": N_("signal"),
    "escalation": N_("escalation"),
    "conditional": N_("condition"),
    "compensate": N_("compensation"),
    "cancel": N_("cancel"),
    "terminate": N_("terminate"),
    "link": N_("link"),
    "multiple": N_("multiple"),
    "parallelMultiple": N_("parallel multiple"),
}


def element_type(type: str, event: str | None = None) -> str:
    """The type of an element in the user's language: "User task", "Boundary event (timer)". `type` is the BPMN local name."""
    name = gettext(_TYPES[type]) if type in _TYPES else type
    if not event:
        return name
    kind = gettext(_EVENTS[event]) if event in _EVENTS else event
    return gettext("%(type)s (%(event)s)", type=name, event=kind)
