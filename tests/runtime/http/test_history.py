"""The history over the REST API: activity times, decisions, durations, exports and who may have them."""

from __future__ import annotations

import json

import pytest

from runtime.access.actor import SYSTEM


@pytest.fixture
def boss(browser):
    made = browser("demo-boss")
    made.get("/inbox")
    return made


def test_activities_and_decisions_of_an_instance(boss, start):
    instance = start()
    items = boss.api("GET", f"/process-instances/{instance}/activities").json["items"]
    assert (items[0]["kind"], items[0]["outcome"]) == ("process", None)
    assert any(one["kind"] == "userTask" and one["ended_at"] is None for one in items)
    rest = boss.api("GET", f"/process-instances/{instance}/activities?after={items[0]['key']}&limit=1").json["items"]
    assert rest == items[1:2]
    assert boss.api("GET", f"/process-instances/{instance}/decisions").json == {"items": []}
    for what in ("activities", "decisions"):
        assert boss.api("GET", f"/process-instances/nothing/{what}").status_code == 404


def test_durations_follow_the_instances(boss, start, platform):
    start()
    assert boss.api("GET", "/history/processes/leave/durations").json == {"items": []}
    platform.history.tend()
    items = boss.api("GET", "/history/processes/leave/durations?version=1").json["items"]
    assert [one["count"] for one in items] == [1] * len(items)
    assert boss.api("GET", "/history/processes/leave/durations?version=0").status_code == 422


@pytest.mark.parametrize(
    ("format", "kind"), [("jsonl", "application/jsonl"), ("xes", "application/xml"), ("ocel", "application/json")]
)
def test_an_export_is_a_file(boss, start, format, kind):
    instance = start()
    answer = boss.api("GET", f"/history/export?format={format}&process_id=leave&since=2020-01-01T00:00:00Z")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=history.")
    assert instance in answer.get_data(as_text=True)


def test_people_are_masked_for_who_may_not_see_them(boss, browser, start, platform):
    with platform.database.write(SYSTEM) as work:
        platform.access.add_user(
            work, "demo-analyst", name="Analyst", password="correct horse battery", roles=["process_analyst"]
        )
    start(who="Demo Clerk")
    analyst = browser("demo-analyst")
    shown, masked = (one.api("GET", "/history/export").get_data(as_text=True) for one in (boss, analyst))
    assert "Demo Clerk" in shown
    assert "Demo Clerk" not in masked
    assert len(masked.splitlines()) == len(shown.splitlines())
    assert json.loads(masked.splitlines()[0])["command"] == "StartInstance"


def test_a_clerk_may_not_export(browser):
    clerk = browser("demo-clerk")
    assert clerk.api("GET", "/history/export").status_code == 403
