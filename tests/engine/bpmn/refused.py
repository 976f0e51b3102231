"""What the examples of refused diagrams have in common."""

from __future__ import annotations

from typing import NamedTuple

from engine.bpmn import Code
from tests.engine.bpmn.diagram import MESSAGE, between, end, extended, flow, process, start

CATCH = '<messageEventDefinition messageRef="m"/>'
SOON = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
JOB = '<zeebe:taskDefinition type="t"/>'
INNER = start("is") + end("ie") + flow("is", "ie")


def when(source: str, target: str, condition: str = "=a") -> str:
    return flow(source, target, f"\n<conditionExpression>{condition}</conditionExpression>")


class Case(NamedTuple):
    """`mark` stands in the line that the problem must name."""

    code: Code
    element: str | None
    mark: str
    xml: bytes


def catch(definition: str) -> bytes:
    return between(f'<intermediateCatchEvent id="n">\n{definition}</intermediateCatchEvent>', MESSAGE)


def pools(source: str, target: str) -> str:
    """Two pools, ``us`` with the process, and the message flow ``f``."""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return (
        '<collaboration id="c"><participant id="us" processRef="p"/><participant id="them"/>\n'
        f'<messageFlow id="f" {ends}/></collaboration>'
    )


def boundary(content: str, attributes: str = 'attachedToRef="n"', more: str = "") -> bytes:
    event = f'<boundaryEvent id="b" {attributes}>{content}</boundaryEvent>\n'
    return between('<task id="n"/>', MESSAGE, event + end("e2") + flow("b", "e2") + more)


UNDO = '<task id="u" isForCompensation="true"/>\n'


def undone(more: str = "", handler: str = UNDO, association: str = '<association sourceRef="b" targetRef="u"/>') -> bytes:
    event = '<boundaryEvent id="b" attachedToRef="n"><compensateEventDefinition/></boundaryEvent>\n'
    return between('<task id="n"/>\n', more=event + handler + association + more)


def cancelled(kind: str) -> bytes:
    inside = f'{start("is")}<endEvent id="x"><cancelEventDefinition/></endEvent>{flow("is", "x")}'
    return between(f'<{kind} id="n">\n{inside}</{kind}>')


def service(extensions: str = JOB, attributes: str = "", content: str = "") -> bytes:
    return between(extended("serviceTask", extensions, attributes, content))


def user(extensions: str) -> bytes:
    return between(extended("userTask", extensions))


def looped(content: str, attributes: str = "") -> bytes:
    loop = f"<multiInstanceLoopCharacteristics {attributes}>\n{content}</multiInstanceLoopCharacteristics>"
    return between(extended("task", content=loop))


def event_sub(content: str = "", trigger: str = SOON, attributes: str = "", after: str = "") -> bytes:
    inside = f'<startEvent id="x" {attributes}>{trigger}</startEvent>' + end("z") + flow("x", "z") + content
    sub = f'<subProcess id="sub" triggeredByEvent="true">\n{inside}</subProcess>\n'
    return between('<task id="n"/>', MESSAGE, sub + after)


def link_end(node: str) -> str:
    return f'<intermediateCatchEvent id="{node}"><linkEventDefinition name="x"/></intermediateCatchEvent>\n'


def linked(content: str, flows: str) -> bytes:
    throw = '<intermediateThrowEvent id="n"><linkEventDefinition name="x"/></intermediateThrowEvent>\n'
    return process(start() + throw + content + end() + flow("s", "n") + flows)


def choice(*flows: str, gateway: str = '<exclusiveGateway id="n"/>') -> bytes:
    ends = "".join(end(f"e{number}") for number in range(1, len(flows) + 1))
    return process(start() + gateway + ends + flow("s", "n") + "".join(flows))
