"""The second package: it needs nothing of the CRM, and nothing but data."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.api import check_resources, evaluate_decision
from runtime.access.role_files import read_roles
from runtime.declarations import PackageFile
from runtime.packages.read import read_package
from runtime.records.registry import read_record_types
from tests.support.drawing import Drawing

HOME = Path(__file__).parents[2] / "examples" / "onboarding"
PACKAGE = read_package(HOME)
CHECKED = check_resources(PACKAGE.resources)


def test_brings_a_record_type_with_its_own_pipeline_and_roles() -> None:
    types = read_record_types(
        [PackageFile("onboarding", file) for file in PACKAGE.record_types],
        [PackageFile("onboarding", file) for file in PACKAGE.pipelines],
    )
    assert [type.name for type in types] == ["newcomer"]
    assert next(iter(types.pipelines["staff.onboarding"].stages)) == "announced"
    assert PACKAGE.roles is not None
    roles = read_roles([PackageFile("onboarding", PACKAGE.roles)], types=types.types)
    assert {role.name for role in roles if role.owner == "onboarding"} == {"hr", "it_support", "team_lead"}


def test_is_data_alone() -> None:
    assert PACKAGE.manifest.handlers == ()
    assert list(HOME.rglob("*.py")) == []


def test_everything_can_be_deployed_together_without_a_warning() -> None:
    assert [str(problem) for problem in CHECKED.problems] == []
    assert set(CHECKED.processes) == {"staff_onboarding"}


def test_speaks_of_no_customers() -> None:
    files = [file for file in HOME.rglob("*") if file.is_file() and file.name != "package.yaml"]
    text = " ".join(file.read_text(encoding="utf-8").lower() for file in files)
    assert [word for word in ("lead_intake", "opportunity", "crm") if word in text] == []


def test_lanes_are_roles() -> None:
    lanes = {element.lane for element in CHECKED.processes["staff_onboarding"].elements.values()}
    assert PACKAGE.roles is not None
    assert lanes == set(PACKAGE.roles.data["roles"])


def test_the_drawing_is_tidy() -> None:
    [diagram] = HOME.rglob("*.bpmn")
    assert list(Drawing(diagram).complaints()) == []


@pytest.mark.parametrize(
    ("given", "kit"),
    [
        (
            {"department": "engineering", "remote": True, "contract": "permanent"},
            ["Access badge", "Notebook", "Second screen", "Headset", "Company mail address"],
        ),
        (
            {"department": "warehouse", "remote": False, "contract": "fixed"},
            ["Access badge", "Safety shoes", "Company mail address"],
        ),
        ({"department": "office", "remote": False, "contract": "intern"}, ["Access badge", "Notebook"]),
    ],
)
def test_the_kit_depends_on_department_place_and_contract(given: dict[str, Any], kit: list[str]) -> None:
    answer = evaluate_decision(
        CHECKED.decisions["equipment_kit"], "equipment_kit", given, now=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert answer.value == kit
