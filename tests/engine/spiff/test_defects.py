"""Every known defect of SpiffWorkflow 3.2 is put right, refused at the deployment, or an incident: none is silent.

The ids are those of the list of defects that led to a kernel of our own (docs/adr/0002).
"""

from __future__ import annotations

import pytest

from engine.kernel import InstanceStatus, commands, events
from engine.spiff import Code, Incident
from tests.support.spiff import START_END, Instance, diagram, flows, line, read, script, timer

SIGNAL = '<signal id="sg" name="sg"/>'
ON_SIGNAL = '<signalEventDefinition signalRef="sg"/>'
USER = '<userTask id="u"/>'


def event_sub_process(definition: str, interrupting: str = "true") -> str:
    """One that does nothing but note that it ran."""
    start = f'<startEvent id="s2" isInterrupting="{interrupting}">{definition}</startEvent>'
    inside = start + script("h", "handled = True") + '<endEvent id="e2"/>' + flows("s2>h", "h>e2")
    return f'<subProcess id="ev" triggeredByEvent="true">{inside}</subProcess>'


def multi_instance(inside: str, sequential: str = "false") -> str:
    """A script task of several turns."""
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}">{inside}</multiInstanceLoopCharacteristics>'
    return f'<scriptTask id="a">{loop}<script>x = 1</script></scriptTask>'


ONCE_AND_TWO = script("a", "a = 1") + script("b", "b = 1") + script("c", "c = 1") + START_END
INNER = '<startEvent id="s1"/><userTask id="u"/><endEvent id="e1"/>' + flows("s1>u", "u>e1")
AD_HOC = '<adHocSubProcess id="a">' + script("x", "x = 1") + "</adHocSubProcess>"
NEVER_DONE = AD_HOC.replace("</ad", "<completionCondition>False</completionCondition></ad")
RECEIVE = '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="no"/></intermediateCatchEvent>'


@pytest.mark.parametrize(
    ("defect", "body", "code"),
    [
        ("B02", line(USER) + event_sub_process('<errorEventDefinition id="x"/>'), Code.ELEMENT_NOT_SUPPORTED),
        ("B03", line(USER) + event_sub_process(ON_SIGNAL), Code.ELEMENT_NOT_SUPPORTED),
        (
            "B04",
            line(f'<subProcess id="sp">{INNER}{event_sub_process(ON_SIGNAL, "false")}</subProcess>'),
            Code.ELEMENT_NOT_SUPPORTED,
        ),
        ("B06", f'<startEvent id="s"/><endEvent id="e">{ON_SIGNAL}</endEvent>' + flows("s>e"), Code.EVENT_NOT_SUPPORTED),
        (
            "B07",
            line('<intermediateThrowEvent id="l1"><linkEventDefinition name="L"/></intermediateThrowEvent>'),
            Code.EVENT_NOT_SUPPORTED,
        ),
        ("B08", line(script("End", "a = 1")), Code.ID_RESERVED),
        ("B09", '<startEvent id="Start"/><endEvent id="e"/>' + flows("Start>e"), Code.ID_RESERVED),
        ("B10", START_END + script("a", "a = 1") + flows("s>a", "a>e?False"), Code.CONDITION_IGNORED),
        ("B11", ONCE_AND_TWO + flows("s>a", "a>b", "a>c", "b>e", "c>e"), Code.SEVERAL_FLOWS),
        ("B12", '<startEvent id="s"/>' + script("a", "a = 1") + flows("s>a"), Code.DEAD_END),
        (
            "B13",
            line('<intermediateCatchEvent id="c"><eventDefinitionRef>T</eventDefinitionRef></intermediateCatchEvent>'),
            Code.EVENT_NOT_SUPPORTED,
        ),
        ("B16", line(AD_HOC), Code.ELEMENT_NOT_SUPPORTED),
        (
            "B18",
            line(
                multi_instance(
                    '<loopCardinality>2</loopCardinality><loopDataOutputRef>out</loopDataOutputRef><outputDataItem id="x"/>'
                )
            ),
            Code.ATTRIBUTE_NOT_SUPPORTED,
        ),
        (
            "B20",
            line('<intermediateCatchEvent id="c"><messageEventDefinition messageRef="no"/></intermediateCatchEvent>'),
            Code.NOT_READ,
        ),
        ("B23", line('<userTask id="u" completionQuantity="2"/>'), Code.ATTRIBUTE_NOT_SUPPORTED),
        (
            "B26",
            line(AD_HOC.replace("</ad", "<completionCondition>False</completionCondition></ad")),
            Code.ELEMENT_NOT_SUPPORTED,
        ),
    ],
)
def test_a_diagram_that_would_go_wrong_is_refused(defect, body, code):
    assert code in [problem.code for problem in read(diagram(body, SIGNAL)).problems], defect


def test_b01_flows_without_ids_are_followed():
    flow = '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="e"/>'
    instance = Instance(diagram(START_END + script("a", "a = 1") + flow))
    instance.start()
    assert instance.result == {"a": 1}


def test_b15_that_a_boundary_event_happens_once_is_told():
    boundary = f'<boundaryEvent id="b" attachedToRef="u" cancelActivity="false">{ON_SIGNAL}</boundaryEvent>'
    text = diagram(line(USER) + boundary + '<endEvent id="e3"/>' + flows("b>e3"), SIGNAL)
    assert [problem.code for problem in read(text).problems] == [Code.FIRES_ONCE]
    instance = Instance(text)
    instance.start()
    instance.give(commands.BroadcastSignal(signal="sg"))
    assert instance.waits(events.SignalSubscriptionOpened) == [], "nobody is told to wait for what would not be caught"
    assert instance.only(events.UserTaskCreated)


def test_b17_a_negative_number_of_turns_is_an_incident():
    instance = Instance(diagram(line(multi_instance("<loopCardinality>-1</loopCardinality>", "true"))))
    instance.start()
    assert instance.only(events.IncidentRaised).code == Incident.STALLED


def test_b22_sub_processes_of_the_same_id_in_two_files_are_read():
    body = line(f'<subProcess id="sub">{INNER}</subProcess>')
    assert read(diagram(body), diagram(body, process="q")).problems == ()


def test_b25_lanes_are_kept_whatever_is_deployed_beside():
    lanes = '<laneSet id="ls"><lane id="l" name="L"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    for _ in range(20):
        found = read(diagram(lanes + line(USER)), diagram(line(USER), process="q"))
        assert [found.processes[p].elements["u"].lane for p in "pq"] == ["L", None]


@pytest.mark.parametrize(("defect", "text"), [("T01", "'-PT1H'"), ("T02", "'P'")])
def test_durations_that_are_none_do_not_pass_for_others(defect, text):
    event = f'<intermediateCatchEvent id="t">{timer("timeDuration", text)}</intermediateCatchEvent>'
    instance = Instance(diagram(line(event)))
    instance.start()
    fired = defect == "T01" and instance.state.status is InstanceStatus.COMPLETED
    assert fired or instance.only(events.IncidentRaised).element == "t"


def test_the_library_is_as_it_was_for_everybody_else():
    from SpiffWorkflow.bpmn.specs.event_definitions import DurationTimerEventDefinition
    from SpiffWorkflow.spiff.parser import SpiffBpmnParser

    event = f'<intermediateCatchEvent id="t">{timer("timeDuration", "1")}</intermediateCatchEvent>'
    text = diagram(line(event))
    read(text)
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(text.encode())
    spec = parser.get_spec("p").task_specs["t"]
    assert type(spec.event_definition) is DurationTimerEventDefinition
    assert type(spec).__module__.startswith("SpiffWorkflow.")
