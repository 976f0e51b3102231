"""Rules about how elements are connected, on the finished model (BPMN 2.0 §8.3.13, §10.5, §10.6), in one table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn import event_rules, flow_rules
from engine.bpmn.codes import Code
from engine.bpmn.compensations import broken_rules
from engine.bpmn.finding import Finding, Rule
from engine.bpmn.listener_rules import misplaced_listeners
from engine.bpmn.meanings import CODES
from engine.model.process import ProcessDefinition
from engine.problems import Problem, Severity


def check_structure(process: ProcessDefinition) -> Iterator[Problem]:
    """All broken rules of one process."""
    for rule in RULES:
        for finding in rule(process):
            yield Problem(
                code=finding.code,
                message=finding.message,
                resource=process.resource,
                severity=finding.severity,
                element=finding.place.id,
                field=finding.name,
                line=finding.place.line or None,
                fix=finding.fix or CODES[finding.code][1],
            )


def _compensations(process: ProcessDefinition) -> Iterator[Finding]:
    for code, element, message in broken_rules(process):
        yield Finding(code=code, place=element, message=message)


def _listeners(process: ProcessDefinition) -> Iterator[Finding]:
    for place, message, fix in misplaced_listeners(process):
        yield Finding(code=Code.LISTENERS, place=place, message=message, name="eventType", fix=fix)


def _quantities(process: ProcessDefinition) -> Iterator[Finding]:
    for element in process.elements.values():
        subject = f"“{element.name or element.id}”"
        if element.start_quantity != 1 and not element.incoming:
            message = f"{subject} begins with {element.start_quantity} tokens, and no sequence flow brings them."
            yield Finding(code=Code.TOKEN_QUANTITY, place=element, message=message, name="startQuantity")
        if element.completion_quantity != 1 and not element.outgoing:
            message = f"{subject} sends {element.completion_quantity} tokens, and no sequence flow leaves it."
            warning = Severity.WARNING
            yield Finding(code=Code.TOKEN_QUANTITY, place=element, message=message, name="completionQuantity", severity=warning)


RULES: Final[tuple[Rule, ...]] = (
    event_rules.start_events,
    event_rules.inner_start_events,
    event_rules.instantiating,
    event_rules.event_sub_processes,
    event_rules.links,
    _compensations,
    _listeners,
    event_rules.same_messages,
    event_rules.multiple_events,
    _quantities,
    flow_rules.flows_at_events,
    flow_rules.loose_ends,
    flow_rules.conditions,
    flow_rules.choices,
    flow_rules.event_gateways,
    flow_rules.gateway_circles,
)
"""Every rule about connections."""
