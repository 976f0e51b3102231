"""Operations on many instances on the pages: find, choose, see the exact number, do it, read the results; without scripts."""

from __future__ import annotations

import re

import pytest

from runtime.access.actor import SYSTEM
from tests.runtime.http_instances.test_pages import text, words
from tests.support.office import start


@pytest.fixture
def made(office, admin, instance):
    """Asks for a batch over all instances of the demo process, and answers its address."""

    def make(operation, **fields):
        admin.get(f"/batches/new?process=purchase_request&operation={operation}")
        values = {"operation": operation, "process": "purchase_request", "reason": "for tests", **fields}
        answer = admin.post("/batches", values)
        assert answer.status_code == 303, words(answer)
        return answer.headers["Location"]

    return make


def press(admin, address, move):
    admin.get(address)
    return admin.post(f"{address}/{move}")


def test_the_list_of_instances_leads_to_an_operation_on_all_of_them(admin, instance):
    page = text(admin.get("/instances?process=purchase_request&status=active"))
    assert "1 instance" in page
    address = re.search(r'href="(/batches/new\?[^"]+)"', page)[1].replace("&amp;", "&")
    form = words(admin.get(address))
    assert "1 instance fits now: process: purchase_request status: active" in form


def test_the_exact_number_is_shown_before_anything_is_done(office, admin, made, instance):
    start(office)
    address = made("suspend")
    start(office)
    page = words(admin.get(address))
    assert "2 instances are on the list." in page
    assert "Do it now" in page
    with office.database.read() as work:
        assert {row.status for row in office.processes.instances(work).rows} == {"active"}


def test_a_batch_is_run_and_tells_what_came_of_each(office, admin, made, instance):
    address = made("cancel")
    with office.database.write(SYSTEM) as work:
        office.processes.cancel(work, instance, "by hand")
    press(admin, address, "start")
    office.jobs.run_due()
    page = words(admin.get(address))
    assert "Finished" in page
    assert "Skipped" in page
    assert "PROC-1004" in page
    assert instance in page
    assert "Cancel" in words(admin.get("/batches"))


def test_a_batch_can_be_paused_resumed_and_cancelled(admin, made):
    address = made("suspend")
    assert "It has begun" in words(admin.get(press(admin, address, "start").headers["Location"]))
    assert "It is paused." in words(admin.get(press(admin, address, "pause").headers["Location"]))
    assert "It goes on." in words(admin.get(press(admin, address, "resume").headers["Location"]))
    assert "It is cancelled." in words(admin.get(press(admin, address, "cancel").headers["Location"]))
    assert press(admin, address, "start").status_code == 409


@pytest.mark.parametrize(
    ("operation", "fields", "told"),
    [
        ("suspend", {"reason": " "}, "Say why"),
        ("set-variables", {"variables": "{"}, "Variables are written as a FEEL context"),
        ("modify", {"move": "a, b"}, "A mapping is written as old = new"),
        ("modify", {}, "modify needs"),
        ("restart", {"at": ""}, "restart needs at"),
    ],
)
def test_what_is_not_in_order_is_told_with_everything_that_was_typed(admin, instance, operation, fields, told):
    admin.get(f"/batches/new?operation={operation}")
    answer = admin.post("/batches", {"operation": operation, "reason": "for tests", **fields})
    assert answer.status_code == 422
    assert told in words(answer)
    assert "for tests" in text(answer) or fields.get("reason") == " "


def test_tokens_are_moved_and_variables_written_for_all(office, admin, made, instance):
    press(admin, made("set-variables", variables='{note: "all"}'), "start")
    office.jobs.run_due()
    with office.database.read() as work:
        assert office.processes.instance(work, instance).variables["note"] == "all"


def test_an_empty_list_of_batches_says_what_to_do(admin):
    assert "Find the instances first" in words(admin.get("/batches"))
