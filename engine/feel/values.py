"""FEEL's values in Python: their kinds, and the two types Python lacks (DMN 1.5 §10.3.2.3).

None, bool, Decimal, str, date, time, datetime, timedelta (days and time duration), `YearMonthDuration`, list, dict, `Range` and
`FeelFunction`; dates beyond Python's years and times finer than a microsecond are `engine.feel.wide` values of the same kinds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from engine.feel.wide import WideDate, WideDateTime, WideTime

if TYPE_CHECKING:
    from engine.feel.run import Run

Value = Any
"""One FEEL value; a union of unrelated Python types that no checker can narrow usefully."""

DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
    capitals=1,
    clamp=0,
)
"""IEEE 754-2008 decimal128, as §10.3.2.3.1 asks; a failed operation raises `ArithmeticError`."""


class Kind(StrEnum):
    """The types of §10.3.2.3, by their FEEL names."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    DAYS_TIME = "days and time duration"
    YEARS_MONTHS = "years and months duration"
    LIST = "list"
    CONTEXT = "context"
    RANGE = "range"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True, order=True)
class YearMonthDuration:
    """A years and months duration, as a signed number of months."""

    months: int

    def __str__(self) -> str:
        sign = "-" if self.months < 0 else ""
        years, months = divmod(abs(self.months), 12)
        return sign + "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")

    def __neg__(self) -> YearMonthDuration:
        return YearMonthDuration(-self.months)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; a None end is open to infinity when `operator` says so (`(< 10)`), else it was written as null.

    `operator` is `=` or `!=` for the one-point ranges `(=10)` and `(!=10)`, one of `< <= > >=` for the half-open ones, else "".
    """

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


class FeelFunction(ABC):
    """A function value: built in, or written in FEEL."""

    name: str
    parameters: tuple[str, ...]

    @abstractmethod
    def call(self, arguments: list[Value], run: Run) -> Value:
        """The function's value for positional arguments; wrong arguments give null and a warning."""

    def call_named(self, arguments: dict[str, Value], run: Run) -> Value:
        """The function's value for named arguments."""
        missing = object()
        placed = [arguments.get(p, missing) for p in self.parameters]
        if len(arguments) != len(self.parameters) or missing in placed:
            return run.wrong_arguments(f"{self.name or 'The function'} takes {', '.join(self.parameters) or 'no arguments'}.")
        return self.call(placed, run)


_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL,
    bool: Kind.BOOLEAN,
    Decimal: Kind.NUMBER,
    str: Kind.STRING,
    date: Kind.DATE,
    WideDate: Kind.DATE,
    time: Kind.TIME,
    WideTime: Kind.TIME,
    datetime: Kind.DATE_TIME,
    WideDateTime: Kind.DATE_TIME,
    timedelta: Kind.DAYS_TIME,
    YearMonthDuration: Kind.YEARS_MONTHS,
    list: Kind.LIST,
    dict: Kind.CONTEXT,
    Range: Kind.RANGE,
}


def kind_of(value: Value) -> Kind:
    """The FEEL type of a value; raises TypeError for a Python object that is no FEEL value (a fault of the caller)."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, FeelFunction):
        return Kind.FUNCTION
    raise TypeError(f"{type(value).__name__} is no FEEL value; convert it with from_plain first")
