"""What the designer's canvas owes its users' eyes and devices: contrast, width, the logo, life without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.canvas import BROKEN, PROCESS
from tests.support.desk import DESIGNER_READY, uncovered, violations
from tests.support.drawing_board import choose, open_group, row

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def canvas(desk):
    """The demo process on the canvas."""
    return desk.open(PROCESS, ready=DESIGNER_READY)


def test_the_logo_of_bpmn_io_is_whole_and_uncovered_at_the_lower_right(canvas):
    logo = canvas.locator(".bjs-powered-by")
    for width, height in ((1360, 860), (900, 700), (390, 844)):
        canvas.set_viewport_size({"width": width, "height": height})
        logo.scroll_into_view_if_needed()
        assert uncovered(logo), (width, height)
        right, bottom = canvas.evaluate(
            """() => { const canvas = document.getElementById('designer-canvas').getBoundingClientRect();
                       const logo = document.querySelector('.bjs-powered-by').getBoundingClientRect();
                       return [canvas.right - logo.right, canvas.bottom - logo.bottom]; }"""
        )
        assert 0 <= right < 40, (width, height)
        assert 0 <= bottom < 40, (width, height)


def test_the_logo_has_a_light_plate_in_the_dark(canvas):
    plate = "getComputedStyle(document.querySelector('.bjs-powered-by')).backgroundColor"
    assert canvas.evaluate(plate) == "rgba(0, 0, 0, 0)"
    canvas.emulate_media(color_scheme="dark")
    assert canvas.evaluate(plate) == "rgb(233, 231, 226)"


def test_nothing_stands_against_wcag_22_aa(canvas):
    choose(canvas, "Task_Check")
    for group in ("General", "Assignment", "Form"):
        open_group(canvas, group)
    for theme in ("light", "dark"):
        canvas.emulate_media(color_scheme=theme)
        assert violations(canvas) == [], theme


def test_nothing_stands_against_wcag_22_aa_on_the_pages_around_the_canvas(desk):
    page = desk.open("/designer/")
    page.set_input_files("#upload-file", {"name": "mine.bpmn", "mimeType": "application/xml", "buffer": BROKEN})
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector(DESIGNER_READY, state="attached")
    draft = page.url
    for path in ("/designer/", f"{PROCESS}/versions", f"{draft}/deploy"):
        page.goto(path if path.startswith("http") else desk.address + path)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (path, theme)


def test_a_phone_shows_the_page_without_scrolling_sideways(desk):
    page = desk.open(PROCESS, ready=DESIGNER_READY, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#designer-canvas")).to_be_visible()
    expect(page.locator("#designer-outline")).to_be_visible()


def test_without_scripts_outline_problems_and_download_remain(desk):
    page = desk.open(PROCESS, scripts=False)
    expect(row(page, "Task_Check")).to_be_visible()
    expect(page.get_by_text("The check found no problems.")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    expect(page.locator("#designer-canvas")).to_be_hidden()
