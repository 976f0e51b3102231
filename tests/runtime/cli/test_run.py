"""`ringi run`: what it tells, what it waits for, and how it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi
from tests.support.diagrams import diagram, form, line, message, named_message, service_task, timer, user_task, wait_for

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="http://example.com">'
)
PACKING = f"""{HEAD}
  <bpmn:error id="E" errorCode="NO_FUNDS"/>
  <bpmn:process id="packing" name="Packing [all]" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="sub"/>
    <bpmn:subProcess id="sub" name="Inside">
      <bpmn:startEvent id="ss"/><bpmn:sequenceFlow id="g1" sourceRef="ss" targetRef="pack"/>
      <bpmn:userTask id="pack" name="Pack :smile:">
        <bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>
        <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
          <zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="done" outputElement="=ok"/>
        </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
      </bpmn:userTask>
      <bpmn:sequenceFlow id="g2" sourceRef="pack" targetRef="ee"/><bpmn:endEvent id="ee"/>
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="f2" sourceRef="sub" targetRef="pay"/>
    <bpmn:serviceTask id="pay" name="Pay">
      <bpmn:extensionElements><zeebe:taskDefinition type="pay"/></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="poor" attachedToRef="pay"><bpmn:errorEventDefinition errorRef="E"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f4" sourceRef="poor" targetRef="e2"/><bpmn:endEvent id="e2"/>
    <bpmn:sequenceFlow id="f3" sourceRef="pay" targetRef="e"/><bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""
TWO_WAYS_IN = f"""{HEAD}
  <bpmn:message id="A" name="a"/><bpmn:message id="B" name="b"/>
  <bpmn:process id="two" isExecutable="true">
    <bpmn:startEvent id="sa"><bpmn:messageEventDefinition messageRef="A"/></bpmn:startEvent>
    <bpmn:startEvent id="sb"><bpmn:messageEventDefinition messageRef="B"/></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="sa" targetRef="turn"/><bpmn:sequenceFlow id="f2" sourceRef="sb" targetRef="turn"/>
    <bpmn:scriptTask id="turn">
      <bpmn:extensionElements><zeebe:script expression="=1" resultVariable="x"/></bpmn:extensionElements>
    </bpmn:scriptTask>
    <bpmn:sequenceFlow id="f3" sourceRef="turn" targetRef="big"/>
    <bpmn:exclusiveGateway id="big" name="Big?" default="no"/>
    <bpmn:sequenceFlow id="yes" name="yes" sourceRef="big" targetRef="turn">
      <bpmn:conditionExpression>=amount &gt; 5</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" name="no" sourceRef="big" targetRef="e"/>
    <bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    nodes = (
        user_task("approve", groups="boss", form="approve"),
        service_task("charge", "charge-card"),
        wait_for("paid", message("M")),
        wait_for("nap", timer("duration", "PT2H")),
    )
    (tmp_path / "order.bpmn").write_bytes(diagram("order", line(*nodes), outside=named_message("M", "paid", "=order_id")))
    (tmp_path / "approve.form").write_bytes(form("approve", "ok", "comment"))
    (tmp_path / "packing.bpmn").write_text(PACKING, encoding="utf-8")
    (tmp_path / "two.bpmn").write_text(TWO_WAYS_IN, encoding="utf-8")


def test_a_wait_is_told_with_the_option_that_answers_it(ringi: Ringi) -> None:
    said = ringi("run", "order.bpmn")
    assert said.code == 3
    assert said.lines[-1] == """user task Approve: --task approve='{"ok": null, "comment": null}'"""


def test_answers_lead_to_the_end(ringi: Ringi) -> None:
    answers = ("--task", 'approve={"ok": true}', "--job", "charge-card=", "--message", 'paid={"sum": 1.50}')
    said = ringi("run", "order.bpmn", "--vars", '{"order_id": 7}', *answers)
    assert (said.code, said.lines[-1]) == (3, said.lines[-1])
    assert "--auto lets time pass" in said.lines[-1]
    said = ringi("run", "order.bpmn", "--vars", '{"order_id": 7}', *answers, "--auto", "--now", "2026-11-22")
    assert said.code == 0
    assert "✓ timer nap fires; it is 2026-11-22 02:00:00 UTC" in said.lines
    assert said.lines[-2:] == ["completed", "with order_id = 7, ok = true, sum = 1.5"]


def test_what_is_inside_stands_deeper_and_markup_is_text(ringi: Ringi) -> None:
    said = ringi("run", "packing.bpmn", "--vars", '{"items": ["a", "b"]}', "--auto")
    assert said.code == 0
    shown = said.out.splitlines()
    assert shown[0] == "Packing [all]  process packing"
    assert "  → Inside  sub process sub" in shown
    assert "    → Pack :smile:  user task pack" in shown
    assert "      → Pack :smile: #2  user task pack" in shown


def test_repeated_answers_are_given_in_turn_and_the_last_again(ringi: Ringi) -> None:
    turns = ("--task", 'pack={"ok": 1}', "--task", 'pack={"ok": 2}', "--job", "pay=")
    said = ringi("run", "packing.bpmn", "--vars", '{"items": ["a", "b", "c"]}', *turns, "--json")
    assert said.code == 0
    assert said.data["variables"]["done"] == [1, 2, 2]


def test_a_job_may_end_with_an_error(ringi: Ringi) -> None:
    said = ringi("run", "packing.bpmn", "--vars", '{"items": []}', "--error", "pay=NO_FUNDS")
    assert said.code == 0
    assert "error NO_FUNDS" in said.lines
    assert any(text.startswith("→ poor") for text in said.lines)


def test_an_incident_is_a_failure(ringi: Ringi) -> None:
    said = ringi("run", "packing.bpmn")
    assert said.code == 1
    assert said.lines[-1].startswith("incident at pack: KERNEL-")


def test_json_tells_status_waits_and_events(ringi: Ringi) -> None:
    data = ringi("run", "order.bpmn", "--json").data
    assert (data["process"], data["status"], data["variables"]) == ("order", "active", None)
    (wait,) = data["waits"]
    assert (wait["kind"], wait["element"], wait["answer"][:15]) == ("user task", "approve", "--task approve=")
    assert [event["event"] for event in data["events"]].count("ElementActivated") == 3


def test_a_process_with_several_starts_is_started_by_message_or_by_name(ringi: Ringi) -> None:
    said = ringi("run", "two.bpmn")
    assert said.code == 1
    assert "choose with --start, or --message. There are: sa, sb." in said.err
    said = ringi("run", "two.bpmn", "--message", 'b={"amount": 1}')
    assert said.code == 0
    assert any(text.startswith("→ sb") for text in said.lines)
    assert any(text.endswith("by “no”") for text in said.lines)
    assert any(text.startswith("→ sa") for text in ringi("run", "two.bpmn", "--start", "sa").lines)


def test_a_circle_is_left(ringi: Ringi) -> None:
    said = ringi("run", "two.bpmn", "--message", 'a={"amount": 10}', "--json")
    assert (said.code, said.data["code"]) == (1, "CLI-1011")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--task", "aprove="), "Did you mean 'approve'?"),
        (("--job", "x="), "There are: charge-card"),
        (("--message", "payed="), "Did you mean 'paid'?"),
        (("--process", "p"), "It has: order."),
        (("--start", "s"), "There are: start."),
    ],
)
def test_an_answer_that_nobody_can_ask_for_is_refused(ringi: Ringi, words: tuple[str, ...], told: str) -> None:
    said = ringi("run", "order.bpmn", *words)
    assert said.code == 1
    assert told in said.err


@pytest.mark.parametrize(
    "words", [("--task", "approve"), ("--task", "approve={"), ("--error", "x"), ("--now", "soon"), ("--vars", "1")]
)
def test_a_wrong_word_is_wrong_usage(ringi: Ringi, words: tuple[str, ...]) -> None:
    said = ringi("run", "order.bpmn", *words)
    assert said.code == 2
    assert "Invalid value" in said.err


def test_a_file_with_errors_is_refused_with_all_of_them(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_text(PACKING.replace("bpmn:serviceTask", "bpmn:holyTask"), encoding="utf-8")
    said = ringi("run", "bad.bpmn")
    assert said.code == 1
    assert "bad.bpmn:" in said.err
    assert "BPMN-3101" in said.err
    assert "bad.bpmn cannot run." in said.err


def test_called_processes_may_lie_elsewhere(ringi: Ringi, tmp_path: Path) -> None:
    calling = PACKING.replace('id="packing"', 'id="calling"').split("<bpmn:subProcess")[0]
    calling += '<bpmn:callActivity id="sub" name="Call"><bpmn:extensionElements><zeebe:calledElement processId="elsewhere"/>'
    calling += '</bpmn:extensionElements></bpmn:callActivity><bpmn:sequenceFlow id="f2" sourceRef="sub" targetRef="e"/>'
    calling += '<bpmn:endEvent id="e"/></bpmn:process></bpmn:definitions>'
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "here" / "calling.bpmn").write_text(calling, encoding="utf-8")
    (tmp_path / "there" / "elsewhere.bpmn").write_bytes(diagram("elsewhere", line(user_task("look"))))
    said = ringi("run", "here/calling.bpmn", "--with", "there", "--auto")
    assert said.code == 0
    assert "    → Look  user task look" in said.out.splitlines()


def test_an_older_copy_beside_the_diagram_does_not_stop_the_run(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "packing (copy).bpmn").write_text(PACKING.replace('name="Inside"', 'name="Before"'), encoding="utf-8")
    said = ringi("run", "packing.bpmn", "--vars", '{"items": ["a"]}', "--auto")
    assert said.code == 0
    assert any("Inside" in text for text in said.lines)
    assert not any("Before" in text for text in said.lines)
    assert "note packing (copy).bpmn is left out: it holds an id that packing.bpmn has" in said.lines
    assert ringi("run", "packing.bpmn", "--json").data["left_out"] == ["packing (copy).bpmn"]


def calling(binding: str) -> str:
    return f"""{HEAD}<bpmn:process id="caller" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="call"/>
    <bpmn:callActivity id="call"><bpmn:extensionElements>
      <zeebe:calledElement processId="called" {binding}/></bpmn:extensionElements></bpmn:callActivity>
    <bpmn:sequenceFlow id="f2" sourceRef="call" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:process></bpmn:definitions>"""


@pytest.mark.parametrize(
    ("binding", "code"),
    [
        ("", 0),
        ('bindingType="deployment"', 0),
        ('bindingType="latest"', 0),
        ('bindingType="versionTag" versionTag="v1"', 0),
        ('bindingType="versionTag" versionTag="v2"', 1),
    ],
)
def test_a_call_reaches_the_process_with_the_version_tag_it_asks_for(
    ringi: Ringi, tmp_path: Path, binding: str, code: int
) -> None:
    tagged = diagram("called", '<bpmn:extensionElements><zeebe:versionTag value="v1"/></bpmn:extensionElements>', line())
    (tmp_path / "called.bpmn").write_bytes(tagged)
    (tmp_path / "caller.bpmn").write_text(calling(binding), encoding="utf-8")
    said = ringi("run", "caller.bpmn")
    assert said.code == code, said.out
    assert said.lines[-1].startswith("incident at call: ") is (code == 1)


def test_with_a_folder_in_the_place_of_a_file_is_wrong_usage(ringi: Ringi) -> None:
    assert ringi("run", ".").code == ringi("run", "nothing.bpmn").code == 2


def test_a_file_without_a_process_is_refused(ringi: Ringi) -> None:
    said = ringi("run", "approve.form")
    assert (said.code, "has 0 executable processes" in said.err) == (1, True)
