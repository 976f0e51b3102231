"""From a form and its data to the nodes on the page.

Conditions, limits and options see the initial data overlaid by what was filled in (form-js does the same).
Since a field may depend on one behind it, the page is resolved again until the data no longer changes.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from engine.api import Value
from runtime.forms.dates import DateField, typed_date
from runtime.forms.fields import FormField, ManyField, NumberField, OneField, TextField, TickField
from runtime.forms.model import CHOICES, MULTIPLE, Component, Form
from runtime.forms.nodes import Limits, Node, widths
from runtime.forms.numbers import typed_number
from runtime.forms.options import Choice, from_values, key_of
from runtime.forms.paths import Tree, bury, dig, join
from runtime.forms.scope import Scope
from runtime.forms.source import MAX_ROWS, MISSING, Source
from runtime.forms.words import html, plain, shown
from runtime.i18n import current_language

_ROUNDS = 6


def resolve(form: Form, data: Tree, *, now: datetime, source: Source | None = None) -> tuple[list[Node], Tree]:
    """The visible nodes, and the data as it is with what was filled in (wrong input leaves None)."""
    seen = data
    for _round in range(_ROUNDS):
        page = _Page(data, seen, now, source)
        nodes = page.nodes(form.components, "", Scope(seen, now))
        if page.data == seen:
            break
        seen = page.data
    return nodes, page.data


class _Page:
    """One round: reads `seen`, writes `data`."""

    def __init__(self, initial: Tree, seen: Tree, now: datetime, source: Source | None) -> None:
        self.data = copy.deepcopy(initial)
        self.seen = seen
        self.now = now
        self.source = source

    def nodes(self, components: Sequence[Component], prefix: str, scope: Scope) -> list[Node]:
        pairs = zip(components, widths(components), strict=True)
        return [self._node(one, prefix, scope, width) for one, width in pairs if not _hidden(one, scope)]

    def _node(self, one: Component, prefix: str, scope: Scope, width: int) -> Node:
        language = current_language()
        node = Node(
            component=one,
            path=join(prefix, one.key or one.path),
            label=plain(one.label.of(language), scope.text),
            description=plain(one.description.of(language), scope.text),
            prefix=plain(one.prefix.of(language), scope.text),
            suffix=plain(one.suffix.of(language), scope.text),
            html=html(one.text.of(language), scope.text) if one.type == "text" else None,
            disabled=scope.given(one.disabled) is True,
            readonly=scope.given(one.readonly) is True,
            width=width,
        )
        if one.type == "group":
            node.children = self.nodes(one.children, node.path, scope)
        elif one.type == "dynamiclist":
            self._fill_rows(node, scope)
        elif one.type == "expression" and one.expression:
            node.value = scope.value(one.expression)
            node.typed = shown(node.value)
            bury(self.data, node.path, node.value)
        elif one.key:
            self._fill(node, scope)
        return node

    def _fill_rows(self, node: Node, scope: Scope) -> None:
        there = dig(self.data, node.path)
        items = there if isinstance(there, list) else [{}] * node.component.repeat.initial
        sent = self.source.rows(node.path) if self.source and not node.disabled and not node.readonly else None
        node.origins = [*range(min(len(items), MAX_ROWS))] if sent is None else sent
        bury(self.data, node.path, [_row(items, origin) for origin in node.origins])
        for index in range(len(node.origins)):
            row = dig(self.seen, f"{node.path}.{index}")
            inner = scope.inside(row if isinstance(row, dict) else {}, index)
            node.rows.append(self.nodes(node.component.children, f"{node.path}.{index}", inner))

    def _fill(self, node: Node, scope: Scope) -> None:
        one = node.component
        node.required = one.rules.required
        node.limits = _limits(one, scope)
        node.choices = _choices(one, scope)
        node.check = self._check(node)
        node.value = dig(self.data, node.path)
        if node.value is None:
            node.value = one.default
        if self.source and node.takes_input:
            node.sent = self.source.many(node.path) if one.type in MULTIPLE else self.source.one(node.path)
            node.value = self._read(node)
        bury(self.data, node.path, node.value)
        node.typed, node.picked = _typed(node), _picked(node)

    def _read(self, node: Node) -> Value:
        """What was filled in as a value; None while it is wrong. A place the source does not speak of keeps its value."""
        if node.sent is MISSING and not (self.source and self.source.asked(node.path)):
            return node.value
        if blank(node.sent):
            return False if node.type == "checkbox" else None
        try:
            return node.check.deserialize(node.sent) if node.check else None
        except ValidationError:
            return False if node.type == "checkbox" else None

    def _check(self, node: Node) -> FormField:
        rules, limits, number = node.component.rules, node.limits, node.component.number
        required = rules.required
        match node.type:
            case "number":
                bounds = (limits.minimum, limits.maximum)
                return NumberField(
                    required=required, limits=bounds, digits=number.digits, increment=number.increment, as_text=number.as_text
                )
            case "checkbox":
                return TickField(required=required)
            case "select" | "radio":
                return OneField(required=required, choices=node.choices)
            case "checklist" | "taglist":
                return ManyField(required=required, choices=node.choices)
            case "datetime":
                return DateField(required=required, format=node.component.date, now=self.now)
            case _:
                return TextField(
                    required=required,
                    lengths=(limits.min_length, limits.max_length),
                    pattern=rules.pattern,
                    pattern_message=rules.pattern_message.of(current_language()),
                    kind=rules.kind,
                )


def blank(sent: Any) -> bool:
    """True for what counts as not filled in."""
    return sent is MISSING or sent is None or (isinstance(sent, str) and not sent.strip())


def _hidden(one: Component, scope: Scope) -> bool:
    return one.hide is not None and scope.value(one.hide) is True


def _row(items: Sequence[Any], origin: int | None) -> dict[str, Any]:
    """A copy of the row of the data that a row of the page was, or a new one."""
    row = items[origin] if origin is not None and origin < len(items) else None
    return copy.deepcopy(row) if isinstance(row, dict) else {}


def _limits(one: Component, scope: Scope) -> Limits:
    rules = one.rules
    return Limits(
        minimum=_amount(scope.given(rules.minimum)),
        maximum=_amount(scope.given(rules.maximum)),
        min_length=_count(scope.given(rules.min_length)),
        max_length=_count(scope.given(rules.max_length)),
    )


def _amount(value: Value) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _count(value: Value) -> int | None:
    return int(value) if isinstance(value, Decimal) and value >= 0 else None


def _choices(one: Component, scope: Scope) -> tuple[Choice, ...]:
    if one.type not in CHOICES:
        return ()
    if one.choices.feel:
        return from_values(scope.value(one.choices.feel))
    if one.choices.key:
        return from_values(dig(scope.names(), one.choices.key))
    language = current_language()
    return tuple(Choice(key_of(option.value), option.label.of(language), option.value) for option in one.choices.fixed)


def _typed(node: Node) -> str:
    """What stands in the input: what the person typed when they did, else the value as one would type it."""
    if isinstance(node.sent, str):
        return node.sent
    value = node.value
    if value is None:
        return ""
    if node.type == "number":
        return typed_number(value) if isinstance(value, Decimal) else str(value)
    if node.type == "datetime":
        return typed_date(value, node.component.date.subtype)
    return value if isinstance(value, str) else shown(value)


def _picked(node: Node) -> frozenset[str]:
    """The keys of the chosen options."""
    if node.type in MULTIPLE:
        return frozenset(key_of(one) for one in node.value) if isinstance(node.value, list) else frozenset()
    return frozenset({key_of(node.value)}) if node.type in CHOICES and node.value is not None else frozenset()
