"""From a row of a file to a message that can be sent, or to the reasons why it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from engine.api import FeelError, Value
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records.csv_files import Row
from runtime.records.field_table import field_for
from runtime.records.import_files import ImportDefinition
from runtime.records.import_values import cell_value
from runtime.records.reading import shown

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row is not imported: the field, the column of the file it stands in ("" for the row as a whole), and the reason."""

    field: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """`variables` of the message and the row's `key`, or `errors`."""

    number: int
    variables: Mapping[str, Value]
    key: str | None
    errors: tuple[RowError, ...]


class RowCheck:
    """Checks the rows of one file for one import. Raises Invalid (IMP-1003) when the file lacks a column that is needed."""

    def __init__(self, definition: ImportDefinition, header: Sequence[str], *, region: str) -> None:
        self.definition = definition
        self.header = header
        self.places = _places(definition, header)
        self.unused = tuple(name for index, name in enumerate(header) if name and index not in self.places.values())
        self._fields = {name: field_for(one, region=region, required=False) for name, one in definition.fields.items()}

    def check(self, row: Row, now: datetime) -> CheckedRow:
        """The row's values, or everything that is wrong with it."""
        if row.error is not None:
            return CheckedRow(number=row.number, variables={}, key=None, errors=(self._error("row", row.error),))
        values: dict[str, Value] = {}
        errors = list(self._read(row, values))
        errors += self._missing(values, {error.field for error in errors})
        variables = {**self.definition.defaults, **{name: value for name, value in values.items() if value is not None}}
        key = None if errors else self._key(variables, now, errors)
        return CheckedRow(number=row.number, variables=variables, key=key, errors=tuple(errors))

    def _read(self, row: Row, values: dict[str, Value]) -> Iterator[RowError]:
        """Fill in `values`; the errors of single cells."""
        if any(cell.strip() for cell in row.cells[len(self.header) :]):
            said = _(
                "The row has %(n)s cells, but the file has %(columns)s columns.", n=len(row.cells), columns=len(self.header)
            )
            yield self._error("row", said)
            return
        for name, place in self.places.items():
            cell = row.cells[place] if place < len(row.cells) else ""
            try:
                values[name] = self._fields[name].deserialize(cell_value(self.definition.fields[name], cell))
            except ValidationError as error:
                yield self._error(name, str(_first(error.messages)))

    def _missing(self, values: Mapping[str, Value], wrong: set[str]) -> Iterator[RowError]:
        """Required fields and groups without a value; not told of what could not even be read."""
        if "row" in wrong:
            return
        given = {name for name, value in {**self.definition.defaults, **values}.items() if value is not None}
        for name, one in self.definition.fields.items():
            if one.required and name not in given | wrong:
                yield self._error(name, _("This must be filled in."))
        for group in self.definition.one_of:
            if not (given | wrong) & set(group):
                yield self._error(group[0], _("At least one of these must be filled in: %(fields)s.", fields=", ".join(group)))

    def _key(self, variables: Mapping[str, Value], now: datetime, errors: list[RowError]) -> str | None:
        scope = {**dict.fromkeys(self.definition.fields), **variables}
        try:
            value = self.definition.key.evaluate(scope, now=now).value
        except FeelError:
            value = None
        key = shown(value) if isinstance(value, str | Decimal) else ""
        if 0 < len(key) <= LONGEST_KEY:
            return key
        errors.append(self._error("key", _("The row has no usable key (%(rule)s).", rule=self.definition.key.text)))
        return None

    def _error(self, name: str, reason: str) -> RowError:
        place = self.places.get(name)
        return RowError(field=name, column="" if place is None else self.header[place], reason=reason)


def _places(definition: ImportDefinition, header: Sequence[str]) -> dict[str, int]:
    """Field to index of its column."""
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        field = definition.field_of(name) if name else None
        if field is None:
            continue
        if field in places:
            said = _(
                "Two columns of the file are for %(field)s: %(a)s and %(b)s.", field=field, a=header[places[field]], b=name
            )
            raise Invalid("IMP-1003", said, fields={field: [said]})
        places[field] = index
    missing = dict(_lacking(definition, places))
    if missing:
        detail = f"{' '.join(missing.values())} {_('The file has: %(columns)s.', columns=', '.join(header))}"
        raise Invalid("IMP-1003", detail, fields={name: [said] for name, said in missing.items()})
    return places


def _lacking(definition: ImportDefinition, places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    headers: dict[str, str] = {}
    for column, name in definition.columns.items():
        headers.setdefault(name, column)
    given = {*places, *definition.defaults}
    for name, one in definition.fields.items():
        if one.required and name not in given:
            yield name, _("The file has no column %(column)s.", column=headers.get(name, name))
    for group in definition.one_of:
        if not given & set(group):
            columns = ", ".join(headers.get(name, name) for name in group)
            yield group[0], _("The file needs at least one of the columns %(columns)s.", columns=columns)


def _first(messages: Any) -> Any:
    while isinstance(messages, dict | list):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return messages
