"""Public forms: anybody may send them, robots are told apart, and twice is once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from runtime.access.actor import SYSTEM


@pytest.fixture
def visitor(browser, platform):
    """A person who opened the form and took the time to read it."""
    made = browser()
    made.get("/f/ask")
    platform.database.clock.advance(timedelta(seconds=20))
    return made


def hidden(browser):
    return {name: re.search(rf'name="{name}" value="([^"]+)"', browser.text)[1] for name in ("once", "opened")}


def fields(browser, **others):
    return {
        "name": "Demo Visitor",
        "email": "visitor@example.com",
        "text": "How much?",
        "~seen": "name email text",
        **hidden(browser),
        **others,
    }


def questions(platform):
    with platform.database.read(SYSTEM) as work:
        rows = platform.processes.instances(work, process_id="question").rows
        return [platform.processes.instance(work, row.id).variables for row in rows]


def test_the_form_is_there_without_signing_in_in_three_languages(browser):
    for language, title in (("en", "Ask us"), ("ja", "お問い合わせ"), ("ru", "Спросите нас")):
        visitor = browser()
        visitor.get(f"/f/ask?lang={language}")
        assert "<h1" in visitor.text
        assert title in visitor.text
        assert f'<html lang="{language}"' in visitor.text
        visitor = browser()
        visitor.get("/f/ask", headers={"Accept-Language": f"{language};q=0.9"})
        assert title in visitor.text


def test_sending_publishes_the_message_with_the_values_over_the_defaults(visitor, platform):
    answer = visitor.post("/f/ask", fields(visitor))
    assert answer.headers["Location"] == "/f/ask/thanks"
    visitor.get("/f/ask/thanks")
    assert "Thank you" in visitor.text
    (variables,) = questions(platform)
    assert variables["name"] == "Demo Visitor"
    assert variables["channel"] == "web"
    assert variables["language"] == "en"
    assert variables["form_trap"] == ""


def test_sending_the_same_page_twice_is_one_request(visitor, platform):
    sent = fields(visitor)
    token = visitor.token
    for _time in range(3):
        platform.database.clock.advance(timedelta(seconds=1))
        answer = visitor.client.post("/f/ask", data={"csrf_token": token, **sent})
        assert answer.status_code == 303
    assert len(questions(platform)) == 1


def test_a_second_page_is_a_second_request(visitor, platform):
    visitor.post("/f/ask", fields(visitor))
    visitor.get("/f/ask")
    visitor.post("/f/ask", fields(visitor))
    assert len(questions(platform)) == 2


def test_what_is_wrong_is_shown_and_nothing_is_sent(visitor, platform):
    answer = visitor.post("/f/ask", fields(visitor, name="", email="not an address"))
    assert answer.status_code == 422
    assert "2 fields need a change" in visitor.text
    assert 'value="not an address"' in visitor.text
    assert not questions(platform)
    assert visitor.post("/f/ask", fields(visitor)).status_code == 303
    assert len(questions(platform)) == 1


def test_the_hidden_field_gives_robots_away(visitor, platform):
    visitor.post("/f/ask", fields(visitor, form_trap="buy now"))
    assert questions(platform)[0]["form_trap"] == "hidden field: buy now"


def test_nobody_fills_in_a_form_in_a_moment(browser, platform):
    robot = browser()
    robot.get("/f/ask")
    robot.post("/f/ask", fields(robot))
    assert re.fullmatch(r"sent after \d\.\d seconds", questions(platform)[0]["form_trap"])


@pytest.mark.parametrize("opened", ["", "0.x", "1700000000000.forged", "²³.x"])
def test_a_forged_time_gives_robots_away(visitor, platform, opened):
    visitor.post("/f/ask", fields(visitor, opened=opened))
    assert questions(platform)[0]["form_trap"] == "the page was never opened"


def test_a_post_without_the_page_is_refused(browser, platform):
    assert browser().client.post("/f/ask", data={"name": "x", "text": "y"}).status_code == 403
    assert not questions(platform)


def test_the_form_of_a_signed_in_person_works_too(browser, platform):
    clerk = browser("demo-clerk")
    clerk.get("/f/ask")
    platform.database.clock.advance(timedelta(seconds=20))
    assert clerk.post("/f/ask", fields(clerk)).status_code == 303


def test_an_unknown_form_is_told(browser):
    assert browser().get("/f/nothing").status_code == 404


def test_a_language_is_kept_over_a_refusal(visitor):
    visitor.get("/f/ask?lang=ja")
    visitor.post("/f/ask?lang=ja", fields(visitor, name=""))
    assert "お名前" in visitor.text
    assert "この欄に入力してください" in visitor.text
