"""Requests that are tried for real, and undone: every write transaction rolls back after its answer was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from runtime.access.actor import Actor
from runtime.http.csrf import csrf_token
from runtime.platform import Platform
from runtime.store.work import Work
from tests.access.matrix import Line
from tests.access.ownership import OWNED, Whose
from tests.access.people import ANONYMOUS, PASSWORD, STRANGER, Belongings, user_of

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


class _Undo(Exception):
    """Raised at the end of every transaction, so that nothing stays."""


def undo_writes(shop: Platform) -> None:
    """From now on nothing that is written stays."""
    write = shop.database.write

    @contextmanager
    def undone(actor: Actor, why: str = "") -> Iterator[Work]:
        with suppress(_Undo), write(actor, why) as work:
            yield work
            raise _Undo

    shop.database.write = undone  # type: ignore[method-assign]


class Caller:
    """Sends requests as one person."""

    def __init__(self, shop: Platform, app: Flask, who: str) -> None:
        self._client: FlaskClient = app.test_client(use_cookies=False)
        self._cookies, self._token = _visit(app) if who == ANONYMOUS else _sign_in(shop, app, user_of(who))

    def is_let_in(self, line: Line, owner: Belongings) -> tuple[bool, int]:
        """Whether the request is allowed, and the status of the answer. `owner` has what the request is about."""
        answer = self._send(line, OWNED.get(line.name, _plain(line)), owner)
        return _allowed(answer, owned=bool(line.whose)), answer.status_code

    def _send(self, line: Line, whose: Whose, owner: Belongings) -> TestResponse:
        method, _, rule = line.name.partition(" ")
        path = _ARGUMENT.sub(lambda found: _filled(whose.values.get(found[1], "1"), owner), rule)
        body: dict[str, Any] = {}
        if whose.json is not None:
            body["json"] = {name: _filled(value, owner) for name, value in whose.json.items()}
        if whose.form is not None:
            body["data"] = {name: _filled(value, owner) for name, value in whose.form.items()}
        headers = {"Cookie": self._cookies, "X-CSRF-Token": self._token, "Idempotency-Key": ""}
        return self._client.open(path, method=method, headers=headers, **body)


def _visit(app: Flask) -> tuple[str, str]:
    answer = app.test_client().get("/sign-in")
    found = re.search(r'name="csrf_token" value="(\w+)"', answer.get_data(as_text=True))
    assert found, "the sign-in page has a token"
    return "; ".join(one.partition(";")[0] for one in answer.headers.getlist("Set-Cookie")), found[1]


def _sign_in(shop: Platform, app: Flask, user: str) -> tuple[str, str]:
    session = shop.access.sign_in(shop.database, user, PASSWORD, "127.0.0.1")
    with app.test_request_context():
        g.session_token = session
        return f"ringi_session={session}", csrf_token()


def _plain(line: Line) -> Whose:
    """A request that is about nothing that exists; who is let in is told so."""
    signs_in = line.name == "POST /sign-in"
    form = {"user": STRANGER, "password": PASSWORD} if signs_in else None
    return Whose(own=line.allowed, others=None, form=form)


def _filled(value: Any, owner: Belongings) -> Any:
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    return str(getattr(owner, value.strip("{}")))


def _allowed(answer: TestResponse, *, owned: bool) -> bool:
    """False for a refusal; where the thing is there and the request is in order, any refusal counts."""
    if answer.status_code >= 500:
        raise AssertionError(
            f"{answer.request.method} {answer.request.path}: {answer.status_code} {answer.get_data(as_text=True)}"
        )
    if answer.status_code in {401, 403} or "/sign-in?next=" in answer.headers.get("Location", ""):
        return False
    if owned and answer.status_code not in {404, 409}:
        assert answer.status_code < 400, f"{answer.request.path} is not in order: {answer.get_data(as_text=True)}"
    return not owned or answer.status_code < 400
