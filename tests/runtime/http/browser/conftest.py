"""A real server on loopback and a real, headless browser."""

from __future__ import annotations

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from waitress.server import create_server

from runtime.http.app import create_app
from tests.support import browser

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def chromium():
    with browser.chromium() as running:
        yield running


@pytest.fixture
def site(platform):
    """The address of a server for the test's platform."""
    server = create_server(create_app(platform), host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def visit(chromium, site):
    """Opens pages: `visit("demo-clerk", path, language=…, theme=…, script=False)`. Fails on any error in the console."""
    contexts, troubles = [], []

    def open_page(user=None, path="/inbox", *, language="en", theme="light", width=1280, script=True, expected=()):
        context = chromium.new_context(
            color_scheme=theme,
            viewport={"width": width, "height": 820},
            locale=language,
            java_script_enabled=script,
            timezone_id="Asia/Tokyo",
        )
        contexts.append(context)
        context.add_cookies([{"name": "ringi_language", "value": language, "url": site}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if user:
            page.goto(f"{site}/sign-in?next={path.replace('&', '%26')}")
            page.fill("#user", user)
            page.fill("#password", PASSWORD)
            page.click("main button.primary")
            page.wait_for_url(f"{site}{path}")
        else:
            page.goto(site + path)
        return page

    open_page.troubles = troubles
    yield open_page
    for context in contexts:
        context.close()
    refused = "the server responded with a status of 4"
    assert not [text for text in troubles if refused not in text], troubles


@pytest.fixture
def axe():
    """What axe finds on a page (WCAG 2.0 to 2.2, A and AA), one line each."""

    def run(page):
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
        return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in found for node in one["nodes"]]

    return run
