"""Small BPMN diagrams for tests, written as the XML that matters; the rest is added here."""

from __future__ import annotations

from itertools import pairwise

from engine.bpmn import BpmnFile, read_bpmn
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn" xmlns:other="http://other.test/1" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:tns="http://test/"'
)
MESSAGE = (
    '<message id="m" name="order.paid">'
    '<extensionElements><zeebe:subscription correlationKey="=order.id"/></extensionElements></message>'
)
"""A message with a correlation key."""
EXECUTABLE = 'id="p" name="Process" isExecutable="true"'


def file(content: str, attributes: str = "") -> bytes:
    """A file with `content` under the root, which begins in line 2."""
    return f'<definitions {NAMESPACES} targetNamespace="http://test/" {attributes}>\n{content}\n</definitions>'.encode()


def process(content: str, root: str = "", attributes: str = EXECUTABLE) -> bytes:
    """A file with one process; `root` stands before it."""
    return file(f"{root}\n<process {attributes}>\n{content}\n</process>")


def flow(source: str, target: str, content: str = "", flow_id: str = "") -> str:
    """A sequence flow called `source_target` unless said otherwise."""
    name = flow_id or f"{source}_{target}"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{content}</sequenceFlow>\n'


def chain(*nodes: str) -> str:
    """Flows from each node to the next."""
    return "".join(flow(a, b) for a, b in pairwise(nodes))


def start(node: str = "s") -> str:
    """A start event without trigger."""
    return f'<startEvent id="{node}"/>\n'


def end(node: str = "e") -> str:
    """An end event without result."""
    return f'<endEvent id="{node}"/>\n'


def between(node: str, root: str = "", more: str = "") -> bytes:
    """Start, then `node` (its id is ``n``), then end."""
    return process(start() + node + "\n" + more + end() + chain("s", "n", "e"), root)


def extended(name: str, extensions: str = "", attributes: str = "", content: str = "") -> str:
    """The element ``n`` with extension elements."""
    inside = f"<extensionElements>\n{extensions}\n</extensionElements>" if extensions else ""
    return f'<{name} id="n" name="N" {attributes}>{inside}{content}</{name}>'


def read(xml: bytes) -> ProcessDefinition:
    """The process of a diagram without errors (warnings are allowed)."""
    answer = read_bpmn(xml, "test.bpmn")
    assert answer.ok, "\n".join(map(str, answer.problems))
    return next(iter(answer.processes.values()))


def node(xml: bytes, node_id: str = "n") -> Element:
    """One element of a diagram without any problem."""
    answer = read_bpmn(xml, "test.bpmn")
    assert not answer.problems, "\n".join(map(str, answer.problems))
    return next(iter(answer.processes.values())).elements[node_id]


def errors(xml: bytes) -> list[Problem]:
    """The errors of a diagram."""
    return [problem for problem in parsed(xml).problems if problem.severity is Severity.ERROR]


def warnings(xml: bytes) -> list[Problem]:
    """The warnings of a diagram that has no errors."""
    answer = parsed(xml)
    assert answer.ok, "\n".join(map(str, answer.problems))
    return list(answer.problems)


def parsed(xml: bytes) -> BpmnFile:
    """Whatever the reader says; every problem is complete."""
    answer = read_bpmn(xml, "test.bpmn")
    for problem in answer.problems:
        assert problem.resource == "test.bpmn"
        assert problem.line
        assert problem.fix
        assert problem.message.endswith("."), problem.message
    return answer


def line_with(xml: bytes, text: str) -> int:
    """The line of the first place of `text`, from 1."""
    return next(number for number, line in enumerate(xml.decode().splitlines(), 1) if text in line)
