"""The package's YAML and forms: as the platform reads them, in three languages, and fitting together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.access.role_files import read_roles
from runtime.declarations import PackageFile
from runtime.packages.read import read_package
from runtime.records.registry import read_record_types

HOME = Path(__file__).parents[2]
PACKAGE = read_package(HOME / "crm_package")
TYPES = read_record_types(
    [PackageFile("crm", file) for file in PACKAGE.record_types], [PackageFile("crm", file) for file in PACKAGE.pipelines]
)
FORMS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (HOME / "processes").rglob("*.form")}
LANGUAGES = {"en", "ja", "ru"}
DEMO = PACKAGE.demo


def labels(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """All maps of languages in plain data."""
    if isinstance(value, dict):
        if "en" in value and all(isinstance(text, str) for text in value.values()):
            yield path, value
        else:
            for key, inner in value.items():
                yield from labels(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from labels(inner, f"{path}[{index}]")


def test_the_package_brings_its_record_types_and_pipelines() -> None:
    assert {type.name for type in TYPES} == {
        "account",
        "activity",
        "affiliation",
        "campaign",
        "contact",
        "lead",
        "lead_line",
        "opportunity",
        "opportunity_line",
        "product",
        "seller_profile",
        "territory",
        "touchpoint",
    }
    assert set(TYPES.pipelines) == {"lead.standard", "deal.b2b"}
    assert set(PACKAGE.manifest.menu) <= set(TYPES.types)


def test_every_label_is_written_in_three_languages() -> None:
    files = [(file.name, file.data) for file in PACKAGE.declarations]
    found = [(name, path, label) for name, data in files for path, label in labels(data)]
    assert len(found) > 300
    assert [(name, path) for name, path, label in found if set(label) != LANGUAGES or not all(label.values())] == []


def test_japanese_and_russian_labels_are_really_translated() -> None:
    for file in PACKAGE.declarations:
        for path, label in labels(file.data):
            latin = re.fullmatch(r"[\x00-\x7f–]*", label["ja"])
            assert not latin, (file.name, path, label)
            assert re.search(r"[\u0400-\u04ff]", label["ru"]) or label["ru"] == "CRM", (file.name, path, label)


def test_the_roles_name_what_there_is() -> None:
    assert PACKAGE.roles is not None
    roles = read_roles([PackageFile("crm", PACKAGE.roles)], types=TYPES.types)
    own = {role.name for role in roles if role.owner == "crm"}
    assert own == {"sdr", "seller", "sales_manager", "account_manager", "marketer", "data_steward", "process_owner"}
    assert all("task.work" in roles[name].permissions for name in own)


def test_groups_in_the_diagrams_are_roles() -> None:
    text = "".join(content.decode() for name, content in PACKAGE.resources.items() if name.endswith((".bpmn", ".dmn")))
    named = set(re.findall(r'candidateGroups="=\[&quot;(\w+)&quot;\]"', text))
    assert PACKAGE.roles is not None
    assert named == {"data_steward", "sales_manager"}
    assert named <= set(PACKAGE.roles.data["roles"])


def test_the_pipeline_of_leads_has_every_category() -> None:
    stages = TYPES.pipelines["lead.standard"].stages
    assert {stage.category for stage in stages.values()} == {"open", "won", "parked", "lost"}
    assert stages["received"] is TYPES.pipelines["lead.standard"].first


@pytest.mark.parametrize("pipeline", ["lead.standard", "deal.b2b"])
def test_every_stage_can_be_reached_and_open_ones_can_be_left(pipeline: str) -> None:
    stages = TYPES.pipelines[pipeline].stages
    reached = {next(iter(stages))}
    while more := {key for name in reached for key in stages[name].next or ()} - reached:
        reached |= more
    assert reached == set(stages)
    assert all(stage.next for stage in stages.values() if stage.category in {"open", "parked"})


def test_the_demo_names_known_roles_types_and_fields() -> None:
    assert DEMO is not None
    assert PACKAGE.roles is not None
    demo = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    given = {role for user in demo["users"] for role in user["roles"]}
    assert given == set(PACKAGE.roles.data["roles"]), "one user for every role"
    assert all(re.search(r"demo|デモ|демо", user["name"], re.IGNORECASE) for user in demo["users"])
    keys = {record["key"] for record in demo["records"] if "key" in record}
    users = {user["id"] for user in demo["users"]}
    for record in demo["records"]:
        fields = TYPES[record["type"]].columns
        for name, value in record["values"].items():
            assert name in fields or name == "owner", (record, name)
            assert name != "owner" or value in users, record
            if isinstance(value, str) and value.startswith("@"):
                assert value.removeprefix("@") in keys, record
            elif name in fields and fields[name].choices:
                assert set(value if isinstance(value, list) else [value]) <= set(fields[name].choices), (record, name)


def components(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in form["components"]:
        yield component
        yield from components(component) if "components" in component else ()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_text_of_a_form_is_written_in_three_languages(form: str) -> None:
    assert FORMS[form]["id"] == form
    for component in components(FORMS[form]):
        extra = component.get("properties", {})
        said = {
            "label" if name.endswith("Label") else name
            for name in component
            if name in {"label", "dateLabel", "description", "text"}
        }
        missing = [f"{name}.{language}" for name in said for language in ("ja", "ru") if not extra.get(f"{name}.{language}")]
        values = [option["value"] for option in component.get("values", [])]
        missing += [
            f"values.{value}.{language}"
            for value in values
            for language in ("ja", "ru")
            if not extra.get(f"values.{value}.{language}")
        ]
        assert missing == [], component["id"]


@pytest.mark.parametrize(
    ("form", "key", "field"),
    [
        ("lead_request", "industry", "industry"),
        ("lead_request", "company_size", "company_size"),
        ("lead_request", "person_role", "person_role"),
        ("lead_request", "product_group", "product_group"),
        ("lead_request", "language", "language"),
        ("first_contact", "touch_result", "last_result"),
        ("touch_result", "touch_result", "last_result"),
        ("qualify", "need", "need"),
        ("qualify", "authority", "authority"),
    ],
)
def test_the_options_of_a_form_are_choices_of_the_lead(form: str, key: str, field: str) -> None:
    component = next(one for one in components(FORMS[form]) if one.get("key") == key)
    assert {option["value"] for option in component["values"]} <= set(TYPES["lead"].fields[field].choices)


def test_the_public_form_asks_for_what_the_process_reads() -> None:
    [public] = PACKAGE.manifest.public_forms
    assert (public.form, public.message, public.defaults) == ("lead_request", "request.received", {"channel": "web"})
    keys = {component["key"] for component in components(FORMS["lead_request"]) if "key" in component}
    fields = set(TYPES["lead"].fields) | {"form_trap"}
    assert keys <= fields
    assert {"name", "email", "subject", "text", "form_trap"} <= keys


def test_reasons_that_decisions_give_are_choices_of_the_lead() -> None:
    reasons = set(TYPES["lead"].fields["disqualify_reason"].choices)
    closed: list[str] = []
    for name, marker in (("outreach_rhythm.dmn", '"close"'), ("qualification.dmn", '"disqualified"')):
        for rule in PACKAGE.resources[name].decode().split("<rule ")[1:]:
            cells = re.findall(r"<outputEntry.*?<text>(.*?)</text>", rule, re.DOTALL)
            if cells[0].replace("&quot;", '"') == marker:
                closed.append(cells[-1].replace("&quot;", "").strip('"'))
    assert len(closed) >= 7
    assert set(closed) <= reasons
