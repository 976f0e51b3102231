"""What people do with tasks among themselves, in a real browser."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from runtime.access.actor import SYSTEM
from tests.support.diagrams import diagram, line, user_task

pytestmark = pytest.mark.browser

FILES = {"two.bpmn": diagram("two", line(user_task("write", groups="clerk"), user_task("check", groups="clerk")))}


@pytest.fixture
def second(platform, start):
    """The second task of two; a co-signer has been asked, and it comes from somebody."""
    with platform.database.write(SYSTEM, "test") as work:
        platform.processes.deploy(work, FILES)
    start("two")
    with platform.database.write(SYSTEM, "test") as work:
        platform.processes.complete_task(work, open_task(work, platform), {})
    with platform.database.write(SYSTEM, "I am at the fair, and the customer calls at three") as work:
        task = open_task(work, platform)
        platform.processes.moves.hand_over(work, task, to="demo-clerk")
        platform.processes.moves.add_co_signer(work, task, "demo-boss")
    return task


def open_task(work, platform):
    return platform.processes.tasks(work, view="all").rows[0].id


def picture(page, name):
    """Where ``PICTURES`` names a folder, the page is kept there to be looked at."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ja", "dark"), ("ru", "light")])
def test_axe_finds_nothing_with_every_move_open(visit, axe, second, language, theme):
    page = visit("demo-clerk", f"/tasks/{second}", language=language, theme=theme)
    for part in page.locator(".moves details").all():
        part.locator("summary").click()
        assert not axe(page)
    picture(page, f"task-{language}")
    page.goto(page.url.split("/tasks")[0] + "/deputies")
    assert not axe(page)
    picture(page, f"deputies-{language}")


def test_nothing_is_wider_than_a_phone(visit, second):
    page = visit("demo-clerk", f"/tasks/{second}", width=360, language="ru")
    page.get_by_text("Передать").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    picture(page, "task-phone")
    page.goto(page.url.split("/tasks")[0] + "/deputies")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_task_is_handed_over_with_the_keyboard_alone(visit, second):
    page = visit("demo-clerk", f"/tasks/{second}")
    page.get_by_text("Hand it over").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Demo Oth")
    page.keyboard.press("Tab")
    page.keyboard.type("my holiday begins")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is handed over")


def test_a_completed_task_is_taken_back(visit, platform, second):
    with platform.database.write(SYSTEM, "test") as work:
        instance = second.rpartition(".")[0]
        platform.processes.cancel(work, instance, "test")
        platform.processes.start(work, "two", {})
    page = visit("demo-clerk", "/inbox?view=groups")
    page.get_by_role("link", name="Write").click()
    page.get_by_role("button", name="Complete", exact=True).click()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Why?").fill("the wrong date")
    picture(page, "task-withdraw")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status").first).to_contain_text("The task is yours again")
    expect(page.get_by_role("heading", level=1)).to_have_text("Write")
