"""A web application on a real platform with one small package, and browsers of its people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from runtime.access.actor import SYSTEM
from runtime.access.passwords import Passwords
from runtime.clock import Clock
from runtime.http.app import create_app
from runtime.platform import Config, build

PACKAGE = Path(__file__).parent / "package"
PASSWORD = "correct horse battery"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Browser:
    """A test client with the manners of a browser: it keeps cookies and sends the token of the page it is on."""

    def __init__(self, app):
        self.client = app.test_client()
        self.page = None

    def get(self, path, **options):
        self.page = self.client.get(path, **options)
        return self.page

    def post(self, path, data=None, **options):
        fields = {"csrf_token": self.token, **(data or {})}
        self.page = self.client.post(path, data=fields, **options)
        return self.page

    def api(self, method, path, **options):
        headers = {"X-CSRF-Token": self.token, **options.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    @property
    def token(self):
        body = self.client.get("/sign-in").get_data(as_text=True) if self.page is None else self.text
        found = re.search(r'name="csrf_token" value="(\w+)"', body)
        return found[1] if found else ""

    @property
    def text(self):
        return self.page.get_data(as_text=True)

    def sign_in(self, user, password=PASSWORD):
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user": user, "password": password})
        assert answer.status_code == 303, self.text
        self.get("/inbox")
        return self


@pytest.fixture
def platform(sqlite_url, tmp_path):
    """The platform with the demo package of these tests, on SQLite."""
    config = Config(database=sqlite_url, data_dir=tmp_path)
    built = build(config, packages=[PACKAGE], clock=Clock())
    built.access.passwords = CHEAP
    built.prepare()
    with built.database.write(SYSTEM, "people for tests") as work:
        for user, roles in {
            "demo-clerk": ["clerk"],
            "demo-other": ["clerk"],
            "demo-boss": ["administrator"],
            "demo-guest": [],
        }.items():
            built.access.add_user(work, user, name=user.replace("-", " ").title(), password=PASSWORD, roles=roles)
    yield built
    built.database.close()


@pytest.fixture
def app(platform):
    return create_app(platform)


@pytest.fixture
def browser(app):
    """Makes browsers; with a user name they are signed in."""

    def make(user=None):
        made = Browser(app)
        return made.sign_in(user) if user else made

    return make


@pytest.fixture
def start(platform):
    """Starts an instance of the package's process."""

    def run(process_id="leave", **variables):
        with platform.database.write(SYSTEM, "test") as work:
            return platform.processes.start(work, process_id, variables)

    return run
