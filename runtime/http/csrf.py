"""Requests that change something must come from our own pages.

Two walls: what the browser says about the origin (``Sec-Fetch-Site``, else ``Origin``), and a token in the form or in the
header ``X-CSRF-Token``. The token is bound to the session, or on public pages to a random visitor cookie, by HMAC; so it is
worth nothing in another browser. Requests with a Bearer token carry no cookie and need neither.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from runtime.errors import Forbidden
from runtime.http.cookies import VISITOR, cookie, set_cookie

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OURS = {"same-origin", "none"}
_SIGNED = "_ringi_signed"

View = TypeVar("View", bound=Callable[..., Any])


def csrf_token() -> str:
    """The token for this browser: of its session, else of its visitor cookie, which is made when there is none."""
    bound_to = g.get("session_token") or _visitor()
    return hmac.new(bound_to.encode(), b"ringi csrf", hashlib.sha256).hexdigest()


def csrf_field() -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def check_request() -> None:
    """Run before every view. Raises Forbidden HTTP-1010 or HTTP-1011."""
    if request.method in _SAFE or request.endpoint is None or g.get("bearer"):
        return
    if getattr(current_app.view_functions[request.endpoint], _SIGNED, False):
        return
    if not _from_our_pages():
        raise Forbidden("HTTP-1010", "This request came from another site. Open the page here and send it again.")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise Forbidden(
            "HTTP-1011", "The page is too old, or you signed in again since. Load it again and repeat what you did."
        )


def remember_visitor(response: Response) -> Response:
    """Send the visitor cookie that was made for this answer."""
    if g.get("new_visitor"):
        set_cookie(response, VISITOR, g.new_visitor)
    return response


def signed(view: View) -> View:
    """For a view whose senders are other systems that sign what they send: it has no cookie to be abused."""
    setattr(view, _SIGNED, True)
    return view


def protect(app: Flask) -> None:
    """Put the check before and the cookie after every view."""
    app.before_request(check_request)
    app.after_request(remember_visitor)


def _visitor() -> str:
    known = cookie(VISITOR) or g.get("new_visitor")
    if not known:
        known = g.new_visitor = secrets.token_urlsafe(32)
    return str(known)


def _from_our_pages() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in _OURS
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
