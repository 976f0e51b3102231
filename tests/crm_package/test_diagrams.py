"""The shipped diagrams run as they are, hang together with their decisions and forms, and can be read."""

from pathlib import Path

import pytest

from crm_package.handlers import conversion, intake, matching, outreach, routing
from engine.api import Known, Severity, check_resources
from runtime.sdk import handlers_in
from tests.support.drawing import Drawing

PROCESSES = Path(__file__).parents[2] / "processes"
RESOURCES = {file.name: file.read_bytes() for file in sorted(PROCESSES.rglob("*")) if file.suffix in {".bpmn", ".dmn", ".form"}}
DIAGRAMS = sorted(PROCESSES.rglob("*.bpmn"))
RECORD_JOBS = {f"record.{action}" for action in ("create", "update", "transition", "assign", "find", "link", "note")}
OWN_JOBS = {handler.type for module in (conversion, intake, matching, outreach, routing) for handler in handlers_in(module)}
CHECKED = check_resources(RESOURCES, known=Known(job_types=RECORD_JOBS | OWN_JOBS))


def test_everything_can_be_deployed_together() -> None:
    assert [str(problem) for problem in CHECKED.problems if problem.severity is Severity.ERROR] == []
    assert set(CHECKED.processes) == {"lead_intake", "lead_score_and_route", "lead_first_contact", "lead_handover"}


def test_nothing_gives_a_warning() -> None:
    assert [str(problem) for problem in CHECKED.problems] == []


def test_every_handler_is_used_and_every_job_has_one() -> None:
    used = {e.job.type.text for process in CHECKED.processes.values() for e in process.elements.values() if e.job}
    assert used - RECORD_JOBS == OWN_JOBS


def test_every_decision_and_form_is_used() -> None:
    elements = [element for process in CHECKED.processes.values() for element in process.elements.values()]
    decisions = {element.decision.decision_id.text for element in elements if element.decision}
    forms = {element.user_task.form_id for element in elements if element.user_task}
    assert set(CHECKED.decisions) - decisions == {"fresh_interest"}, "which lead_engagement requires"
    assert set(CHECKED.forms) - forms == {"lead_request"}, "which is the public form"


@pytest.mark.parametrize("process", sorted(CHECKED.processes))
def test_every_ending_has_a_name_and_every_person_a_form_and_a_due_date(process: str) -> None:
    elements = CHECKED.processes[process].elements.values()
    endings = [element for element in elements if element.type == "endEvent" and element.parent == process]
    assert endings
    assert all(ending.name for ending in endings)
    for task in (element.user_task for element in elements if element.user_task):
        assert task.form_id
        assert task.due_date
        assert task.candidate_groups


@pytest.mark.parametrize("process", sorted(CHECKED.processes))
def test_everything_says_what_it_is(process: str) -> None:
    definition = CHECKED.processes[process]
    assert definition.documentation
    for element in definition.elements.values():
        inner = element.parent != process and element.type in {"startEvent", "endEvent"}
        assert element.name or inner or element.type == "eventBasedGateway", element.id


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_the_drawing_is_tidy(file: Path) -> None:
    assert list(Drawing(file).complaints()) == []
