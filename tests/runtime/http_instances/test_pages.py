"""The instance pages over HTTP, without scripts."""

from __future__ import annotations

import json
import re

import pytest

from runtime.access.actor import SYSTEM
from tests.support.diagrams import diagram, line, message, named_message, wait_for
from tests.support.office import complete, deploy, start


def text(answer):
    return answer.get_data(as_text=True)


def words(answer):
    """The page without markup, blanks folded."""
    return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text(answer), flags=re.S).split())


def data_of(answer):
    return json.loads(re.search(r'id="diagram-data">(.*?)</script>', text(answer), re.S)[1])


def test_the_list_is_empty_at_first_and_says_how_it_fills(admin):
    assert "No process has been started yet" in text(admin.get("/instances"))


def test_the_list_shows_what_runs_with_its_business_key_and_who_started_it(office, admin):
    start(office, key="PR-1")
    page = words(admin.get("/instances"))
    assert "Purchase request version 1 PR-1 Running" in page
    assert "Demo Analyst" in page


def test_the_list_is_narrowed_by_process_status_and_record(office, admin, stuck):
    other = start(office, key="PR-8")
    with office.database.write(SYSTEM) as work:
        office.processes.link(work, other, "lead", "l-1")
    assert "PR-8" not in text(admin.get("/instances?status=incident"))
    assert "PR-7" in text(admin.get("/instances?status=incident"))
    assert "PR-7" in text(admin.get("/instances?process=purchase_request&status=active"))
    assert "No instance fits this search" in text(admin.get("/instances?process=nothing"))
    about = text(admin.get("/instances?record=lead:l-1"))
    assert "PR-8" in about
    assert "PR-7" not in about


@pytest.mark.parametrize("query", ["status=odd", "record=no-colon", "after=%21%21"])
def test_a_filter_that_means_nothing_is_refused_with_words(admin, query):
    answer = admin.get(f"/instances?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in text(answer)


def test_pages_of_the_list_follow_each_other_without_gaps(office, admin, monkeypatch):
    from runtime.http.instances import views

    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(5):
        start(office, key=f"PR-{number}")
    seen, path = [], "/instances"
    while path:
        page = text(admin.get(path))
        seen += re.findall(r"<td>(PR-\d)</td>", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found and found[1].replace("&amp;", "&")
    assert seen == ["PR-4", "PR-3", "PR-2", "PR-1", "PR-0"]


def test_the_page_says_what_the_instance_waits_for(office, admin):
    page = words(admin.get(f"/instances/{start(office)}"))
    assert re.search(r"Check the request Task for the group buyer · since \w+ \d+, \d{4}", page)
    assert re.search(r"Two hours Timer, due .+ · in 2 hours", page)


def test_a_message_that_is_waited_for_is_named_with_its_key(office, admin):
    outside = named_message("m", "payment.received", "=order_id")
    deploy(office, diagram("payment", line(wait_for("pay", message("m"))), outside=outside))
    with office.database.write(SYSTEM) as work:
        instance = office.processes.start(work, "payment", {"order_id": "O-1"})
    assert "Message payment.received with the key O-1" in words(admin.get(f"/instances/{instance}"))


def test_the_outline_and_the_diagram_say_where_it_stands_and_which_way_it_came(office, admin):
    instance = start(office, 2000)
    complete(office, instance)
    answer = admin.get(f"/instances/{instance}")
    marks = {one["id"]: one for one in data_of(answer)["elements"]}
    assert marks["Task_Approve"]["active"] == 1
    assert marks["Sub_Approvals"]["active"] == 1
    assert marks["Task_Check"]["completed"]
    assert {"Flow_1", "Flow_2", "Flow_Large"} <= set(data_of(answer)["flows"])
    assert "Flow_Small" not in data_of(answer)["flows"]
    assert "Approve User task here now" in words(answer)
    assert "How much? Exclusive gateway done" in words(answer)


def test_variables_are_exact_and_local_ones_name_their_element(office, admin):
    instance = start(office, 2000)
    complete(office, instance)
    page = text(admin.get(f"/instances/{instance}"))
    assert '<pre class="value">[&#34;demo-admin&#34;, &#34;demo-analyst&#34;]</pre>' in page
    assert "Only at Approvals" in page


def test_a_variable_with_markup_stays_text(office, admin):
    with office.database.write(SYSTEM) as work:
        instance = office.processes.start(work, "purchase_request", {"note": "<script>alert(1)</script>", "amount": None})
    page = text(admin.get(f"/instances/{instance}"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_incident_stands_on_top_with_its_message_and_on_the_diagram(admin, stuck):
    answer = admin.get(f"/instances/{stuck}")
    assert "The supplier does not take orders over 500." in text(answer)
    order = {"id": "Task_Order", "active": 1, "incidents": 1, "completed": False, "label": "1 incident, here now"}
    assert order in data_of(answer)["elements"]
    assert data_of(answer)["focus"] == "Task_Order"


def resolve(admin, stuck, **fields):
    page = text(admin.get(f"/instances/{stuck}"))
    action = re.search(r'action="(/instances/[^"]+/resolve)"', page)[1]
    return admin.post(action, fields)


def test_trying_again_with_a_changed_variable_goes_on(office, admin, stuck):
    answer = resolve(admin, stuck, variables="{order: {amount: 400}}")
    assert answer.headers["Location"] == f"/instances/{stuck}"
    page = words(admin.get(f"/instances/{stuck}"))
    assert "Tried again. What happened stands in the journal." in page
    assert "Completed" in page
    assert "The process ended." in page


def test_trying_again_without_a_change_says_that_it_failed_again(admin, stuck):
    resolve(admin, stuck)
    page = words(admin.get(f"/instances/{stuck}"))
    assert "failed again: The supplier does not take orders over 500." in page or "Tried again" in page


@pytest.mark.parametrize("variables", ["{amount:", "42", "{amount: unknown_name}", '"text"'])
def test_variables_that_are_no_context_are_refused_before_anything_happens(office, admin, stuck, variables):
    answer = resolve(admin, stuck, variables=variables)
    assert answer.status_code == 422
    assert "FEEL context" in text(answer)
    with office.database.read() as work:
        assert len(office.processes.instance(work, stuck).incidents) == 1


def test_an_incident_of_another_instance_is_not_resolved_through_this_one(office, admin, stuck):
    with office.database.read() as work:
        incident = office.processes.instance(work, stuck).incidents[0].id
    admin.get("/instances")
    other = start(office)
    assert admin.post(f"/instances/{other}/incidents/{incident}/resolve").status_code == 422


def test_cancelling_needs_a_reason_and_the_journal_keeps_it(office, admin):
    instance = start(office)
    admin.get(f"/instances/{instance}")
    assert admin.post(f"/instances/{instance}/cancel", {"reason": "  "}).status_code == 422
    assert admin.post(f"/instances/{instance}/cancel", {"reason": "customer withdrew"}).status_code == 303
    page = words(admin.get(f"/instances/{instance}"))
    assert "Cancelled – customer withdrew" in page
    assert "Cancel this instance" not in page


def test_the_journal_tells_who_did_what(office, admin):
    instance = start(office)
    complete(office, instance)
    page = words(admin.get(f"/instances/{instance}"))
    assert "Demo Analyst on the screen Started" in page
    assert "Demo Admin on the screen Task completed: Check the request" in page
    assert "How much? → small" in page


def test_a_long_journal_comes_in_pages(office, admin, monkeypatch):
    from runtime.http.instances import page as pages

    monkeypatch.setattr(pages, "SHOWN", 1)
    instance = start(office)
    complete(office, instance)
    first = text(admin.get(f"/instances/{instance}"))
    following = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    second = words(admin.get(following))
    assert "Task completed: Check the request" in second
    assert "New task for buyer" not in second


def test_somebody_who_may_only_look_sees_no_buttons_and_cannot_press_them(office, admin, stuck, monkeypatch):
    monkeypatch.setattr(office.access, "permits", lambda actor, permission: permission == "instance.view")
    page = text(admin.get(f"/instances/{stuck}"))
    assert "The supplier does not take orders over 500." in page
    assert "/resolve" not in page
    assert "Cancel this instance" not in page
    assert admin.post(f"/instances/{stuck}/cancel", {"reason": "no"}).status_code == 403


@pytest.mark.parametrize("path", ["/instances", "/instances/nothing"])
def test_people_without_the_permission_do_not_get_in(guest, path):
    assert guest.get(path).status_code == 403


def test_what_does_not_exist_is_not_found(admin):
    assert admin.get("/instances/nothing").status_code == 404


@pytest.mark.parametrize("language", ["ja", "ru"])
def test_the_page_speaks_the_users_language(admin, stuck, language):
    page = words(admin.get(f"/instances/{stuck}?lang={language}"))
    for english in ("Waits for", "Variables", "What happened", "Service task", "incident", "Started", "Failed"):
        assert english not in page


def test_the_diagram_of_a_called_process_is_shown_with_its_own_tokens(office, admin):
    call = (
        '<bpmn:callActivity id="buy" name="Buy"><bpmn:extensionElements><zeebe:calledElement processId="purchase_request" '
        "/></bpmn:extensionElements></bpmn:callActivity>"
    )
    deploy(office, diagram("caller", line(call)))
    with office.database.write(SYSTEM) as work:
        instance = office.processes.start(work, "caller", {"amount": None})
    answer = admin.get(f"/instances/{instance}")
    assert [one["id"] for one in data_of(answer)["elements"] if one["active"]] == ["buy"]
    tab = re.search(r'href="([^"]+diagram=[^"#]+)', text(answer))[1].replace("&amp;", "&")
    called = admin.get(tab)
    assert [one["id"] for one in data_of(called)["elements"] if one["active"]] == ["Task_Check"]
    assert "Check the request User task here now" in words(called)
