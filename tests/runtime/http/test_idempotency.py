"""A request with the same Idempotency-Key is done once, on both databases, whichever operation it is."""

from __future__ import annotations

import io
import json
import re
import threading
from datetime import timedelta

import pytest
from flask import Flask

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict
from runtime.http.api.idempotency import HEADER, REPLAYED, _fingerprint
from runtime.idempotency import service as keys
from runtime.idempotency.service import Answer, InProgress
from runtime.store.batches import in_batches

FIRST = Answer(status=201, body='{"id": "first"}', headers={"Content-Type": "application/json"})


def ask(database, key, fingerprint="f", who=SYSTEM):
    """What a request gets, and whether the work was done for it."""
    with database.write(who) as work:
        kept = keys.reserve(work, key, fingerprint)
        if kept is not None:
            return kept, False
        keys.keep(work, key, FIRST)
        return FIRST, True


def test_the_second_request_gets_the_answer_of_the_first(database):
    assert [ask(database, "k1"), ask(database, "k1"), ask(database, "k2")] == [(FIRST, True), (FIRST, False), (FIRST, True)]


def test_a_key_that_stood_on_another_request_is_refused(database):
    ask(database, "k1")
    with pytest.raises(Conflict) as refusal:
        ask(database, "k1", fingerprint="other")
    assert refusal.value.code == "HTTP-1021"


def test_a_key_belongs_to_who_sends_it(database):
    ask(database, "k1")
    assert ask(database, "k1", "other", Actor(id="demo-x", name="X"))[1]


def test_a_key_is_kept_for_two_days_and_then_free(database):
    ask(database, "k1")
    database.clock.advance(keys.KEPT_FOR - timedelta(minutes=1))
    assert not ask(database, "k1")[1]
    database.clock.advance(timedelta(minutes=2))
    assert ask(database, "k1", "other")[1]


def test_old_answers_are_forgotten_in_bounded_batches(database):
    for number in range(7):
        ask(database, f"k{number}")
    database.clock.advance(keys.KEPT_FOR + timedelta(minutes=1))
    ask(database, "new")
    with database.write(SYSTEM) as work:
        assert keys.purge(work, 2) == 2
    assert in_batches(database, keys.purge, batch=2) == 5
    assert not ask(database, "new")[1]


def test_of_eight_requests_at_once_one_is_done_and_the_others_get_its_answer(database):
    barrier, answers = threading.Barrier(8), []

    def request():
        barrier.wait(20)
        answers.append(ask(database, "k"))

    threads = [threading.Thread(target=request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done for _answer, done in answers) == [False] * 7 + [True]
    assert {answer.body for answer, _done in answers} == {FIRST.body}


def test_work_in_transactions_of_its_own_refuses_a_second_request_until_it_is_done_or_given_up(database):
    with database.write(SYSTEM) as work:
        assert keys.reserve(work, "k", "f") is None
    with pytest.raises(InProgress) as refusal:
        ask(database, "k")
    assert (refusal.value.code, refusal.value.retry_after) == ("HTTP-1022", 1)
    with pytest.raises(Conflict, match="another request"):
        ask(database, "k", "other")
    database.clock.advance(keys.ABANDONED_AFTER + timedelta(seconds=1))
    assert ask(database, "k")[1]


def test_an_upload_is_the_same_whatever_its_boundary():
    def printed(content):
        data = {"files": (io.BytesIO(content), "a.bpmn"), "why": "x"}
        with Flask("t").test_request_context("/deployments", method="POST", data=data):
            return _fingerprint()

    assert printed(b"<a/>") == printed(b"<a/>") != printed(b"<b/>")


# --- over HTTP


@pytest.fixture
def boss(browser):
    made = browser("demo-boss")
    made.get("/inbox")
    return made


def changing(document):
    for path, item in document["paths"].items():
        for method in ("post", "patch"):
            if method in item:
                yield method.upper(), path, item[method]


def test_every_operation_that_changes_something_documents_and_honours_the_key(boss, platform):
    document = json.loads(boss.api("GET", "/openapi.json").get_data(as_text=True))
    operations = list(changing(document))
    assert len(operations) > 25
    who = Actor(id="demo-boss", name="Demo Boss", roles=frozenset({"administrator"}))
    for number, (method, path, operation) in enumerate(operations):
        named = [one for one in operation["parameters"] if one.get("name") == HEADER]
        assert named, f"{method} {path} does not document {HEADER}"
        assert "409" in operation["responses"], (method, path)
        address, key = re.sub(r"{\w+}", "1", path), f"walk-{number}"
        with boss.client.application.test_request_context(address, method=method, json={}):
            fingerprint = _fingerprint()
        kept = Answer(status=299, body=f'{{"kept": {number}}}', headers={"Content-Type": "application/json"})
        with platform.database.write(who) as work:
            assert keys.reserve(work, key, fingerprint) is None
            keys.keep(work, key, kept)
        answer = boss.api(method, address.removeprefix("/api/v1"), json={}, headers={HEADER: key})
        assert (answer.status_code, answer.json) == (299, {"kept": number}), (method, path)
        assert answer.headers[REPLAYED] == "true"
        other = boss.api(method, address.removeprefix("/api/v1"), json={"other": 1}, headers={HEADER: key})
        assert (other.status_code, other.json["code"]) == (409, "HTTP-1021"), (method, path)


def twice(boss, method, path, **options):
    """The answers of a request that is sent two times."""
    headers = {HEADER: f"{method} {path}", **options.pop("headers", {})}
    return [boss.api(method, path, headers=headers, **options) for _time in range(2)]


def same(answers):
    first, second = answers
    assert first.status_code < 400, first.json
    assert (first.status_code, first.data, first.content_type) == (second.status_code, second.data, second.content_type)
    assert first.headers.get("ETag") == second.headers.get("ETag")
    assert second.headers[REPLAYED] == "true"
    return first


def test_a_signal_is_sent_once(boss, platform):
    same(twice(boss, "POST", "/signals/alarm", json={}))
    with platform.database.read() as work:
        kinds = work.connection.exec_driver_sql("SELECT kind FROM job").scalars().all()
    assert kinds.count("signal") == 1


def test_a_task_is_completed_once_and_the_repeat_is_no_conflict(boss, start):
    instance = start(who="Demo", days=1)
    task = boss.api("GET", "/user-tasks?view=all").json["items"][0]["id"]
    same(twice(boss, "POST", f"/user-tasks/{task}/claim", json={}))
    shown = boss.api("GET", f"/user-tasks/{task}").json
    assert shown["id"].startswith(instance)


def test_a_record_keeps_its_version_with_the_answer(boss):
    made = same(twice(boss, "POST", "/records/leave_request", json={"subject": "Sea"}))
    path = f"/records/leave_request/{made.json['id']}"
    changed = same(twice(boss, "PATCH", path, json={"subject": "Hills"}, headers={"If-Match": made.headers["ETag"]}))
    assert boss.api("GET", path).headers["ETag"] == changed.headers["ETag"] != made.headers["ETag"]


def test_a_file_is_imported_once(boss):
    headers = {HEADER: "file"}
    sent = []
    for _time in range(2):
        upload = {"file": (io.BytesIO(b"Ref,Question,Days\n1,How much?,2\n"), "questions.csv")}
        sent.append(boss.api("POST", "/imports/auto", data=upload, headers=headers))
    same(sent)
    assert len(boss.api("GET", "/imports").json["items"]) == 1


def test_a_view_that_refuses_undoes_what_it_wrote_and_leaves_the_key_free(boss, platform):
    answer = boss.api("POST", "/process-instances", json={"process_id": "nothing"}, headers={HEADER: "k"})
    assert answer.status_code == 404
    done = boss.api("POST", "/process-instances", json={"process_id": "leave"}, headers={HEADER: "k"})
    assert done.status_code == 201
