"""Variables that nobody sets are told where that is nearly certain, and only there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.check import check_resources
from engine.check.names import _is_slip
from tests.engine.bpmn.diagram import chain, end, flow, process, start

ROOT = Path(__file__).parents[3]


def script(name: str, expression: str, result: str) -> str:
    zeebe = f'<zeebe:script expression="={expression}" resultVariable="{result}"/>'
    return f'<scriptTask id="{name}"><extensionElements>{zeebe}</extensionElements></scriptTask>'


def mapped(tag: str, inner: str, name: str = "t") -> str:
    return f'<{tag} id="{name}"><extensionElements>{inner}</extensionElements></{tag}>'


def diagram(*elements: str, name: str = "p") -> bytes:
    ids = [element.split('id="')[1].split('"')[0] for element in elements]
    return process(start() + "".join(elements) + end() + chain("s", *ids, "e"), attributes=f'id="{name}" isExecutable="true"')


def told(**files: bytes) -> list[tuple[str, str | None, str]]:
    answer = check_resources({name.replace("_", "."): data for name, data in files.items()})
    assert answer.ok, answer.problems
    return [(p.code, p.element, p.fix or "") for p in answer.problems if p.code in ("CHECK-3016", "CHECK-3017")]


def test_a_misspelt_variable_is_told_with_the_right_name() -> None:
    xml = diagram(script("t1", "1", "amount"), script("t2", "amuont + 1", "total"))
    assert told(a_bpmn=xml) == [("CHECK-3016", "t2", "Did you mean “amount”?")]


def test_a_condition_is_told_at_its_flow() -> None:
    condition = "<conditionExpression>=Amount &gt; 1</conditionExpression>"
    nodes = start() + script("t1", "1", "amount") + '<exclusiveGateway id="x" default="x_e"/>' + end() + end("e2")
    flows = chain("s", "t1", "x") + flow("x", "e2", condition) + flow("x", "e")
    xml = process(nodes + flows)
    ((code, element, fix),) = told(a_bpmn=xml)
    assert (code, fix) == ("CHECK-3016", "Did you mean “amount”?")
    assert element == "x_e2"


def test_a_variable_that_the_caller_may_give_is_no_finding() -> None:
    assert told(a_bpmn=diagram(script("t1", "price * 2", "total"), script("t2", "customer.name", "name"))) == []


def test_a_name_that_is_read_often_is_the_right_spelling_of_one_that_is_not() -> None:
    xml = diagram(script("t1", "customer.a", "a"), script("t2", "customer.b", "b"), script("t3", "custmer.c", "c"))
    assert told(a_bpmn=xml) == [("CHECK-3016", "t3", "Did you mean “customer”?")]


def test_fields_of_a_form_are_known_and_a_form_that_shows_a_misspelt_variable_is_told() -> None:
    components = [{"type": "textfield", "key": "reason"}, {"type": "text", "text": "{{amuont}}"}]
    form = json.dumps({"id": "f", "components": components}).encode()
    task = mapped("userTask", '<zeebe:formDefinition formId="f"/>', "u")
    xml = diagram(script("t1", "1", "amount"), task, script("t2", "raeson", "why"))
    assert told(a_bpmn=xml, f_form=form) == [
        ("CHECK-3016", "u", "Did you mean “amount”?"),
        ("CHECK-3016", "t2", "Did you mean “reason”?"),
    ]


def test_names_in_the_result_of_a_job_are_the_business_of_its_handler() -> None:
    output = '<zeebe:ioMapping><zeebe:output source="=custmer" target="customer"/></zeebe:ioMapping>'
    inner = f'<zeebe:taskDefinition type="x"/>{output}'
    assert told(a_bpmn=diagram(mapped("serviceTask", inner), script("t2", "customer", "c"))) == []


def call(*inputs: str, everything: str = "false") -> str:
    given = "".join(f'<zeebe:input source="=1" target="{name}"/>' for name in inputs)
    called = f'<zeebe:calledElement processId="q" propagateAllParentVariables="{everything}"/>'
    return mapped("callActivity", f"{called}<zeebe:ioMapping>{given}</zeebe:ioMapping>", "call")


@pytest.mark.parametrize(
    ("caller", "called", "missing"),
    [
        (call("price"), script("t", "price + tax", "sum"), ["tax"]),
        (call("price", "tax"), script("t", "price + tax", "sum"), []),
        (call("price", everything="true"), script("t", "price + tax", "sum"), []),
        (call("price"), script("t", "if tax = null then price else price + tax", "sum"), []),
        (call("price"), mapped("serviceTask", '<zeebe:taskDefinition type="x"/>', "j") + "", []),
    ],
)
def test_a_call_that_leaves_out_what_the_called_process_reads_is_told(caller: str, called: str, missing: list[str]) -> None:
    found = told(a_bpmn=diagram(caller), b_bpmn=diagram(called, name="q"))
    assert [(code, element) for code, element, _ in found] == [("CHECK-3017", "call")] * len(missing)


def test_what_a_called_process_brings_is_known() -> None:
    outputs = '<zeebe:ioMapping><zeebe:output source="=subtotal" target="sum"/></zeebe:ioMapping>'
    caller = mapped("callActivity", f'<zeebe:calledElement processId="q"/>{outputs}', "call")
    files = {"a_bpmn": diagram(caller, script("t", "1", "subtotl")), "b_bpmn": diagram(script("t", "1", "subtotal"), name="q")}
    assert told(**files) == []


@pytest.mark.parametrize(
    ("name", "right"),
    [("amuont", "amount"), ("amont", "amount"), ("ammount", "amount"), ("AMOUNT", "amount"), ("recieved", "received")],
)
def test_slips_of_the_pen(name: str, right: str) -> None:
    assert _is_slip(name, right)
    assert _is_slip(right, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("order", "orders"),
        ("approved", "approver"),
        ("item1", "item2"),
        ("netAmount", "newAmount"),
        ("form", "from"),
        ("oldPrice", "goldPrice"),
        ("dateA", "dateAB"),
        ("isPaid", "paid"),
    ],
)
def test_words_that_differ_are_no_slips(name: str, other: str) -> None:
    assert not _is_slip(name, other)
    assert not _is_slip(other, name)


FOLDERS = sorted({f.parent for d in ("processes", "examples", "tests") for f in (ROOT / d).rglob("*.bpmn")})
PATTERNS = ROOT / "tests" / "conformance" / "patterns"
"""Workflow patterns, some of which run paths several times on purpose; their own test says which."""


@pytest.mark.parametrize("folder", [f for f in FOLDERS if f != PATTERNS], ids=lambda folder: str(folder.relative_to(ROOT)))
def test_the_diagrams_of_the_project_bring_no_false_alarm(folder: Path) -> None:
    files = {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix in (".bpmn", ".dmn", ".form")}
    found = [str(p) for p in check_resources(files).problems if p.code.startswith("CHECK") and p.severity.value == "warning"]
    assert found == []
