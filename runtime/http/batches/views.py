"""The views under /batches."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from runtime.errors import RingiError
from runtime.http import notices
from runtime.http.batches.asked import TAKES, arguments_of
from runtime.http.batches.words import OPERATIONS
from runtime.http.current import actor, platform, reading, writing
from runtime.http.instances.orders import reason_of
from runtime.http.instances.wanted import filters_of, instances_of
from runtime.http.refusals import told
from runtime.http.security import requires
from runtime.i18n import N_, _
from runtime.operations.views import STATES

PAGE = 50
_SAID = {
    "start": N_("It has begun. You may leave this page; it goes on."),
    "pause": N_("It is paused."),
    "resume": N_("It goes on."),
    "cancel": N_("It is cancelled. What it had done stays done."),
    "retry": N_("What had failed is tried again."),
}


@requires("instance.view")
def index() -> str:
    """Batches, the newest first."""
    with reading() as work:
        page = platform().batches.page(work, after=request.args.get("after") or None, limit=PAGE)
        people = platform().access.names(work, {batch.created_by for batch in page.rows})
    return render_template("batches/index.html", page=page, people=people, first_page=not request.args.get("after"))


@requires("instance.operate")
def new() -> str:
    """Choose what is done to the instances of a search."""
    return _form()


@requires("instance.operate")
def create() -> Response | tuple[str, int]:
    """Freeze the list and show it; nothing is done yet."""
    try:
        with writing(reason_of(request.form)) as work:
            operation = request.form.get("operation", "")
            arguments = arguments_of(operation, request.form, work.now)
            made = platform().batches.preview(work, operation, arguments, instances_of(request.form))
    except RingiError as refusal:
        return _form(refusal), refusal.status
    return redirect(url_for("batch_screens.show", batch_id=made.id), 303)


@requires("instance.view")
def show(batch_id: str) -> str:
    """One batch: how far it is, and what came of each."""
    state = request.args.get("state", "")
    with reading() as work:
        batch = platform().batches.get(work, batch_id)
        after = request.args.get("after") or None
        items = platform().batches.items(work, batch_id, state=state if state in STATES else None, after=after, limit=PAGE)
        people = platform().access.names(work, {batch.created_by, batch.started_by or batch.created_by})
    shown = {"batch": batch, "items": items, "state": state, "states": STATES, "people": people}
    may = platform().access.permits(actor(), "instance.operate")
    return render_template("batches/show.html", **shown, may_operate=may, first_page=after is None)


@requires("instance.operate")
def move(batch_id: str, move: str) -> Response:
    """Start, pause, resume, cancel, or try again what failed."""
    if move not in _SAID:
        raise PageNotFound
    batches = platform().batches
    moves = {"start": batches.start, "pause": batches.pause, "resume": batches.resume}
    moves |= {"cancel": batches.cancel, "retry": batches.retry}
    with writing() as work:
        moves[move](work, batch_id)
    notices.say(_(_SAID[move]))
    return redirect(url_for("batch_screens.show", batch_id=batch_id), 303)


def _form(refusal: RingiError | None = None) -> str:
    given = request.values
    operation = given.get("operation", "")
    with reading() as work:
        count = None if refusal else platform().processes.count_instances(work, instances_of(given))
    return render_template(
        "batches/new.html",
        filters=filters_of(given),
        count=count,
        operation=operation if operation in OPERATIONS else "",
        operations=OPERATIONS,
        takes=TAKES.get(operation, ()),
        form=given,
        refusal=told(refusal) if refusal else "",
    )
