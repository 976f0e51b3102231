"""The check while editing: the engine's own findings, on their elements."""

from __future__ import annotations

import pytest

from tests.support.canvas import BROKEN, PROCESS, base_key, send
from tests.support.diagrams import diagram, form, line, user_task
from tests.support.office import SAMPLE, deploy


def test_the_check_answers_with_the_engines_problems_on_their_elements(office, analyst):
    analyst.get(PROCESS)
    answer = send(analyst, "/designer/check", BROKEN, base=base_key(office)).json
    (problem,) = answer["problems"]
    assert (problem["element"], problem["severity"]) == ("Task_Order", "error")
    assert problem["line"]
    assert problem["fix"]
    assert answer["summary"] == "1 error"
    assert 'data-problem-element="Task_Order"' in answer["problemsHtml"]
    assert '<span class="badge badge-error">1 error</span>' in answer["outlineHtml"]


def test_the_check_knows_the_forms_that_were_deployed_together(office, analyst):
    xml = diagram("holiday", line(user_task("ask", form="holiday_form")))
    with_form = {"holiday_form": form("holiday_form", "days")}
    deploy(office, xml, **with_form)
    base = base_key(office, "holiday")
    analyst.get("/designer/")
    together = send(analyst, "/designer/check", xml, base=base).json
    assert together["summary"] == "No problems"
    missing = send(analyst, "/designer/check", xml.replace(b"holiday_form", b"other_form"), base=base).json
    assert missing["problems"][0]["element"] == "ask"


@pytest.mark.parametrize("xml", [b"<not xml", b"<!DOCTYPE x><x/>", b"", b"\xff\xfe\x00"])
def test_the_check_tells_what_is_wrong_with_a_file_that_cannot_be_read(office, analyst, xml):
    analyst.get(PROCESS)
    answer = send(analyst, "/designer/check", xml, base=base_key(office))
    assert answer.status_code in {200, 422}
    assert answer.json.get("problems") or answer.json["detail"]


def test_the_check_of_an_unknown_base_looks_at_the_diagram_alone(analyst):
    analyst.get(PROCESS)
    assert send(analyst, "/designer/check", SAMPLE, base="no-such-key").json["summary"] == "No problems"


def script_task(task_id: str, expression: str, result: str) -> str:
    script = f'<zeebe:script expression="{expression}" resultVariable="{result}" />'
    extensions = f"<bpmn:extensionElements>{script}</bpmn:extensionElements>"
    return f'<bpmn:scriptTask id="{task_id}">{extensions}</bpmn:scriptTask>'


def test_the_check_looks_for_misspelt_names(office, analyst):
    xml = diagram("names", line(script_task("set", "=1", "amount"), script_task("use", "=amuont", "total")))
    analyst.get(PROCESS)
    answer = send(analyst, "/designer/check", xml, base="no-such-key").json
    assert [(p["element"], p["code"], p["severity"]) for p in answer["problems"]] == [("use", "CHECK-3016", "warning")]
    assert "amount" in answer["problems"][0]["fix"]
