"""The diagram of the instance page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.desk import VIEWER_READY, uncovered, violations
from tests.support.office import start

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def overlay(page, element, kind):
    return page.locator(f".djs-overlays[data-container-id={element}] .token-{kind}")


def test_tokens_incidents_and_the_path_are_drawn(desk, stuck):
    page = desk.open(f"/instances/{stuck}", ready=VIEWER_READY)
    expect(overlay(page, "Task_Order", "active")).to_have_text("1")
    expect(overlay(page, "Task_Order", "incident")).to_have_attribute("aria-label", "1 incident, here now")
    for flow in ("Flow_1", "Flow_2", "Flow_Small"):
        assert "flow-taken" in page.locator(f".djs-element[data-element-id={flow}]").get_attribute("class")
    assert "flow-taken" not in page.locator(".djs-element[data-element-id=Flow_Large]").get_attribute("class")


def test_outline_and_diagram_show_the_same_element(desk, office):
    page = desk.open(f"/instances/{start(office)}", ready=VIEWER_READY)
    page.locator("#diagram-outline [data-element-id=Task_Order]").click()
    assert "element-current" in page.locator(".djs-element[data-element-id=Task_Order]").get_attribute("class")
    page.locator(".djs-element[data-element-id=Task_Check]").click()
    expect(page.locator("#diagram-outline [data-element-id=Task_Check]")).to_have_attribute("aria-current", "true")


def test_an_incident_is_resolved_on_the_page(desk, stuck):
    page = desk.open(f"/instances/{stuck}", ready=VIEWER_READY)
    page.get_by_text("Change variables first").click()
    page.get_by_label("Variables to write before it is tried again").fill("{order: {amount: 400}}")
    page.get_by_role("button", name="Try again: Order").click()
    page.wait_for_selector(VIEWER_READY, state="attached")
    expect(page.locator("main")).to_contain_text("The process ended.")
    expect(page.locator(".token-incident")).to_have_count(0)


def test_the_logo_of_bpmn_io_is_whole_and_uncovered(desk, office):
    page = desk.open(f"/instances/{start(office)}", ready=VIEWER_READY)
    logo = page.locator(".bjs-powered-by")
    for width, height in ((1360, 860), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        logo.scroll_into_view_if_needed()
        assert uncovered(logo), (width, height)


def test_nothing_stands_against_wcag_22_aa(desk, stuck):
    for path, ready in ((f"/instances/{stuck}", VIEWER_READY), ("/instances", "")):
        page = desk.open(path, ready=ready)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (path, theme)


def test_a_phone_shows_the_page_without_scrolling_sideways(desk, stuck):
    page = desk.open(f"/instances/{stuck}", ready=VIEWER_READY, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_outline_says_where_it_stands(desk, stuck):
    page = desk.open(f"/instances/{stuck}", scripts=False)
    expect(page.locator("#diagram-outline [data-element-id=Task_Order]")).to_contain_text("here now")
    expect(page.locator("#diagram")).to_be_hidden()
    expect(page.get_by_role("button", name="Try again: Order")).to_be_visible()
