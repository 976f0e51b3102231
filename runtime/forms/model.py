"""A form as the platform uses it: form-js JSON read once, its FEEL compiled, its texts per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.api import CompiledExpression, Problem, Value

INPUTS = frozenset(
    {"textfield", "textarea", "number", "checkbox", "checklist", "taglist", "radio", "select", "datetime", "expression"}
)
"""The component types that carry a value of their own."""
CHOICES = frozenset({"checklist", "taglist", "radio", "select"})
MULTIPLE = frozenset({"checklist", "taglist"})
LAYOUT = frozenset({"text", "separator", "spacer", "button"})
CONTAINERS = frozenset({"group", "dynamiclist"})
TYPES = INPUTS | LAYOUT | CONTAINERS
COLUMNS = 16
"""A row of a form-js form has sixteen columns."""


@dataclass(frozen=True, slots=True)
class Given:
    """A property that is a fixed value, or FEEL when it starts with ``=``."""

    value: Value = None
    feel: CompiledExpression | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text per language; the key ``""`` is the text as the form's author wrote it in the editor."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def of(self, language: str) -> str:
        """The text of the language, else the author's."""
        return self.texts.get(language) or self.texts.get("", "")

    def __bool__(self) -> bool:
        return any(self.texts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`validate` of form-js. Limits may be FEEL; lengths count the trimmed text; `kind` is email or phone."""

    required: bool = False
    minimum: Given = Given()
    maximum: Given = Given()
    min_length: Given = Given()
    max_length: Given = Given()
    pattern: str | None = None
    pattern_message: Words = Words()
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One fixed choice of a select, radio, checklist or taglist."""

    value: Value
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Where the options come from: written in the form, a variable (`key`, a dotted path), or FEEL."""

    fixed: tuple[Option, ...] = ()
    key: str | None = None
    feel: CompiledExpression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFormat:
    """`digits` are the places allowed after the decimal mark; values go in steps of `increment`; `as_text` submits text."""

    digits: int | None = None
    increment: Value = None
    as_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFormat:
    """`subtype` is date, time or datetime; `serializing` is utc_offset, utc_normalized or no_timezone; `interval` minutes."""

    subtype: str = "date"
    serializing: str = "utc_offset"
    interval: int = 15
    no_past: bool = False
    time_label: Words = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How a dynamic list begins, and whether people may add and remove rows."""

    initial: int = 1
    editable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a form. `key` (inputs) and `path` (containers) are relative to the enclosing container.

    `columns` is the width out of sixteen, None for an equal share of its `row`. A `trap` is a field that only robots see.
    """

    id: str
    type: str
    key: str = ""
    path: str = ""
    label: Words = Words()
    description: Words = Words()
    text: Words = Words()
    hide: CompiledExpression | None = None
    disabled: Given = Given(False)
    readonly: Given = Given(False)
    default: Value = None
    rules: Rules = Rules()
    choices: Choices = Choices()
    number: NumberFormat = NumberFormat()
    date: DateFormat = DateFormat()
    repeat: Repeat = Repeat()
    expression: CompiledExpression | None = None
    prefix: Words = Words()
    suffix: Words = Words()
    autocomplete: str = ""
    trap: bool = False
    outline: bool = False
    row: str = ""
    columns: int | None = None
    height: int = 0
    children: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`problems` are what is wrong with the file; a form with an error among them is not deployed.

    `reacts` tells whether anything on the page depends on what is typed, so that the page offers to bring itself up to date.
    """

    id: str
    components: tuple[Component, ...]
    problems: tuple[Problem, ...] = ()
    reacts: bool = False

    def walk(self) -> Iterator[Component]:
        """All components of all depths, in document order."""
        waiting = list(reversed(self.components))
        while waiting:
            component = waiting.pop()
            yield component
            waiting.extend(reversed(component.children))
