"""The cookies: who you are, and how you like the pages. With https their names begin with ``__Host-``."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

SESSION, VISITOR, NOTICE = "ringi_session", "ringi_visitor", "ringi_notice"
LANGUAGE, THEME, ZONE = "ringi_language", "ringi_theme", "ringi_zone"
_READ_BY_SCRIPTS = {ZONE}
YEAR = 365 * 24 * 3600


def cookie(name: str) -> str:
    """The value of a cookie, or ""."""
    return request.cookies.get(_full(name), "")


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Send a cookie. Without `seconds` it lives as long as the browser's session."""
    response.set_cookie(
        _full(name), value, max_age=seconds, path="/", secure=_secure(), httponly=name not in _READ_BY_SCRIPTS, samesite="Lax"
    )


def drop_cookie(response: Response, name: str) -> None:
    """Make the browser forget a cookie."""
    response.delete_cookie(_full(name), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _full(name: str) -> str:
    return f"__Host-{name}" if _secure() and name not in _READ_BY_SCRIPTS else name
