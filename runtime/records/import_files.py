"""Imports from `imports/*.yaml`: which columns a file has, what they must hold, and the message that each row becomes."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from engine.api import CompiledExpression, Problem, Value, from_plain
from runtime.declarations import (
    DECLARED_TWICE,
    UNKNOWN_NAME,
    Declaration,
    Finding,
    Label,
    Named,
    PackageFile,
    cannot_read,
    near,
    one_of,
)
from runtime.errors import NotFound
from runtime.records.model import FIELD_TYPES, Field, Labels
from runtime.records.pipeline_files import Gate
from runtime.records.type_files import CHOICE_KEY, FIELD_NAME, Exact

COLUMN_TYPES = FIELD_TYPES - {"children", "reference", "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDefinition:
    """`columns` maps a file's header to a field. Each good row becomes `message` with its fields over `defaults` as variables.

    `key` is FEEL over those variables; with the import's name it is what makes a row imported again no double.
    """

    name: str
    label: Labels
    columns: Mapping[str, str]
    fields: Mapping[str, Field]
    message: str
    key: CompiledExpression
    match: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    defaults: Mapping[str, Value] = field(default_factory=dict)
    owner: str = ""

    def field_of(self, header: str) -> str | None:
        """The field that a column of a file is for, by its header or by the field's own name."""
        known = {folded(column): name for column, name in self.columns.items()}
        return known.get(folded(header)) or next((name for name in self.fields if folded(name) == folded(header)), None)


@dataclass(frozen=True, slots=True)
class ImportDefinitions:
    """All imports of an installation by name."""

    by_name: Mapping[str, ImportDefinition] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ImportDefinition:
        """The import of that name. Raises NotFound."""
        if name not in self.by_name:
            raise NotFound("IMP-1001", f"There is no import {name!r}. {near(name, self.by_name) or ''}".strip())
        return self.by_name[name]

    def __iter__(self) -> Iterator[ImportDefinition]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def guess(self, header: Iterable[str]) -> ImportDefinition | None:
        """The import that a file with this header is meant for: all of its `match` are there, and most columns are known."""
        present = list(header)
        seen = {folded(one) for one in present}
        fitting = [one for one in self if all(folded(column) in seen for column in one.match)]
        known = {one.name: sum(one.field_of(column) is not None for column in present) for one in fitting}
        best = max(fitting, key=lambda one: known[one.name], default=None)
        return best if best is not None and known[best.name] else None


def folded(header: str) -> str:
    """One spelling for a column's header."""
    return " ".join(unicodedata.normalize("NFKC", header).casefold().split())


class _ColumnSchema(Declaration):
    type = fields.String(required=True, validate=one_of(COLUMN_TYPES, "The field type"))
    label = Label()
    required = fields.Boolean(truthy={True}, falsy={False})
    choices = Named(Label(), pattern=CHOICE_KEY)
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 1_000_000))
    min = Exact()
    max = Exact()


class _ImportSchema(Declaration):
    import_ = fields.String(required=True, data_key="import", validate=validate.Regexp(r"\A[a-z][a-z0-9_.-]{0,59}\Z"))
    label = Label(required=True)
    match = fields.List(fields.String(), load_default=list)
    columns = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    fields_ = Named(_ColumnSchema(), required=True, pattern=FIELD_NAME, data_key="fields")
    one_of = fields.List(fields.List(fields.String()), load_default=list)
    message = fields.String(required=True, validate=validate.Length(1, 200))
    key = Gate(required=True)
    defaults = fields.Dict(keys=fields.String(), load_default=dict)

    @validates_schema
    def _fits_together(self, data: Mapping[str, Any], **_: Any) -> None:
        known = data["fields_"]
        errors: dict[str, Any] = {}
        if wrong := {column: _missing(name, known) for column, name in data["columns"].items() if name not in known}:
            errors["columns"] = wrong
        if groups := {i: bad for i, group in enumerate(data["one_of"]) if (bad := _unknown(group, known))}:
            errors["one_of"] = groups
        headers = {folded(column) for column in (*data["columns"], *known)}
        if unknown := {i: _missing(one, data["columns"]) for i, one in enumerate(data["match"]) if folded(one) not in headers}:
            errors["match"] = unknown
        if free := sorted(data["key"].names - {*known, *data["defaults"]}):
            errors["key"] = _missing(free[0], known)
        if errors:
            raise ValidationError(errors)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> ImportDefinition:
        declared = {
            name: Field(name=name, label=values.pop("label", {"en": name}), **values)
            for name, values in data["fields_"].items()
        }
        return ImportDefinition(
            name=data["import_"],
            label=data["label"],
            columns=data["columns"],
            fields=declared,
            message=data["message"],
            key=data["key"],
            match=tuple(data["match"]),
            one_of=tuple(tuple(group) for group in data["one_of"]),
            defaults=from_plain(data["defaults"]),
        )


def read_imports(files: Iterable[PackageFile]) -> ImportDefinitions:
    """The imports of all packages. Raises Invalid with every problem of every file."""
    problems: list[Problem] = []
    found: dict[str, ImportDefinition] = {}
    for file in files:
        loaded: Any = file.load(_ImportSchema(), problems)
        if loaded is None:
            continue
        if loaded.name in found:
            clash = f"The import {loaded.name!r} comes from {found[loaded.name].owner!r} already."
            problems.append(file.problem(("import",), Finding(clash, DECLARED_TWICE, "Choose another name.")))
        else:
            found[loaded.name] = replace(loaded, owner=file.owner)
    if problems:
        raise cannot_read("IMP-1000", "The imports", problems)
    return ImportDefinitions(found)


def _missing(name: str, known: Collection[str]) -> list[Finding]:
    return [Finding(f"There is no {name!r}.", UNKNOWN_NAME, near(name, known))]


def _unknown(names: Iterable[str], known: Collection[str]) -> dict[int, list[Finding]]:
    return {index: _missing(name, known) for index, name in enumerate(names) if name not in known}
