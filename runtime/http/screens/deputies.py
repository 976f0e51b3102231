"""Away, and who does my tasks then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from runtime.access import substitutes
from runtime.errors import Invalid
from runtime.http import notices
from runtime.http.away import check_own, manages_others, seen
from runtime.http.current import actor, platform, reading, writing
from runtime.http.security import requires
from runtime.i18n import _
from runtime.i18n.formats import time_zone

blueprint = Blueprint("deputies", __name__, url_prefix="/deputies")


@blueprint.get("")
@requires("task.work")
def page() -> str:
    """My deputies and those I stand in for; for those who manage users everybody's."""
    with reading() as work:
        access = platform().access
        people = [user for user in access.users(work) if access.permits(user.actor(), "task.work")]
        return render_template(
            "screens/deputies.html",
            rows=seen(work),
            names=access.names(work, {name for one in seen(work) for name in (one.absent, one.deputy)}),
            people=[(user.id, user.name) for user in people],
            manages_others=manages_others(),
            today=work.now.astimezone(time_zone()).date(),
            now=work.now,
        )


@blueprint.post("")
@requires("task.work")
def add() -> Response:
    """Name a deputy from the first to the last day, both whole."""
    absent = request.form.get("absent") or actor().id
    check_own(absent)
    first, last = _day("from"), _day("until")
    with writing(request.form.get("why", "").strip()) as work:
        substitutes.add(
            work,
            absent,
            request.form.get("deputy", ""),
            starts_at=_midnight(first),
            ends_at=_midnight(last + timedelta(days=1)),
            reason=work.why,
        )
    notices.say(_("The deputy is named."))
    return redirect("/deputies", code=303)


@blueprint.post("/<substitute_id>/end")
@requires("task.work")
def end(substitute_id: str) -> Response:
    """Back again."""
    with writing() as work:
        check_own(substitutes.get(work, substitute_id).absent)
        substitutes.remove(work, substitute_id)
    notices.say(_("It has ended."))
    return redirect("/deputies", code=303)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        detail = _("Choose a first and a last day.")
        raise Invalid("ACC-1024", detail, fields={name: [detail]}) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), time_zone())
