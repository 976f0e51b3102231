"""Language, theme and time zone of a page: from the address, the cookies, the user, the browser, in this order."""

from __future__ import annotations

from flask import Flask, Response, g, request

from runtime.http.cookies import LANGUAGE, THEME, YEAR, ZONE, cookie, set_cookie
from runtime.http.current import current_actor
from runtime.i18n import LANGUAGES, set_language, set_time_zone, supported

THEMES = ("auto", "light", "dark")


def choose() -> None:
    """Run before every view: from here on texts and times are as this person wants them."""
    asked = supported(request.args.get("lang"))
    if asked and asked != cookie(LANGUAGE):
        g.new_language = asked
    set_language(asked or _language())
    set_time_zone(cookie(ZONE) or None)


def theme() -> str:
    """auto, light or dark."""
    chosen = cookie(THEME)
    return chosen if chosen in THEMES else "auto"


def remember_language(response: Response) -> Response:
    """Keep a language that was asked for in the address."""
    if g.get("new_language"):
        set_cookie(response, LANGUAGE, g.new_language, seconds=YEAR)
    return response


def set_up(app: Flask) -> None:
    """Put it before and after every view."""
    app.before_request(choose)
    app.after_request(remember_language)
    app.teardown_request(forget)


def forget(_error: BaseException | None) -> None:
    """Run after every request: the thread's next one begins without this person's language and zone."""
    set_language(LANGUAGES[0])
    set_time_zone(None)


def _language() -> str:
    someone = current_actor()
    accepted = request.accept_languages.best_match(LANGUAGES)
    if g.get("bearer"):
        return accepted or (someone.language if someone else LANGUAGES[0])
    return supported(cookie(LANGUAGE)) or (someone.language if someone else None) or accepted or LANGUAGES[0]
