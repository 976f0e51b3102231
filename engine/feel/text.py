"""What `string()` makes of each value, and how warnings show one (DMN 1.5 §10.3.4.1, table 70)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.run import Run
from engine.feel.temporal import write_date, write_date_time, write_duration, write_time
from engine.feel.values import DECIMAL, FeelFunction, Kind, Range, Value, YearMonthDuration, kind_of
from engine.feel.wide import WideDate, WideDateTime, WideTime


def number_text(number: Decimal) -> str:
    """Digits without an exponent and without zeros at the end of a fraction, so that equal numbers look equal.

    A number too long to be written so keeps its exponent.
    """
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and not -60 <= exponent <= 60:
        return str(number.normalize(DECIMAL))
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def text_of(value: Value, run: Run) -> str:
    """The text of a value; the budget ends it when a list refers to itself so often that the text would be huge."""
    if isinstance(value, str):
        return value
    parts: list[str] = []
    size = 0
    for part in _parts(value, run):
        size += len(part)
        run.check_size(size)
        parts.append(part)
    return "".join(parts)


def _parts(value: Value, run: Run) -> list[str]:
    run.charge(1)
    match value:
        case list():
            return ["[", *_joined([_inner(item, run) for item in value]), "]"]
        case dict():
            return ["{", *_joined([f"{_key(k)}: {_inner(v, run)}" for k, v in value.items()]), "}"]
        case Range():
            opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
            if value.operator:
                end = value.end if value.operator in ("<", "<=") else value.start
                return [f"({value.operator} {_inner(end, run)})"]
            return [f"{opening}{_inner(value.start, run)}..{_inner(value.end, run)}{closing}"]
        case FeelFunction():
            return [f"function({', '.join(value.parameters)})"]
        case _:
            return [scalar_text(value)]


def _joined(items: list[str]) -> list[str]:
    return [", ".join(items)]


def _key(key: str) -> str:
    return key if key.isidentifier() else _quoted(key)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inner(value: Value, run: Run) -> str:
    if type(value) is str:
        run.charge(1)
        return _quoted(value)
    text = text_of(value, run)
    run.check_size(len(text))
    return text


def scalar_text(value: Value) -> str:
    """The text of a value that holds no others."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case timedelta() | YearMonthDuration():
            return write_duration(value)
        case datetime() | WideDateTime():
            return write_date_time(value)
        case date() | WideDate():
            return write_date(value)
        case time() | WideTime():
            return write_time(value)
        case _:
            return str(kind_of(value).value if kind_of(value) is not Kind.STRING else value)
