"""Operating an instance in a real browser: the diagram shows where tokens would be, before anything is done."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.support.desk import VIEWER_READY, violations
from tests.support.office import SAMPLE, complete, deploy

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def picture(page, name):
    """Where ``PICTURES`` names a folder, the page is kept there to be looked at."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def show(page):
    page.get_by_role("button", name="Show what would happen").click()
    page.wait_for_selector(VIEWER_READY, state="attached")
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()


def act(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_selector(VIEWER_READY, state="attached")


def test_a_token_is_moved_by_what_is_pressed_on_the_diagram(desk, instance):
    page = desk.open(f"/instances/{instance}/operate/modify", ready=VIEWER_READY)
    page.locator(".djs-element[data-element-id=Task_Order]").click()
    expect(page.get_by_label("A new token begins at")).to_have_value("Task_Order")
    page.get_by_label("Check the request").select_option("end")
    page.get_by_label("Variables to write").fill("{order: {amount: 700}}")
    page.get_by_label("Why?").fill("checked by phone")
    show(page)
    expect(page.locator(".djs-overlays[data-container-id=Task_Check] .token-ends")).to_have_text("−1")
    expect(page.locator(".djs-overlays[data-container-id=Task_Order] .token-begins")).to_have_text("+1")
    assert violations(page) == []
    picture(page, "modify")
    act(page, "Move tokens")
    expect(page.locator("main")).to_contain_text("The tokens are moved.")
    expect(page.locator("main")).to_contain_text("Moved tokens – checked by phone")


def test_an_instance_is_suspended_and_resumed(desk, instance):
    page = desk.open(f"/instances/{instance}", ready=VIEWER_READY)
    page.get_by_role("link", name="Suspend").click()
    page.get_by_label("Why?").fill("audit")
    picture(page, "suspend")
    act(page, "Suspend")
    expect(page.locator("main")).to_contain_text("The instance is suspended.")
    picture(page, "instance")
    page.get_by_role("link", name="Resume").click()
    page.get_by_label("Why?").fill("audit is over")
    act(page, "Resume")
    expect(page.locator("main")).to_contain_text("The instance goes on.")


def test_an_ended_instance_starts_again_from_a_point(desk, office, instance):
    complete(office, instance)
    page = desk.open(f"/instances/{instance}/operate/restart", ready=VIEWER_READY)
    page.get_by_label("Check the request").check()
    page.get_by_label("Why?").fill("delivered twice")
    show(page)
    expect(page.locator(".djs-overlays[data-container-id=Task_Check] .token-begins")).to_have_text("+1")
    picture(page, "restart")
    act(page, "Start again from a point")
    expect(page.locator("main")).to_contain_text("A new instance has begun")


def test_variables_are_set_in_a_scope(desk, instance):
    page = desk.open(f"/instances/{instance}/operate/variables", ready=VIEWER_READY)
    page.get_by_label("In the scope of").select_option(index=1)
    page.get_by_label("Variables to write").fill("{note: 7}")
    page.get_by_label("Why?").fill("asked for")
    show(page)
    expect(page.locator("main")).to_contain_text("No token moves.")
    act(page, "Set variables")
    expect(page.locator("main")).to_contain_text("The variables are written.")


def test_an_incident_is_resolved_after_a_look_at_what_would_happen(desk, stuck):
    page = desk.open(f"/instances/{stuck}", ready=VIEWER_READY)
    page.get_by_text("Change variables first").click()
    page.get_by_label("Variables to write before it is tried again").fill("{order: {amount: 400}}")
    page.get_by_label("Why?").first.fill("the limit was wrong")
    page.get_by_role("button", name="Show first what would happen").click()
    page.wait_for_selector(VIEWER_READY, state="attached")
    picture(page, "resolve")
    act(page, "Try again")
    expect(page.locator("main")).to_contain_text("What happened stands in the journal")


def test_an_instance_is_migrated_with_a_mapping(desk, office, instance):
    deploy(office, SAMPLE.replace(b"Task_Check", b"Task_Look"))
    page = desk.open(f"/instances/{instance}/migrate", ready=VIEWER_READY)
    page.get_by_role("button", name="Show what would happen").click()
    page.wait_for_selector(VIEWER_READY, state="attached")
    expect(page.get_by_text("Needs a mapping")).to_be_visible()
    assert violations(page) == []
    picture(page, "migrate-mapping")
    page.get_by_label("Check the request").select_option("Task_Order")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("Refused: something is in the way.")).to_be_visible()
    page.get_by_label("Check the request").select_option("Task_Look")
    page.get_by_label("Why?").fill("new wording")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("Safe: every element can go on.")).to_be_visible()
    page.wait_for_selector(VIEWER_READY, state="attached")
    expect(page.locator(".djs-overlays[data-container-id=Task_Look] .token-begins")).to_have_text("+1")
    picture(page, "migrate-safe")
    act(page, "Migrate")
    expect(page.locator("main")).to_contain_text("The instance goes on in version 2.")


def test_an_instance_is_cancelled_with_its_reason(desk, instance):
    page = desk.open(f"/instances/{instance}", ready=VIEWER_READY)
    page.get_by_text("Cancel this instance").click()
    page.get_by_label("Why?").fill("ordered twice")
    act(page, "Cancel the instance")
    expect(page.locator("main")).to_contain_text("Cancelled – ordered twice")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_stands_against_wcag_22_aa(desk, office, instance, theme):
    deploy(office, SAMPLE.replace(b"Check the request", b"Look at it"))
    page = desk.open(f"/instances/{instance}/operate/modify", ready=VIEWER_READY, theme=theme)
    for path in ("operate/modify", "operate/variables", "operate/suspend", "migrate", "migrate?version=2"):
        page.goto(page.url.split("/instances")[0] + f"/instances/{instance}/{path}")
        page.wait_for_selector(VIEWER_READY, state="attached")
        assert violations(page) == [], path
        picture(page, f"{path.replace('/', '-').replace('?', '-')}-{theme}")


def test_a_phone_shows_the_pages_without_scrolling_sideways(desk, instance):
    page = desk.open(f"/instances/{instance}/operate/modify", ready=VIEWER_READY, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "modify-phone")


def test_the_keyboard_alone_moves_a_token(desk, instance):
    page = desk.open(f"/instances/{instance}/operate/modify", ready=VIEWER_READY)
    page.get_by_label("Check the request").focus()
    page.keyboard.type("ends")
    page.get_by_label("Why?").focus()
    page.keyboard.type("not needed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is left in the process")).to_be_visible()
