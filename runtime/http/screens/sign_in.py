"""Sign-in and sign-out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from runtime.access.throttle import TooManyAttempts
from runtime.errors import Unauthenticated
from runtime.http import notices
from runtime.http.cookies import SESSION, drop_cookie, set_cookie
from runtime.http.current import current_actor, platform, writing
from runtime.http.links import local
from runtime.http.security import SIGNED_IN, public, requires
from runtime.i18n import _

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@public
def page() -> Response | str:
    """The form; somebody who is signed in already goes on."""
    if current_actor():
        return redirect(local(request.args.get("next")), code=303)
    return _form()


@blueprint.post("/sign-in")
@public
def sign_in() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Start a session with a new token, whatever cookie came in."""
    user = request.form.get("user", "").strip()
    try:
        token = platform().access.sign_in(
            platform().database, user, request.form.get("password", ""), request.remote_addr or "unknown"
        )
    except TooManyAttempts as refusal:
        return _form(user, refusal.detail), refusal.status, {"Retry-After": str(refusal.retry_after)}
    except Unauthenticated as refusal:
        return _form(user, refusal.detail), 422
    response = redirect(local(request.form.get("next")), code=303)
    set_cookie(response, SESSION, token)
    g.signed_in_now = True
    return response


@blueprint.post("/sign-out")
@requires(SIGNED_IN)
def sign_out() -> Response:
    """End the session on the server, so that its cookie is worth nothing to whoever kept it."""
    if g.get("session_token"):
        with writing("sign-out") as work:
            platform().access.sign_out(work, g.session_token)
    notices.say(_("You are signed out."), "info")
    response = redirect("/sign-in", code=303)
    drop_cookie(response, SESSION)
    return response


def _form(user: str = "", trouble: str = "") -> str:
    return render_template("screens/sign_in.html", user=user, trouble=trouble, next=local(request.values.get("next")))
