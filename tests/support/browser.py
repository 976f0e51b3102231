"""Headless Chromium for the browser tests. Where it is missing they are skipped and say so; in CI that is a failure."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

expect.set_options(timeout=20_000)  # the machine may be busy

# Without these, Chromium calls home at every start, which a closed network refuses many times over.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """Where Chromium is; skips the test, or fails it in CI, when it is nowhere."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return found
    reason = "Chromium is not installed (apt-get install chromium, or set CHROMIUM to its path)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _playwright() -> Playwright:
    """One driver a process: a second one beside it is refused."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own; contexts in it have profiles of their own."""
    path = executable()
    browser = _playwright().chromium.launch(executable_path=path, args=list(QUIET))
    yield browser
    browser.close()


class Watched:
    """A page that remembers what went wrong on it: script errors, console errors, refused content, failed requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        page.on("console", lambda line: self.trouble.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("response", lambda got: self.trouble.append(f"{got.status}: {got.url}") if got.status >= 400 else None)
