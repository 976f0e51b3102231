"""Deployments over the REST API: the list, the files, and the way back."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.support.diagrams import diagram, line, user_task


@pytest.fixture
def boss(browser):
    made = browser("demo-boss")
    made.get("/inbox")
    return made


@pytest.fixture
def two(boss):
    """Two deployments of a process."""

    def deploy(task):
        body = {"resources": {"desk.bpmn": diagram("desk", line(user_task(task))).decode()}, "why": task}
        return boss.api("POST", "/deployments", json=body).json["id"]

    return deploy("first"), deploy("second")


def test_deployments_are_listed_with_who_when_and_why(boss, two):
    items = boss.api("GET", "/deployments?process_id=desk").json["items"]
    assert [one["id"] for one in items] == [two[1], two[0]]
    assert (items[1]["why"], items[1]["deployed_by"], items[1]["files"]) == ("first", "demo-boss", ["desk.bpmn"])
    assert boss.api("GET", f"/deployments/{two[0]}").json == items[1]
    assert boss.api("GET", "/deployments/nothing").status_code == 404


def test_the_files_come_as_a_zip_file(boss, two):
    answer = boss.api("GET", f"/deployments/{two[0]}/files")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        assert b'id="first"' in files.read("desk.bpmn")
    assert boss.api("GET", "/deployments/nothing/files").status_code == 404


def test_the_way_back_is_the_next_version(boss, two):
    answer = boss.api("POST", f"/deployments/{two[0]}/roll-back", json={"why": "too early"})
    assert answer.status_code == 201
    assert answer.json["definitions"][0]["version"] == 3
    newest = boss.api("GET", "/deployments").json["items"][0]
    assert (newest["restores"], newest["why"]) == (two[0], "too early")
    again = boss.api("POST", f"/deployments/{two[0]}/roll-back", json={})
    assert (again.status_code, again.json["code"]) == (409, "DEPLOY-1009")


def test_a_clerk_may_not(browser, two):
    clerk = browser("demo-clerk")
    clerk.get("/inbox")
    assert clerk.api("POST", f"/deployments/{two[0]}/roll-back", json={}).status_code == 403
