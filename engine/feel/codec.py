"""Values in and out: `dump`/`load` keep every value exactly for storage, `from_plain`/`to_plain` speak the plain JSON of
other systems."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import Code, FeelError
from engine.feel.temporal import (
    read_date,
    read_date_time,
    read_duration,
    read_time,
    write_date,
    write_date_time,
    write_duration,
    write_time,
)
from engine.feel.values import DECIMAL, Kind, Range, Value, kind_of

TAG = "$"
"""The key that marks a stored value which JSON lacks; a context that has this key is stored under the tag `map`."""


def dump(value: Value) -> Any:
    """The value as JSON data that `load` turns into the same value again; raises FeelError for a function."""
    if value is None or type(value) is str:
        return value
    kind = kind_of(value)
    match kind:
        case Kind.NULL | Kind.BOOLEAN | Kind.STRING:
            return value
        case Kind.NUMBER:
            return _dump_number(value)
        case Kind.LIST:
            return [dump(item) for item in value]
        case Kind.CONTEXT:
            inner = {key: dump(item) for key, item in value.items()}
            return {TAG: "map", "v": inner} if TAG in inner else inner
        case Kind.RANGE:
            return _dump_range(value)
        case Kind.FUNCTION:
            raise FeelError(Code.NOT_STORABLE, "A function cannot be kept as a variable; call it and keep its result.")
        case _:
            return _dump_time(kind, value)


def _dump_number(value: Decimal) -> Any:
    # A JSON integer only for what reads back with the same digits; 1.0, 1E3 and -0 keep their form.
    if value.as_tuple().exponent == 0 and not (value.is_signed() and not value):
        return int(value)
    return {TAG: "n", "v": str(value)}


def _dump_range(value: Range) -> Any:
    ends = [dump(value.start), dump(value.end)]
    return {TAG: "range", "v": [*ends, value.start_included, value.end_included, value.operator]}


_WRITERS: dict[Kind, tuple[str, Callable[[Any], str]]] = {
    Kind.DATE: ("date", write_date),
    Kind.TIME: ("time", write_time),
    Kind.DATE_TIME: ("dt", write_date_time),
    Kind.DAYS_TIME: ("dur", write_duration),
    Kind.YEARS_MONTHS: ("ym", write_duration),
}


def _dump_time(kind: Kind, value: Value) -> Any:
    tag, write = _WRITERS[kind]
    made = {TAG: tag, "v": write(value)}
    # The second of two equal hours in autumn: the text alone means the first.
    return {**made, "fold": 1} if getattr(value, "fold", 0) else made


_READERS: dict[str, Callable[[Any], Value]] = {
    "n": Decimal,
    "map": lambda inner: {key: load(item) for key, item in inner.items()},
    "range": lambda parts: Range(load(parts[0]), load(parts[1]), *parts[2:]),
    "date": read_date,
    "time": read_time,
    "dt": read_date_time,
    "dur": read_duration,
    "ym": read_duration,
}


def load(data: Any) -> Value:
    """The value that `dump` stored; raises ValueError for data that `dump` does not make."""
    if isinstance(data, bool) or data is None or isinstance(data, str):
        return data
    if isinstance(data, int):
        return Decimal(data)
    if isinstance(data, list):
        return [load(item) for item in data]
    if not isinstance(data, dict):
        raise ValueError(f"{type(data).__name__} was never stored by dump")
    if TAG not in data:
        return {key: load(item) for key, item in data.items()}
    return _load_tagged(data)


def _load_tagged(data: dict[str, Any]) -> Value:
    reader = _READERS.get(data[TAG])
    value = reader(data.get("v")) if reader else None
    if value is None:
        raise ValueError(f"no stored value: {data!r}")
    return value.replace(fold=1) if data.get("fold") else value


def from_plain(data: Any) -> Value:
    """Values of another system as FEEL's: numbers become Decimal (34 digits), text stays text, mappings and sequences at any
    depth.

    Dates, durations and FEEL's own types pass. NaN and infinity become null. Raises TypeError for other objects.
    """
    if data is None or isinstance(data, bool | str):
        return data
    if isinstance(data, int | float | Decimal):
        return _number(data)
    if isinstance(data, Mapping):
        return {str(key): from_plain(item) for key, item in data.items()}
    if isinstance(data, list | tuple | set | frozenset):
        return [from_plain(item) for item in data]
    if isinstance(data, datetime | date | time | timedelta):
        return _exact(data)
    kind_of(data)
    return data


def _number(data: float | Decimal) -> Decimal | None:
    if isinstance(data, float):
        return DECIMAL.create_decimal(repr(data)) if math.isfinite(data) else None
    number = Decimal(data)
    if not number.is_finite():
        return None
    try:
        return DECIMAL.create_decimal(number)
    except ArithmeticError:
        return None


def _exact(data: datetime | date | time | timedelta) -> Value:
    """Subclasses (of test clocks, of other libraries) as Python's own type, which FEEL tells kinds by."""
    if isinstance(data, datetime):
        parts = (data.year, data.month, data.day, data.hour, data.minute, data.second, data.microsecond, data.tzinfo)
        return data if type(data) is datetime else datetime(*parts, fold=data.fold)  # noqa: DTZ001 - the zone is among the parts
    if isinstance(data, date):
        return data if type(data) is date else date(data.year, data.month, data.day)
    if isinstance(data, timedelta):
        return data if type(data) is timedelta else timedelta(data.days, data.seconds, data.microseconds)
    return (
        data if type(data) is time else time(data.hour, data.minute, data.second, data.microsecond, data.tzinfo, fold=data.fold)
    )


def to_plain(value: Value) -> Any:
    """The value for screens and other systems: whole numbers as int, others as float, dates and durations as ISO 8601 text,
    ranges as a context of their ends, functions as their name."""
    kind = kind_of(value)
    match kind:
        case Kind.NULL | Kind.BOOLEAN | Kind.STRING:
            return value
        case Kind.NUMBER:
            return int(value) if value == value.to_integral_value() and abs(value) < 10**34 else float(value)
        case Kind.LIST:
            return [to_plain(item) for item in value]
        case Kind.CONTEXT:
            return {key: to_plain(item) for key, item in value.items()}
        case Kind.RANGE:
            ends = {"start": to_plain(value.start), "end": to_plain(value.end)}
            return {**ends, "start included": value.start_included, "end included": value.end_included}
        case Kind.FUNCTION:
            return f"function {value.name}({', '.join(value.parameters)})"
        case _:
            return _dump_time(kind, value)["v"]
