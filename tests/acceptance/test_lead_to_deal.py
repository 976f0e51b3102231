"""One lead goes the whole way in the browser: form, decisions, inbox, first contact, qualification, hand-over, board."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import Watched, chromium
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("acceptance"), pytest.mark.timeout(240)]

SUBJECT = "Offer for planning software, please"
DEAL = "Planning software for Example Works (demo)"
REQUEST = {
    "name": "Demo Visitor",
    "company": "Example Works GmbH (demo)",
    "email": "visitor@works.example.de",
    "phone": "+49 30 901820",
    "subject": SUBJECT,
    "text": "We want to replace our planning software this quarter and need an offer for 40 users.",
    "budget": "25000",
    "timeframe_days": "30",
}
CHOICES = {
    "person_role": "director",
    "company_size": "large",
    "industry": "manufacturing",
    "country": "DE",
    "product_group": "software",
    "language": "en",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("ringi")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


class Person:
    """Somebody at a browser of their own; every trouble on their pages fails the test at the end."""

    def __init__(self, browser: Browser, server: Server, shots: Path) -> None:
        self.server, self.shots = server, shots
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        self.page: Page = self.context.new_page()
        self.watched = Watched(self.page)

    def go(self, path: str) -> Page:
        self.page.goto(self.server.address + path)
        return self.page

    def sign_in(self, user: str) -> Page:
        page = self.go("/sign-in")
        page.fill("[name=user]", user)
        page.fill("[name=password]", self.server.passwords[user])
        page.click("form button.primary")
        expect(page).to_have_url(f"{self.server.address}/inbox")
        return page

    def open_task(self, name: str) -> Page:
        self.go("/inbox")
        self.page.get_by_role("link", name=name, exact=True).first.click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        return self.page

    def complete(self) -> None:
        self.page.get_by_role("button", name="Complete", exact=True).click()
        expect(self.page.locator(".notice.done")).to_be_visible()

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def leave(self) -> None:
        self.context.close()
        assert self.watched.trouble == []


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where the pictures go; the environment variable SHOTS names a folder to keep them."""
    folder = Path(os.environ.get("SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def send_the_public_form(visitor: Person) -> None:
    page = visitor.go("/f/request")
    for name, value in REQUEST.items():
        page.fill(f"[name={name}]", value)
    for name, value in CHOICES.items():
        page.select_option(f"[name={name}]", value)
    page.wait_for_timeout(3500)  # a form that is sent in a blink is taken for a machine's
    visitor.shot("01-public-form")
    page.click("form.card button.primary")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def make_the_first_contact(seller: Person) -> None:
    page = seller.open_task("First contact")
    seller.shot("03-first-contact")
    page.select_option("[name=touch_channel]", "call")
    page.check("[name=touch_result][value=reached]")
    page.fill("[name=touch_note]", "Talked for ten minutes; wants an offer.")
    seller.complete()


def qualify(seller: Person) -> None:
    page = seller.open_task("Qualify")
    page.check("[name=fit]")
    page.check("[name=need][value=confirmed]")
    page.check("[name=authority][value=decider]")
    page.fill("[name=next_step]", "Send the offer")
    seller.shot("04-qualify")
    seller.complete()


def accept_the_hand_over(seller: Person) -> None:
    page = seller.open_task("Accept or return")
    page.check("[name=handover_answer][value=accept]")
    expect(page.locator("[name=deal_name]")).to_be_visible()
    page.fill("[name=deal_name]", DEAL)
    page.fill("[name=amount]", "24000")
    page.fill("[name=expected_close]", "2027-01-31")
    page.fill("[name=next_step]", "Demo meeting")
    seller.shot("05-hand-over")
    seller.complete()


def test_a_lead_becomes_a_deal(browser: Browser, server: Server, shots: Path) -> None:
    visitor = Person(browser, server, shots)
    send_the_public_form(visitor)
    visitor.leave()

    seller = Person(browser, server, shots)
    seller.sign_in("demo-seller")
    expect(seller.page.get_by_role("link", name="First contact", exact=True)).to_be_visible()
    seller.shot("02-inbox")
    make_the_first_contact(seller)
    qualify(seller)
    accept_the_hand_over(seller)

    page = seller.go("/records/opportunity?view=board")
    first = page.locator(".board-column").first
    expect(first.get_by_role("link", name=DEAL)).to_be_visible()
    seller.shot("06-board")

    page = seller.go("/records/lead")
    page.get_by_role("link", name=SUBJECT).click()
    seller.shot("07-lead-card")
    timeline = page.locator(".timeline")
    for step in (
        "Created",
        "Stage: Enriching",
        "Owner is now Demo Seller",
        "Stage: Assigned",
        "Task completed: First contact",
        "Stage: Qualifying",
        "Task completed: Qualify",
        "Stage: Qualified",
        "Task completed: Accept or return",
    ):
        line = timeline.locator("li", has_text=step).first
        expect(line).to_be_visible()
        expect(line.locator("time")).not_to_be_empty()
    expect(timeline.locator("li", has_text="Task completed: Qualify").first).to_contain_text("Demo Seller")
    expect(page.locator(".stages .here")).to_have_text("Qualified")
    seller.leave()


def test_a_request_in_spam_opens_no_lead(browser: Browser, server: Server, shots: Path) -> None:
    robot = Person(browser, server, shots)
    page = robot.go("/f/request")
    for name, value in {**REQUEST, "subject": "Trap"}.items():
        page.fill(f"[name={name}]", value)
    page.eval_on_selector("[name=form_trap]", "field => { field.value = 'a machine fills in everything'; }")
    page.click("form.card button.primary")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    robot.leave()

    manager = Person(browser, server, shots)
    manager.sign_in("demo-manager")
    expect(manager.go("/records/lead?q=Trap").get_by_text("Nothing matches")).to_be_visible()
    manager.leave()


@pytest.mark.parametrize(
    ("user", "language", "inbox"), [("demo-seller-ja", "ja", "受信箱"), ("demo-seller-ru", "ru", "Входящие")]
)
def test_people_work_in_their_own_language(
    browser: Browser, server: Server, shots: Path, user: str, language: str, inbox: str
) -> None:
    person = Person(browser, server, shots)
    page = person.sign_in(user)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(inbox)
    person.go("/records/opportunity?view=board")
    person.shot(f"08-board-{language}")
    person.leave()


def test_moving_a_card_by_keyboard_asks_only_for_what_the_stage_requires(browser: Browser, server: Server, shots: Path) -> None:
    seller = Person(browser, server, shots)
    seller.sign_in("demo-seller")
    page = seller.go("/records/opportunity?view=board")
    card = page.locator(".board-card", has_text="Scanners for the second warehouse")
    card.locator("select").select_option("lost")
    card.get_by_role("button", name="Move").press("Enter")
    expect(page.get_by_role("heading", name="Move to Lost", level=1)).to_be_visible()
    seller.shot("09-move")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    seller.context.close()
