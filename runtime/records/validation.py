"""Checking values against a record type: marshmallow schemas made from the declaration, for the service and the API alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from engine.api import CompiledExpression, Value
from runtime.declarations import near
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records.field_table import field_for
from runtime.records.fields import DateTime, Text
from runtime.records.model import SYSTEM_FIELDS, RecordType
from runtime.records.registry import RecordTypes
from runtime.store.work import Work

GIVEN_AT_CREATION = ("owner", "pipeline", "stage")
"""System fields that may be said when a record is created; afterwards `assign` and `transition` change them."""

_OPTIONAL = frozenset({"number", "owner", "pipeline", "stage", "stage_since"})


class RecordSchema(Schema):
    """Base of the schemas that are made from record types; what a type does not have is refused."""

    class Meta:
        unknown = RAISE


class Schemas:
    """The schemas of all record types, each made once."""

    def __init__(self, types: RecordTypes, region: str) -> None:
        self.types = types
        self.region = region
        self._made: dict[tuple[str, bool], Schema] = {}

    def of(self, type: str, *, partial: bool = False) -> Schema:
        """Loads what a client sends (partial: a change) into FEEL values, dumps a record as plain JSON."""
        key = (type, partial)
        if key not in self._made:
            self._made[key] = self._make(self.types[type], partial)
        return self._made[key]

    def load(self, type: str, values: Mapping[str, Any], *, partial: bool = False) -> dict[str, Value]:
        """The values as they are kept. Raises Invalid with the messages of every field at once."""
        try:
            loaded: dict[str, Value] = self.of(type, partial=partial).load(dict(values), partial=partial)
        except ValidationError as error:
            raise not_valid(dict(self._messages(self.types[type], error))) from error
        return loaded

    def plain(self, type: str, values: Mapping[str, Value]) -> dict[str, Any]:
        """Some fields of a record as plain JSON, the same way the API shows them."""
        shown: dict[str, Any] = self.of(type).dump(values)
        return shown

    def _make(self, declared: RecordType, partial: bool) -> Schema:
        made: dict[str, Any] = {
            name: field_for(one, region=self.region) for name, one in declared.fields.items() if one.is_column or not partial
        }
        for name, kind in SYSTEM_FIELDS.items():
            made[name] = _system_field(name, kind, loadable=name in GIVEN_AT_CREATION and not partial)
        if declared.pipelines:
            made["stage_category"] = fields.String(dump_only=True)
        name = declared.name.title().replace("_", "") + ("Change" if partial else "")
        return RecordSchema.from_dict(made, name=name)(partial=partial)

    def _messages(self, declared: RecordType, error: ValidationError) -> Iterator[tuple[str, list[str]]]:
        for path, messages in _flat(error.messages):
            unknown = messages == ["Unknown field."]
            yield path, [_unknown(declared, path)] if unknown else messages


def not_valid(errors: Mapping[str, list[str]]) -> Invalid:
    """The refusal for bad values; `errors` maps field to messages."""
    detail = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in errors.items())
    return Invalid("REC-1100", detail, fields=errors)


def with_defaults(work: Work, declared: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, and the declared default of each field that is not among them."""
    completed = dict(values)
    for name, one in declared.fields.items():
        if one.default is not None and name not in completed:
            given = one.default
            completed[name] = given.evaluate({}, now=work.now).value if isinstance(given, CompiledExpression) else given
    return completed


def _system_field(name: str, kind: str, *, loadable: bool) -> fields.Field[Any]:
    optional = name in _OPTIONAL
    if kind == "datetime":
        return DateTime(dump_only=True, allow_none=optional)
    if kind == "number":
        return fields.Integer(dump_only=True)
    return Text(dump_only=not loadable, allow_none=optional)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, f"{path}.{key}".strip("."))
    else:
        yield path, [str(message) for message in messages]


def _unknown(declared: RecordType, name: str) -> str:
    match name:
        case "owner":
            return _("The owner is changed by assigning the record.")
        case "stage" | "pipeline":
            return _("The stage is changed by a stage move.")
        case _ if name in SYSTEM_FIELDS or name == "stage_category":
            return _("This is set by the platform.")
    hint = near(name, declared.fields)
    return f"{_('There is no such field.')} {hint or ''}".strip()
