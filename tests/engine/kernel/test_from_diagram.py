"""From XML to the end: what the reader makes of a diagram is what the kernel runs."""

from __future__ import annotations

from engine.bpmn import read_bpmn
from engine.bpmn.table import READERS
from engine.dmn import evaluate_decision, read_dmn
from engine.kernel import BEHAVIOURS, events
from tests.support.kernel_run import NOW, Run

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             id="d" targetNamespace="t">
  <message id="paid" name="order.paid">
    <extensionElements><zeebe:subscription correlationKey="=order.id"/></extensionElements>
  </message>
  <message id="placed" name="order.placed"/>
  <error id="credit" errorCode="NO_CREDIT"/>
  <process id="order" isExecutable="true">
    <laneSet id="lanes"><lane id="l" name="back office"><flowNodeRef>check</flowNodeRef></lane></laneSet>
    <startEvent id="s"><outgoing>f1</outgoing><messageEventDefinition id="m1" messageRef="placed"/></startEvent>
    <sequenceFlow id="f1" sourceRef="s" targetRef="score"/>
    <businessRuleTask id="score">
      <extensionElements><zeebe:calledDecision decisionId="risk" resultVariable="risk"/></extensionElements>
    </businessRuleTask>
    <sequenceFlow id="f2" sourceRef="score" targetRef="g"/>
    <exclusiveGateway id="g" default="f4"/>
    <sequenceFlow id="f3" sourceRef="g" targetRef="check">
      <conditionExpression>=risk = "high"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f4" sourceRef="g" targetRef="ship"/>
    <userTask id="check" name="Check the order"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="f5" sourceRef="check" targetRef="ship"/>
    <boundaryEvent id="late" attachedToRef="check" cancelActivity="false">
      <timerEventDefinition id="t1"><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f6" sourceRef="late" targetRef="remind"/>
    <scriptTask id="remind">
      <extensionElements>
        <zeebe:script expression="=(if reminders = null then 0 else reminders) + 1" resultVariable="reminders"/>
      </extensionElements>
    </scriptTask>
    <subProcess id="ship">
      <multiInstanceLoopCharacteristics>
        <extensionElements>
          <zeebe:loopCharacteristics inputCollection="=order.lines" inputElement="line"
                                     outputCollection="parcels" outputElement="=parcel"/>
        </extensionElements>
      </multiInstanceLoopCharacteristics>
      <startEvent id="s2"/><sequenceFlow id="f7" sourceRef="s2" targetRef="pack"/>
      <serviceTask id="pack">
        <extensionElements>
          <zeebe:taskDefinition type="pack" retries="2"/>
          <zeebe:taskHeaders><zeebe:header key="size" value="small"/></zeebe:taskHeaders>
          <zeebe:ioMapping>
            <zeebe:input source="=line.sku" target="sku"/><zeebe:output source="=number" target="parcel"/>
          </zeebe:ioMapping>
        </extensionElements>
      </serviceTask>
    </subProcess>
    <boundaryEvent id="broke" attachedToRef="ship"><errorEventDefinition id="e1" errorRef="credit"/></boundaryEvent>
    <sequenceFlow id="f8" sourceRef="broke" targetRef="stopped"/>
    <endEvent id="stopped"/>
    <sequenceFlow id="f9" sourceRef="ship" targetRef="wait"/>
    <eventBasedGateway id="wait"/>
    <sequenceFlow id="f10" sourceRef="wait" targetRef="paid_event"/>
    <sequenceFlow id="f11" sourceRef="wait" targetRef="too_late"/>
    <intermediateCatchEvent id="paid_event"><messageEventDefinition id="m2" messageRef="paid"/></intermediateCatchEvent>
    <intermediateCatchEvent id="too_late">
      <timerEventDefinition id="t2"><timeDuration>="P" + string(days) + "D"</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f12" sourceRef="paid_event" targetRef="done"/>
    <sequenceFlow id="f13" sourceRef="too_late" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""

DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="dd" namespace="n">
  <decision id="risk" name="Risk"><variable id="v" name="Risk"/>
    <literalExpression id="le"><text>if order.total &gt; 100 then "high" else "low"</text></literalExpression></decision>
</definitions>"""


def run(total: int) -> Run:
    """An order of two lines, started by its message."""
    file = read_bpmn(DIAGRAM.encode(), "order.bpmn")
    assert [str(p) for p in file.problems if p.severity == "error"] == []
    risk = read_dmn(DECISION.encode(), "risk.dmn")

    def decide(inputs: dict[str, object]) -> object:
        return evaluate_decision(risk, "risk", inputs, now=NOW).value

    order = {"id": "o-1", "total": total, "lines": [{"sku": "a"}, {"sku": "b"}]}
    return Run(file.processes["order"], decisions={"risk": decide}).start("s", order=order, days=3)


def test_a_diagram_with_a_bit_of_everything_runs() -> None:
    order = run(500)
    task = order.wait(events.UserTaskCreated, "check")
    assert (task.name, task.candidate_groups) == ("Check the order", ("back office",))
    order.tick("late", hours=1).tick("late", hours=1)
    assert order.variables["reminders"] == 2
    order.complete("check")
    jobs = order.emitted(events.JobCreated)
    assert [(j.type, j.retries, j.headers, j.variables["sku"]) for j in jobs] == [
        ("pack", 2, {"size": "small"}, "a"),
        ("pack", 2, {"size": "small"}, "b"),
    ]
    order.work("pack", number="n-a").work("pack", number="n-b")
    assert order.variables["parcels"] == ["n-a", "n-b"]
    assert sorted(order.open) == ["paid_event", "too_late"]
    order.receive("paid_event", amount=500)
    assert order.ended
    assert order.trace[-3:] == ["paid_event", "done", "order"]


def test_its_other_ways_run_too() -> None:
    order = run(50)
    order.throw("pack", "NO_CREDIT")
    assert order.trace[-3:] == ["broke", "stopped", "order"]
    order = run(50)
    order.work("pack", number=1).work("pack", number=2)
    order.tick("too_late", days=3)
    assert order.trace[-3:] == ["too_late", "done", "order"]


def test_whatever_the_reader_accepts_has_a_row_in_the_element_table() -> None:
    rows = {name.partition(":")[0] for name in BEHAVIOURS}
    assert set(READERS) - rows == set()
