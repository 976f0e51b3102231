"""Each event becomes what it waits for or throws."""

from __future__ import annotations

import pytest

from engine.bpmn import Code
from engine.model.process import (
    ConditionalDefinition,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    TerminateDefinition,
    TimerDefinition,
)
from tests.engine.bpmn.diagram import MESSAGE, between, chain, end, errors, extended, flow, node, process, read, start

ERROR = '<error id="err" errorCode="NO_STOCK"/>'


def started_by(definition: str, root: str = "") -> bytes:
    return process(f'<startEvent id="n">{definition}</startEvent>' + end() + chain("n", "e"), root)


def attached(definition: str, root: str = "", attributes: str = "", name: str = "boundaryEvent") -> bytes:
    boundary = f'<{name} id="n" attachedToRef="tns:t" {attributes}>{definition}</{name}>'
    return process(start() + '<task id="t"/>' + boundary + end() + end("e2") + chain("s", "t", "e") + flow("n", "e2"), root)


def timer(kind: str, text: str) -> str:
    return f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{text}</{kind}></timerEventDefinition>'


def test_a_start_event_may_have_no_trigger() -> None:
    assert node(started_by("")).event is None


def test_a_message_start_event_needs_no_correlation_key() -> None:
    element = node(started_by('<messageEventDefinition messageRef="m"/>', '<message id="m" name="request.received"/>'))
    assert isinstance(element.event, MessageDefinition)
    assert (element.event.name.text, element.event.correlation_key) == ("request.received", None)


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("timeDate", "2026-05-01T08:00:00Z", "date"),
        ("timeDuration", "PT4H", "duration"),
        ("timeCycle", "R3/PT1H", "cycle"),
        ("timeCycle", "0 0 8 * * MON-FRI", "cycle"),
        ("timeDate", "=deadline", "date"),
    ],
)
def test_timers_start_catch_and_interrupt(kind: str, text: str, wanted: str) -> None:
    for xml in (
        started_by(timer(kind, text)),
        between(f'<intermediateCatchEvent id="n">{timer(kind, text)}</intermediateCatchEvent>'),
        attached(timer(kind, text)),
        attached(timer(kind, text), attributes='cancelActivity="false"'),
    ):
        event = node(xml).event
        assert isinstance(event, TimerDefinition)
        assert event.kind == wanted
        assert event.expression.text == text.removeprefix("=")
        assert event.expression.is_fixed is not text.startswith("=")


def test_a_catch_event_waits_for_a_message() -> None:
    event = node(
        between('<intermediateCatchEvent id="n"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>', MESSAGE)
    ).event
    assert isinstance(event, MessageDefinition)
    assert event.correlation_key is not None
    assert event.correlation_key.text == "order.id"


def test_boundary_events_know_their_host_and_the_host_knows_them() -> None:
    process_ = read(attached('<messageEventDefinition messageRef="m"/>', MESSAGE, 'cancelActivity="false"'))
    assert process_.elements["n"].attached_to == "t"
    assert process_.elements["n"].interrupting is False
    assert process_.elements["t"].boundary_events == ("n",)


def test_an_error_boundary_event_catches_a_code_or_everything() -> None:
    one = node(attached('<errorEventDefinition errorRef="err"/>', ERROR))
    assert isinstance(one.event, ErrorDefinition)
    assert one.event.code is not None
    assert one.event.code.text == "NO_STOCK"
    assert one.interrupting
    every = node(attached("<errorEventDefinition/>"))
    assert every.event == ErrorDefinition(code=None)


def test_a_throw_event_may_be_a_milestone_or_a_message() -> None:
    assert node(between('<intermediateThrowEvent id="n"/>')).event is None
    event = node(
        between('<intermediateThrowEvent id="n"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>', MESSAGE)
    ).event
    assert isinstance(event, MessageDefinition)


@pytest.mark.parametrize("at", ["event", "definition"])
def test_a_message_may_be_thrown_by_a_job(at: str) -> None:
    job = '<extensionElements><zeebe:taskDefinition type="send"/></extensionElements>'
    definition = f'<messageEventDefinition messageRef="m">{job if at == "definition" else ""}</messageEventDefinition>'
    content = (job if at == "event" else "") + definition
    element = node(between(f'<intermediateThrowEvent id="n">{content}</intermediateThrowEvent>', MESSAGE))
    assert element.job is not None
    assert element.job.type.text == "send"
    assert isinstance(element.event, MessageDefinition)


def test_a_job_that_sends_needs_no_message_of_the_diagram() -> None:
    job = '<extensionElements><zeebe:taskDefinition type="send"/></extensionElements>'
    element = node(
        process(start() + f'<endEvent id="n" name="Tell">{job}<messageEventDefinition/></endEvent>' + chain("s", "n"))
    )
    assert element.job is not None
    assert isinstance(element.event, MessageDefinition)
    assert element.event.name.text == "Tell"


def test_only_a_message_event_makes_a_job() -> None:
    job = '<extensionElements><zeebe:taskDefinition type="send"/></extensionElements>'
    for definition in ("", "<terminateEventDefinition/>"):
        xml = process(start() + f'<endEvent id="n">{job}{definition}</endEvent>' + chain("s", "n"))
        assert [problem.code for problem in errors(xml)] == ["BPMN-3108"]


@pytest.mark.parametrize(
    ("definition", "wanted"),
    [
        ("", type(None)),
        ("<terminateEventDefinition/>", TerminateDefinition),
        ('<errorEventDefinition errorRef="err"/>', ErrorDefinition),
        ('<messageEventDefinition messageRef="m"/>', MessageDefinition),
    ],
)
def test_end_events(definition: str, wanted: type) -> None:
    xml = process(start() + f'<endEvent id="n">{definition}</endEvent>' + chain("s", "n"), MESSAGE + ERROR)
    assert isinstance(node(xml).event, wanted)


def test_a_definition_at_the_top_of_the_file_is_found() -> None:
    xml = between(
        '<intermediateCatchEvent id="n"><eventDefinitionRef>tns:soon</eventDefinitionRef></intermediateCatchEvent>',
        '<timerEventDefinition id="soon"><timeDuration>PT1H</timeDuration></timerEventDefinition>',
    )
    event = node(xml).event
    assert isinstance(event, TimerDefinition)
    assert event.expression.text == "PT1H"


def test_events_map_their_results() -> None:
    mapping = '<zeebe:ioMapping><zeebe:output source="=payload" target="answer"/></zeebe:ioMapping>'
    element = node(between(extended("intermediateCatchEvent", mapping, content=timer("timeDuration", "PT1S"))))
    assert [m.target for m in element.outputs] == ["answer"]


ESCALATION = '<escalation id="esc" escalationCode="LATE"/>'


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_escalation_at_the_border_interrupts_or_not(interrupting: str) -> None:
    definition = '<escalationEventDefinition escalationRef="esc"/>'
    event = node(attached(definition, ESCALATION, f'cancelActivity="{interrupting}"'))
    assert isinstance(event.event, EscalationDefinition)
    assert event.event.code is not None
    assert (event.event.code.text, event.interrupting) == ("LATE", interrupting == "true")


def test_an_escalation_is_thrown_on_the_way_and_at_the_end() -> None:
    definition = '<escalationEventDefinition escalationRef="esc"/>'
    throw = node(between(f'<intermediateThrowEvent id="n">{definition}</intermediateThrowEvent>', ESCALATION))
    finish = node(process(start() + f'<endEvent id="n">{definition}</endEvent>' + chain("s", "n"), ESCALATION))
    assert isinstance(throw.event, EscalationDefinition)
    assert throw.event.code == finish.event.code if isinstance(finish.event, EscalationDefinition) else False


def test_a_link_knows_where_it_leads() -> None:
    throw = '<intermediateThrowEvent id="n"><linkEventDefinition name="on"><target>c</target></linkEventDefinition>'
    catch = '<intermediateCatchEvent id="c"><linkEventDefinition name="on"/></intermediateCatchEvent>'
    xml = process(start() + throw + "</intermediateThrowEvent>" + catch + end() + chain("s", "n") + chain("c", "e"))
    assert node(xml).event == LinkDefinition(name="on", target="c")
    assert node(xml, "c").event == LinkDefinition(name="on")


@pytest.mark.parametrize("name", ["intermediateCatchEvent", "intermediateThrowEvent"])
def test_a_signal_is_caught_and_thrown_by_its_name(name: str) -> None:
    root = '<signal id="sig" name="closing"/>'
    event = node(between(f'<{name} id="n"><signalEventDefinition signalRef="sig"/></{name}>', root)).event
    assert isinstance(event, SignalDefinition)
    assert event.name.text == "closing"


def test_a_signal_starts_a_process_and_behind_an_event_gateway_it_decides() -> None:
    root = '<signal id="sig" name="closing"/>'
    assert isinstance(node(started_by('<signalEventDefinition signalRef="sig"/>', root)).event, SignalDefinition)
    assert isinstance(node(attached('<signalEventDefinition signalRef="sig"/>', root)).event, SignalDefinition)


def test_a_condition_is_feel_and_does_not_start_a_process() -> None:
    condition = '<condition xsi:type="tFormalExpression">=a &gt; 5</condition>'
    definition = f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>"
    for xml in (between(f'<intermediateCatchEvent id="n">{definition}</intermediateCatchEvent>'), attached(definition)):
        event = node(xml).event
        assert isinstance(event, ConditionalDefinition)
        assert event.condition.text == "a > 5"
    assert [problem.code for problem in errors(started_by(definition))] == ["BPMN-3207"]


SEVERAL = '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="g"/>'
SIGNAL = '<signal id="g" name="stop"/>'


@pytest.mark.parametrize(
    ("xml", "element"),
    [
        (started_by(SEVERAL, MESSAGE + SIGNAL), "n"),
        (between(f'<intermediateCatchEvent id="n">{SEVERAL}</intermediateCatchEvent>', MESSAGE + SIGNAL), "n"),
        (between(f'<intermediateThrowEvent id="n">{SEVERAL}</intermediateThrowEvent>', MESSAGE + SIGNAL), "n"),
        (process(start() + f'<endEvent id="n">{SEVERAL}</endEvent>' + flow("s", "n"), MESSAGE + SIGNAL), "n"),
    ],
)
def test_several_definitions_make_a_multiple_event(xml: bytes, element: str) -> None:
    event = node(xml, element).event
    assert isinstance(event, MultipleDefinition)
    assert [type(one) for one in event.definitions] == [MessageDefinition, SignalDefinition]
    assert not event.parallel


def test_definitions_of_the_file_stand_beside_those_of_the_event() -> None:
    shared = '<timerEventDefinition id="soon"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    catch = '<intermediateCatchEvent id="n"><signalEventDefinition signalRef="g"/><eventDefinitionRef>soon</eventDefinitionRef>'
    event = node(between(f"{catch}</intermediateCatchEvent>", SIGNAL + shared)).event
    assert isinstance(event, MultipleDefinition)
    assert [type(one) for one in event.definitions] == [SignalDefinition, TimerDefinition]


@pytest.mark.parametrize(("flag", "parallel"), [("true", True), ("1", True), ("false", False)])
def test_parallel_multiple_waits_for_all(flag: str, parallel: bool) -> None:
    catch = f'<intermediateCatchEvent id="n" parallelMultiple="{flag}">{SEVERAL}</intermediateCatchEvent>'
    event = node(between(catch, MESSAGE + SIGNAL)).event
    assert isinstance(event, MultipleDefinition)
    assert event.parallel is parallel


def test_one_definition_makes_no_multiple_event_even_when_marked_as_one() -> None:
    catch = '<intermediateCatchEvent id="n" parallelMultiple="true"><signalEventDefinition signalRef="g"/>'
    assert isinstance(node(between(f"{catch}</intermediateCatchEvent>", SIGNAL)).event, SignalDefinition)


def test_behind_an_event_based_gateway_stands_a_multiple_but_no_parallel_multiple_event() -> None:
    def gateway(attributes: str) -> bytes:
        content = start() + '<eventBasedGateway id="g1"/>' + end() + end("e2")
        content += f'<intermediateCatchEvent id="a" {attributes}>{SEVERAL}</intermediateCatchEvent>'
        content += (
            '<intermediateCatchEvent id="b"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
        )
        flows = chain("s", "g1", "a", "e") + chain("g1", "b", "e2")
        return process(f"{content}</intermediateCatchEvent>{flows}", MESSAGE + SIGNAL)

    assert not errors(gateway(""))
    assert [problem.code for problem in errors(gateway('parallelMultiple="true"'))] == [Code.AFTER_EVENT_GATEWAY]


def test_a_condition_may_name_the_variables_that_it_is_asked_for() -> None:
    def catch(content: str) -> bytes:
        definition = f"<conditionalEventDefinition>{content}<condition>=a > b</condition></conditionalEventDefinition>"
        return between(f'<intermediateCatchEvent id="n">{definition}</intermediateCatchEvent>')

    found = '<zeebe:conditionalFilter variableNames="b, c,b" variableEvents="create,update"/>'
    event = node(catch(f"<extensionElements>{found}</extensionElements>")).event
    assert isinstance(event, ConditionalDefinition)
    assert event.variables == ("b", "c")
    plain = node(catch("")).event
    assert isinstance(plain, ConditionalDefinition)
    assert plain.variables == ()
