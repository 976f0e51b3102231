"""Record types from `record_types/*.yaml`: the shape of the file, and what must fit together inside one type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from engine.api import CompiledExpression, FeelSyntaxError, compile_expression
from runtime.declarations import UNKNOWN_NAME, Declaration, Finding, Label, Named, near, one_of
from runtime.records.field_table import field_for
from runtime.records.model import DERIVED_FIELDS, FIELD_TYPES, NUMBER_TYPES, SYSTEM_FIELDS, Field, RecordType, Section

FIELD_NAME = r"[a-z][a-z0-9_]{0,39}"
PIPELINE_NAME = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*"
CHOICE_KEY = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
NUMBER_FORMAT = re.compile(r"[^{}]{0,20}\{:0?\d{0,2}d\}[^{}]{0,20}")

_FEEL_WORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "not", "of"}
    | {"true", "false", "null", "function", "instance"}
)
_CHOICES = frozenset({"choice", "multi_choice"})
_ONLY_FOR: Mapping[str, frozenset[str]] = {
    "choices": _CHOICES,
    "to": frozenset({"reference"}),
    "of": frozenset({"children"}),
    "by": frozenset({"children"}),
    "max_length": frozenset({"text", "long_text"}),
    "min": NUMBER_TYPES,
    "max": NUMBER_TYPES,
    "unique": FIELD_TYPES - {"children", "json", "multi_choice", "long_text", "url", "boolean"},
    "indexed": FIELD_TYPES - {"children", "json", "multi_choice", "long_text", "url"},
    "searchable": FIELD_TYPES - {"children", "json", "boolean", "reference"},
    "required": FIELD_TYPES - {"children"},
    "default": FIELD_TYPES - {"children"},
}
"""Keys that make sense for some field types only."""
_MUST = {"choice": ("choices",), "multi_choice": ("choices",), "reference": ("to",), "children": ("of", "by")}


class Exact(fields.Field[Decimal]):
    """A number in YAML, taken by its spelling."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Decimal:
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and Decimal(str(value)).is_finite():
            return Decimal(str(value))
        raise ValidationError("This must be a number.")


class _FieldSchema(Declaration):
    type = fields.String(required=True, validate=one_of(FIELD_TYPES, "The field type"))
    label = Label(required=True)
    help = Label()
    required = fields.Boolean(truthy={True}, falsy={False})
    unique = fields.Boolean(truthy={True}, falsy={False})
    searchable = fields.Boolean(truthy={True}, falsy={False})
    indexed = fields.Boolean(truthy={True}, falsy={False})
    personal = fields.Boolean(truthy={True}, falsy={False})
    read_only = fields.Boolean(truthy={True}, falsy={False})
    default = fields.Raw()
    choices = Named(Label(), pattern=CHOICE_KEY)
    to = fields.String()
    of = fields.String()
    by = fields.String()
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 1_000_000))
    min = Exact()
    max = Exact()

    @validates_schema
    def _fits_the_type(self, data: Mapping[str, Any], **_: Any) -> None:
        kind = data["type"]
        errors = {
            key: [f"A field of type {kind} has no {key!r}."] for key in data if kind not in _ONLY_FOR.get(key, FIELD_TYPES)
        }
        errors |= {key: [f"A field of type {kind} needs {key!r}."] for key in _MUST.get(kind, ()) if not data.get(key)}
        if errors:
            raise ValidationError(errors)


class _SectionSchema(Declaration):
    label = Label(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields")

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Section:
        return Section(label=data["label"], fields=tuple(data["fields_"]))


class RecordTypeSchema(Declaration):
    """The keys of a record type file; loading answers a `RecordType` without owner."""

    type = fields.String(required=True, validate=validate.Regexp(rf"\A{FIELD_NAME}\Z"))
    label = Label(required=True)
    plural = Label()
    number = fields.String()
    title = fields.String(required=True)
    pipelines = fields.List(fields.String(), load_default=list)
    fields_ = Named(_FieldSchema(), required=True, pattern=FIELD_NAME, data_key="fields")
    list_ = fields.List(fields.String(), data_key="list")
    card = fields.List(fields.Nested(_SectionSchema))

    @validates_schema
    def _fits_together(self, data: Mapping[str, Any], **_: Any) -> None:
        errors = dict(_field_errors(data["fields_"]))
        declared = set(data["fields_"]) | set(SYSTEM_FIELDS)
        found: dict[str, Any] = {"fields": errors} if errors else {}
        if data["title"] not in data["fields_"] or data["fields_"][data["title"]]["type"] in {
            "children",
            "json",
            "multi_choice",
        }:
            found["title"] = [f"{data['title']!r} is not a field that can name a record."]
        if "number" in data and not NUMBER_FORMAT.fullmatch(data["number"]):
            found["number"] = ["The number needs one place for digits, such as L-{:05d}."]
        if unknown := _unknown(data.get("list_", ()), declared):
            found["list"] = unknown
        sections = {i: {"fields": bad} for i, s in enumerate(data.get("card", ())) if (bad := _unknown(s.fields, declared))}
        if sections:
            found["card"] = sections
        if found:
            raise ValidationError(found)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> RecordType:
        declared = {name: Field(name=name, **_with_default(values)) for name, values in data["fields_"].items()}
        columns = [name for name, field in declared.items() if field.is_column]
        return RecordType(
            name=data["type"],
            label=data["label"],
            plural=data.get("plural", data["label"]),
            title=data["title"],
            fields=declared,
            number=data.get("number"),
            pipelines=tuple(data["pipelines"]),
            list=tuple(data.get("list_", columns[:6])),
            card=tuple(data.get("card", [Section(label=data["label"], fields=tuple(declared))])),
        )


def _field_errors(declared: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, values in declared.items():
        if name in SYSTEM_FIELDS or name in DERIVED_FIELDS:
            yield name, [f"Every record has {name!r} already. Choose another name."]
        elif name in _FEEL_WORDS:
            yield name, [f"{name!r} is a word of FEEL, so no expression could name the field. Choose another name."]
        elif "default" in values and (wrong := _default_error(name, values)):
            yield name, {"default": [wrong]}


def _default_error(name: str, values: Mapping[str, Any]) -> Finding | str | None:
    """What is wrong with a default, told by the field itself."""
    try:
        declared = Field(name=name, **_with_default(values))
        if not isinstance(declared.default, CompiledExpression):
            field_for(declared, region="ZZ").deserialize(declared.default)
    except FeelSyntaxError as error:
        return Finding(error.message, error.code)
    except ValidationError as error:
        return str(error.messages[0])
    return None


def _with_default(values: Mapping[str, Any]) -> dict[str, Any]:
    """The field's values with the default read: FEEL when it begins with ``=``, YAML's numbers exact."""
    if "default" not in values:
        return dict(values)
    default = values["default"]
    if isinstance(default, str) and default.startswith("="):
        default = compile_expression(default[1:])
    elif isinstance(default, int | float) and not isinstance(default, bool):
        default = Decimal(str(default))
    elif isinstance(default, date):
        default = default.isoformat()
    return {**values, "default": default}


def _unknown(names: Any, known: set[str]) -> dict[int, Any]:
    return {
        index: [Finding(f"There is no field {name!r}.", UNKNOWN_NAME, near(name, known))]
        for index, name in enumerate(names)
        if name not in known
    }
