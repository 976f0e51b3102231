"""A platform with one demo process and its people, as a web application, for tests of the designer and the instance pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.serving import make_server

from runtime.access.actor import SYSTEM, Actor
from runtime.access.passwords import Passwords
from runtime.clock import Clock
from runtime.http.app import create_app
from runtime.platform import Config, Platform, build
from runtime.sdk import Handler, Job, JobFailure

SAMPLE = (Path(__file__).parents[1] / "designer/data/purchase_request.bpmn").read_bytes()
RESOURCE = "purchase_request.bpmn"
PASSWORD = "correct horse battery"
PEOPLE = {"demo-analyst": ["process_analyst"], "demo-admin": ["administrator"], "demo-guest": []}
ANALYST = Actor(id="demo-analyst", name="Demo Analyst", roles=frozenset({"process_analyst"}))


def order(job: Job) -> dict[str, str]:
    """The demo handler: refuses what is over 500, so that tests have an incident to resolve."""
    if job.variables["order"]["amount"] > 500:
        raise JobFailure("The supplier does not take orders over 500.")
    return {"order_number": "PO-1"}


def open_office(url: str, data_dir: Path) -> Platform:
    """A prepared platform with the demo handler and people."""
    platform = build(Config(database=url, data_dir=data_dir), packages=[], clock=Clock())
    platform.handlers.add(Handler(type="demo.order", kind="local", function=order), "tests")
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    platform.access.passwords = cheap
    platform.prepare()
    with platform.database.write(SYSTEM, "people for tests") as work:
        for user, roles in PEOPLE.items():
            name = user.replace("-", " ").title()
            platform.access.add_user(work, user, name=name, password=PASSWORD, roles=roles)
    return platform


def deploy(platform: Platform, xml: bytes = SAMPLE, **others: bytes) -> None:
    """Deploy the demo process; `others` are further files by name without suffix, which must be forms."""
    files = {RESOURCE: xml, **{f"{name}.form": content for name, content in others.items()}}
    with platform.database.write(ANALYST, "for tests") as work:
        platform.processes.deploy(work, files)


def start(platform: Platform, amount: int = 100, *, key: str | None = None) -> str:
    """Start the demo process; it waits for “Check the request”."""
    variables = {"amount": Decimal(amount), "approvers": ["demo-admin", "demo-analyst"]}
    with platform.database.write(ANALYST, "for tests") as work:
        return platform.processes.start(work, "purchase_request", variables, business_key=key)


def complete(platform: Platform, instance_id: str) -> None:
    """Complete the open task of an instance as the administrator."""
    admin = Actor(id="demo-admin", name="Demo Admin", roles=frozenset({"administrator"}))
    with platform.database.write(admin) as work:
        task = platform.processes.instance(work, instance_id).tasks[0]
        platform.processes.complete_task(work, task.id, {"checked": True})


class Person:
    """A signed-in browser without scripts: keeps cookies and sends the token of the last page."""

    def __init__(self, app: Flask, user: str) -> None:
        self.client = app.test_client()
        self.token = ""
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user": user, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)

    def get(self, path: str, **options):
        """Open a page and remember its token."""
        answer = self.client.get(path, **options)
        self._remember(answer)
        return answer

    def post(self, path: str, data=None, **options):
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **options)

    def _remember(self, answer) -> None:
        text = answer.get_data(as_text=True) if "html" in answer.content_type else ""
        found = re.search(r'name="csrf_token" value="(\w+)"', text)
        self.token = found[1] if found else self.token


@contextmanager
def served(platform: Platform) -> Iterator[str]:
    """The application on a port of its own; its address."""
    server = make_server("127.0.0.1", 0, create_app(platform), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
