"""What every answer carries, and who may call what.

Each view says which permission it needs (`requires`) or that it needs none (`public`). A view that says neither is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from runtime.errors import Forbidden, Unauthenticated
from runtime.http.current import current_actor, platform

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"
"""Any signed-in person may; what they may do inside is decided by the service (grants on records, ownership of tasks)."""
_MARK = "_ringi_permission"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR = 365 * 24 * 3600


def requires(permission: str) -> Callable[[View], View]:
    """Let only people with the permission call the view (`runtime.access.roles`); `SIGNED_IN` lets all who are signed in."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """Let everybody call the view."""
    setattr(view, _MARK, PUBLIC)
    return view


def declared(endpoint: str, view: Any, method: str) -> str | None:
    """What a view says it needs for a method; None when it says nothing. Files of a blueprint's static folder are public."""
    if endpoint.endswith(".static") or endpoint == "static":
        return PUBLIC
    cls = getattr(view, "view_class", None)
    if cls is None:
        found = getattr(view, _MARK, None)
    else:
        name = "get" if method == "HEAD" else method.lower()
        found = getattr(getattr(cls, name, None), _MARK, None) or getattr(cls, _MARK, None)
    return str(found) if found else None


def check_permission() -> None:
    """Run before every view. Raises Unauthenticated or Forbidden."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    needed = declared(request.endpoint, current_app.view_functions[request.endpoint], request.method)
    if needed == PUBLIC:
        return
    if needed is None:
        raise Forbidden("HTTP-1003", "This page does not say who may see it, so nobody may.")
    someone = current_actor()
    if someone is None:
        raise Unauthenticated("HTTP-1001", "Sign in to go on.")
    if needed != SIGNED_IN and not platform().access.permits(someone, needed):
        raise Forbidden("HTTP-1002", f"You do not have the permission {needed!r}. Ask an administrator for a role that has it.")


def allow_inline_styles() -> None:
    """For the pages with a diagram canvas: their libraries set styles on elements. Scripts stay strict."""
    g.inline_styles = True


def add_headers(response: Response) -> Response:
    """The security headers of every answer. Pages of signed-in people are never kept by a cache."""
    policy = dict(_POLICY)
    if g.get("inline_styles"):
        policy["style-src"] = "'self' 'unsafe-inline'"
    response.headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def protect(app: Flask) -> None:
    """Put the check before and the headers after every view."""
    app.before_request(check_permission)
    app.after_request(add_headers)
