"""What every form of a record goes through: its references' options, the check, the attempt, and back with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from engine.api import Value
from runtime.errors import Conflict, Invalid, RingiError
from runtime.forms import Form, HtmlSource, Node, blank_page, flat, page_so_far, submit_page
from runtime.http.current import actor, platform, reading, writing
from runtime.i18n import _
from runtime.records.model import RecordType
from runtime.store.work import Work

Answer = Response | str | tuple[str, int]
Draw = Callable[[list[Node], list[str]], str]
"""Draws the page again from its nodes and what belongs to no field."""
Act = Callable[[Work, Mapping[str, Value]], str]
"""Does what the form is for; answers where to go."""
MOST_OPTIONS = 300
"""A reference field offers this many records; the one that is chosen already is always among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One form of one record; `record` is empty for a new one."""

    record_type: RecordType
    form: Form
    record: Mapping[str, Value]

    def first(self) -> list[Node]:
        """The form as it is first shown."""
        with reading() as work:
            return blank_page(self.form, self._data(work), now=work.now)

    def submit(self, act: Act, draw: Draw) -> Answer:
        """Check by the form's rules, act, and go on; or show the page again with what is wrong."""
        source = HtmlSource(request.form.items(multi=True))
        with reading() as work:
            data, now = self._data(work), work.now
        if source.asks_for_update:
            return draw(page_so_far(self.form, data, source, now=now), [])
        answer = submit_page(self.form, data, source, now=now)
        if not answer.ok:
            return draw(answer.nodes, []), 422
        try:
            with writing() as work:
                address = act(work, answer.values)
        except (Invalid, Conflict) as refusal:
            return draw(answer.nodes, _placed(answer.nodes, refusal)), refusal.status
        return redirect(address, code=303)

    def _data(self, work: Work) -> dict[str, Value]:
        asked = {component.key for component in self.form.walk() if component.key}
        fields = [field for field in self.record_type.fields.values() if field.type == "reference" and field.name in asked]
        options = {field.name: _targets(work, field.to, self.record.get(field.name)) for field in fields}
        return {**self.record, "options": options}


def draw_page(form: Form, nodes: list[Node], trouble: Iterable[str], **more: Any) -> str:
    """The page of any record form. `more` has heading, action, back, back_text, and what is special."""
    settings = {"submit": _("Save"), "hidden": {}, "checklist": [], "ask_reason": False, "reason": "", **more}
    return render_template("records/entry.html", form=form, nodes=nodes, trouble=list(trouble), **settings)


def _placed(nodes: list[Node], refusal: RingiError) -> list[str]:
    """Put the messages at their fields; what belongs to no field on the page is answered, to be shown on top."""
    by_path = {node.path: node for node in flat(nodes)}
    rest: list[str] = []
    for name, messages in refusal.fields.items():
        if name in by_path:
            by_path[name].errors = list(messages)
        else:
            rest += messages
    return rest or ([] if by_path.keys() & refusal.fields.keys() else [refusal.detail])


def _targets(work: Work, type: str, chosen: Value) -> list[dict[str, Value]]:
    """What a reference may point to, by title; nothing when this person may not read the type."""
    records = platform().records
    if platform().access.policy.scope(actor(), type, "read") is None:
        return []
    found = records.find(work, type, order=[records.types[type].title], limit=MOST_OPTIONS).rows
    titles = {str(row["id"]): records.title(type, row) for row in found}
    if chosen and str(chosen) not in titles:
        titles |= records.titles(work, type, [str(chosen)])
    return [{"value": record_id, "label": title} for record_id, title in titles.items()]
