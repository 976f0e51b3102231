"""`zeebe:executionListeners` as they are read, and where they may stand."""

from __future__ import annotations

import pytest

from engine.bpmn import Code
from engine.check import Known, check_resources
from engine.model.process import Listeners
from tests.engine.bpmn.diagram import MESSAGE, between, chain, end, errors, flow, process, read, start

JOB = '<zeebe:taskDefinition type="work"/>'


def listener(event: str, kind: str = "note", more: str = "", inside: str = "") -> str:
    """One listener."""
    return f'<zeebe:executionListener eventType="{event}" type="{kind}" {more}>{inside}</zeebe:executionListener>'


def listeners(*entries: str) -> str:
    """The extension element that holds listeners."""
    return f"<zeebe:executionListeners>{''.join(entries)}</zeebe:executionListeners>"


def extended(tag: str, *entries: str, more: str = "", inside: str = "", attributes: str = "") -> str:
    """The node ``n`` with listeners."""
    held = f"<extensionElements>{more}{listeners(*entries)}</extensionElements>"
    return f'<{tag} id="n" {attributes}>{held}{inside}</{tag}>'


def found(xml: bytes) -> Listeners:
    """The listeners of ``n``."""
    listening = read(xml).elements["n"].listeners
    assert listening is not None
    return listening


def test_are_read_in_order_by_what_they_listen_to() -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="to" value="all"/></zeebe:taskHeaders>'
    entries = (listener("end", "c"), listener("start", "=kind", 'retries="5"', headers), listener("start", "b"))
    listening = found(between(extended("serviceTask", *entries, more=JOB)))
    assert [job.type.text for job in listening.start] == ["kind", "b"]
    assert [job.type.text for job in listening.end] == ["c"]
    assert (listening.start[0].retries.text, listening.start[0].headers) == ("5", {"to": "all"})
    assert listening.start[1].retries.text == "3"


def test_stand_at_a_process() -> None:
    held = f"<extensionElements>{listeners(listener('start'), listener('end'))}</extensionElements>"
    listening = read(process(held + start() + end() + chain("s", "e"))).listeners
    assert listening is not None
    assert (len(listening.start), len(listening.end)) == (1, 1)


def test_an_element_without_them_has_none() -> None:
    assert read(between('<task id="n"/>')).elements["n"].listeners is None
    assert read(between(extended("task"))).elements["n"].listeners is None


GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
ALLOWED = ("task", "manualTask", "intermediateThrowEvent", *GATEWAYS)


@pytest.mark.parametrize("tag", ALLOWED)
def test_may_listen_to_the_start_of_an_element(tag: str) -> None:
    assert errors(between(extended(tag, listener("start")))) == []


LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>"
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def test_may_listen_before_all_turns_of_a_multi_instance() -> None:
    assert len(found(between(extended("task", listener("beforeAll"), inside=LOOP))).before_all) == 1


def behind_event_gateway() -> bytes:
    """A catch event with a start listener behind an event-based gateway."""
    nodes = start() + '<eventBasedGateway id="g"/>' + extended("intermediateCatchEvent", listener("start"), inside=TIMER)
    nodes += f'<intermediateCatchEvent id="o"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>{end()}'
    return process(nodes + chain("s", "g", "n", "e") + flow("g", "o") + flow("o", "e"), MESSAGE)


def boundary(event: str, definition: str) -> bytes:
    """A boundary event with a listener."""
    node = extended("boundaryEvent", listener(event), inside=definition, attributes='attachedToRef="t"')
    nodes = start() + '<task id="t"/>' + node + end() + chain("s", "t", "e")
    return process(nodes + (flow("n", "e") if "compensate" not in definition else ""))


def at_end(definition: str, root: str = "") -> bytes:
    """An end event with an end listener."""
    return process(start() + extended("endEvent", listener("end"), inside=definition) + chain("s", "n"), root)


NEVER = {
    "start of a start event": process(extended("startEvent", listener("start")) + end() + chain("n", "e")),
    "start of a boundary event": boundary("start", TIMER),
    "a compensation boundary event": boundary("end", "<compensateEventDefinition/>"),
    "end of a gateway": between(extended("exclusiveGateway", listener("end"))),
    "end of an error end event": at_end('<errorEventDefinition errorRef="x"/>', '<error id="x" name="X" errorCode="X"/>'),
    "end of a compensation that is not waited for": between(
        extended("intermediateThrowEvent", listener("end"), inside='<compensateEventDefinition waitForCompletion="false"/>')
    ),
    "start behind an event-based gateway": behind_event_gateway(),
    "start of a receive task that starts an instance": process(
        extended("receiveTask", listener("start"), attributes='messageRef="m" instantiate="true"') + end() + chain("n", "e"),
        MESSAGE,
    ),
    "before all without turns": between(extended("task", listener("beforeAll"))),
    "an event type that is not told": between(extended("task", listener("cancel"))),
}


@pytest.mark.parametrize("place", NEVER)
def test_a_listener_that_would_never_run_is_refused_with_its_place_and_a_way_out(place: str) -> None:
    refused = [p for p in errors(NEVER[place]) if p.code == Code.LISTENERS]
    assert [(p.element, p.field) for p in refused] == [("n", "eventType")]
    assert refused[0].fix


def test_a_boundary_event_may_have_an_end_listener() -> None:
    assert errors(boundary("end", TIMER)) == []


def test_before_all_is_refused_at_a_process() -> None:
    held = f"<extensionElements>{listeners(listener('beforeAll'))}</extensionElements>"
    (problem,) = errors(process(held + start() + end() + chain("s", "e")))
    assert (problem.code, problem.element) == (Code.LISTENERS, "p")


def test_two_of_the_same_kind_and_type_are_refused() -> None:
    (problem,) = errors(between(extended("task", listener("start"), listener("start"), listener("end"))))
    assert (problem.code, problem.field) == (Code.EXTENSION_TWICE, "type")


def test_a_complex_gateway_has_none() -> None:
    (problem,) = [p for p in errors(between(extended("complexGateway", listener("start")))) if "Listeners" in p.message]
    assert problem.code == Code.ZEEBE_MISPLACED


@pytest.mark.parametrize("entry", [listener("", "a"), listener("start", "")])
def test_what_it_needs_is_told(entry: str) -> None:
    (problem,) = errors(between(extended("task", entry)))
    assert problem.code == Code.VALUE_MISSING


def test_a_job_type_that_nobody_serves_is_told() -> None:
    held = f"<extensionElements>{listeners(listener('end', 'bell'))}</extensionElements>"
    xml = process(held + start() + extended("task", listener("start", "note")) + end() + chain("s", "n", "e"))
    checked = check_resources({"a.bpmn": xml}, known=Known(job_types=frozenset({"nope"})))
    told = {(p.code, p.element) for p in checked.problems if p.field == "type"}
    assert told == {("CHECK-3008", "n"), ("CHECK-3008", "p")}


def user_task(*entries: str, headers: str = "") -> bytes:
    """A user task with listeners of its own."""
    listening = "".join(f'<zeebe:taskListener eventType="{event}" type="note"/>' for event in entries)
    held = f"<zeebe:taskListeners>{listening}</zeebe:taskListeners>" if entries else ""
    return between(f'<userTask id="n"><extensionElements><zeebe:userTask/>{held}{headers}</extensionElements></userTask>')


HEADERS = '<zeebe:taskHeaders><zeebe:header key="limit" value="7"/></zeebe:taskHeaders>'


def test_listeners_of_a_user_task_have_its_headers() -> None:
    task = read(user_task("creating", "assigning", "completing", headers=HEADERS)).elements["n"].user_task
    assert task is not None
    assert task.listeners is not None
    assert [(job.type.text, job.headers) for job in task.listeners.completing] == [("note", {"limit": "7"})]
    assert (len(task.listeners.creating), len(task.listeners.assigning)) == (1, 1)


@pytest.mark.parametrize("event", ["updating", "canceling", "sending"])
def test_what_nobody_tells_of_a_user_task_is_refused_with_a_way_out(event: str) -> None:
    (problem,) = errors(user_task(event))
    assert (problem.code, problem.element, problem.field) == (Code.LISTENERS, "n", "eventType")
    assert problem.fix


def test_headers_of_a_user_task_that_nobody_gets_are_refused() -> None:
    (problem,) = errors(user_task(headers=HEADERS))
    assert problem.code == Code.NOTHING_TO_RUN


def test_task_listeners_stand_at_user_tasks_only() -> None:
    held = '<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="note"/></zeebe:taskListeners>'
    (problem,) = errors(between(f'<task id="n"><extensionElements>{held}</extensionElements></task>'))
    assert problem.code == Code.ZEEBE_MISPLACED


def test_a_job_type_of_a_task_listener_that_nobody_serves_is_told() -> None:
    checked = check_resources({"a.bpmn": user_task("completing")}, known=Known(job_types=frozenset({"nope"})))
    assert [(p.code, p.element) for p in checked.problems if p.field == "type"] == [("CHECK-3008", "n")]
