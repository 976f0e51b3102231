"""One user task: its form beside what it is about; claim, release, complete."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict, Invalid, NotFound, RingiError
from runtime.forms import Form, HtmlSource, Node, blank_page, page_so_far, read_form, submit_page, usable
from runtime.http import notices
from runtime.http.csrf import csrf_token
from runtime.http.current import actor, platform, reading, writing
from runtime.http.links import local
from runtime.http.screens.inbox import TITLES
from runtime.http.security import requires
from runtime.http.task_moves import moves_of, why_not_withdrawn
from runtime.http.task_page import conflict_text, pending_text, surroundings
from runtime.i18n import _, ngettext
from runtime.processes.tasks import View
from runtime.processes.views import TaskDetail, TaskRow
from runtime.store.work import Work

blueprint = Blueprint("tasks", __name__)

LONGEST_REASON = 2000
VIEWS: tuple[View, ...] = tuple(TITLES)
SEEN = "seen_task"
"""The hidden field that proves that this person had the task open, so that they may be told who was faster."""


@blueprint.get("/tasks/<task_id>")
@requires("task.work")
def page(task_id: str) -> str:
    """The task with its form."""
    with reading() as work:
        detail = platform().processes.task(work, task_id)
        form = _form(detail)
        is_open = detail.task.status == "open"
        nodes = blank_page(form, detail.variables, now=work.now) if form and is_open else []
        return _shown(work, detail, form, nodes, draft="fresh")


@blueprint.post("/tasks/<task_id>/claim")
@requires("task.work")
def claim(task_id: str) -> Response:
    """Make the task mine; with ``take_over`` also from somebody else."""
    try:
        with writing() as work:
            platform().processes.claim_task(work, task_id, take_over=bool(request.form.get("take_over")))
            task = platform().processes.task(work, task_id).task
    except (Conflict, NotFound) as refusal:
        return _conflict(task_id, refusal)
    notices.say(pending_text(task) or _("“%(task)s” is yours now.", task=task.name))
    return redirect(local(request.form.get("next"), f"/tasks/{task_id}"), code=303)


@blueprint.post("/tasks/<task_id>/release")
@requires("task.work")
def release(task_id: str) -> Response:
    """Give the task back to its group."""
    try:
        with writing() as work:
            name = platform().processes.task(work, task_id, to_change=True).task.name
            platform().processes.release_task(work, task_id)
    except (Conflict, NotFound) as refusal:
        return _conflict(task_id, refusal)
    notices.say(_("“%(task)s” is open to everybody of its group again.", task=name), "info")
    return redirect("/inbox", code=303)


@blueprint.post("/tasks/<task_id>/complete")
@requires("task.work")
def complete(task_id: str) -> Response | str:
    """Check the form and finish the task. A second press of the button finds the task done by the same person, and goes on."""
    source = HtmlSource(request.form.items(multi=True))
    try:
        with writing() as work:
            detail = platform().processes.task(work, task_id, to_change=True)
            if _done_by_me(detail):
                return _after(detail.task)
            form = _form(detail)
            if form and source.asks_for_update:
                return _shown(work, detail, form, page_so_far(form, detail.variables, source, now=work.now))
            answer = submit_page(form, detail.variables, source, now=work.now) if form else None
            if form and answer and not answer.ok and detail.task.status == "open":
                return make_response(_shown(work, detail, form, answer.nodes, unseen=answer.unseen), 422)
            platform().processes.complete_task(work, task_id, answer.values if answer else {})
            detail = platform().processes.task(work, task_id)
    except (Conflict, NotFound) as refusal:
        return _conflict(task_id, refusal, source)
    return _after(detail.task)


@blueprint.post("/tasks/<task_id>/hand-over")
@requires("task.work")
def hand_over(task_id: str) -> Response:
    """Give the task to the person or group that was chosen (``user:…`` or ``group:…``)."""
    kind, _colon, receiver = request.form.get("to", "").partition(":")
    to = {"to" if kind == "user" else "group": receiver} if receiver else {}
    text = _("“%(task)s” is handed over.")
    return _move(task_id, text, lambda work: platform().processes.moves.hand_over(work, task_id, **to))


@blueprint.post("/tasks/<task_id>/send-back")
@requires("task.work")
def send_back(task_id: str) -> Response:
    """Have an earlier task done again instead of this one."""
    element = request.form.get("element", "")
    text = _("“%(task)s” went back.")
    return _move(task_id, text, lambda work: platform().processes.send_back_task(work, task_id, element))


@blueprint.post("/tasks/<task_id>/co-signers")
@requires("task.work")
def add_co_signer(task_id: str) -> Response:
    """Ask one more person to sign."""
    user, together = request.form.get("user", ""), request.form.get("order") == "together"
    text = _("A co-signature of “%(task)s” is asked for.")
    moves = platform().processes.moves
    ask = partial(moves.add_co_signer, task_id=task_id, user=user, together=together)
    return _move(task_id, text, ask, to=f"/tasks/{task_id}")


@blueprint.post("/tasks/<task_id>/refuse")
@requires("task.work")
def refuse(task_id: str) -> Response:
    """Do not co-sign."""
    text = _("You did not co-sign “%(task)s”. It is with its owner again.")
    return _move(task_id, text, lambda work: platform().processes.moves.refuse_co_signature(work, task_id))


@blueprint.post("/tasks/<task_id>/withdraw")
@requires("task.work")
def withdraw(task_id: str) -> Response:
    """Take a completed task back, and go on with it."""
    try:
        with writing(_why()) as work:
            again = platform().processes.moves.withdraw(work, task_id)
    except Conflict as refusal:
        return _conflict(task_id, refusal)
    notices.say(_("The task is yours again. What you had filled in is still there."))
    return redirect(f"/tasks/{again}", code=303)


def _move(task_id: str, text: str, act: Callable[[Work], None], *, to: str = "/inbox") -> Response:
    """Do it with the reason that was given, and say so; `text` has a place for the task's name."""
    try:
        with writing(_why()) as work:
            name = platform().processes.task(work, task_id, to_change=True).task.name
            act(work)
    except (Conflict, NotFound) as refusal:
        return _conflict(task_id, refusal)
    notices.say(text % {"task": name})
    return redirect(to, code=303)


def _why() -> str:
    """The reason in the form. Raises Invalid without one: the receiver and the journal get it."""
    reason = request.form.get("why", "").strip()[:LONGEST_REASON]
    if not reason:
        detail = _("Say why; the others and the journal get it.")
        raise Invalid("TASK-1011", detail, fields={"why": [detail]})
    return reason


def _form(detail: TaskDetail) -> Form | None:
    return usable(read_form(detail.form)) if detail.form else None


def _done_by_me(detail: TaskDetail) -> bool:
    return detail.task.status == "completed" and detail.task.ended_by == actor().id


def _after(done: TaskRow) -> Response:
    """To the next task of the view, or to the inbox; either way saying what was done and what is left."""
    view: View = next((known for known in VIEWS if known == request.form.get("view")), "mine")
    with reading() as work:
        waiting = [task.id for task in platform().processes.tasks(work, view=view, limit=2).rows if task.id != done.id]
        left = platform().processes.count_tasks(work, view)
    rest = ngettext("%(n)s task is left.", "%(n)s tasks are left.", left) if left else _("No task is left.")
    if done.pending:
        notices.say(_("“%(task)s” is handed in. It is completed when all is in order.", task=done.name) + " " + rest, "info")
    else:
        undo = {"url": f"/tasks/{done.id}", "link": _("Take it back")} if _can_withdraw(done.id) else {}
        notices.say(_("Completed: %(task)s.", task=done.name) + " " + rest, **undo)
    if request.form.get("then") == "next" and waiting:
        return redirect(f"/tasks/{waiting[0]}?view={view}", code=303)
    return redirect(f"/inbox?view={view}", code=303)


def _can_withdraw(task_id: str) -> bool:
    with reading() as work:
        return not why_not_withdrawn(work, task_id)


def _conflict(task_id: str, refusal: RingiError, source: HtmlSource | None = None) -> Response:
    """409 with who and when, and everything that was typed. Raises the refusal when this person never had the task open."""
    proved = hmac.compare_digest(request.form.get(SEEN, "").encode(), _seen_mark(task_id).encode())
    with platform().database.read(SYSTEM if proved else actor()) as work:
        detail = _detail_or(work, task_id, refusal)
        form = _form(detail)
        nodes = page_so_far(form, detail.variables, source, now=work.now) if form and source else []
        body = _shown(work, detail, form, nodes, conflict=conflict_text(work, detail, refusal))
    return make_response(body, 409)


def _detail_or(work: Work, task_id: str, refusal: RingiError) -> TaskDetail:
    try:
        return platform().processes.task(work, task_id)
    except NotFound:
        raise refusal from None


def _seen_mark(task_id: str) -> str:
    return hmac.new(csrf_token().encode(), f"task {task_id}".encode(), hashlib.sha256).hexdigest()


def _shown(work: Work, detail: TaskDetail, form: Form | None, nodes: list[Node], **values: Any) -> str:
    view = request.values.get("view", "mine")
    context = {"unseen": (), "conflict": "", "draft": "kept", "view": view if view in TITLES else "mine"}
    seen = {"seen_field": SEEN, "seen_mark": _seen_mark(detail.task.id)}
    page = {"detail": detail, "task": detail.task, "form": form, "nodes": nodes, "now": work.now}
    beside = {**surroundings(work, detail), "moves": moves_of(work, detail)}
    return render_template("screens/task.html", **{**context, **seen, **page, **beside, **values})
