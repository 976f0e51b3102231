"""The pages in a real browser: with and without scripts, with the keyboard alone, in each language and theme, on a phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from runtime.access.actor import SYSTEM

pytestmark = pytest.mark.browser


@pytest.fixture
def tasks(start, platform):
    """Three open tasks, one overdue; their ids, the most urgent first."""
    with platform.database.read(SYSTEM) as work:
        now = work.now
    start(who="Demo Person One", days=3, due=now - timedelta(hours=30))
    start(who="Demo Person Two", days=2, due=now + timedelta(hours=3))
    start(who="Demo Person Three", days=1)
    with platform.database.read(SYSTEM) as work:
        return [row.id for row in platform.processes.tasks(work, view="all").rows]


PATHS = ["/inbox?view=groups", "/inbox?view=mine", "/tasks/{task}", "/api/docs", "/nothing-here"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ja", "ru"])
def test_axe_finds_nothing(visit, axe, tasks, theme, language):
    page = visit("demo-clerk", language=language, theme=theme)
    found = {}
    for path in PATHS:
        page.goto(page.url.split("/inbox")[0] + path.format(task=tasks[0]))
        found[path] = axe(page)
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/inbox")
    for path in ("/sign-in", "/f/ask", "/f/ask/thanks"):
        found[path] = axe(visit(None, path, language=language, theme=theme))
    assert not any(found.values()), "\n".join(f"{path}: {line}" for path, lines in found.items() for line in lines)


def test_axe_finds_nothing_on_a_form_with_mistakes(visit, axe, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("needs a change")
    expect(page.locator("#errors")).to_be_focused()
    assert not axe(page)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_is_wider_than_a_phone(visit, tasks, path, language):
    page = visit("demo-clerk", width=360, language=language)
    page.goto(page.url.split("/inbox")[0] + path.format(task=tasks[0]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_target_is_at_least_24_pixels(visit, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), .nav a, .tabs a')]
            .filter(e => e.checkVisibility() && !e.closest('.trap'))
            .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
            .filter(([e, r]) => r.width < 24 || r.height < 24).map(([e]) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_whole_way_without_any_script(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups", script=False)
    page.get_by_role("row", name=re.compile("Overdue")).get_by_role("link", name="Decide on the leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Decide on the leave")
    page.get_by_label("Refused").check()
    page.get_by_role("button", name="Update the form").click()
    page.get_by_label(re.compile("Reason")).fill("Too many people are away.")
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("Name")).to_have_count(2)
    page.get_by_role("button", name="Complete and next").click()
    expect(page.get_by_role("status").first).to_contain_text("Completed: Decide on the leave. 2 tasks are left.")


def test_the_whole_way_with_the_keyboard_alone(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.get_by_role("status").first).to_contain_text("is yours now")
    page.goto(page.url.replace("groups", "mine"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/**")
    page.keyboard.press("e")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox?view=mine")
    expect(page.get_by_role("status").first).to_contain_text("Completed: Decide on the leave. No task is left.")


def test_keys_are_those_of_the_place_on_the_keyboard_and_wait_for_the_input_method(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    press = """([key, code, isComposing]) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, isComposing, bubbles: true}))"""
    page.evaluate(press, ["о", "KeyJ", True])
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.evaluate(press, ["о", "KeyJ", False])
    assert page.evaluate("document.activeElement.hasAttribute('data-row-link')")


def test_single_keys_can_be_turned_off(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert not page.evaluate("document.activeElement.hasAttribute('data-row-link')")
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_label("Single-key shortcuts on")).not_to_be_checked()


def test_keys_typed_into_a_field_are_text(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    page.locator("#q").focus()
    page.keyboard.type("jkc")
    assert page.locator("#q").input_value() == "jkc"


def test_the_form_follows_what_is_chosen_and_keeps_what_is_typed(visit, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    expect(page.get_by_role("button", name="Update the form")).to_be_hidden()
    page.get_by_label("Days").fill("2.5")
    page.get_by_label("Refused").check()
    reason = page.get_by_label(re.compile("Reason"))
    expect(reason).to_be_visible()
    expect(page.get_by_label("Refused")).to_be_focused()
    assert page.get_by_label("Days").input_value() == "2.5"
    reason.fill("Because")
    page.get_by_label("Granted").check()
    expect(reason).to_have_count(0)


def test_rows_are_added_in_place_and_the_new_one_has_the_focus(visit, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    page.get_by_label("Name").fill("Demo A")
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("Name")).to_have_count(2)
    expect(page.get_by_label("Name").nth(1)).to_be_focused()
    page.get_by_role("button", name="Remove row 1").click()
    expect(page.get_by_label("Name")).to_have_count(1)
    assert page.get_by_label("Name").input_value() == ""
    assert "/complete" not in page.url


def test_what_was_typed_survives_leaving_the_page(visit, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    page.get_by_label("Refused").check()
    page.get_by_label(re.compile("Reason")).fill("A long story")
    expect(page.locator("[data-form-state]")).to_contain_text("Draft kept in this tab")
    page.reload()
    expect(page.get_by_label(re.compile("Reason"))).to_have_value("A long story")
    expect(page.locator("[data-form-state]")).to_contain_text("is back")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label(re.compile("Reason"))).to_have_count(0)


def test_a_draft_goes_when_the_task_is_done_and_when_its_owner_signs_out(visit, tasks):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    drafts = "Object.keys(sessionStorage).filter(name => name.startsWith('ringi-draft:')).length"
    page.get_by_label("Granted").check()
    expect(page.locator("[data-form-state]")).to_contain_text("Draft kept")
    assert page.evaluate(drafts) == 1
    page.get_by_role("button", name="Complete and next").click()
    page.wait_for_url("**/inbox**")
    page.goto(page.url.split("/inbox")[0] + f"/tasks/{tasks[1]}")
    assert page.evaluate(drafts) == 0
    page.get_by_label("Granted").check()
    expect(page.locator("[data-form-state]")).to_contain_text("Draft kept")
    page.get_by_role("button", name=re.compile("Your settings")).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate(drafts) == 0


def test_an_impatient_second_click_sends_nothing_twice(visit, tasks, platform):
    page = visit("demo-clerk", f"/tasks/{tasks[0]}")
    page.get_by_label("Granted").check()
    page.get_by_role("button", name="Complete", exact=True).dblclick()
    page.wait_for_url("**/inbox**")
    with platform.database.read(SYSTEM) as work:
        commands = [row.command for row in platform.processes.journal(work, tasks[0].split(".")[0])]
    assert commands.count("CompleteUserTask") == 1


def test_a_conflict_keeps_what_was_typed_on_the_page(visit, tasks):
    mine, theirs = visit("demo-clerk", f"/tasks/{tasks[0]}"), visit("demo-other", f"/tasks/{tasks[0]}")
    mine.get_by_label("Refused").check()
    mine.get_by_label(re.compile("Reason")).fill("A long story")
    theirs.get_by_label("Granted").check()
    theirs.get_by_role("button", name="Complete", exact=True).click()
    theirs.wait_for_url("**/inbox**")
    mine.get_by_role("button", name="Complete", exact=True).click()
    expect(mine.get_by_role("alert")).to_contain_text("Demo Other completed this task on")
    expect(mine.get_by_label(re.compile("Reason"))).to_have_value("A long story")


def test_language_and_theme_are_switched_in_the_menu(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    page.get_by_role("button", name=re.compile("Your settings")).click()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("受信箱")
    assert "view=groups" in page.url
    page.get_by_role("button", name=re.compile("個人設定")).click()
    page.get_by_role("button", name="ダーク").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_menu_of_a_phone_opens_without_a_script(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups", width=360, script=False)
    entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="Leave requests")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(entry).to_be_visible()


def test_a_public_form_is_sent_by_a_person_who_takes_the_time(visit, platform):
    page = visit(None, "/f/ask?lang=ja", language="ja")
    page.get_by_label(re.compile("お名前")).fill("デモ")
    page.get_by_label(re.compile("ご質問")).fill("いくらですか。")
    platform.database.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name="送信").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ありがとうございます")
    with platform.database.read(SYSTEM) as work:
        (row,) = platform.processes.instances(work, process_id="question").rows
        variables = platform.processes.instance(work, row.id).variables
    assert (variables["name"], variables["language"], variables["form_trap"]) == ("デモ", "ja", "")


def test_the_skip_link_is_the_first_stop(visit, tasks):
    page = visit("demo-clerk", "/inbox?view=groups")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
