"""What the names of a condition stand for: items of a loop, fields of the record, values that the caller gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_, case

from engine.api import Budget, FeelError, FeelSyntaxError, Kind, Position, Run, Value, compile_node, kind_of
from engine.api import feel_syntax as s
from runtime.declarations import near
from runtime.records.model import CATEGORIES, NUMBER_TYPES, SYSTEM_FIELDS, TEXT_TYPES, RecordType
from runtime.records.predicates.dialect import Sql, literal
from runtime.records.predicates.operands import Operand
from runtime.records.predicates.refusals import NO_SUCH_NAME, TOO_LARGE, NotCompilable, refused
from runtime.records.registry import RecordTypes

MOST_VALUES = 1_000
"""In one list."""
_LARGEST_INTEGER = (10, 0)
_FIELD_DIGITS = (24, 10)
"""What a number field takes at most."""
_KINDS: Mapping[str, Kind | None] = {
    **dict.fromkeys(TEXT_TYPES, Kind.STRING),
    **dict.fromkeys(NUMBER_TYPES, Kind.NUMBER),
    "date": Kind.DATE,
    "datetime": Kind.DATE_TIME,
    "boolean": Kind.BOOLEAN,
    "multi_choice": Kind.LIST,
    "json": None,
}
"""Field type to the kind of its values; None for any."""


@dataclass
class Scope:
    """The names in reach. `used` gathers the fields that the condition names. A field hides a parameter of its name."""

    types: RecordTypes
    declared: RecordType
    parameters: Mapping[str, Value]
    now: datetime
    used: set[str] = field(default_factory=set)
    _bound: list[tuple[str, Operand]] = field(default_factory=list)
    _run: Run = field(init=False)

    def __post_init__(self) -> None:
        self._run = Run(self.now, Budget())  # one budget for all constant parts together

    def find(self, name: str, at: Position) -> Operand:
        """What a name stands for. Raises NotCompilable when it stands for nothing."""
        found = self._of_loop(name)
        if found is not None:
            return found.moved(at)
        if name in self.fields:
            self.used.add(name)
            return self._field(name, at)
        if name in self.parameters:
            return constant(self.parameters[name], at)
        if name in self.declared.fields:
            raise refused(f"“{name}” is a list of other records.", at, "Ask for it where those records are listed.")
        hint = near(name, (*self.fields, *self.parameters)) or ""
        raise NotCompilable(NO_SUCH_NAME, f"{self.declared.name} has no field “{name}”.", at, hint)

    @property
    def fields(self) -> list[str]:
        """The fields that a condition may name."""
        derived = ["stage_category"] if self.declared.pipelines else []
        return [*self.declared.columns, *SYSTEM_FIELDS, *derived]

    @contextmanager
    def bound(self, name: str, operand: Operand) -> Iterator[None]:
        """The name stands for an item of a loop."""
        self._bound.append((name, operand))
        yield
        self._bound.pop()

    def hides(self, function: str) -> bool:
        """Whether a call of that name would not call the built-in function: only loops and functions of the caller hide one."""
        if self._of_loop(function) is not None:
            return True
        own = None if function in self.fields else self.parameters.get(function)
        return kind_of(own) is Kind.FUNCTION

    def constant(self, node: s.Node) -> Operand | None:
        """The value of what depends on no field, as FEEL has it; None for everything else. Raises NotCompilable."""
        try:
            compiled = compile_node(node)
            if not all(self._is_known(name) for name in compiled.names):
                return None
            values = {name: self.find(name, node.at).value for name in compiled.names}
            return constant(compiled.run(values, self._run), node.at)
        except (FeelSyntaxError, FeelError) as error:
            raise NotCompilable(error.code, error.message, node.at) from error

    def _is_known(self, name: str) -> bool:
        found = self._of_loop(name)
        if found is not None:
            return found.is_constant
        return name in self.parameters and name not in self.fields

    def _of_loop(self, name: str) -> Operand | None:
        return next((operand for bound, operand in reversed(self._bound) if bound == name), None)

    def _field(self, name: str, at: Position) -> Operand:
        if name == "stage_category":
            return self._category(at)
        if name == "version":
            whole = lambda sql: sql.number(sql.column(name))  # noqa: E731
            return Operand(kind=Kind.NUMBER, write=whole, at=at, column=name, digits=_LARGEST_INTEGER)
        type = self.declared.type_of(name) or ""
        if type not in _KINDS:
            raise refused(f"“{name}” is of the type {type}, which is not compared in lists.", at)
        digits = _FIELD_DIGITS if type in NUMBER_TYPES else (0, 0)
        return Operand(kind=_KINDS[type], write=lambda sql: sql.column(name), at=at, column=name, digits=digits)

    def _category(self, at: Position) -> Operand:
        """The category as the pipelines declare it now; null for a stage that is no longer declared."""
        pairs = [
            (pipeline, stage, category)
            for category in CATEGORIES
            for pipeline, stage in self.types.stages_in(self.declared.name, category)
        ]

        def render(sql: Sql) -> ColumnElement[str]:
            pipeline_column, stage_column = sql.column("pipeline"), sql.column("stage")
            whens = [
                (and_(pipeline_column == pipeline, stage_column == stage), literal(Kind.STRING, category))
                for pipeline, stage, category in pairs
            ]
            return case(*whens, else_=None)

        return Operand(kind=Kind.STRING, write=render, at=at, column="stage_category")


def constant(value: Value, at: Position) -> Operand:
    """An operand that is the same for every record. Raises NotCompilable for a value that no database takes."""
    kind = kind_of(value)
    _check(value, at)
    digits = _digits(value) if kind is Kind.NUMBER else (0, 0)
    return Operand(kind=kind, write=lambda sql: literal(kind, value), at=at, value=value, digits=digits)


def _check(value: Value, at: Position) -> None:
    match kind_of(value):
        case Kind.STRING if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise refused("The text has a character that no field can hold.", at, "Leave it out.")
        case Kind.LIST if len(value) > MOST_VALUES:
            said = f"The list has {len(value):,} values; {MOST_VALUES:,} are allowed."
            raise NotCompilable(TOO_LARGE, said, at, "Make it shorter, or mark the records in a field.")
        case Kind.LIST:
            for item in value:
                _check(item, at)
        case Kind.RANGE:
            _check(value.start, at)
            _check(value.end, at)
        case Kind.DATE if not isinstance(value, date):
            raise refused("The date is outside the years 1 to 9999.", at, "Fields hold no such dates.")
        case Kind.DATE_TIME:
            _check_moment(value, at)
        case _:
            pass


def _check_moment(value: Value, at: Position) -> None:
    if value.tzinfo is None:
        way_out = "Write one, as in 2026-03-01T09:00:00Z or 2026-03-01T09:00:00@Asia/Tokyo."
        raise refused("The date and time has no zone; fields have one.", at, way_out)
    try:
        fits = isinstance(value, datetime) and value.astimezone(UTC) is not None
    except OverflowError:
        fits = False
    if not fits:
        raise refused("The date and time is outside the years 1 to 9999, or finer than a microsecond.", at, "Round it.")


def _digits(number: Value) -> tuple[int, int]:
    exponent = number.as_tuple().exponent
    return max(number.adjusted() + 1, 1), max(-exponent, 0)
