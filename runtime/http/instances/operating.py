"""Pages on which an operator changes an instance: what would happen is shown first, on the diagram and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response as BaseResponse

from engine.api import Command, commands
from runtime.errors import RingiError
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.instances.effects import EffectPage, drawn, in_words, shown_on
from runtime.http.instances.orders import command_of, reason_of, variables_of
from runtime.http.instances.page import InstancePage, instance_page
from runtime.http.instances.places import places_of, scopes_of
from runtime.http.refusals import told
from runtime.http.security import allow_inline_styles, requires
from runtime.i18n import N_, _
from runtime.processes.operations import EffectView
from runtime.store.work import Work

TITLES: Mapping[str, str] = {
    "suspend": N_("Suspend"),
    "resume": N_("Resume"),
    "cancel": N_("Cancel the instance"),
    "variables": N_("Set variables"),
    "modify": N_("Move tokens"),
    "resolve": N_("Try again"),
    "restart": N_("Start again from a point"),
}
DONE: Mapping[str, str] = {
    "suspend": N_("The instance is suspended."),
    "resume": N_("The instance goes on."),
    "cancel": N_("The instance is cancelled."),
    "variables": N_("The variables are written."),
    "modify": N_("The tokens are moved."),
    "restart": N_("A new instance has begun. This is its page."),
}
SHOWN_AT_ONCE = ("suspend", "resume", "cancel")
"""Operations that need nothing but a reason: what they do is shown from the beginning."""


@requires("instance.operate")
def operate(instance_id: str, operation: str) -> BaseResponse | str | tuple[str, int]:
    """The page of an operation; with ``do`` = act it is done, with ``do`` = preview its effect is shown."""
    if operation not in TITLES:
        raise PageNotFound
    if request.method == "POST" and request.form.get("do") == "act":
        return _act(instance_id, operation)
    wanted = request.method == "POST" or operation in SHOWN_AT_ONCE
    with reading() as work:
        return _page(work, instance_id, operation, wanted=wanted)


def _act(instance_id: str, operation: str) -> BaseResponse | tuple[str, int]:
    try:
        with writing(reason_of(request.form)) as work:
            to = _DO[operation](work, instance_id)
    except RingiError as refusal:
        with reading() as work:
            return _page(work, instance_id, operation, wanted=False, refusal=refusal), refusal.status
    if operation in DONE:
        notices.say(_(DONE[operation]))
    return redirect(url_for("instances.show", instance_id=to or instance_id), 303)


def _page(work: Work, instance_id: str, operation: str, *, wanted: bool, refusal: RingiError | None = None) -> str:
    """The form with what was filled in, and the effect or why there is none."""
    allow_inline_styles()
    page = instance_page(work, instance_id)
    effect: EffectPage | None = None
    diagram = page.diagram
    if wanted:
        try:
            effect = in_words(_preview(work, instance_id, operation), page.names)
            diagram = shown_on(effect, page.diagrams)
        except RingiError as refused:
            refusal = refused
    return render_template(
        "instances/operate.html",
        page=page,
        operation=operation,
        title=_(TITLES[operation]),
        form=request.form,
        effect=effect,
        refusal=told(refusal) if refusal else "",
        diagram=diagram,
        data=drawn(diagram.data, effect),
        **_choices(page, operation),
    )


def _choices(page: InstancePage, operation: str) -> dict[str, Any]:
    if operation in {*SHOWN_AT_ONCE, "resolve"}:
        return {}
    return {"places": places_of(page), "scopes": scopes_of(page, inside=operation == "variables")}


def _preview(work: Work, instance_id: str, operation: str) -> EffectView:
    operations = platform().processes.operations
    if operation == "restart":
        return operations.preview_restart(work, instance_id, _points(), variables_of(request.form, work.now))
    return operations.preview(work, instance_id, command_of(operation, request.form, work.now))


def _points() -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.form.getlist("at")))


def _restart(work: Work, instance_id: str) -> str:
    given = variables_of(request.form, work.now)
    return platform().processes.operations.restart(work, instance_id, _points(), given)


def _resolve(work: Work, instance_id: str) -> None:
    order = command_of("resolve", request.form, work.now)
    assert isinstance(order, commands.ResolveIncident), "that is what resolving means"
    found = platform().processes.resolve_incident(work, f"{instance_id}.{order.incident}", order.variables)
    if found.solved:
        notices.say(_("Tried again. What happened stands in the journal."))
    else:
        notices.say(_("Tried again, and it failed again: %(message)s", message=found.message), "trouble")


def _give(operation: str) -> Callable[[Work, str], None]:
    def do(work: Work, instance_id: str) -> None:
        order: Command = command_of(operation, request.form, work.now)
        platform().processes.operations.give(work, instance_id, order)

    return do


_DO: Mapping[str, Callable[[Work, str], str | None]] = {
    **{name: _give(name) for name in ("suspend", "resume", "cancel", "variables", "modify")},
    "resolve": _resolve,
    "restart": _restart,
}
