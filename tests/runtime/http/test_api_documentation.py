"""The OpenAPI document and its page: complete, true to the routes, and offline."""

from __future__ import annotations

import json
import re

import pytest

from runtime.http.api.reading import example_of, groups_of, lines_of
from runtime.http.api.record_schemas import schema_name
from runtime.http.security import declared


@pytest.fixture
def document(browser):
    boss = browser("demo-boss")
    return json.loads(boss.api("GET", "/openapi.json").get_data(as_text=True))


def operations(document):
    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield path, method, item[method]


def references(value):
    if isinstance(value, dict):
        for key, inside in value.items():
            if key == "$ref":
                yield inside
            else:
                yield from references(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from references(inside)


def test_every_route_of_the_api_is_documented(app, document):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
    }
    assert routes == {(path, method) for path, method, _operation in operations(document)}


def test_every_operation_has_a_summary_and_names_its_permission(app, document):
    for path, method, operation in operations(document):
        assert operation["summary"].endswith("."), (method, path)
        assert operation["summary"].count(".") == 1, (method, path)
        endpoint, _args = app.url_map.bind("localhost").match(re.sub(r"{\w+}", "1", path), method=method.upper())
        assert operation["x-permission"] == declared(endpoint, app.view_functions[endpoint], method.upper())


def test_a_record_type_may_be_called_as_a_schema_of_the_platform(document):
    schemas = document["components"]["schemas"]
    assert "Activity" in schemas, "of the history, as record types of a package may be called"
    assert schema_name("leave_request") in schemas
    assert schema_name("activity") not in schemas


def test_the_document_is_openapi_31_and_its_references_lead_somewhere(document):
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/"}]
    assert document["security"] == [{"token": []}, {"session": []}]
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_failures_are_described_as_problem_details(document):
    for path, method, operation in operations(document):
        for status in ("401", "403", "422"):
            assert operation["responses"][status] == {"$ref": f"#/components/responses/Refused{status}"}, (method, path)
    content = document["components"]["responses"]["Refused422"]["content"]
    assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_each_record_type_of_the_installation_has_a_schema_to_make_and_to_change(document):
    schemas = document["components"]["schemas"]
    assert schemas["LeaveRequestRecord"]["required"] == ["subject"]
    assert set(schemas["LeaveRequestRecord"]["properties"]["kind"]["enum"]) == {"paid", "unpaid", None}
    assert "required" not in schemas["LeaveRequestRecordChange"]
    assert {"$ref": "#/components/schemas/LeaveRequestRecord"} in schemas["RecordValues"]["anyOf"]
    body = document["paths"]["/api/v1/records/{type}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/RecordValues"}


def test_examples_fit_what_the_operations_take(browser, document):
    boss = browser("demo-boss")
    boss.get("/inbox")
    for path, method, operation in operations(document):
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            continue
        answer = boss.api(
            method.upper(), re.sub(r"{\w+}", "1", path).removeprefix("/api/v1"), json=example_of(document, schema)
        )
        names = set(answer.json.get("fields", {})) if answer.is_json and answer.status_code == 422 else set()
        assert not names & {row.name for row in lines_of(document, schema) if row.depth == 0} - {"values"}, (
            method,
            path,
            answer.json,
        )


def test_the_page_lists_every_operation_and_fetches_nothing_from_outside(browser, document):
    boss = browser("demo-boss")
    boss.get("/api/docs")
    assert boss.page.status_code == 200
    for path, method, operation in operations(document):
        assert path in boss.text
        assert operation["summary"].removesuffix(".") in boss.text.replace("&#39;", "'"), (method, path)
    assert "LeaveRequest" in boss.text
    assert not re.search(r'(?:src|href)="https?://', boss.text)


def test_groups_hold_every_operation_once(document):
    shown = [(one.path, one.method.lower()) for group in groups_of(document) for one in group.operations]
    assert sorted(shown) == sorted((path, method) for path, method, _operation in operations(document))
