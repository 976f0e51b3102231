"""The designer offers what the engine runs, no more and no less."""

from __future__ import annotations

import pytest

from designer.palette import DRAWN, EVENT_SUB_PROCESS_STARTS, RUNNABLE
from engine.api import Severity, check_resources
from tests.support.diagrams import diagram

TASKS = [
    "Task",
    "UserTask",
    "ManualTask",
    "ServiceTask",
    "ScriptTask",
    "BusinessRuleTask",
    "SendTask",
    "ReceiveTask",
    "CallActivity",
]
CONTAINERS = ["SubProcess", "EventSubProcess", "AdHocSubProcess", "Transaction"]
GATEWAYS = [f"{kind}Gateway" for kind in ("Exclusive", "Parallel", "Inclusive", "EventBased", "Complex")]
KINDS = ["Message", "Timer", "Signal", "Error", "Escalation", "Conditional", "Compensate", "Cancel", "Terminate", "Link"]
EVENTS = ["StartEvent", "EndEvent", "IntermediateThrowEvent", "IntermediateCatchEvent", "BoundaryEvent"]
EVERYTHING = [*TASKS, *CONTAINERS, *GATEWAYS, *EVENTS, *(f"{event}:{kind}" for event in EVENTS for kind in KINDS)]

EXTENSIONS = {
    "ServiceTask": '<zeebe:taskDefinition type="demo" />',
    "SendTask": '<zeebe:taskDefinition type="demo" />',
    "ScriptTask": '<zeebe:script expression="=1" resultVariable="x" />',
    "BusinessRuleTask": '<zeebe:taskDefinition type="demo" />',
    "CallActivity": '<zeebe:calledElement processId="demo" />',
}
DEFINITIONS = {
    "Message": '<bpmn:messageEventDefinition messageRef="m" />',
    "Timer": "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
    "Error": '<bpmn:errorEventDefinition errorRef="e" />',
    "Signal": '<bpmn:signalEventDefinition signalRef="s" />',
    "Escalation": '<bpmn:escalationEventDefinition escalationRef="x" />',
    "Conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition>",
    "Link": '<bpmn:linkEventDefinition name="over" />',
}
ATTRIBUTES = {
    "EventSubProcess": ' triggeredByEvent="true"',
    "BoundaryEvent": ' attachedToRef="host"',
    "ReceiveTask": ' messageRef="m"',
}
OUTSIDE = (
    '<bpmn:message id="m" name="done"><bpmn:extensionElements><zeebe:subscription correlationKey="=id" />'
    '</bpmn:extensionElements></bpmn:message><bpmn:error id="e" errorCode="E1" /><bpmn:signal id="s" name="s" />'
    '<bpmn:escalation id="x" escalationCode="x" />'
)
BY_MESSAGE = f'<bpmn:startEvent id="in">{DEFINITIONS["Message"]}</bpmn:startEvent>'
INSIDE = '<bpmn:startEvent id="in" /><bpmn:endEvent id="out" /><bpmn:sequenceFlow id="io" sourceRef="in" targetRef="out" />'


def tag(type: str) -> str:
    name = "SubProcess" if type == "EventSubProcess" else type
    return f"bpmn:{name[0].lower()}{name[1:]}"


def element(name: str) -> str:
    """The element as the canvas makes it, with what it needs to be complete."""
    type, _, kind = name.partition(":")
    definition = DEFINITIONS.get(kind, f"<bpmn:{kind.lower()}EventDefinition />") if kind else ""
    extension = EXTENSIONS.get(type, "")
    if kind == "Message" and type in {"EndEvent", "IntermediateThrowEvent"}:
        extension = '<zeebe:taskDefinition type="demo" />'
    inner = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>" if extension else ""
    inside = INSIDE if type in CONTAINERS else ""
    if type == "EventSubProcess":
        inside = INSIDE.replace('<bpmn:startEvent id="in" />', BY_MESSAGE)
    return f'<{tag(type)} id="it"{ATTRIBUTES.get(type, "")}>{inner}{inside}{definition}</{tag(type)}>'


def flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}" />'


LINKED = '<bpmn:intermediate{kind}Event id="other"><bpmn:linkEventDefinition name="over" /></bpmn:intermediate{kind}Event>'
SPECIAL = {
    "IntermediateThrowEvent:Link": LINKED.format(kind="Catch") + flow("start", "it") + flow("other", "end"),
    "IntermediateCatchEvent:Link": LINKED.format(kind="Throw") + flow("start", "other") + flow("it", "end"),
    "BoundaryEvent:Compensate": '<bpmn:task id="host" /><bpmn:task id="undo" isForCompensation="true" />'
    f'<bpmn:association id="a" sourceRef="it" targetRef="undo" />{flow("start", "host")}{flow("host", "end")}',
    "BoundaryEvent:Cancel": f'<bpmn:transaction id="host">{INSIDE}</bpmn:transaction><bpmn:endEvent id="other" />'
    + flow("start", "host") + flow("host", "end") + flow("it", "other"),
}  # fmt: skip
"""What stands around an element that has needs of its own, beside a start and an end event."""


def around(name: str) -> str:
    """A process in which the element stands where it belongs."""
    type = name.split(":", maxsplit=1)[0]
    if name in SPECIAL:
        return f'<bpmn:startEvent id="start" />{element(name)}<bpmn:endEvent id="end" />{SPECIAL[name]}'
    if name == "EndEvent:Cancel":
        inside = f'<bpmn:startEvent id="in" />{element(name)}{flow("in", "it")}'
        boundary = '<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:cancelEventDefinition /></bpmn:boundaryEvent>'
        ends = '<bpmn:endEvent id="end" /><bpmn:endEvent id="other" />'
        flows = flow("start", "t") + flow("t", "end") + flow("b", "other")
        return f'<bpmn:startEvent id="start" /><bpmn:transaction id="t">{inside}</bpmn:transaction>{boundary}{ends}{flows}'
    host = '<bpmn:task id="host" />'
    if type == "StartEvent":
        return f'{element(name)}{host}<bpmn:endEvent id="end" />{flow("it", "host")}{flow("host", "end")}'
    start = '<bpmn:startEvent id="start" />'
    if type == "EndEvent":
        return f"{start}{host}{element(name)}{flow('start', 'host')}{flow('host', 'it')}"
    end = '<bpmn:endEvent id="end" />'
    if type == "BoundaryEvent":
        other = '<bpmn:endEvent id="other" />'
        return f"{start}{host}{element(name)}{end}{other}{flow('start', 'host')}{flow('host', 'end')}{flow('it', 'other')}"
    if type == "EventSubProcess":
        return f"{start}{host}{element(name)}{end}{flow('start', 'host')}{flow('host', 'end')}"
    if type == "EventBasedGateway":
        catch = f'<bpmn:intermediateCatchEvent id="c">{DEFINITIONS["Timer"]}</bpmn:intermediateCatchEvent>'
        more = catch + catch.replace('"c"', '"d"')
        paths = "".join(flow(*pair) for pair in [("start", "it"), ("it", "c"), ("it", "d"), ("c", "end"), ("d", "end")])
        return f"{start}{element(name)}{more}{end}{paths}"
    return f"{start}{element(name)}{end}{flow('start', 'it')}{flow('it', 'end')}"


def started_by(kind: str) -> list[str]:
    """What is wrong with an event sub-process that such an event starts."""
    start = f'<bpmn:startEvent id="in">{DEFINITIONS[kind]}</bpmn:startEvent>'
    contents = around("EventSubProcess").replace(BY_MESSAGE, start)
    assert start in contents
    checked = check_resources({"sample.bpmn": diagram("sample", contents, outside=OUTSIDE)})
    return [str(problem) for problem in checked.problems if problem.severity is Severity.ERROR]


def errors(name: str) -> list[str]:
    xml = diagram("sample", around(name), outside=OUTSIDE)
    problems = check_resources({"sample.bpmn": xml, "demo.bpmn": diagram("demo", INSIDE)}).problems
    return [str(problem) for problem in problems if problem.severity is Severity.ERROR and problem.element in {"it", None}]


@pytest.mark.parametrize("name", RUNNABLE)
def test_what_is_offered_passes_the_check(name):
    assert errors(name) == []


@pytest.mark.parametrize("name", sorted(set(EVERYTHING) - {*RUNNABLE}))
def test_what_is_not_offered_is_refused(name):
    assert errors(name) != []


def test_the_list_holds_nothing_that_bpmn_does_not_know():
    assert {*RUNNABLE} <= set(EVERYTHING)
    assert not set(RUNNABLE) & set(DRAWN)


@pytest.mark.parametrize("kind", EVENT_SUB_PROCESS_STARTS)
def test_what_is_offered_to_start_an_event_sub_process_passes_the_check(kind):
    assert started_by(kind) == []
