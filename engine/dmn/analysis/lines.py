"""The orders in which values lie: each kind of value that can be less or greater, with an example from between any two.

A value's place is its *key*. Times and dates and times are taken in whole seconds, as their equality is (§10.3.2.3.4); those
with a zone lie on a line of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any, Protocol

from engine.feel.compare import date_time_key, time_key
from engine.feel.temporal import AnyDateTime, AnyTime
from engine.feel.values import DECIMAL, Kind, Value, YearMonthDuration
from engine.feel.wide import date_of_day

Key = Any
"""A number, a text, or a count of days, seconds, microseconds or months: comparable with the keys of its line."""

_WIDE = Context(prec=100, Emin=-9999, Emax=9999)
_DAY = 86_400
_MICROSECOND = timedelta(microseconds=1)


class Line(Protocol):
    """One order of values."""

    @property
    def kind(self) -> Kind:
        """The kind of its values."""

    def key(self, value: Value) -> Key | None:
        """The place of a value of the kind; None when it lies on no place of this line."""

    def value(self, key: Key) -> Value:
        """The value at a place."""

    def between(self, low: Key | None, high: Key | None) -> Value | None:
        """A value strictly between two places (None is no bound), as plain as possible; None when there is none."""


@dataclass(frozen=True)
class NumberLine:
    """Numbers of 34 digits."""

    kind: Kind = Kind.NUMBER

    def key(self, value: Value) -> Key | None:
        """The number itself."""
        return value

    def value(self, key: Key) -> Value:
        """The number itself."""
        return key

    def between(self, low: Decimal | None, high: Decimal | None) -> Value | None:
        """With as few digits as possible."""
        if low is None or high is None:
            return self._beyond(low, high)
        middle = DECIMAL.add(DECIMAL.multiply(low, Decimal("0.5")), DECIMAL.multiply(high, Decimal("0.5")))
        for exponent in range(max(middle.adjusted(), 0), middle.adjusted() - 34, -1):
            rounded = middle.quantize(Decimal(1).scaleb(exponent), context=_WIDE)
            if low < rounded < high:
                return Decimal(int(rounded)) if exponent >= 0 else rounded
        return middle if low < middle < high else None

    def _beyond(self, low: Decimal | None, high: Decimal | None) -> Decimal | None:
        if low is None and high is None:
            return Decimal(0)
        bound, step = (low, 1) if low is not None else (high, -1)
        if bound is None or abs(bound) >= Decimal("1e33"):
            return None  # so far out no table asks
        whole = bound.to_integral_value(rounding="ROUND_FLOOR" if step > 0 else "ROUND_CEILING")
        return Decimal(int(whole) + step)


@dataclass(frozen=True)
class TextLine:
    """Texts in the order of their characters' code points."""

    kind: Kind = Kind.STRING

    def key(self, value: Value) -> Key | None:
        """The text itself."""
        return value

    def value(self, key: Key) -> Value:
        """The text itself."""
        return key

    def between(self, low: str | None, high: str | None) -> Value | None:
        """The next text but a letter, a space or the least character longer."""
        candidates = [""] if low is None else [f"{low}a", f"{low} ", f"{low}\0"]
        return next((c for c in candidates if high is None or c < high), None)


@dataclass(frozen=True)
class CountedLine:
    """Values that are counted: days, seconds, microseconds, months. `units` are the counts that make plain examples, the
    largest first; `lowest` and `highest` are the ends of the line."""

    kind: Kind
    to_key: Callable[[Value], int | None] = field(repr=False)
    to_value: Callable[[int], Value] = field(repr=False)
    lowest: int
    highest: int
    units: tuple[int, ...]
    start: int
    """The example when there is no bound at all."""

    def key(self, value: Value) -> Key | None:
        """Its count."""
        found = self.to_key(value)
        return found if found is not None and self.lowest <= found <= self.highest else None

    def value(self, key: Key) -> Value:
        """The value of that count."""
        return self.to_value(key)

    def between(self, low: int | None, high: int | None) -> Value | None:
        """The roundest value near the middle, or one unit beyond a single bound."""
        if low is None and high is None:
            return self.to_value(self.start)
        first = self.lowest if low is None else low + 1
        last = self.highest if high is None else high - 1
        if first > last:
            return None
        if low is None:
            return self.to_value(max(first, last + 1 - self.units[0]))
        if high is None:
            return self.to_value(min(last, first - 1 + self.units[0]))
        middle = (first + last) // 2
        rounded = (round(middle / unit) * unit for unit in self.units)
        return self.to_value(next((r for r in rounded if first <= r <= last), middle))


def _seconds_of_time(zone: str) -> Callable[[AnyTime], int | None]:
    def seconds(value: AnyTime) -> int | None:
        line, second, fraction = time_key(value)
        return second if line == zone and not fraction else None

    return seconds


def _seconds_of_date_time(zone: str) -> Callable[[AnyDateTime], int | None]:
    def seconds(value: AnyDateTime) -> int | None:
        line, second, fraction = date_time_key(value)
        return second if line == zone and not fraction else None

    return seconds


def _time_at(zone: str) -> Callable[[int], time]:
    return lambda key: time(key // 3600, key // 60 % 60, key % 60, tzinfo=UTC if zone else None)


def _date_time_at(zone: str) -> Callable[[int], datetime]:
    def at(key: int) -> datetime:
        days, second = divmod(key, _DAY)
        clock = time(second // 3600, second // 60 % 60, second % 60, tzinfo=UTC if zone else None)
        return datetime.combine(date(*date_of_day(days)), clock)

    return at


_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()
_LONGEST = 999_999_999 * _DAY * 10**6
_NEW_DAY = date(2026, 1, 1).toordinal()
_CLOCK = (3600, 60, 1)

NUMBERS, TEXTS = NumberLine(), TextLine()
_LINES: dict[Kind, tuple[Line, ...]] = {
    Kind.NUMBER: (NUMBERS,),
    Kind.STRING: (TEXTS,),
    Kind.DATE: (
        CountedLine(
            Kind.DATE,
            lambda v: v.toordinal() if type(v) is date else None,
            date.fromordinal,
            _FIRST_DAY,
            _LAST_DAY,
            (1,),
            _NEW_DAY,
        ),
    ),
    Kind.TIME: tuple(
        CountedLine(Kind.TIME, _seconds_of_time(zone), _time_at(zone), 0, _DAY - 1, _CLOCK, 12 * 3600) for zone in ("", "utc")
    ),
    Kind.DATE_TIME: tuple(
        CountedLine(
            Kind.DATE_TIME,
            _seconds_of_date_time(zone),
            _date_time_at(zone),
            _FIRST_DAY * _DAY,
            (_LAST_DAY + 1) * _DAY - 1,
            (_DAY, *_CLOCK),
            _NEW_DAY * _DAY,
        )
        for zone in ("", "utc")
    ),
    Kind.DAYS_TIME: (
        CountedLine(
            Kind.DAYS_TIME,
            lambda v: v // _MICROSECOND,
            lambda key: timedelta(microseconds=key),
            -_LONGEST,
            _LONGEST,
            tuple(unit * 10**6 for unit in (_DAY, *_CLOCK)),
            0,
        ),
    ),
    Kind.YEARS_MONTHS: (
        CountedLine(Kind.YEARS_MONTHS, lambda v: v.months, YearMonthDuration, -(12 * 10**12), 12 * 10**12, (12, 1), 0),
    ),
}


def lines_of(kind: Kind) -> tuple[Line, ...]:
    """The lines on which values of a kind lie; none for kinds without an order."""
    return _LINES.get(kind, ())
