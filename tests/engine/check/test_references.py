"""Names that exist nowhere are told, with the similar one that does."""

from __future__ import annotations

import json

import pytest

from engine.check import Known, check_resources
from engine.problems import Problem, Severity
from tests.engine.bpmn.diagram import between, chain, end, extended, flow, line_with, process, start

USER = between(extended("userTask", '<zeebe:formDefinition formId="lead_chek"/>'))
RULE = between(extended("businessRuleTask", '<zeebe:calledDecision decisionId="grade" resultVariable="r"/>'))
CALL = between(extended("callActivity", '<zeebe:calledElement processId="billing"/>'))
JOB = between(extended("serviceTask", '<zeebe:taskDefinition type="record.creat"/>'))
FORM = json.dumps({"id": "lead_check", "components": []}).encode()
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="grade" name="Grade"><literalExpression><text>1 + 1</text></literalExpression></decision></definitions>"""


def billing(trigger: str = "") -> bytes:
    xml = process(f'<startEvent id="s">{trigger}</startEvent>' + end() + flow("s", "e"), '<message id="m" name="x"/>')
    return xml.replace(b'<process id="p"', b'<process id="billing"')


def only(resources: dict[str, bytes], known: Known = Known()) -> Problem:  # noqa: B008 - frozen
    (problem,) = check_resources(resources, known=known).problems
    return problem


@pytest.mark.parametrize(
    ("xml", "code", "mark", "field"),
    [
        (USER, "CHECK-3005", "<userTask", "formId"),
        (RULE, "CHECK-3006", "<businessRuleTask", "decisionId"),
        (CALL, "CHECK-3007", "<callActivity", "processId"),
    ],
)
def test_a_name_that_exists_nowhere_is_an_error(xml: bytes, code: str, mark: str, field: str) -> None:
    problem = only({"a.bpmn": xml})
    assert (problem.code, problem.severity, problem.resource) == (code, Severity.ERROR, "a.bpmn")
    assert (problem.element, problem.line, problem.field) == ("n", line_with(xml, mark), field)


def test_a_similar_name_is_suggested() -> None:
    assert "Did you mean “lead_check”?" in (only({"a.bpmn": USER, "f.form": FORM}).fix or "")
    assert "Did you mean “Billing”?" in (only({"a.bpmn": CALL}, Known(processes=["Billing", "sales"])).fix or "")


def test_what_the_other_files_hold_exists() -> None:
    form = FORM.replace(b"lead_check", b"lead_chek")
    answer = check_resources({"f.form": form, "d.dmn": DMN, "u.bpmn": USER})
    assert answer.problems == ()
    assert (list(answer.forms), list(answer.decisions), list(answer.processes)) == (["lead_chek"], ["grade"], ["p"])
    assert answer.origin == {"lead_chek": "f.form", "grade": "d.dmn", "p": "u.bpmn"}
    assert check_resources({"r.bpmn": RULE, "d.dmn": DMN}).ok
    assert check_resources({"c.bpmn": CALL, "b.bpmn": billing()}).ok


def test_what_is_known_outside_exists() -> None:
    assert check_resources({"a.bpmn": USER}, known=Known(forms={"lead_chek"})).ok
    assert check_resources({"a.bpmn": RULE}, known=Known(decisions={"grade"})).ok
    assert check_resources({"a.bpmn": CALL}, known=Known(processes={"billing"})).ok


def test_an_unknown_job_type_is_a_warning_when_the_types_are_known() -> None:
    assert not check_resources({"a.bpmn": JOB}).problems
    problem = only({"a.bpmn": JOB}, Known(job_types={"record.create", "mail.send"}))
    assert (problem.code, problem.severity, problem.element) == ("CHECK-3008", Severity.WARNING, "n")
    assert "“record.create”" in (problem.fix or "")
    assert not check_resources({"a.bpmn": JOB}, known=Known(job_types={"record.creat"})).problems


def test_names_that_feel_gives_are_left_to_the_run() -> None:
    fixed = ((RULE, b'"grade"'), (CALL, b'"billing"'), (JOB, b'"record.creat"'))
    for xml in (xml.replace(name, b'"=which"') for xml, name in fixed):
        assert not check_resources({"a.bpmn": xml}, known=Known(job_types=())).problems


def test_a_called_process_must_begin_without_a_trigger() -> None:
    problem = only({"c.bpmn": CALL, "b.bpmn": billing('<messageEventDefinition messageRef="m"/>')})
    assert (problem.code, problem.element, problem.resource) == ("CHECK-3013", "n", "c.bpmn")


@pytest.mark.parametrize(
    ("files", "code", "name"),
    [
        ({"a.bpmn": billing(), "b.bpmn": billing()}, "CHECK-3002", "billing"),
        ({"a.dmn": DMN, "b.dmn": DMN}, "CHECK-3003", "grade"),
        ({"a.form": FORM, "b.form": FORM}, "CHECK-3004", "lead_check"),
    ],
)
def test_the_same_id_in_two_files_is_an_error(files: dict[str, bytes], code: str, name: str) -> None:
    problem = only(files)
    assert (problem.code, problem.element) == (code, name)
    assert problem.resource.startswith("b.")
    assert "a." in problem.message


def test_other_files_are_refused() -> None:
    assert only({"run.py": b"print()"}).code == "CHECK-3001"


def test_a_missing_name_beside_other_errors_is_still_told_once() -> None:
    broken = USER.replace(b"lead_chek", b"")
    assert [p.code for p in check_resources({"a.bpmn": broken}).problems] == ["BPMN-3411"]
    both = USER.replace(b"</process>", b'<robot id="r"/></process>')
    assert sorted(p.code for p in check_resources({"a.bpmn": both}).problems) == ["BPMN-3101", "CHECK-3005"]


def test_problems_come_by_file_and_line() -> None:
    answer = check_resources({"b.bpmn": CALL, "a.bpmn": USER, "c.form": b"{"})
    assert [p.resource for p in answer.problems] == ["a.bpmn", "b.bpmn", "c.form"]
    assert not answer.ok


def call(target: str, before: str = "", loop: str = "") -> str:
    return f'{before}<callActivity id="c" calledElement="{target}">{loop}</callActivity>'


def caller(name: str, middle: str, way: tuple[str, ...] = ("s", "c", "e"), more: str = "") -> bytes:
    return process(start() + middle + end() + chain(*way) + more, attributes=f'id="{name}" isExecutable="true"')


def test_processes_that_call_each_other_without_end_are_refused() -> None:
    problems = check_resources({"a.bpmn": caller("a", call("b")), "b.bpmn": caller("b", call("a"))}).problems
    assert [(p.code, p.resource, p.element) for p in problems] == [("CHECK-3011", "a.bpmn", "c"), ("CHECK-3011", "b.bpmn", "c")]


def test_a_process_that_calls_itself_is_refused_also_from_inside_a_sub_process() -> None:
    inner = start("is") + call("a") + end("ie") + chain("is", "c", "ie")
    xml = caller("a", f'<subProcess id="sub">{inner}</subProcess>', ("s", "sub", "e"))
    assert [p.code for p in check_resources({"a.bpmn": xml}).problems] == ["CHECK-3011"]


def test_a_choice_before_the_call_makes_it_a_warning_and_a_person_makes_it_fine() -> None:
    gateway = '<exclusiveGateway id="g" default="g_e"/>'
    condition = "<conditionExpression>=again</conditionExpression>"
    choice = caller("a", call("a", gateway), ("s", "g", "e"), flow("g", "c", condition) + flow("c", "e"))
    answer = check_resources({"a.bpmn": choice})
    assert answer.ok
    assert [p.code for p in answer.problems] == ["CHECK-3012"]
    assert not check_resources({"a.bpmn": caller("a", call("a", '<userTask id="u"/>'), ("s", "u", "c", "e"))}).problems


def test_a_call_for_each_item_is_a_warning_since_the_list_can_be_empty() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=children"/></extensionElements></multiInstanceLoopCharacteristics>'
    )
    assert [p.code for p in check_resources({"a.bpmn": caller("a", call("a", loop=loop))}).problems] == ["CHECK-3012"]


def test_calls_without_a_circle_are_fine() -> None:
    files = {f"{n}.bpmn": caller(n, call(m)) for n, m in (("one", "two"), ("two", "three"))}
    files["three.bpmn"] = caller("three", '<task id="t"/>', ("s", "t", "e"))
    assert not check_resources(files).problems
