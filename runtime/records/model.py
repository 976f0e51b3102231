"""Record types, fields, pipelines and stages as packages declare them: frozen, checked, and without any database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.api import CompiledExpression, Value

Labels = Mapping[str, str]
"""A text per language; ``en`` is always there."""

TEXT_TYPES = frozenset({"text", "long_text", "email", "phone", "url", "choice", "reference"})
NUMBER_TYPES = frozenset({"number", "money", "percent"})
FIELD_TYPES = TEXT_TYPES | NUMBER_TYPES | {"date", "datetime", "boolean", "multi_choice", "json", "children"}

CATEGORIES = ("open", "won", "lost", "parked")
"""What a stage means; logic asks this and never a stage's name."""

SYSTEM_FIELDS: Mapping[str, str] = {
    "id": "text",
    "number": "text",
    "owner": "text",
    "pipeline": "text",
    "stage": "text",
    "stage_since": "datetime",
    "created_at": "datetime",
    "created_by": "text",
    "updated_at": "datetime",
    "updated_by": "text",
    "version": "number",
    "origin": "text",
}
"""What every record has beside its declared fields, with the type it is filtered and sorted as."""

DERIVED_FIELDS = frozenset({"stage_category"})
"""In every record of a type with pipelines, but not in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field. `to` is a reference's record type; `of` and `by` are the child type and its reference back.

    `default` is a value, or FEEL evaluated when the record is created. `personal` marks data about a person;
    `indexed` is for fields that processes look records up by.
    """

    name: str
    type: str
    label: Labels
    help: Labels = field(default_factory=dict)
    required: bool = False
    unique: bool = False
    searchable: bool = False
    indexed: bool = False
    personal: bool = False
    read_only: bool = False
    default: Value | CompiledExpression = None
    choices: Mapping[str, Labels] = field(default_factory=dict)
    to: str = ""
    of: str = ""
    by: str = ""
    max_length: int | None = None
    min: Decimal | None = None
    max: Decimal | None = None

    @property
    def is_column(self) -> bool:
        """Children are found through their own reference; everything else is a column."""
        return self.type != "children"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the card: a heading and the fields under it."""

    label: Labels
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItem:
    """Something to be done in a stage; a `closing` one must be done before the record moves on."""

    key: str
    label: Labels
    closing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`next` lists the stages one may move to from here, None meaning any; `required` and `gate` hold for entering.

    `probability` is in percent; `max_days` in days. `gate` is FEEL over the record's fields and `reason`.
    """

    key: str
    label: Labels
    category: str = "open"
    probability: Decimal | None = None
    max_days: Decimal | None = None
    next: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    checklist: tuple[CheckItem, ...] = ()
    gate: CompiledExpression | None = None
    requires_reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The stages of a record type in order; a record enters at the first one."""

    name: str
    type: str
    label: Labels
    stages: Mapping[str, Stage]
    default: bool = False
    owner: str = ""

    @property
    def first(self) -> Stage:
        """Where a record enters when nobody says otherwise."""
        return next(iter(self.stages.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A declared record type. `number` is a format such as ``L-{:05d}``; `title` is the field that names a record."""

    name: str
    label: Labels
    plural: Labels
    title: str
    fields: Mapping[str, Field]
    number: str | None = None
    pipelines: tuple[str, ...] = ()
    list: tuple[str, ...] = ()
    card: tuple[Section, ...] = ()
    owner: str = ""

    @property
    def columns(self) -> Mapping[str, Field]:
        """The fields that are columns of the table."""
        return {name: found for name, found in self.fields.items() if found.is_column}

    def type_of(self, name: str) -> str | None:
        """The type of a declared or system field that can be filtered by; None when there is no such field."""
        declared = self.fields.get(name)
        if declared is not None:
            return declared.type if declared.is_column else None
        return SYSTEM_FIELDS.get(name)
