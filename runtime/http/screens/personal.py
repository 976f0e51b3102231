"""How one likes the pages: language and theme, kept in cookies."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from runtime.http.cookies import LANGUAGE, THEME, YEAR, set_cookie
from runtime.http.links import local
from runtime.http.preferences import THEMES
from runtime.http.security import public
from runtime.i18n import supported

blueprint = Blueprint("personal", __name__)


@blueprint.post("/preferences")
@public
def choose() -> Response:
    """Keep the language or the theme that was pressed, and go back to the page."""
    response = redirect(local(request.form.get("next")), code=303)
    language, theme = supported(request.form.get("language")), request.form.get("theme")
    if language:
        set_cookie(response, LANGUAGE, language, seconds=YEAR)
    if theme in THEMES:
        set_cookie(response, THEME, theme, seconds=YEAR)
    return response


@blueprint.get("/")
@public
def home() -> Response:
    """The inbox is home."""
    return redirect("/inbox", code=302)
