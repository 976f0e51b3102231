"""Check what was filled in, and give the variables that a completed form sets."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema

from engine.api import Value
from runtime.errors import Invalid
from runtime.forms.model import Form
from runtime.forms.nodes import Node, flat
from runtime.forms.paths import Tree, bury, dig
from runtime.forms.resolve import blank, resolve
from runtime.forms.source import MISSING, HtmlSource, JsonSource
from runtime.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`nodes` are the page as it should be shown now. `values` are the variables to set; they hold only when `ok`.

    `errors` maps a path to its messages; `unseen` are fields that became visible by the answers and were not on the page.
    """

    nodes: list[Node]
    values: Mapping[str, Value]
    errors: Mapping[str, Sequence[str]]
    unseen: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True when the form may be completed with these values."""
        return not self.errors and not self.unseen


def blank_page(form: Form, data: Mapping[str, Value], *, now: datetime) -> list[Node]:
    """The form as it is first shown, with the data and the defaults."""
    return resolve(form, dict(data), now=now)[0]


def page_so_far(form: Form, data: Mapping[str, Value], source: HtmlSource, *, now: datetime) -> list[Node]:
    """The form with what was typed so far, unchecked."""
    return resolve(form, dict(data), now=now, source=source)[0]


def submit_page(form: Form, data: Mapping[str, Value], source: HtmlSource, *, now: datetime) -> Answer:
    """Check a posted HTML form."""
    nodes, filled = resolve(form, dict(data), now=now, source=source)
    answer = _checked(nodes, filled)
    unseen = tuple(node.path for node in flat(nodes) if node.takes_input and node.path not in source.seen)
    return Answer(nodes=answer.nodes, values=answer.values, errors=answer.errors, unseen=unseen if source.seen else ())


def submit_values(form: Form, data: Mapping[str, Value], values: Mapping[str, Any], *, now: datetime) -> Mapping[str, Value]:
    """Check the variables of an API call by the same rules.

    Raises Invalid FORM-2020 with `fields` when a value breaks a rule, or names something that is no visible field of the form.
    """
    source = JsonSource(values)
    nodes, filled = resolve(form, dict(data), now=now, source=source)
    answer = _checked(nodes, filled)
    errors = {**_strangers(form, nodes, source), **answer.errors}
    if errors:
        raise Invalid("FORM-2020", _("Some fields are not right."), fields=errors)
    return answer.values


def _checked(nodes: list[Node], filled: Tree) -> Answer:
    """Run the rules of all fields on the page, and collect what the page sets."""
    inputs = [node for node in flat(nodes) if node.takes_input]
    schema = Schema.from_dict({node.path: node.check for node in inputs if node.check}, name="FormSchema")(unknown=RAISE)
    found = schema.validate({node.path: _raw(node) for node in inputs})
    errors = {str(path): list(messages) for path, messages in found.items()}
    for node in inputs:
        node.errors = list(errors.get(node.path, ()))
    return Answer(nodes=nodes, values=_values(nodes, filled), errors=errors)


def _raw(node: Node) -> Any:
    """What the field is to check: what was sent, else the value that is there already."""
    if node.sent is MISSING:
        return False if node.type == "checkbox" and node.value is None else node.value
    return None if blank(node.sent) and node.type != "checkbox" else node.sent


def _values(nodes: Sequence[Node], filled: Tree) -> dict[str, Value]:
    """The visible values. A disabled field sets nothing; one that is read only sets its default when there was no value."""
    values: Tree = {}
    for node in flat(nodes):
        if node.type == "dynamiclist" and not node.disabled:
            bury(values, node.path, [{} for _row in node.rows])
        elif node.path and not node.rows and not node.disabled and (node.check or node.type == "expression"):
            bury(values, node.path, copy.deepcopy(dig(filled, node.path)))
    return values


def _strangers(form: Form, nodes: Sequence[Node], source: JsonSource) -> dict[str, list[str]]:
    """Top-level names of a JSON body that no visible field has."""
    known = {node.path.split(".")[0] for node in flat(nodes) if node.path}
    declared = {(one.key or one.path).split(".")[0] for one in form.walk()}
    texts = {True: _("This field is not asked for now."), False: _("The form has no such field.")}
    return {name: [texts[name in declared]] for name in source.values if name not in known}
