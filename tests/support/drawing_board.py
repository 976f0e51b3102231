"""Handling the designer's canvas in a real browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

PANEL = "#designer-panel"


def shape(page: Page, element: str) -> Locator:
    """The element on the canvas."""
    return page.locator(f'.djs-element[data-element-id="{element}"]')


def row(page: Page, element: str) -> Locator:
    """The element's row of the outline."""
    return page.locator(f'#designer-outline [data-element-id="{element}"]')


def choose(page: Page, element: str) -> None:
    """Select an element by its row of the outline."""
    row(page, element).click()
    expect(row(page, element)).to_have_attribute("aria-current", "true")


def open_group(page: Page, name: str) -> None:
    """Open a group of the properties panel."""
    header = page.locator(f"{PANEL} .bio-properties-panel-group-header", has_text=name).first
    if "open" not in (header.get_attribute("class") or ""):
        header.click()


def rename(page: Page, element: str, name: str) -> None:
    """Give an element another name through the properties panel."""
    choose(page, element)
    open_group(page, "General")
    field = page.locator("#bio-properties-panel-name")
    field.fill(name)
    field.blur()


def xml_of(page: Page) -> str:
    """The diagram as it would be saved."""
    return page.evaluate("async () => (await document.getElementById('designer').modeler.saveXML({format: true})).xml")


def press(page: Page, code: str, key: str) -> None:
    """A key on the canvas as a keyboard of another language sends it."""
    page.evaluate(
        """([code, key]) => document.querySelector('.djs-container svg').dispatchEvent(
            new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))""",
        [code, key],
    )
