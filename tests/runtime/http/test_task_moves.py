"""Hand over, send back, co-sign, take back and deputies on the pages, without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.access.actor import SYSTEM
from tests.support.diagrams import diagram, line, user_task

FILES = {"two.bpmn": diagram("two", line(user_task("write", groups="clerk"), user_task("check", groups="clerk")))}


@pytest.fixture
def clerk(platform, browser, start):
    """A clerk who looks at the first task of two."""
    with platform.database.write(SYSTEM, "test") as work:
        platform.processes.deploy(work, FILES)
    start("two")
    made = browser("demo-clerk")
    made.get(f"/tasks/{task(platform)}")
    return made


def task(platform, person=None):
    with platform.database.read(SYSTEM) as work:
        return next(row.id for row in platform.processes.tasks(work, view="all").rows if row.assignee == person)


def follow(made):
    made.get(made.page.headers["Location"])
    return made.text


def test_the_receiver_reads_from_whom_and_why(platform, browser, clerk):
    first = task(platform)
    clerk.post(f"/tasks/{first}/hand-over", {"to": "user:demo-other", "why": "I am at the fair"})
    assert "is handed over" in follow(clerk)
    other = browser("demo-other")
    other.get("/inbox?view=mine")
    assert "From Demo Clerk: I am at the fair" in other.text
    other.get(f"/tasks/{first}")
    assert "From Demo Clerk: I am at the fair" in other.text


def test_an_administrator_hands_over_what_somebody_else_has(platform, browser, clerk):
    first = task(platform)
    clerk.post(f"/tasks/{first}/claim")
    boss = browser("demo-boss")
    boss.get(f"/tasks/{first}")
    assert "Hand it over" in boss.text
    assert "Ask for a co-signature" not in boss.text
    boss.post(f"/tasks/{first}/hand-over", {"to": "user:demo-other", "why": "ill"})
    assert task(platform, "demo-other") == first


@pytest.mark.parametrize("move", ["hand-over", "send-back", "co-signers", "refuse", "withdraw"])
def test_no_move_without_a_reason(platform, clerk, move):
    answer = clerk.post(f"/tasks/{task(platform)}/{move}", {"to": "user:demo-other", "user": "demo-other", "why": " "})
    assert answer.status_code == 422
    assert "Say why" in clerk.text


def test_a_task_goes_back_to_an_earlier_one_that_was_done(platform, clerk):
    assert "Send it back" not in clerk.text, "nothing lies before it"
    clerk.post(f"/tasks/{task(platform)}/complete")
    clerk.get(f"/tasks/{task(platform)}")
    assert '<option value="write">Write</option>' in clerk.text
    clerk.post(f"/tasks/{task(platform)}/send-back", {"element": "write", "why": "the date is missing"})
    assert "went back" in follow(clerk)
    clerk.get(f"/tasks/{task(platform)}")
    assert ">Write</h1>" in clerk.text
    assert "the date is missing" in clerk.text


def test_a_completed_task_is_taken_back_from_the_notice(platform, clerk):
    first = task(platform)
    clerk.post(f"/tasks/{first}/complete")
    assert f'<a href="/tasks/{first}">Take it back</a>' in follow(clerk)
    clerk.get(f"/tasks/{first}")
    clerk.post(f"/tasks/{first}/withdraw", {"why": "wrong date"})
    assert "The task is yours again" in follow(clerk)
    assert task(platform, "demo-clerk") != first


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The task cannot be taken back: the next task is done already."),
        ("ja", "タスクは取り戻せません：次のタスクがすでに完了しています。"),
        ("ru", "Задачу нельзя взять обратно: следующая задача уже выполнена."),
    ],
)
def test_why_a_task_is_not_taken_back_is_said_in_the_persons_language(platform, start, clerk, language, said):
    three = diagram("three", line(*(user_task(name, groups="clerk") for name in ("write", "check", "file"))))
    with platform.database.write(SYSTEM, "test") as work:
        platform.processes.cancel(work, task(platform).rpartition(".")[0], "another process is looked at")
        platform.processes.deploy(work, {"three.bpmn": three})
    start("three")
    first = task(platform)
    clerk.get(f"/tasks/{first}")
    clerk.post(f"/tasks/{first}/complete")
    clerk.get(f"/tasks/{task(platform)}")
    clerk.post(f"/tasks/{task(platform)}/complete")
    clerk.client.set_cookie("ringi_language", language)
    clerk.get(f"/tasks/{first}")
    assert said in clerk.text
    answer = clerk.post(f"/tasks/{first}/withdraw", {"why": "wrong date"})
    assert answer.status_code == 409
    assert said in clerk.text


def test_a_co_signer_reads_what_was_filled_in_and_signs_or_refuses(platform, browser, clerk):
    first = task(platform)
    clerk.post(f"/tasks/{first}/co-signers", {"user": "demo-other", "order": "turn", "why": "over 1000"})
    assert "Demo Other: is asked next" in follow(clerk)
    with platform.database.write(SYSTEM, "test") as work:
        platform.processes.set_variables(work, first.rpartition(".")[0], {"x": 1})
    clerk.post(f"/tasks/{first}/complete")
    other = browser("demo-other")
    other.get(f"/tasks/{task(platform, 'demo-other')}")
    for text in ("Demo Clerk completed it with", "From Demo Clerk: over 1000", "Co-sign</button>"):
        assert text in other.text, text
    other.post(f"/tasks/{task(platform, 'demo-other')}/refuse", {"why": "too much"})
    assert "You did not co-sign" in follow(other)
    clerk.get(f"/tasks/{task(platform, 'demo-clerk')}")
    assert "From Demo Other: too much" in clerk.text
    assert "Demo Other: refused – too much" in clerk.text


def test_a_deputy_is_named_and_works_for_the_person(platform, browser, clerk):
    first = task(platform)
    clerk.post(f"/tasks/{first}/claim")
    with platform.database.read(SYSTEM) as work:
        today = work.now.date()
    until = (today + timedelta(days=3)).isoformat()
    clerk.get("/deputies")
    clerk.post("/deputies", {"deputy": "demo-other", "from": today.isoformat(), "until": until, "why": "holiday"})
    assert "Demo Other stands in for Demo Clerk" in follow(clerk)
    other = browser("demo-other")
    other.get(f"/tasks/{first}")
    assert "For Demo Clerk, who is away" in other.text
    other.post(f"/tasks/{first}/complete")
    other.get(f"/tasks/{first}")
    assert "(for Demo Clerk)" in other.text


def test_nobody_names_a_deputy_for_another_but_administrators(platform, browser, clerk):
    with platform.database.read(SYSTEM) as work:
        today = work.now.date().isoformat()
    form = {"absent": "demo-other", "deputy": "demo-clerk", "from": today, "until": today}
    clerk.get("/deputies")
    assert clerk.post("/deputies", form).status_code == 403
    boss = browser("demo-boss")
    boss.get("/deputies")
    assert boss.post("/deputies", form).status_code == 303
    body = {"absent": "demo-other", "deputy": "demo-clerk"}
    body |= {"starts_at": f"{today}T00:00:00Z", "ends_at": f"{today}T23:00:00Z"}
    assert clerk.api("POST", "/substitutes", json=body).status_code == 403
    boss.get("/deputies")
    (one,) = boss.api("GET", "/substitutes").json["items"]
    assert clerk.api("DELETE", f"/substitutes/{one['id']}").status_code == 403
    assert boss.api("DELETE", f"/substitutes/{one['id']}").status_code == 204


def test_the_moves_over_the_api(platform, browser, clerk):
    first = task(platform)
    body = {"reason": "over 1000", "user": "demo-other", "together": True}
    assert clerk.api("POST", f"/user-tasks/{first}/co-signers", json=body).status_code == 204
    found = clerk.api("GET", f"/user-tasks/{first}").json
    assert found["co_signing"]["asked"] == ["demo-other"]
    other = browser("demo-other")
    asked = task(platform, "demo-other")
    assert other.api("GET", f"/user-tasks/{asked}").json["is_co_signature"]
    assert other.api("POST", f"/user-tasks/{asked}/refuse", json={"reason": "no"}).status_code == 204
    assert other.api("GET", f"/user-tasks/{asked}").json["status"] == "refused"
    assert clerk.api("POST", f"/user-tasks/{first}/complete", json={}).status_code == 204
    assert clerk.api("POST", f"/user-tasks/{first}/withdraw", json={"reason": "no"}).status_code == 204
    again = task(platform, "demo-clerk")
    assert clerk.api("POST", f"/user-tasks/{again}/hand-over", json={"reason": "x"}).status_code == 422
    handed = {"reason": "x", "group": "clerk"}
    assert clerk.api("POST", f"/user-tasks/{again}/hand-over", json=handed).status_code == 204
    assert clerk.api("GET", f"/user-tasks/{again}").json["sender"] == "demo-clerk"
