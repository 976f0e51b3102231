"""Small BPMN diagrams as XML, for tests that deploy files."""

from __future__ import annotations

import json
from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://example.com/demo">\n'
)


def diagram(process_id: str, *parts: str, outside: str = "") -> bytes:
    """A diagram with one process made of XML `parts`; `outside` are messages and errors."""
    body = "\n".join(parts)
    process = f'<bpmn:process id="{process_id}" name="{process_id.title()}" isExecutable="true">\n{body}\n</bpmn:process>\n'
    return f"{_HEAD}{outside}{process}</bpmn:definitions>".encode()


def line(*nodes: str, start: str = "", more: str = "") -> str:
    """Nodes (from the functions below) one after the other, between a start and an end event; `start` goes into the former."""
    ids = ["start", *(_id(node) for node in nodes), "end"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}" />' for n, (one, other) in enumerate(pairwise(ids))
    )
    return f'<bpmn:startEvent id="start">{start}</bpmn:startEvent>{"".join(nodes)}<bpmn:endEvent id="end" />{flows}{more}'


def user_task(task_id: str, *, groups: str = "", assignee: str = "", form: str = "", more: str = "") -> str:
    """A user task; `groups` and `assignee` as in `zeebe:assignmentDefinition`."""
    who = "".join(f' {k}="{v}"' for k, v in (("candidateGroups", groups), ("assignee", assignee)) if v)
    inner = f"<zeebe:userTask />{f'<zeebe:assignmentDefinition{who} />' if who else ''}"
    inner += f'<zeebe:formDefinition formId="{form}" />' if form else ""
    return (
        f'<bpmn:userTask id="{task_id}" name="{task_id.title()}">'
        f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>{more}</bpmn:userTask>"
    )


def service_task(task_id: str, type: str, *, retries: int = 3, headers: dict[str, str] | None = None, io: str = "") -> str:
    """A service task for a job type; `io` are `zeebe:input` and `zeebe:output` elements."""
    pairs = "".join(f'<zeebe:header key="{k}" value="{v}" />' for k, v in (headers or {}).items())
    inner = f'<zeebe:taskDefinition type="{type}" retries="{retries}" />'
    inner += f"<zeebe:taskHeaders>{pairs}</zeebe:taskHeaders>" if pairs else ""
    inner += f"<zeebe:ioMapping>{io}</zeebe:ioMapping>" if io else ""
    return f'<bpmn:serviceTask id="{task_id}"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:serviceTask>'


def timer(kind: str, text: str) -> str:
    """A timer definition: kind date, duration or cycle."""
    name = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}[kind]
    return (
        f'<bpmn:timerEventDefinition><bpmn:{name} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{name}>'
        "</bpmn:timerEventDefinition>"
    )


def wait_for(event_id: str, definition: str) -> str:
    """An intermediate catch event."""
    return f'<bpmn:intermediateCatchEvent id="{event_id}">{definition}</bpmn:intermediateCatchEvent>'


def throw(event_id: str, definition: str) -> str:
    """An intermediate throw event."""
    return f'<bpmn:intermediateThrowEvent id="{event_id}">{definition}</bpmn:intermediateThrowEvent>'


def message(message_id: str) -> str:
    """A message definition that refers to `named_message`."""
    return f'<bpmn:messageEventDefinition messageRef="{message_id}" />'


def named_message(message_id: str, name: str, key: str = "") -> str:
    """A message for `outside`; `key` is its correlation key."""
    subscription = f'<zeebe:subscription correlationKey="{key}" />' if key else ""
    inner = f"<bpmn:extensionElements>{subscription}</bpmn:extensionElements>" if key else ""
    return f'<bpmn:message id="{message_id}" name="{name}">{inner}</bpmn:message>'


def form(form_id: str, *keys: str) -> bytes:
    """A form with text fields."""
    fields = [{"type": "textfield", "key": key, "id": f"field_{key}", "label": key.title()} for key in keys]
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 17, "components": fields}).encode()


def _id(node: str) -> str:
    return node.split('id="', 1)[1].split('"', 1)[0]
