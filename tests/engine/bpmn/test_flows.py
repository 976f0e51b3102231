"""Sequence flows keep their order, conditions and ids; lanes reach what lies in them."""

from __future__ import annotations

from tests.engine.bpmn.diagram import between, chain, end, errors, flow, process, read, start, warnings

GATEWAY = start() + '<exclusiveGateway id="g" default="tns:f2">{}</exclusiveGateway>' + end("e1") + end("e2") + flow("s", "g")
CHOICE = (
    flow("g", "e1", '<conditionExpression xsi:type="tFormalExpression">=amount &gt; 1000</conditionExpression>', "f1")
    + flow("g", "e2", "", "f2").replace('id="f2"', 'id="f2" name="small\n  ones"')
)  # fmt: skip


def test_a_condition_is_feel_and_a_default_is_none() -> None:
    process_ = read(process(GATEWAY.format("") + CHOICE))
    condition = process_.flows["f1"].condition
    assert condition is not None
    assert (condition.text, condition.is_fixed) == ("amount > 1000", False)
    assert process_.flows["f2"].condition is None
    assert process_.flows["f2"].name == "small ones"
    assert process_.elements["g"].default_flow == "f2"


def test_flows_leave_in_the_order_that_the_element_lists() -> None:
    assert read(process(GATEWAY.format("") + CHOICE)).elements["g"].outgoing == ("f1", "f2")
    listed = "<outgoing>tns:f2</outgoing><outgoing>f1</outgoing>"
    assert read(process(GATEWAY.format(listed) + CHOICE)).elements["g"].outgoing == ("f2", "f1")
    assert read(process(GATEWAY.format("<outgoing>f2</outgoing>") + CHOICE)).elements["g"].outgoing == ("f2", "f1")


def test_a_flow_without_id_gets_one_that_stays() -> None:
    def anonymous(source: str, target: str) -> str:
        return f'<sequenceFlow sourceRef="{source}" targetRef="{target}"/>'

    body = start() + '<task id="t"/>' + end() + anonymous("s", "t") + anonymous("t", "e")
    assert list(read(process(body)).flows) == ["Flow_s_t", "Flow_t_e"]
    more = body + '<task id="Flow_s_u"/>' + anonymous("t", "Flow_s_u") + anonymous("t", "e")
    assert list(read(process(more)).flows) == ["Flow_s_t", "Flow_t_e", "Flow_t_Flow_s_u", "Flow_t_e_2"]


def test_a_made_up_id_takes_none_that_the_file_gives() -> None:
    body = (
        start() + '<task id="Flow_s_e"/>' + end() + '<sequenceFlow sourceRef="s" targetRef="e"/>' + chain("s", "Flow_s_e", "e")
    )
    assert "Flow_s_e_2" in read(process(body)).flows


def test_ids_of_flows_and_nodes_may_be_any_words() -> None:
    body = '<startEvent id="Start"/><task id="Root"/><endEvent id="End"/>' + chain("Start", "Root", "End")
    assert list(read(process(body)).elements) == ["Start", "Root", "End"]


def test_conditions_may_leave_activities_beside_a_default_or_a_free_flow() -> None:
    condition = "<conditionExpression>=a</conditionExpression>"
    body = start() + '<task id="t" default="t_e"/>' + end() + end("e1") + chain("s", "t", "e") + flow("t", "e1", condition)
    assert not warnings(process(body))
    assert not warnings(process(body.replace(' default="t_e"', "")))


def test_a_file_may_say_once_that_it_speaks_feel() -> None:
    xml = process(GATEWAY.format("") + CHOICE.replace("=amount", "amount"))
    assert [problem.code for problem in errors(xml)] == ["BPMN-3502"]
    told = xml.replace(
        b'targetNamespace="http://test/"',
        b'targetNamespace="http://test/" expressionLanguage="https://www.omg.org/spec/FEEL/20240513"',
    )
    assert read(told).flows["f1"].condition is not None
    assert read(xml.replace(b"<conditionExpression", b'<conditionExpression language="feel"')).flows["f1"].condition is not None


def test_a_users_lane_is_the_candidate_group_unless_the_task_says_who() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Sales"><flowNodeRef>n</flowNodeRef><flowNodeRef>sub</flowNodeRef>'
        '<childLaneSet id="c"><lane id="l2" name="Inside, sales"><flowNodeRef>n</flowNodeRef></lane></childLaneSet>'
        "</lane></laneSet>"
    )
    inner = start("is") + '<userTask id="it"/>' + end("ie") + chain("is", "it", "ie")
    owned = '<userTask id="o"><extensionElements><zeebe:assignmentDefinition assignee="ann"/></extensionElements></userTask>'
    xml = process(
        lanes
        + start()
        + '<userTask id="n"/>'
        + f'<subProcess id="sub">{inner}</subProcess>'
        + owned
        + end()
        + chain("s", "n", "sub", "o", "e")
    ).replace(b"<flowNodeRef>sub", b"<flowNodeRef>o</flowNodeRef><flowNodeRef>tns:sub")
    elements = read(xml).elements

    def groups(task: str) -> str | None:
        detail = elements[task].user_task
        assert detail is not None
        return detail.candidate_groups.text if detail.candidate_groups else None

    assert elements["n"].lane == "Inside, sales"
    assert groups("n") == '["Inside, sales"]'
    assert groups("it") == "Sales"
    assert elements["o"].lane == "Sales"
    assert groups("o") is None
    assert elements["s"].lane is None


def test_what_is_only_drawn_is_harmless() -> None:
    more = (
        '<textAnnotation id="a1"><text>Note</text></textAnnotation><association id="a2" sourceRef="n" targetRef="a1"/>'
        '<group id="g1" categoryValueRef="cv"/>'
    )
    root = (
        '<collaboration id="c"><participant id="pool" name="Us" processRef="p"/><participant id="pool2" name="Them"/>'
        '<messageFlow id="mf" sourceRef="n" targetRef="pool2"/></collaboration>'
        '<category id="cat"><categoryValue id="cv"/></category>'
        '<itemDefinition id="i" structureRef="xsd:string"/><signal id="sig" name="unused"/>'
    )
    drawing = '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane bpmnElement="c" id="pl"/></bpmndi:BPMNDiagram>'
    assert not warnings(between('<task id="n"/>', root, more).replace(b"</definitions>", drawing.encode() + b"</definitions>"))
