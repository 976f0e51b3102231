"""The REST API: what each operation does, and how it refuses."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from engine.api import from_plain
from runtime.access.actor import SYSTEM, Actor
from tests.engine.bpmn.diagram import between

PACKAGE = Path(__file__).parent / "package"
BOSS = Actor(id="demo-boss", name="Demo Boss", roles=frozenset({"administrator"}))


@pytest.fixture
def boss(browser):
    made = browser("demo-boss")
    made.get("/inbox")
    return made


@pytest.fixture
def clerk(browser):
    made = browser("demo-clerk")
    made.get("/inbox")
    return made


@pytest.fixture
def token(platform):
    with platform.database.write(BOSS) as work:
        return platform.access.create_token(work, "demo-boss", "test")[1]


# --- who


def test_a_token_needs_no_cookie_and_no_csrf_token(app, token):
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post("/api/v1/messages/leave.asked", json={}, headers=headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Bearer ringi_wrong", "Bearer ", "bearer x"])
def test_a_wrong_token_is_told_at_once(app, header):
    answer = app.test_client().get("/api/v1/user-tasks", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "HTTP-1004")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_without_any_sign_in_the_api_answers_401_and_does_not_redirect(app):
    assert app.test_client().get("/api/v1/user-tasks").status_code == 401


def test_messages_are_in_the_language_the_caller_accepts(app, token):
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "ja"}
    assert app.test_client().get("/api/v1/nothing", headers=headers).json["title"] == "ここには何もありません"


# --- deployments

NEW = (PACKAGE / "leave.bpmn").read_text().replace('id="leave"', 'id="leave2"')
FORM = (PACKAGE / "leave_decision.form").read_text()


def test_deploys_json_and_the_same_again_makes_no_new_version(boss):
    body = {"resources": {"leave2.bpmn": NEW, "leave_decision.form": FORM}, "why": "Second kind of leave"}
    first, second = (boss.api("POST", "/deployments", json=body) for _time in range(2))
    assert first.status_code == 201, first.json
    assert first.json["is_new"]
    assert first.json["definitions"][0]["process_id"] == "leave2"
    assert not second.json["is_new"]
    assert second.json["id"] == first.json["id"]
    assert {one["process_id"] for one in boss.api("GET", "/process-definitions").json["items"]} == {
        "leave",
        "leave2",
        "question",
    }


def test_deploys_uploaded_files(boss):
    files = [(io.BytesIO(NEW.encode()), "leave2.bpmn"), (io.BytesIO(FORM.encode()), "leave_decision.form")]
    answer = boss.api("POST", "/deployments", data={"files": files}, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.json


def test_a_refused_deployment_names_every_problem(boss):
    broken = NEW.replace("=due", "=due +").replace("leave_decision", "no_such_form")
    answer = boss.api("POST", "/deployments", json={"resources": {"leave2.bpmn": broken}})
    assert answer.status_code == 422
    assert answer.json["code"] == "DEPLOY-1001"
    problem = answer.json["problems"][0]
    assert {"code", "severity", "message", "resource", "line"} <= problem.keys()


def test_a_deployment_needs_a_file(boss):
    assert boss.api("POST", "/deployments", json={}).json["code"] == "HTTP-1040"


# --- process instances


def test_starts_looks_and_cancels(boss):
    made = boss.api("POST", "/process-instances", json={"process_id": "leave", "variables": {"who": "Demo", "days": 1.25}})
    assert made.status_code == 201
    instance = made.json["id"]
    found = boss.api("GET", f"/process-instances/{instance}").json
    assert found["status"] == "active"
    assert [one["element"] for one in found["elements"] if one["type"] == "userTask"] == ["decide"]
    assert boss.api("GET", f"/process-instances/{instance}/variables").json == {"variables": {"who": "Demo", "days": 1.25}}
    assert (
        boss.api("PATCH", f"/process-instances/{instance}/variables", json={"variables": {"who": "Other"}}).status_code == 204
    )
    assert boss.api("GET", f"/process-instances/{instance}/variables").json["variables"]["who"] == "Other"
    assert boss.api("POST", f"/process-instances/{instance}/cancel", json={"reason": "a test"}).status_code == 204
    (row,) = boss.api("GET", "/process-instances?status=cancelled").json["items"]
    assert row["id"] == instance
    journal = boss.api("GET", f"/process-instances/{instance}/journal").json["items"]
    assert [one["command"] for one in journal][0::2] == ["StartInstance", "CancelInstance"]
    assert journal[0]["actor"] == "demo-boss"


def test_operates_an_instance(boss, clerk, start):
    instance = start(who="Demo", days=1)
    address = f"/process-instances/{instance}"
    (task,) = [one for one in boss.api("GET", address).json["elements"] if one["element"] == "decide"]
    order = {"move": [{"element_instance": task["key"], "element": "decide"}], "reason": "start it afresh"}
    shown = boss.api("POST", f"{address}/modify/preview", json=order).json
    assert [one["element"] for one in shown["begins"]] == [one["element"] for one in shown["ends"]] == ["decide"]
    assert boss.api("POST", f"{address}/suspend", json={"reason": "audit"}).status_code == 204
    assert boss.api("POST", f"{address}/suspend", json={}).status_code == 409
    assert boss.api("POST", f"{address}/modify", json=order).status_code == 204
    assert boss.api("POST", f"{address}/resume", json={}).status_code == 204
    (after,) = [one for one in boss.api("GET", address).json["elements"] if one["element"] == "decide"]
    assert after["key"] != task["key"]
    assert boss.api("POST", f"{address}/restart", json={"at": ["decide"]}).status_code == 409
    boss.api("POST", f"{address}/cancel", json={})
    made = boss.api("POST", f"{address}/restart", json={"at": ["decide"], "variables": {"days": 2}})
    assert made.status_code == 201
    again = f"/process-instances/{made.json['id']}/variables"
    assert boss.api("GET", again).json["variables"] == {"who": "Demo", "days": 2}
    for operation in ("suspend", "resume", "modify", "modify/preview", "restart"):
        assert clerk.api("POST", f"{address}/{operation}", json={"at": ["decide"]}).status_code == 403


def test_begins_steps_of_an_ad_hoc_sub_process(boss, platform):
    inner = '<extensionElements><zeebe:adHoc/></extensionElements><userTask id="a"/><userTask id="b"/>'
    xml = between(f'<adHocSubProcess id="n">{inner}<completionCondition>done</completionCondition></adHocSubProcess>')
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"case.bpmn": xml})
        instance = platform.processes.start(work, "p", from_plain({"done": False}))
    detail = boss.api("GET", f"/process-instances/{instance}").json
    (sub,) = [one["key"] for one in detail["elements"] if one["element"] == "n"]
    assert [one["code"] for one in detail["open_incidents"]] == ["KERNEL-2052"]
    path = f"/process-instances/{instance}/elements/{sub}/activations"
    assert boss.api("POST", path, json={"elements": ["gone"]}).status_code == 422
    assert boss.api("POST", path, json={"elements": []}).status_code in (400, 422)
    assert boss.api("POST", path, json={"elements": ["b", "a"]}).status_code == 204
    detail = boss.api("GET", f"/process-instances/{instance}").json
    assert [one["element"] for one in detail["elements"] if one["type"] == "userTask"] == ["b", "a"]
    assert not detail["open_incidents"]


def test_migrates_an_instance(boss, clerk, start):
    instance = start(who="Demo", days=1)
    address = f"/process-instances/{instance}/migrate"
    refused = boss.api("POST", f"{address}/preview", json={"version": 9})
    assert refused.status_code == 404
    shown = boss.api("POST", f"{address}/preview", json={}).json
    assert shown["verdict"] == "safe"
    assert {one["target"] for one in shown["elements"]} == {one["element"] for one in shown["elements"]}
    assert boss.api("POST", address, json={"reason": "mended", "mapping": {"decide": "nowhere"}}).status_code == 409
    assert boss.api("POST", address, json={"reason": "mended"}).status_code == 204
    assert clerk.api("POST", address, json={}).status_code == 403
    assert clerk.api("POST", f"{address}/preview", json={}).status_code == 403


def test_the_journal_goes_on_behind_a_row(boss, start):
    instance = start(who="Demo", days=1)
    boss.api("PATCH", f"/process-instances/{instance}/variables", json={"variables": {"a": 1}})
    first, second = boss.api("GET", f"/process-instances/{instance}/journal").json["items"]
    assert boss.api("GET", f"/process-instances/{instance}/journal?after={first['seq']}").json["items"] == [second]


def test_the_same_key_starts_once_and_answers_the_same(boss, platform):
    body = {"process_id": "leave", "variables": {"who": "Demo"}}
    headers = {"Idempotency-Key": "order-1"}
    first, second = (boss.api("POST", "/process-instances", json=body, headers=headers) for _time in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert len(boss.api("GET", "/process-instances").json["items"]) == 1
    other = boss.api("POST", "/process-instances", json={**body, "variables": {}}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "HTTP-1021")
    platform.database.clock.advance(timedelta(days=3))
    with platform.database.write(SYSTEM, "sign in again is not needed for this test") as work:
        platform.access.add_user(work, "demo-x", name="X")


def test_the_same_key_of_another_person_is_another_request(app, platform, boss, token):
    body = {"process_id": "leave"}
    first = boss.api("POST", "/process-instances", json=body, headers={"Idempotency-Key": "k"})
    with platform.database.write(BOSS) as work:
        platform.access.add_user(work, "demo-second", name="Second", roles=["administrator"])
        other = platform.access.create_token(work, "demo-second", "test")[1]
    headers = {"Authorization": f"Bearer {other}", "Idempotency-Key": "k"}
    second = app.test_client().post("/api/v1/process-instances", json=body, headers=headers)
    assert first.json["id"] != second.json["id"]


def test_a_refused_request_leaves_its_key_free(boss):
    headers = {"Idempotency-Key": "k"}
    assert boss.api("POST", "/process-instances", json={"process_id": "nothing"}, headers=headers).status_code == 404
    assert boss.api("POST", "/process-instances", json={"process_id": "leave"}, headers=headers).status_code == 201


def test_an_endless_key_is_refused(boss):
    answer = boss.api("POST", "/process-instances", json={"process_id": "leave"}, headers={"Idempotency-Key": "x" * 201})
    assert answer.json["code"] == "HTTP-1020"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "process_id"),
        ({"process_id": "leave", "version": 0}, "version"),
        ({"process_id": "leave", "variables": []}, "variables"),
        ({"process_id": "leave", "surprise": 1}, "surprise"),
        ({"process_id": 5}, "process_id"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(boss, body, field):
    answer = boss.api("POST", "/process-instances", json=body)
    assert answer.status_code == 422
    assert field in answer.json["fields"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"process_id": "leave", "process_id": "other"}',
        b'{"variables": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"variables": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        b'{"variables": {"a": ' + b"9" * 5_000 + b"}}",
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_no_strict_json_is_refused(boss, body):
    answer = boss.api("POST", "/process-instances", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.json
    assert answer.mimetype == "application/problem+json"


def test_a_body_of_another_kind_is_refused(boss):
    answer = boss.api("POST", "/process-instances", data="process_id=leave", content_type="text/plain")
    assert answer.status_code == 415


def test_numbers_keep_their_digits(boss):
    text = '{"process_id": "leave", "variables": {"a": 0.1, "b": 12345678901234567890, "c": 1e-7}}'
    made = boss.api("POST", "/process-instances", data=text, content_type="application/json").json["id"]
    raw = boss.api("GET", f"/process-instances/{made}/variables").get_data(as_text=True)
    assert json.loads(raw)["variables"] == {"a": 0.1, "b": 12345678901234567890, "c": 1e-07}


# --- user tasks


def test_lists_claims_releases_and_completes(clerk, start):
    start(who="Demo", days=1)
    (task,) = clerk.api("GET", "/user-tasks?view=groups").json["items"]
    address = f"/user-tasks/{task['id']}"
    assert clerk.api("POST", f"{address}/claim").status_code == 204
    assert clerk.api("GET", "/user-tasks").json["items"][0]["assignee"] == "demo-clerk"
    assert clerk.api("POST", f"{address}/release").status_code == 204
    assert clerk.api("POST", f"{address}/send-back", json={"element": "decide", "reason": "x"}).status_code == 409
    assert clerk.api("POST", f"{address}/send-back", json={"element": "decide"}).status_code == 422
    detail = clerk.api("GET", address).json
    assert detail["why"] == "group"
    assert detail["form"]["id"] == "leave_decision"
    assert detail["variables"]["who"] == "Demo"
    refused = clerk.api("POST", f"{address}/complete", json={"variables": {"verdict": "maybe", "nonsense": 1}})
    assert set(refused.json["fields"]) == {"verdict", "nonsense"}
    assert (
        clerk.api("POST", f"{address}/complete", json={"variables": {"verdict": "no", "reason": "Too late"}}).status_code == 204
    )
    again = clerk.api("POST", f"{address}/complete", json={"variables": {"verdict": "no", "reason": "Too late"}})
    assert again.status_code == 409


def test_the_form_decides_what_a_program_may_set(clerk, start):
    start(who="Demo", days=1)
    (task,) = clerk.api("GET", "/user-tasks?view=groups").json["items"]
    body = {"variables": {"verdict": "yes", "reason": "hidden now"}}
    refused = clerk.api("POST", f"/user-tasks/{task['id']}/complete", json=body)
    assert refused.json["fields"] == {"reason": ["This field is not asked for now."]}


def test_pages_of_tasks_go_on_where_the_last_one_ended(clerk, start):
    for number in range(3):
        start(who=f"Demo {number}", days=1)
    seen, after = [], ""
    while after is not None:
        page = clerk.api("GET", f"/user-tasks?view=groups&limit=2{'&after=' + after if after else ''}").json
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "view=nothing", "surprise=1"])
def test_a_query_that_does_not_fit_is_refused(clerk, query):
    answer = clerk.api("GET", f"/user-tasks?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json["fields"]


# --- messages


def test_a_message_starts_waits_and_is_never_delivered_twice(boss):
    first = boss.api("POST", "/messages/leave.asked", json={"variables": {"text": "?"}, "delivery_id": "d1"}).json
    assert len(first["started"]) == 1
    second = boss.api("POST", "/messages/leave.asked", json={"variables": {"text": "?"}, "delivery_id": "d1"}).json
    assert second == {**first, "repeated": True}
    waiting = boss.api("POST", "/messages/nobody.listens", json={"correlation_key": "k"}).json
    assert waiting["stored"]


def test_the_idempotency_key_is_a_delivery_id(boss):
    headers = {"Idempotency-Key": "m1"}
    answers = [boss.api("POST", "/messages/leave.asked", json={}, headers=headers).json for _time in range(2)]
    assert answers[0] == answers[1]
    again = boss.api("POST", "/messages/leave.asked", json={"delivery_id": "m1"}).json
    assert again == {**answers[0], "repeated": True}


def test_only_those_who_may_publish_do(clerk):
    answer = clerk.api("POST", "/messages/leave.asked", json={})
    assert (answer.status_code, answer.json["code"]) == (403, "HTTP-1002")


# --- incidents


def test_an_unknown_incident_is_told(boss):
    assert boss.api("POST", "/incidents/nothing/resolve", json={}).status_code == 404


def test_resolving_says_what_really_happened(boss):
    wrong = NEW.replace(
        '<zeebe:assignmentDefinition candidateGroups="clerk" />', '<zeebe:assignmentDefinition candidateGroups="=groups" />'
    )
    boss.api("POST", "/deployments", json={"resources": {"leave2.bpmn": wrong, "leave_decision.form": FORM}})
    made = boss.api("POST", "/process-instances", json={"process_id": "leave2", "variables": {"groups": 5}}).json["id"]
    (incident,) = boss.api("GET", f"/process-instances/{made}").json["open_incidents"]
    still = boss.api("POST", f"/incidents/{incident['id']}/resolve", json={}).json
    assert (still["outcome"], still["solved"]) == ("failed again", False)
    assert still["message"]
    (incident,) = boss.api("GET", f"/process-instances/{made}").json["open_incidents"]
    solved = boss.api("POST", f"/incidents/{incident['id']}/resolve", json={"variables": {"groups": ["clerk"]}}).json
    assert solved == {"outcome": "fixed", "solved": True, "message": ""}


# --- records


def test_makes_reads_changes_and_lists_records(clerk):
    made = clerk.api("POST", "/records/leave_request", json={"subject": "Summer", "days": 2.5})
    assert made.status_code == 201
    record = made.json
    assert made.headers["ETag"] == '"1"'
    address = f"/records/leave_request/{record['id']}"
    changed = clerk.api("PATCH", address, json={"days": 3}, headers={"If-Match": '"1"'})
    assert changed.json["days"] == "3"
    stale = clerk.api("PATCH", address, json={"days": 4}, headers={"If-Match": '"1"'})
    assert stale.status_code == 409
    assert clerk.api("GET", address).json["subject"] == "Summer"
    assert [one["id"] for one in clerk.api("GET", "/records/leave_request?q=summer&days.gte=3&order=-days").json["items"]] == [
        record["id"]
    ]
    assert clerk.api("GET", "/records/leave_request?days.lt=3").json["items"] == []
    assert clerk.api("GET", "/records/leave_request?kind.empty=true").json["items"]
    kinds = [one["kind"] for one in clerk.api("GET", f"{address}/timeline").json["items"]]
    assert kinds == ["changed", "created"]


def test_record_values_that_break_a_rule_are_named(clerk):
    answer = clerk.api("POST", "/records/leave_request", json={"days": "many", "colour": "red"})
    assert answer.status_code == 422
    assert {"subject", "days", "colour"} <= set(answer.json["fields"])


@pytest.mark.parametrize("query", ["colour=red", "days.between=3", "order=colour"])
def test_a_filter_on_what_is_no_field_is_refused(clerk, query):
    assert clerk.api("GET", f"/records/leave_request?{query}").status_code == 422


def test_an_odd_version_is_refused(clerk):
    made = clerk.api("POST", "/records/leave_request", json={"subject": "S"}).json["id"]
    answer = clerk.api("PATCH", f"/records/leave_request/{made}", json={}, headers={"If-Match": "new"})
    assert answer.json["code"] == "HTTP-1050"


def test_who_has_no_grant_does_not_see_record_types_or_records(browser):
    guest = browser()
    guest.get("/sign-in")
    guest.post("/sign-in", {"user": "demo-guest", "password": "correct horse battery"})
    guest.get("/api/docs")
    assert guest.api("GET", "/record-types").json == {"items": []}
    assert guest.api("GET", "/record-types/leave_request").status_code == 404
    assert guest.api("GET", "/records/leave_request").json["items"] == []
    refused = guest.api("POST", "/records/leave_request", json={"subject": "S"})
    assert refused.status_code == 403


def test_record_types_tell_fields_and_labels(clerk):
    (found,) = clerk.api("GET", "/record-types").json["items"]
    assert found["label"]["ja"] == "休暇申請"
    assert [field["name"] for field in found["fields"]] == ["subject", "days", "kind"]
    assert clerk.api("GET", "/record-types/leave_request").json == found


def test_a_record_of_an_unknown_type_is_told(clerk):
    assert clerk.api("GET", "/records/nothing").status_code == 404


# --- imports


def test_an_unknown_import_is_told(boss):
    assert boss.api("GET", "/imports/nothing").status_code == 404
    upload = {"file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")}
    assert boss.api("POST", "/imports/nothing", data=upload, content_type="multipart/form-data").status_code == 404
    assert boss.api("GET", "/imports").json == {"items": [], "next": None}


def test_an_import_needs_a_file(boss):
    answer = boss.api("POST", "/imports/auto", data={"other": "x"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "file" in answer.json["fields"]


def test_imports_a_file_row_by_row_and_tells_the_bad_ones(boss, platform):
    text = "Ref,Question,Days\n1,How much?,2\n2,,1\n3,When?,many\n"
    upload = {"file": (io.BytesIO(text.encode()), "questions.csv")}
    made = boss.api("POST", "/imports/auto", data=upload, content_type="multipart/form-data")
    assert made.status_code == 202, made.json
    assert (made.json["import_name"], made.json["ready"], made.json["invalid"]) == ("questions", 1, 2)
    platform.jobs.run_due()
    done = boss.api("GET", f"/imports/{made.json['id']}").json
    assert (done["status"], done["done"]) == ("finished", 1)
    bad = boss.api("GET", f"/imports/{made.json['id']}/errors").json["items"]
    assert [(one["row"], one["errors"][0]["field"]) for one in bad] == [(3, "text"), (4, "days")]
    assert all(one["errors"][0]["reason"] for one in bad)


# --- signals


def test_a_signal_is_accepted_and_sent_after_the_answer(boss, clerk):
    answer = boss.api("POST", "/signals/closing", json={"variables": {"n": 1}})
    assert answer.status_code == 202
    assert answer.json["id"]
    assert clerk.api("POST", "/signals/closing", json={}).status_code == 403


def test_a_batch_is_made_run_and_read(boss, platform):
    made = [boss.api("POST", "/process-instances", json={"process_id": "leave"}).json["id"] for _ in range(2)]
    query = {"process_id": "leave", "status": "active"}
    batch = boss.api("POST", "/batches", json={"operation": "suspend", "query": query, "reason": "holidays"}).json
    assert (batch["status"], batch["total"]) == ("previewed", 2)
    assert boss.api("POST", f"/batches/{batch['id']}/start", json={}).json["status"] == "running"
    platform.jobs.run_due()
    done = boss.api("GET", f"/batches/{batch['id']}").json
    assert (done["status"], done["counts"]["done"]) == ("finished", 2)
    items = boss.api("GET", f"/batches/{batch['id']}/items?state=done").json["items"]
    assert sorted(item["instance_id"] for item in items) == sorted(made)
    assert boss.api("POST", f"/batches/{batch['id']}/retry", json={}).json["code"] == "BATCH-1007"
    assert boss.api("GET", "/process-instances?status=suspended&field.region=north").json["items"] == []
    assert len(boss.api("GET", "/process-instances?status=suspended").json["items"]) == 2


def test_tasks_are_counted_when_asked(boss, start):
    start(who="Demo", days=1)
    assert boss.api("GET", "/user-tasks?view=all&count=true&limit=1").json["count"] == 1
    assert boss.api("GET", "/user-tasks?view=all&count=true&field.region=north").json["count"] == 0
    assert boss.api("GET", "/user-tasks?view=all&field.region.near=north").json["code"] == "PROC-1030"


def test_open_incidents_are_listed_with_their_instances(boss):
    assert boss.api("GET", "/incidents?process_id=leave").json == {"items": [], "next": None}
