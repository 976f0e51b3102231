"""The inbox and the task page, as people use them: without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from runtime.access.actor import SYSTEM, Actor
from runtime.sdk import Denied, Handler


def tasks_of(browser, view="groups"):
    return browser.api("GET", f"/user-tasks?view={view}").json["items"]


@pytest.fixture
def task(start, browser):
    """The id of an open task for the clerks."""
    start(who="Demo Person", days=3)
    return tasks_of(browser("demo-clerk"))[0]["id"]


FIELDS = {"verdict": "yes", "days": "3", "from": "", "kind": "paid", "~rows:stand_ins": "", "~seen": "verdict days from kind"}


def test_an_empty_inbox_says_what_to_do_next(browser, start):
    clerk = browser("demo-clerk")
    clerk.get("/inbox")
    assert "Nothing is waiting for you" in clerk.text
    start(who="Demo", days=1)
    clerk.get("/inbox?view=mine")
    assert "1 task waits for somebody of your groups" in clerk.text
    assert "/inbox?view=groups" in clerk.text


def test_the_inbox_opens_where_there_is_something_to_do(browser, start):
    start(who="Demo", days=1)
    clerk = browser("demo-clerk")
    clerk.get("/inbox")
    assert 'aria-current="page">My groups' in clerk.text
    assert "Decide on the leave" in clerk.text


def test_a_row_says_process_due_and_why(browser, start, platform):
    with platform.database.read(SYSTEM) as work:
        now = work.now
    start(who="Demo", days=1, due=now - timedelta(hours=30))
    clerk = browser("demo-clerk")
    clerk.get("/inbox?view=groups")
    for text in ("Decide on the leave", ">Leave<", "Overdue", "1 day ago", "For your group Clerk"):
        assert text in clerk.text, text


def test_only_administrators_have_the_view_of_all(browser, start):
    start(who="Demo", days=1)
    clerk, boss = browser("demo-clerk"), browser("demo-boss")
    clerk.get("/inbox?view=all")
    assert "All tasks" not in clerk.text
    boss.get("/inbox?view=all")
    assert 'aria-current="page">All tasks' in boss.text
    assert "For the group Clerk" in boss.text


def test_filter_and_position_stand_in_the_address(browser, start, platform):
    start(who="Demo", days=1)
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish(work, "leave.asked", "k", {})
    clerk = browser("demo-clerk")
    clerk.get("/inbox?view=groups&process=question")
    assert "Answer the question" in clerk.text
    assert "Decide on the leave" not in clerk.text
    clerk.get("/inbox?view=groups&q=LEAVE")
    assert "Decide on the leave" in clerk.text
    assert 'value="LEAVE"' in clerk.text
    clerk.get("/inbox?view=groups&q=%25nothing_")
    assert "No task fits this search" in clerk.text


def test_a_long_list_has_pages(browser, start, monkeypatch):
    from runtime.http.screens import inbox

    monkeypatch.setattr(inbox, "ON_A_PAGE", 2)
    for _number in range(3):
        start(who="Demo", days=1)
    clerk = browser("demo-clerk")
    clerk.get("/inbox?view=groups")
    assert clerk.text.count("data-row-link") == 2
    following = re.search(r'href="([^"]+)" rel="next"', clerk.text)[1].replace("&amp;", "&")
    clerk.get(following)
    assert clerk.text.count("data-row-link") == 1


def test_a_position_that_is_none_is_told(browser):
    clerk = browser("demo-clerk")
    assert clerk.get("/inbox?after=zzz").status_code == 422


def test_claiming_in_the_list_makes_the_task_mine(browser, task):
    clerk = browser("demo-clerk")
    clerk.get("/inbox?view=groups")
    answer = clerk.post(f"/tasks/{task}/claim", {"next": "/inbox?view=groups"})
    assert answer.headers["Location"] == "/inbox?view=groups"
    clerk.get("/inbox?view=mine")
    assert "is yours now" in clerk.text
    assert "Assigned to you" in clerk.text


def test_a_notice_is_said_once(browser, task):
    clerk = browser("demo-clerk")
    clerk.get("/inbox")
    clerk.post(f"/tasks/{task}/claim")
    clerk.get("/inbox")
    assert "is yours now" in clerk.text
    clerk.get("/inbox")
    assert "is yours now" not in clerk.text


def test_the_task_page_has_form_documentation_and_surroundings(browser, task, platform):
    with platform.database.write(SYSTEM, "test") as work:
        instance = task.split(".")[0]
        record = platform.records.create(work, "leave_request", {"subject": "Summer leave", "days": 3, "kind": "paid"})
        platform.processes.link(work, instance, "leave_request", record["id"])
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    for text in (
        "<h2>Demo Person asks for 3 days</h2>",
        "Look at the <strong>calendar</strong> first.",
        "Summer leave",
        f"/records/leave_request/{record['id']}",
        "<dd>Paid</dd>",
        "For your group Clerk",
        f'href="/instances/{instance}"',
    ):
        assert text in clerk.text, text


def test_a_hidden_field_is_not_on_the_page_until_its_condition_holds(browser, task):
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    assert 'name="reason"' not in clerk.text
    answer = clerk.post(f"/tasks/{task}/complete", {**FIELDS, "verdict": "no", "~update": "1"})
    assert answer.status_code == 200
    assert 'name="reason"' in clerk.text
    assert 'value="no" checked' in clerk.text


def test_what_is_wrong_is_listed_with_links_and_said_beside_the_field(browser, task):
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    answer = clerk.post(
        f"/tasks/{task}/complete",
        {**FIELDS, "verdict": "no", "reason": " ", "days": "x", "~seen": "verdict reason days from kind"},
    )
    assert answer.status_code == 422
    assert "2 fields need a change" in clerk.text
    assert '<a href="#f.reason">Reason</a>: Fill in this field.' in clerk.text
    assert 'aria-describedby="f.reason-help f.reason-error"' in clerk.text
    assert 'value="x"' in clerk.text
    assert 'aria-invalid="true"' in clerk.text
    assert tasks_of(clerk)


def test_rows_are_added_without_a_script(browser, task):
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    clerk.post(
        f"/tasks/{task}/complete", {**FIELDS, "~rows:stand_ins": "new", "stand_ins.0.name": "Demo A", "~add": "stand_ins"}
    )
    assert 'value="Demo A"' in clerk.text
    assert 'name="stand_ins.1.name"' in clerk.text


def test_completing_goes_to_the_next_task_or_to_the_inbox(browser, start, task):
    start(who="Second", days=1)
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}?view=groups")
    answer = clerk.post(f"/tasks/{task}/complete", {**FIELDS, "view": "groups", "then": "next"})
    (left,) = tasks_of(clerk)
    assert answer.headers["Location"] == f"/tasks/{left['id']}?view=groups"
    clerk.get(answer.headers["Location"])
    assert "Completed: Decide on the leave. 1 task is left." in clerk.text
    answer = clerk.post(f"/tasks/{left['id']}/complete", {**FIELDS, "view": "groups", "then": "inbox"})
    assert answer.headers["Location"] == "/inbox?view=groups"
    clerk.get(answer.headers["Location"])
    assert "No task is left." in clerk.text


def test_what_was_filled_in_becomes_variables_of_the_process(browser, task, platform):
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    sent = {**FIELDS, "days": "2.5", "from": "2026-07-01", "who": "Somebody else", "~rows:stand_ins": "new"}
    sent |= {"stand_ins.0.name": "Demo A", "stand_ins.0.agreed": "true", "evil": "1"}
    sent["~seen"] += " stand_ins.0.name stand_ins.0.agreed"
    assert clerk.post(f"/tasks/{task}/complete", sent).status_code == 303
    with platform.database.read(SYSTEM) as work:
        variables = platform.processes.instance(work, task.split(".")[0]).variables
    assert variables["verdict"] == "yes"
    assert str(variables["days"]) == "2.5"
    assert variables["from"] == "2026-07-01"
    assert variables["who"] == "Demo Person"
    assert variables["stand_ins"] == [{"name": "Demo A", "agreed": True}]
    assert "evil" not in variables
    assert "reason" not in variables


def test_a_second_press_of_the_button_is_harmless(browser, task, platform):
    clerk = browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    first = clerk.post(f"/tasks/{task}/complete", FIELDS)
    clerk.get("/inbox")
    second = clerk.post(f"/tasks/{task}/complete", FIELDS)
    assert (first.status_code, second.status_code) == (303, 303)
    with platform.database.read(SYSTEM) as work:
        journal = platform.processes.journal(work, task.split(".")[0])
    assert [row.command for row in journal].count("CompleteUserTask") == 1


def test_who_comes_second_hears_who_and_when_and_keeps_what_was_typed(browser, task):
    clerk, other = browser("demo-clerk"), browser("demo-other")
    clerk.get(f"/tasks/{task}")
    seen = re.search(r'name="seen_task" value="(\w+)"', clerk.text)[1]
    other.get(f"/tasks/{task}")
    assert other.post(f"/tasks/{task}/complete", FIELDS).status_code == 303
    answer = clerk.post(
        f"/tasks/{task}/complete",
        {**FIELDS, "seen_task": seen, "verdict": "no", "reason": "My long reason", "~seen": "verdict reason"},
    )
    assert answer.status_code == 409
    assert "Demo Other completed this task on" in clerk.text
    assert "My long reason" in clerk.text
    assert "What you typed is kept below" in clerk.text


def test_who_never_saw_the_task_does_not_hear_of_it(browser, task):
    clerk, other = browser("demo-clerk"), browser("demo-other")
    other.get(f"/tasks/{task}")
    other.post(f"/tasks/{task}/complete", FIELDS)
    for seen in ("", "x" * 64):
        answer = clerk.post(f"/tasks/{task}/complete", {**FIELDS, "seen_task": seen})
        assert answer.status_code == 404
        assert "Demo Other" not in clerk.text


def test_a_task_of_somebody_else_can_be_taken_over_but_not_completed_by_the_way(browser, task):
    clerk, other = browser("demo-clerk"), browser("demo-other")
    other.get(f"/tasks/{task}")
    other.post(f"/tasks/{task}/claim")
    clerk.get(f"/tasks/{task}")
    assert "Demo Other works on this task." in clerk.text
    assert "complete-next" not in clerk.text
    answer = clerk.post(f"/tasks/{task}/complete", FIELDS)
    assert answer.status_code == 409
    assert "Demo Other has claimed this task." in clerk.text
    assert clerk.post(f"/tasks/{task}/claim").status_code == 409
    assert clerk.post(f"/tasks/{task}/claim", {"take_over": "1"}).status_code == 303


def test_releasing_gives_the_task_back_to_the_group(browser, task):
    clerk, other = browser("demo-clerk"), browser("demo-other")
    clerk.get(f"/tasks/{task}")
    clerk.post(f"/tasks/{task}/claim")
    clerk.get("/inbox")
    assert clerk.post(f"/tasks/{task}/release").headers["Location"] == "/inbox"
    assert tasks_of(other)[0]["assignee"] is None


def test_a_task_without_a_form_can_be_completed(browser, platform):
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish(work, "leave.asked", "k", {})
    clerk = browser("demo-clerk")
    task = tasks_of(clerk)[0]["id"]
    clerk.get(f"/tasks/{task}")
    assert "This task has no form" in clerk.text
    assert clerk.post(f"/tasks/{task}/complete").status_code == 303


def test_a_task_that_is_not_mine_does_not_exist_for_me(browser, task, platform):
    with platform.database.write(Actor(id="demo-boss", name="Boss", roles=frozenset({"administrator"}))) as work:
        platform.access.add_user(
            work, "demo-stranger", name="Demo Stranger", password="correct horse battery", roles=["process_analyst"]
        )
    stranger = browser("demo-stranger")
    assert stranger.get(f"/tasks/{task}").status_code == 404
    for action in ("claim", "release", "complete"):
        stranger.get("/inbox")
        assert stranger.post(f"/tasks/{task}/{action}").status_code == 404


def test_values_are_escaped_wherever_they_stand(browser, start):
    start(who="<script>alert(1)</script>", days=1)
    clerk = browser("demo-clerk")
    task = tasks_of(clerk)[0]["id"]
    clerk.get(f"/tasks/{task}")
    assert "<script>alert" not in clerk.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in clerk.text


def test_the_page_speaks_the_language_of_the_form_and_of_numbers(browser, start):
    from decimal import Decimal

    start(who="Demo", days=Decimal("1.5"))
    clerk = browser("demo-clerk")
    task = tasks_of(clerk)[0]["id"]
    clerk.get(f"/tasks/{task}?lang=ru")
    assert "Решение" in clerk.text
    assert 'value="1,5"' in clerk.text
    answer = clerk.post(f"/tasks/{task}/complete", {**FIELDS, "days": "2,5"})
    assert answer.status_code == 303


CHECKED = """<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
 <bpmn:process id="checked" name="Checked" isExecutable="true">
 <bpmn:startEvent id="s"/><bpmn:userTask id="offer" name="Make an offer"><bpmn:extensionElements><zeebe:userTask/>
 <zeebe:assignmentDefinition candidateGroups="clerk"/><zeebe:taskListeners>
 <zeebe:taskListener eventType="completing" type="demo.check"/></zeebe:taskListeners></bpmn:extensionElements></bpmn:userTask>
 <bpmn:endEvent id="e"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="offer"/>
 <bpmn:sequenceFlow id="b" sourceRef="offer" targetRef="e"/></bpmn:process></bpmn:definitions>"""


@pytest.fixture
def checked_task(platform, start, browser):
    """Makes a task whose completion a listener denies, inside the transaction or outside."""

    def make(kind):
        def check(job):
            raise Denied("The sum is missing.")

        platform.handlers.add(Handler(type="demo.check", kind=kind, function=check), "test")
        with platform.database.write(SYSTEM, "test") as work:
            platform.processes.deploy(work, {"checked.bpmn": CHECKED.encode()})
        start("checked")
        return tasks_of(browser("demo-clerk"))[0]["id"]

    return make


def test_a_completion_that_is_denied_tells_the_reason(checked_task, browser):
    task, clerk = checked_task("local"), browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    answer = clerk.post(f"/tasks/{task}/complete")
    assert answer.status_code == 409
    assert "Not accepted: The sum is missing." in clerk.text
    refused = clerk.api("POST", f"/user-tasks/{task}/complete", json={"variables": {}})
    assert (refused.status_code, refused.json["code"], refused.json["detail"]) == (409, "TASK-1012", "The sum is missing.")


def test_a_completion_that_is_looked_at_outside_is_shown_until_the_answer_is_there(checked_task, browser, platform):
    task, clerk = checked_task("call"), browser("demo-clerk")
    clerk.get(f"/tasks/{task}")
    assert clerk.post(f"/tasks/{task}/complete").status_code == 303
    clerk.get("/inbox?view=groups")
    assert "is handed in" in clerk.text
    assert "Being completed" in clerk.text
    clerk.get(f"/tasks/{task}")
    assert "This task is being completed." in clerk.text
    assert "Complete and next" not in clerk.text
    assert clerk.post(f"/tasks/{task}/complete").status_code == 409
    platform.jobs.run_due()
    clerk.get(f"/tasks/{task}")
    assert "Not accepted: The sum is missing." in clerk.text
    assert "Complete and next" in clerk.text
    clerk.get("/inbox?view=groups")
    assert "Not accepted" in clerk.text
