"""People of the demo office at a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from runtime.platform import Platform
from tests.support.browser import Watched
from tests.support.office import PASSWORD

DESIGNER_READY = "#designer[data-ready]"
VIEWER_READY = "#diagram[data-ready]"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass(kw_only=True)
class Desk:
    """Opens pages as one person. `watched` are the pages with their troubles."""

    browser: Browser
    office: Platform
    address: str
    watched: list[Watched] = field(default_factory=list)

    def open(
        self,
        path: str,
        *,
        user: str = "demo-admin",
        ready: str = "",
        theme: str = "light",
        width: int = 1360,
        height: int = 860,
        scripts: bool = True,
    ) -> Page:
        """A page in a browser profile of its own; waits for the script that sets `ready`."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale="en-GB",
        )
        token = self.office.access.sign_in(self.office.database, user, PASSWORD, "127.0.0.1")
        context.add_cookies([{"name": "ringi_session", "value": token, "url": self.address}])
        page = context.new_page()
        self.watched.append(Watched(page))
        page.goto(self.address + path)
        if ready:
            page.wait_for_selector(ready, state="attached")
        return page

    def trouble(self) -> list[str]:
        """What went wrong on any page."""
        return [line for page in self.watched for line in page.trouble]


@contextmanager
def desk(browser: Browser, office: Platform, address: str) -> Iterator[Desk]:
    """A desk whose pages must stay without trouble, unless the test looks at it and clears it."""
    made = Desk(browser=browser, office=office, address=address)
    yield made
    for page in made.watched:
        page.page.context.close()
    if made.trouble():
        raise AssertionError("trouble on a page:\n" + "\n".join(made.trouble()))


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, as rule and place."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **RULES}).response["violations"]
    return [f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}" for rule in found for node in rule["nodes"]]


def uncovered(logo: Locator) -> bool:
    """Whether the bpmn.io logo is wholly inside the window and on top at its middle and its corners."""
    return bool(
        logo.evaluate(
            """logo => {
                const box = logo.getBoundingClientRect();
                const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]];
                const inside = box.width > 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
                return inside && points.every(([x, y]) => {
                    const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
                    return logo.contains(top) || top.contains(logo) && top.closest('.bjs-container');
                });
            }"""
        )
    )
