"""The second package: it needs nothing of the CRM, and nothing but data."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import runtime.platform as platforms
from engine.api import check_resources, evaluate_decision
from runtime.access.actor import SYSTEM, Actor
from runtime.access.role_files import read_roles
from runtime.clock import Clock
from runtime.declarations import PackageFile
from runtime.packages.demo import install_demo
from runtime.packages.read import read_package
from runtime.platform import Config, Platform
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


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    config = Config(database=sqlite_url, data_dir=tmp_path, installed_packages=False)
    platform = platforms.build(config, packages=[HOME], clock=Clock())
    platform.prepare()
    with platform.database.write(SYSTEM, "demo") as work:
        install_demo(work, PACKAGE, platform.access, platform.records)
    yield platform
    platform.database.close()


def announce(house: Platform, **values: Any) -> str:
    with house.database.write(by(house, "demo-hr")) as work:
        starts = work.now.date() + timedelta(days=14)
        given = {"name": "Demo Newcomer", "department": "engineering", "contract": "permanent", "starts_on": starts}
        newcomer = house.records.create(work, "newcomer", given | values)["id"]
    work_off(house)
    return str(newcomer)


def work_off(house: Platform, **later: float) -> None:
    house.database.clock.advance(timedelta(**later))
    while house.jobs.run_due():
        pass


def by(house: Platform, user: str) -> Actor:
    with house.database.read(SYSTEM) as work:
        return next(one.actor() for one in house.access.users(work) if one.id == user)


def tasks(house: Platform, user: str) -> list[str]:
    with house.database.read(by(house, user)) as work:
        return sorted(task.name for task in house.processes.tasks(work, view="all").rows)


def do(house: Platform, user: str, name: str, **values: Any) -> None:
    with house.database.write(by(house, user)) as work:
        found = [task for task in house.processes.tasks(work, view="all").rows if task.name == name]
        house.processes.complete_task(work, found[0].id, values)
    work_off(house)


def newcomer(house: Platform, id: str) -> dict[str, Any]:
    with house.database.read(SYSTEM) as work:
        assert house.processes.incidents(work) == ()
        return house.records.get(work, "newcomer", id)


def prepared(house: Platform, **values: Any) -> str:
    id = announce(house, **values)
    for _ in newcomer(house, id)["equipment"]:
        do(house, "demo-it", "Provide the equipment", inventory_number="D-1")
    do(house, "demo-hr", "Have the contract signed", contract_signed=True, desk="2-14")
    return id


def test_a_new_record_starts_the_process_and_each_item_is_a_task(house: Platform) -> None:
    id = announce(house)
    assert newcomer(house, id)["stage"] == "preparing"
    assert tasks(house, "demo-it") == ["Provide the equipment"] * 4
    assert tasks(house, "demo-hr") == ["Have the contract signed"]
    assert tasks(house, "demo-lead") == []


def test_from_the_announcement_to_the_end_of_the_probation(house: Platform) -> None:
    id = prepared(house)
    assert (newcomer(house, id)["stage"], newcomer(house, id)["desk"]) == ("ready", "2-14")
    assert tasks(house, "demo-lead") == [], "not before the first day"
    work_off(house, days=15)
    do(house, "demo-lead", "Welcome", shown=["team"], first_impression="Good")
    assert newcomer(house, id)["stage"] == "probation"
    work_off(house, days=92)
    do(house, "demo-lead", "Probation talk", stays="yes", probation_note="Stays with pleasure")
    assert (newcomer(house, id)["stage"], newcomer(house, id)["probation_note"]) == ("settled", "Stays with pleasure")


def test_who_leaves_leaves_with_a_reason(house: Platform) -> None:
    id = prepared(house, contract="intern")
    work_off(house, days=15)
    do(house, "demo-lead", "Welcome")
    work_off(house, days=31)
    do(
        house,
        "demo-lead",
        "Probation talk",
        stays="no",
        probation_note="Goes back to school",
        leave_reason="End of the internship",
    )
    assert newcomer(house, id)["stage"] == "left"


def test_a_forgotten_welcome_is_noted(house: Platform) -> None:
    id = prepared(house)
    work_off(house, days=15)
    work_off(house, days=1, minutes=1)
    assert tasks(house, "demo-lead") == ["Welcome"]
    with house.database.read(SYSTEM) as work:
        lines = [line.data.get("text") for line in house.records.timeline(work, "newcomer", id).rows]
    assert "Nobody has welcomed the newcomer within a day." in lines
