"""The outline of a diagram: the same facts as on the canvas, for people who read."""

from __future__ import annotations

from pathlib import Path

from runtime.http.instances.outline import items_by_id, read_outline
from tests.support.diagrams import diagram, line, user_task

SAMPLE = Path(__file__).parents[2] / "designer/data/purchase_request.bpmn"


def ids(items):
    return [(item.id, ids(item.children)) if item.children else item.id for item in items]


def test_elements_come_in_flow_order_with_their_contents_below_them():
    (process,) = read_outline(SAMPLE.read_bytes())
    assert process.name == "Purchase request"
    assert ids(process.children) == [
        "Start_Requested",
        ("Task_Check", ["Event_Late"]),
        "Gateway_Amount",
        ("Sub_Approvals", ["Start_Approval", "Task_Approve", "End_Approval"]),
        "Gateway_Joined",
        "Task_Order",
        "End_Ordered",
        "Rule_Limit",
        "Task_Remind",
        "End_Reminded",
    ]


def test_the_order_is_that_of_the_flow_also_when_the_file_has_another():
    xml = diagram(
        "shuffled",
        '<bpmn:endEvent id="last"/><bpmn:task id="second"/><bpmn:task id="first"/><bpmn:startEvent id="start"/>',
        '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="first"/>',
        '<bpmn:sequenceFlow id="b" sourceRef="first" targetRef="second"/>',
        '<bpmn:sequenceFlow id="c" sourceRef="second" targetRef="last"/>',
    )
    (process,) = read_outline(xml)
    assert ids(process.children) == ["start", "first", "second", "last"]


def test_a_loop_lists_each_element_once():
    xml = diagram(
        "circle",
        '<bpmn:startEvent id="start"/><bpmn:task id="again"/>',
        '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="again"/>',
        '<bpmn:sequenceFlow id="b" sourceRef="again" targetRef="again"/>',
    )
    (process,) = read_outline(xml)
    assert ids(process.children) == ["start", "again"]


def test_what_nothing_leads_to_is_still_there():
    (process,) = read_outline(diagram("lonely", '<bpmn:startEvent id="start"/><bpmn:task id="island"/>'))
    assert ids(process.children) == ["start", "island"]


def test_it_tells_where_the_flows_of_a_gateway_lead():
    gateway = items_by_id(read_outline(SAMPLE.read_bytes()))["Gateway_Amount"]
    assert [(lead.name, lead.target_name) for lead in gateway.leads] == [("large", "Approvals"), ("small", "Approve by rule")]


def test_it_shows_elements_that_the_engine_does_not_run():
    xml = diagram("odd", '<bpmn:startEvent id="start"/><bpmn:complexGateway id="complex" name="Odd"/>')
    assert items_by_id(read_outline(xml))["complex"].type == "complexGateway"


def test_events_tell_their_kind_and_triggered_sub_processes_theirs():
    xml = diagram(
        "kinds",
        '<bpmn:startEvent id="start"><bpmn:timerEventDefinition/></bpmn:startEvent>',
        '<bpmn:subProcess id="handler" triggeredByEvent="true"/>',
    )
    found = items_by_id(read_outline(xml))
    assert found["start"].event == "timer"
    assert found["handler"].type == "eventSubProcess"


def test_names_over_several_lines_become_one():
    found = items_by_id(read_outline(diagram("names", '<bpmn:task id="t" name="Call&#10;the  customer"/>')))
    assert found["t"].name == "Call the customer"


def test_a_file_that_is_no_diagram_has_no_outline():
    assert read_outline(b"not xml") == ()
    assert read_outline(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>') == ()
    assert read_outline(b"<other/>") == ()


def test_a_flow_to_nowhere_does_not_break_it():
    xml = diagram("broken", '<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="gone"/>')
    (process,) = read_outline(xml)
    assert process.children[0].leads[0].target == "gone"


def test_a_pool_gives_its_name_to_the_process():
    pool = '<bpmn:collaboration id="c"><bpmn:participant id="p" name="Shop" processRef="sale"/></bpmn:collaboration>'
    (process,) = read_outline(diagram("sale", line(user_task("t")), outside=pool))
    assert process.name == "Shop"
