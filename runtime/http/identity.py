"""Who a request is from: a session cookie of the browser, or ``Authorization: Bearer`` of another system."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request

from runtime.access.actor import SYSTEM
from runtime.access.sessions import Credential
from runtime.errors import Unauthenticated, Unavailable
from runtime.http.cookies import SESSION, cookie, drop_cookie
from runtime.http.current import platform
from runtime.store.patience import within

_log = logging.getLogger(__name__)

_SCHEME = "bearer "
_NOBODYS = frozenset({"assets.file", "health.alive", "health.ready", "health.metrics"})
"""These need to know of nobody, and work while the database does not answer."""

_MOMENT = 0.5
"""Seconds that noting the use of a session may hold up a request."""


def identify() -> None:
    """Run before every view: set ``g.actor``, and ``g.session_token`` or ``g.bearer``. A dead session is nobody's.

    Raises Unauthenticated HTTP-1004 for a Bearer token that is not valid: another system must hear that at once.
    """
    g.actor = None
    if request.endpoint in _NOBODYS or (request.endpoint or "").endswith(".static"):
        return
    header = request.headers.get("Authorization", "")
    if header[: len(_SCHEME)].lower() == _SCHEME:
        _by_token(header[len(_SCHEME) :].strip())
    elif cookie(SESSION):
        _by_session(cookie(SESSION))


def _by_token(token: str) -> None:
    access = platform().access
    with platform().database.read(SYSTEM) as work:
        credential = access.api_token(work, token)
    if credential is None:
        raise Unauthenticated("HTTP-1004", "The API token is not valid, or has expired. Ask for a new one.")
    g.bearer = True
    _accept(credential)


def _by_session(token: str) -> None:
    with platform().database.read(SYSTEM) as work:
        credential = platform().access.session(work, token)
    if credential is None:
        g.dead_session = True
        return
    g.session_token = token
    _accept(credential)


def _accept(credential: Credential) -> None:
    g.actor = credential.actor
    if credential.touch_due:
        _touch(credential)


def _touch(credential: Credential) -> None:
    """Note the use. Where the database cannot take it now, reading goes on."""
    try:
        with within(_MOMENT), platform().database.write(SYSTEM, "note the use of a session or token") as work:
            platform().access.touch(work, credential)
    except Unavailable as error:
        _log.info("the use of a session or token was not noted: %s", error.code)


def forget_dead_session(response: Response) -> Response:
    """Take the cookie of a session that no longer lives away."""
    if g.get("dead_session") and not g.get("signed_in_now"):
        drop_cookie(response, SESSION)
    return response


def set_up(app: Flask) -> None:
    """Put it before and after every view."""
    app.before_request(identify)
    app.after_request(forget_dead_session)
