"""Where a process may begin (BPMN 2.0 §10.5.2, §13.2): start events, receive tasks, event-based gateways, anywhere."""

from __future__ import annotations

import pytest

from engine.bpmn import Code as Told
from engine.bpmn import read_bpmn
from engine.kernel import Code, Rejected, commands, events
from engine.model.process import ProcessDefinition
from tests.engine.bpmn.diagram import MESSAGE, end, flow, process, start
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, message, timer

OTHER = '<message id="o" name="order.cancelled"/>'
CATCH = '<intermediateCatchEvent id="{0}"><messageEventDefinition messageRef="{1}"/></intermediateCatchEvent>'


def read(content: str, root: str = "") -> ProcessDefinition:
    """The process of a diagram without errors."""
    found = read_bpmn(process(content, root), "t.bpmn")
    assert found.ok, found.problems
    return found.processes["p"]


def several() -> ProcessDefinition:
    """A none, a message and a timer start event, which lead to one task."""
    builder = ProcessBuilder().start("none").user_task("t").end()
    builder.start("sent", message("order.new")).connect("t")
    return builder.start("daily", timer("cycle", "R/P1D")).connect("t").build()


@pytest.mark.parametrize("at", [None, "none", "sent", "daily"])
def test_of_several_start_events_one_gets_the_token(at: str | None) -> None:
    run = Run(several()).start(at, x=1)
    assert run.open == ["t"]
    assert run.complete("t").trace[0] == (at or "none")
    assert run.variables == {"x": 1}


def test_a_start_event_that_is_not_there_is_refused() -> None:
    refused = Run(several()).attempt(commands.StartInstance(process="p", start_event="t"))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.START_EVENT_NOT_FOUND


def test_without_start_and_end_events_everything_begins_that_no_flow_leads_to() -> None:
    run = Run(read('<userTask id="a"/><userTask id="b"/><userTask id="c"/>' + flow("a", "c"))).start()
    assert run.open == ["a", "b"]
    run.complete("a").complete("b")
    assert run.open == ["c"]
    assert run.complete("c").ended


def test_a_sub_process_needs_no_start_event_either() -> None:
    sub = '<subProcess id="sub"><userTask id="a"/><userTask id="b"/></subProcess>'
    run = Run(read(start() + sub + end() + flow("s", "sub") + flow("sub", "e"))).start()
    assert run.open == ["a", "b"]
    assert run.complete("b").complete("a").ended


@pytest.mark.parametrize(
    "content", ['<task id="a"/>' + end() + flow("a", "e"), "", '<task id="a"/><task id="b"/>' + flow("a", "b") + flow("b", "a")]
)
def test_what_has_an_end_event_or_no_beginning_needs_a_start_event(content: str) -> None:
    assert Told.NO_START in [problem.code for problem in read_bpmn(process(content), "t.bpmn").problems]


def test_beside_a_start_event_everything_needs_a_flow() -> None:
    found = read_bpmn(process(start() + '<task id="a"/>' + end() + flow("s", "e")), "t.bpmn")
    assert next(problem.code for problem in found.problems if problem.element == "a") == Told.NO_INCOMING


def instantiating(outputs: str = "") -> ProcessDefinition:
    """A receive task that starts an instance with its message, and a user task."""
    task = f'<receiveTask id="r" messageRef="m" instantiate="true">{outputs}</receiveTask><userTask id="t"/>'
    return read(task + flow("r", "t"), '<message id="m" name="order.new"/>')


def test_a_receive_task_may_start_an_instance() -> None:
    definition = instantiating()
    assert [start.id for start in definition.start_events("p")] == ["r"]
    run = Run(definition, reload=True).start("r", order=7)
    assert (run.open, run.trace, run.variables) == (["t"], ["r"], {"order": 7})
    assert run.complete("t").ended


def test_its_output_mappings_tell_what_of_the_message_is_kept() -> None:
    mapping = '<zeebe:ioMapping><zeebe:output source="=order + 1" target="next"/></zeebe:ioMapping>'
    run = Run(instantiating(f"<extensionElements>{mapping}</extensionElements>")).start("r", order=7)
    assert run.variables == {"next": 8}


def test_without_a_message_it_cannot_start() -> None:
    refused = Run(instantiating()).attempt(commands.StartInstance(process="p"))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.START_EVENT_REQUIRED


@pytest.mark.parametrize(("event", "task"), [("x", "a"), ("y", "b")])
def test_the_first_event_behind_an_instantiating_gateway_starts_the_instance(event: str, task: str) -> None:
    content = '<eventBasedGateway id="g" instantiate="true"/><userTask id="a"/><userTask id="b"/>'
    content += CATCH.format("x", "m") + CATCH.format("y", "o")
    content += flow("g", "x") + flow("g", "y") + flow("x", "a") + flow("y", "b")
    run = Run(read(content, MESSAGE + OTHER), reload=True).start(event, n=1)
    assert run.trace == ["g", event]
    assert [taken.flow for taken in run.emitted(events.FlowTaken)] == [f"g_{event}", f"{event}_{task}"]
    assert run.open == [task], "the other event is not waited for"
    assert run.variables == {"n": 1}
    assert run.complete(task).ended


def test_activities_split_and_join_without_gateways() -> None:
    """BPMN 2.0 §13.3.1: an activity runs once for each token that comes, and sends one along each flow that is open."""
    builder = ProcessBuilder().start().task("t").when("=n > 1").user_task("big").user_task("both").end()
    builder.move_to("t").user_task("always").connect("both").move_to("t").otherwise().user_task("small")
    assert Run(builder.build()).start(n=1).open == ["always", "small"]
    run = Run(builder.build()).start(n=2)
    assert run.open == ["big", "always"]
    run.complete("big").complete("always")
    assert run.open == ["both", "both"], "each token runs it"
