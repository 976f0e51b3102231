"""Making and changing records by hand. What is refused comes back with the typed values and the reason at the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from flask import redirect, request

from engine.api import Value
from runtime.errors import Conflict, Forbidden, Invalid
from runtime.forms import Node
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.records.entry import whole_form
from runtime.http.records.filling import Answer, Filling, draw_page
from runtime.i18n import _, label
from runtime.records.model import RecordType
from runtime.store.work import Work


def blank(record_type: RecordType) -> Answer:
    """The form for a new record. Raises Forbidden for who may not make one."""
    with reading() as work:
        if not platform().records.permits(work, record_type.name, "create"):
            raise Forbidden("REC-1004", _("You may not create records of this type."))
    filling = Filling(record_type=record_type, form=whole_form(record_type), record={})
    return _draw_new(filling, filling.first())


def create(record_type: RecordType) -> Answer:
    """Make the record and show its card. A field that was left empty gets its default."""
    filling = Filling(record_type=record_type, form=whole_form(record_type), record={})

    def act(work: Work, values: Mapping[str, Value]) -> str:
        given = {name: value for name, value in values.items() if value is not None and value not in ("", [])}
        return address(record_type, platform().records.create(work, record_type.name, given)["id"])

    return filling.submit(act, partial(_draw_new, filling))


def filled(record_type: RecordType, record_id: str) -> Answer:
    """The form of a record that is there."""
    filling = _filling(record_type, record_id)
    return _draw_edit(filling, str(filling.record["version"]), filling.first())


def update(record_type: RecordType, record_id: str) -> Answer:
    """Write the changes over the version that the person saw."""
    filling, version = _filling(record_type, record_id), request.form.get("version", type=int)

    def act(work: Work, values: Mapping[str, Value]) -> str:
        platform().records.update(work, record_type.name, record_id, values, version=version)
        return address(record_type, record_id)

    return filling.submit(act, partial(_draw_edit, filling, str(version)))


def note(record_type: RecordType, record_id: str) -> Answer:
    """Add the note and go back to the card."""
    text = request.form.get("text", "")
    done = _("The note is added.")
    return _small_change(
        record_type, record_id, lambda work: platform().records.note(work, record_type.name, record_id, text), done
    )


def assign(record_type: RecordType, record_id: str) -> Answer:
    """Give it to the chosen person, or to nobody."""
    to, done = request.form.get("owner") or None, _("The owner is changed.")
    return _small_change(
        record_type, record_id, lambda work: platform().records.assign(work, record_type.name, record_id, to), done
    )


def address(record_type: RecordType, record_id: Any) -> str:
    """The card's address."""
    return f"/records/{record_type.name}/{record_id}"


def _filling(record_type: RecordType, record_id: str) -> Filling:
    with reading() as work:
        record = platform().records.get(work, record_type.name, record_id)
    return Filling(record_type=record_type, form=whole_form(record_type), record=record)


def _small_change(record_type: RecordType, record_id: str, act: Callable[[Work], Any], done: str) -> Answer:
    try:
        with writing() as work:
            act(work)
        notices.say(done)
    except (Invalid, Conflict) as refusal:
        notices.say(refusal.detail, "trouble")
    return redirect(address(record_type, record_id), code=303)


def _draw_new(filling: Filling, nodes: list[Node], trouble: Iterable[str] = ()) -> str:
    record_type = filling.record_type
    back, back_text = f"/records/{record_type.name}", label(record_type.plural)
    heading = _("New: %(type)s", type=label(record_type.label))
    return draw_page(filling.form, nodes, trouble, heading=heading, action=f"{back}/new", back=back, back_text=back_text)


def _draw_edit(filling: Filling, version: str, nodes: list[Node], trouble: Iterable[str] = ()) -> str:
    record_type, record = filling.record_type, filling.record
    back, title = address(record_type, record["id"]), platform().records.title(record_type.name, dict(record))
    hidden = {"version": version}
    return draw_page(
        filling.form, nodes, trouble, heading=_("Edit"), action=f"{back}/edit", back=back, back_text=title, hidden=hidden
    )
