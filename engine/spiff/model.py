"""A process in SpiffWorkflow's dialect as the rest of the house sees it: elements and flows, with what screens and checks ask.

How it runs is in the `Program`; scripts, conditions and mappings are not repeated here.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from engine.bpmn.names import BPMN, bpmn_children, identifier, kind, label, line_of
from engine.model.expression import Expression
from engine.model.process import (
    CalledProcess,
    Element,
    EventDefinition,
    JobDetail,
    MessageDefinition,
    ProcessDefinition,
    SequenceFlow,
    SignalDefinition,
    TimerDefinition,
    UserTaskDetail,
)
from engine.spiff.dialect import EXECUTOR, SPIFF, bpmn_text, properties_of, spiff_parts, spiff_text, trigger
from engine.spiff.gate import FLOW_NODES

RETRIES: Final = 3
"""How often a job is tried where the diagram does not say."""

TIMERS: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read_model(process: etree._Element, resource: str, forms: Collection[str], program: Any) -> ProcessDefinition:
    """The process; `forms` are the ids of the form files deployed with it."""
    reader = _Reader.of(process, forms)
    return ProcessDefinition(
        id=identifier(process),
        name=label(process) or identifier(process),
        resource=resource,
        line=line_of(process),
        elements={identifier(node): reader.element(node) for node in reader.nodes},
        flows={flow.id: flow for flow in reader.flows},
        contents=reader.contents.get(identifier(process), ()),
        documentation=bpmn_text(process, "documentation"),
        executor=EXECUTOR,
        program=program,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    nodes: tuple[etree._Element, ...]
    flows: tuple[SequenceFlow, ...]
    contents: Mapping[str, tuple[str, ...]]
    attached: Mapping[str, tuple[str, ...]]
    incoming: Mapping[str, tuple[str, ...]]
    outgoing: Mapping[str, tuple[str, ...]]
    lanes: Mapping[str, str]
    forms: Collection[str]

    @classmethod
    def of(cls, process: etree._Element, forms: Collection[str]) -> _Reader:
        nodes = tuple(node for node in process.iter() if kind(node) in FLOW_NODES and identifier(node))
        flows = tuple(_flow(flow) for flow in process.iter(f"{{{BPMN}}}sequenceFlow"))
        return cls(
            nodes=nodes,
            flows=flows,
            contents=_grouped((_scope_of(node), identifier(node)) for node in nodes),
            attached=_grouped(
                (node.get("attachedToRef") or "", identifier(node)) for node in nodes if node.get("attachedToRef")
            ),
            incoming=_grouped((flow.target, flow.id) for flow in flows),
            outgoing=_grouped((flow.source, flow.id) for flow in flows),
            lanes=dict(_lanes(process)),
            forms=forms,
        )

    def element(self, node: etree._Element) -> Element:
        """One flow node."""
        ident, name = identifier(node), kind(node)
        return Element(
            id=ident,
            type=name,
            name=label(node),
            parent=_scope_of(node),
            line=line_of(node),
            incoming=self.incoming.get(ident, ()),
            outgoing=self.outgoing.get(ident, ()),
            default_flow=node.get("default"),
            event=_start(node) if name == "startEvent" else None,
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity", "true") == "true",
            boundary_events=self.attached.get(ident, ()),
            contents=self.contents.get(ident, ()),
            user_task=UserTaskDetail(form_id=form_of(node, self.forms)) if name in ("userTask", "manualTask", "task") else None,
            job=_job(node) if name == "serviceTask" else None,
            called=_called(node) if name == "callActivity" else None,
            lane=self.lanes.get(ident),
            documentation=spiff_text(node, "instructionsForEndUser") or bpmn_text(node, "documentation"),
        )


def form_of(node: etree._Element, forms: Collection[str]) -> str | None:
    """The form that was deployed in the place of a JSON schema: its id is the schema's file name without ``.json``."""
    name = form_name(node)
    return name if name in forms else None


def form_name(node: etree._Element) -> str:
    """The file name of the JSON schema that a task names, without ``.json``; empty without one."""
    found = properties_of(node).get("formJsonSchemaFilename", "")
    return found.removesuffix(".json")


def start_timer(definition: etree._Element) -> tuple[str, str | None]:
    """Kind and text of a start event's timer; None where Python works it out."""
    for name, timer in TIMERS.items():
        text = bpmn_text(definition, name)
        if text:
            return timer, _literal(text)
    return "", None


def _literal(text: str) -> str | None:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return found if isinstance(found, str) else None


def _start(node: etree._Element) -> EventDefinition | None:
    why, definition = trigger(node)
    if definition is None:
        return None
    if why == "timer":
        timer, text = start_timer(definition)
        return TimerDefinition(kind=timer, expression=Expression(text=text or "", line=line_of(definition)))
    name = Expression(text=_name_of(node, definition, why), line=line_of(definition))
    return SignalDefinition(name=name) if why == "signal" else MessageDefinition(name=name)


def _name_of(node: etree._Element, definition: etree._Element, why: str) -> str:
    wanted = definition.get(f"{why}Ref")
    root = node.getroottree().getroot()
    return next((label(found) for found in bpmn_children(root, why) if identifier(found) == wanted), label(node))


def _job(node: etree._Element) -> JobDetail | None:
    operator = next(spiff_parts(node, "serviceTaskOperator"), None)
    if operator is None:
        return None
    retry = operator.find(f".//{{{SPIFF}}}retry")
    retries = retry.get("retries") if retry is not None else None
    return JobDetail(
        type=Expression(text=operator.get("id") or "", line=line_of(operator)),
        retries=Expression(text=retries or str(RETRIES), line=line_of(operator)),
        headers=properties_of(node),
    )


def _called(node: etree._Element) -> CalledProcess:
    return CalledProcess(process_id=Expression(text=node.get("calledElement") or "", line=line_of(node)), binding="deployment")


def _scope_of(node: etree._Element) -> str:
    parent = node.getparent()
    return identifier(parent) if parent is not None else ""


def _flow(flow: etree._Element) -> SequenceFlow:
    condition = bpmn_text(flow, "conditionExpression")
    return SequenceFlow(
        id=identifier(flow),
        name=label(flow),
        source=flow.get("sourceRef") or "",
        target=flow.get("targetRef") or "",
        condition=Expression(text=condition, line=line_of(flow)) if condition else None,
        line=line_of(flow),
    )


def _lanes(process: etree._Element) -> Iterator[tuple[str, str]]:
    for lane in process.iter(f"{{{BPMN}}}lane"):
        for entry in bpmn_children(lane, "flowNodeRef"):
            yield (entry.text or "").strip(), label(lane) or identifier(lane)


def _grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
