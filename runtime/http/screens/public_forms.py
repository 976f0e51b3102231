"""Forms that anybody may send in: ``/f/<path>``. A package says which form and which message (`PublicForm`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.api import Value, from_plain
from runtime.access.actor import Actor
from runtime.errors import Conflict, NotFound
from runtime.forms import Form, HtmlSource, Node, blank_page, flat, page_so_far, read_form, submit_page, usable
from runtime.http import traps
from runtime.http.current import platform
from runtime.http.rates import rated
from runtime.http.security import public
from runtime.i18n import _, current_language
from runtime.packages.manifest import PublicForm
from runtime.store.ids import new_id
from runtime.store.work import Work

blueprint = Blueprint("public_forms", __name__)

ONCE = "once"
"""The hidden field that makes a second sending of the same page harmless."""
_USED_BEFORE = "MSG-1002"
_LONGEST_ID = 64


def visitor() -> Actor:
    """Whoever sends a public form."""
    return Actor(id="visitor", name="Public form", language=current_language())


@blueprint.get("/f/<path>")
@public
def page(path: str) -> str:
    """The empty form, in the language that was asked for."""
    declared = _declared(path)
    with platform().database.read(visitor()) as work:
        form = _form(work, declared)
        nodes = blank_page(form, _start_values(), now=work.now)
        return _shown(declared, form, nodes, opened=traps.stamp(work.now), once=new_id())


@blueprint.post("/f/<path>")
@public
@rated
def send(path: str) -> Response | str:
    """Check the form and publish its message; what is wrong is shown beside what was typed."""
    declared, source = _declared(path), HtmlSource(request.form.items(multi=True))
    once, opened = request.form.get(ONCE, "")[:_LONGEST_ID] or new_id(), request.form.get(traps.OPENED, "")
    with platform().database.write(visitor(), f"public form {path}") as work:
        form = _form(work, declared)
        if source.asks_for_update:
            nodes = page_so_far(form, _start_values(), source, now=work.now)
            return _shown(declared, form, nodes, opened=opened, once=once)
        answer = submit_page(form, _start_values(), source, now=work.now)
        if not answer.ok:
            body = _shown(declared, form, answer.nodes, opened=opened, once=once, unseen=answer.unseen)
            return make_response(body, 422)
        trap = traps.found(_hidden_text(form, answer.nodes), opened, work.now)
        _publish(work, declared, once, {**_always(declared), **answer.values, traps.FIELD: trap})
    return redirect(url_for(".thanks", path=path), code=303)


@blueprint.get("/f/<path>/thanks")
@public
def thanks(path: str) -> str:
    """The form arrived."""
    return render_template("screens/thanks.html", declared=_declared(path))


def _declared(path: str) -> PublicForm:
    declared = platform().packages.public_forms.get(path)
    if declared is None:
        raise NotFound("HTTP-1030", _("There is no such form."))
    return declared


def _form(work: Work, declared: PublicForm) -> Form:
    return usable(read_form(platform().processes.form(work, declared.form)))


def _start_values() -> dict[str, Value]:
    """What a form may know beforehand: the language of the page."""
    return {"language": current_language()}


def _always(declared: PublicForm) -> Mapping[str, Value]:
    values: dict[str, Value] = from_plain(dict(declared.defaults))
    return {"language": current_language(), **values}


def _hidden_text(form: Form, nodes: list[Node]) -> str:
    """What stands in the field that people do not see: the form's own, else the one that the page adds."""
    own = [str(node.value or "") for node in flat(nodes) if node.component.trap]
    return " ".join(own) if own else request.form.get(traps.FIELD, "")


def _publish(work: Work, declared: PublicForm, once: str, variables: Mapping[str, Value]) -> None:
    """Publish the message. The same page sent twice is one request, even when the second sending differs by its time."""
    present = {name: value for name, value in variables.items() if value is not None}
    try:
        platform().messages.publish(work, declared.message, once, present, delivery_id=f"form:{declared.path}:{once}")
    except Conflict as conflict:
        if conflict.code != _USED_BEFORE:
            raise


def _shown(declared: PublicForm, form: Form, nodes: list[Node], **values: Any) -> str:
    has_trap = any(node.component.trap for node in flat(nodes))
    context = {
        "declared": declared,
        "form": form,
        "nodes": nodes,
        "unseen": (),
        "has_trap": has_trap,
        "trap_field": traps.FIELD,
    }
    return render_template("screens/public_form.html", **{**context, **values})
