"""Webhooks for administrators: which systems are told what happens, what arrived, and what was given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from runtime.errors import Invalid
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.security import requires
from runtime.i18n import N_, _

blueprint = Blueprint("webhook_screens", __name__, url_prefix="/webhooks")

_STATUSES = ("dead", "waiting", "delivered")
_EVENTS: Mapping[str, str] = {
    "instance.started": N_("An instance began"),
    "instance.completed": N_("An instance came to its end"),
    "instance.cancelled": N_("An instance was ended"),
    "incident.raised": N_("An instance is stuck"),
    "task.created": N_("A task is there"),
    "record.*": N_("A record was made or changed"),
}


@blueprint.get("")
@requires("webhook.manage")
def page() -> str:
    """The endpoints, and the deliveries of a kind."""
    return _shown()


@blueprint.post("")
@requires("webhook.manage")
def add() -> Response | str | tuple[str, int]:
    """Register an endpoint, and show its secret this once."""
    url, events = request.form.get("url", "").strip(), request.form.getlist("events")
    try:
        with writing() as work:
            made, secret = platform().webhooks.add(work, url, events, request.form.get("description", "").strip())
    except Invalid as refused:
        return _shown(refused=refused.detail, typed=request.form), 422
    return _shown(secret=secret, secret_of=made["url"])


@blueprint.post("/<endpoint_id>/<do>")
@requires("webhook.manage")
def change(endpoint_id: str, do: str) -> Response | str:
    """Rotate, enable, disable or remove an endpoint."""
    with writing() as work:
        webhooks = platform().webhooks
        url = webhooks.endpoint(work, endpoint_id)["url"]
        if do == "rotate":
            secret = webhooks.rotate(work, endpoint_id)
        elif do == "enable":
            webhooks.enable(work, endpoint_id)
        elif do == "disable":
            webhooks.disable(work, endpoint_id, f"{work.actor.name} disabled it.")
        elif do == "remove":
            webhooks.remove(work, endpoint_id)
        else:
            raise Invalid("HOOK-1007", f"There is nothing called {do!r} to do with an endpoint.")
    if do == "rotate":
        return _shown(secret=secret, secret_of=url)
    notices.say(_("It is done."))
    return redirect("/webhooks", code=303)


@blueprint.post("/deliveries/<delivery_id>/replay")
@requires("webhook.manage")
def replay(delivery_id: str) -> Response:
    """Send a delivery again."""
    with writing() as work:
        platform().webhooks.replay(work, delivery_id)
    notices.say(_("It is sent again."))
    return redirect("/webhooks?status=dead", code=303)


def _shown(**more: Any) -> str:
    status = request.args.get("status", "")
    chosen = status if status in _STATUSES else None
    with reading() as work:
        webhooks = platform().webhooks
        endpoints = webhooks.endpoints(work)
        context = {
            "endpoints": endpoints,
            "urls": {row["id"]: row["url"] for row in endpoints},
            "deliveries": webhooks.deliveries(work, status=chosen, after=request.args.get("after") or None),
            "status": chosen or "",
            "events": {type: _(text) for type, text in _EVENTS.items()},
            "typed": {},
            "secret": "",
            "secret_of": "",
            "refused": "",
        }
    return render_template("screens/webhooks.html", **{**context, **more})
