"""The SQL of SQLite. Exact numbers are texts there: a field and a constant are compared by sign, length and digits, which
needs nothing but SQL; everything else that SQLite cannot do with decimals is done by functions of our own."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Integer,
    TableValuedAlias,
    Text,
    and_,
    cast,
    column,
    func,
    or_,
    type_coerce,
)

from engine.api import DECIMAL, Kind
from runtime.records.columns import ExactNumber
from runtime.records.fields import canonical
from runtime.records.predicates.dialect import DAY, Sql, Sql_, literal
from runtime.records.predicates.operands import Operand

CALCULATE, ALONE, ORDER = "ringi_number_calculate", "ringi_number_alone", "ringi_number_order"

_CALCULATIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
}
_ALONE: Mapping[str, Callable[[Decimal], Decimal]] = {
    "abs": DECIMAL.abs,
    "-": DECIMAL.minus,
    "floor": lambda number: number.to_integral_value(ROUND_FLOOR),
    "ceiling": lambda number: number.to_integral_value(ROUND_CEILING),
}
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2), "second": (18, 2)}
"""Where a part stands in 2026-03-01T09:30:00.000000Z: position from 1, and length."""
_DAY_OF_YEAR_1 = 1_721_426
"""The Julian day number of 1 January of the year 1."""


def register(connection: Connection) -> None:
    """Give our functions to a connection; doing it again costs microseconds."""
    driver: Any = connection.connection.driver_connection
    driver.create_function(CALCULATE, 3, _calculate, deterministic=True)
    driver.create_function(ALONE, 2, _alone, deterministic=True)
    driver.create_function(ORDER, 2, _order, deterministic=True)


def _calculate(operator: str, left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    return format(canonical(_CALCULATIONS[operator](Decimal(left), Decimal(right))), "f")


def _alone(function: str, number: str | None) -> str | None:
    return None if number is None else format(canonical(_ALONE[function](Decimal(number))), "f")


def _order(left: str | None, right: str | None) -> int | None:
    if left is None or right is None:
        return None
    ours, theirs = Decimal(left), Decimal(right)
    return -1 if ours < theirs else int(ours > theirs)


class Sqlite(Sql):
    """SQLite 3.38 or newer (its JSON functions)."""

    def number(self, whole: Sql_) -> Sql_:
        return type_coerce(cast(whole, Text), ExactNumber())

    def compare_numbers(self, operator: str, left: Operand, right: Operand) -> Sql_:
        if right.is_constant and left.column:
            return _against_constant(operator, left.render(self), right.value)
        if left.is_constant and right.column:
            return _against_constant(_MIRRORED[operator], right.render(self), left.value)
        order = getattr(func, ORDER)(left.render(self), right.render(self), type_=Integer())
        compared: Sql_ = _OPERATORS[operator](order, 0)
        return compared

    def calculate(self, operator: str, left: Sql_, right: Sql_, digits: tuple[int, int]) -> Sql_:
        made: Sql_ = getattr(func, CALCULATE)(literal(Kind.STRING, operator), left, right, type_=ExactNumber())
        return made

    def alone(self, function: str, number: Sql_) -> Sql_:
        made: Sql_ = getattr(func, ALONE)(literal(Kind.STRING, function), number, type_=ExactNumber())
        return made

    def by_code_points(self, text: Sql_) -> Sql_:
        return text  # the bytes of UTF-8 sort as the code points do

    def contains(self, text: Sql_, part: Sql_) -> Sql_:
        return func.instr(text, part) > 0

    def starts_with(self, text: Sql_, part: Sql_) -> Sql_:
        return func.substr(text, 1, func.length(part), type_=Text()) == part

    def ends_with(self, text: Sql_, part: Sql_) -> Sql_:
        tail = func.substr(text, func.length(text) - func.length(part) + 1, type_=Text())
        return and_(func.length(text) >= func.length(part), tail == part)

    def days(self, day: Sql_) -> Sql_:
        return cast(func.julianday(day, type_=Integer()) + 0.5, BigInteger) - _DAY_OF_YEAR_1

    def microseconds(self, moment: Sql_) -> Sql_:
        days = self.days(func.substr(moment, 1, 10, type_=Text()))
        clock = self.part("hour", moment, has_time=True) * 3600 + self.part("minute", moment, has_time=True) * 60
        seconds = clock + self.part("second", moment, has_time=True)
        return days * DAY + seconds * 1_000_000 + cast(func.substr(moment, 21, 6, type_=Text()), BigInteger)

    def second(self, moment: Sql_) -> Sql_:
        return func.substr(moment, 1, 19, type_=Text())

    def date(self, moment: Sql_) -> Sql_:
        return func.substr(moment, 1, 10, type_=Date())

    def part(self, name: str, moment: Sql_, *, has_time: bool) -> Sql_:
        if name == "weekday":
            sunday_is_0 = cast(func.strftime(literal(Kind.STRING, "%w"), func.substr(moment, 1, 10), type_=Text()), BigInteger)
            return (sunday_is_0 + 6) % 7 + 1
        return cast(func.substr(moment, *_PARTS[name], type_=Text()), BigInteger)

    def items(self, values: Sql_) -> TableValuedAlias:
        return func.json_each(type_coerce(values, Text)).table_valued(column("value", Text))

    def length(self, values: Sql_) -> Sql_:
        return func.json_array_length(type_coerce(values, Text), type_=BigInteger())

    def item(self, values: Sql_, index: int) -> Sql_:
        return func.json_extract(type_coerce(values, Text), literal(Kind.STRING, f"$[{index}]"), type_=Text())


def _against_constant(operator: str, number: Sql_, constant: Decimal) -> Sql_:
    """Compare canonical texts by size: first the sign, then where the point stands, then the digits.

    A text below "0" is a negative number, because of the minus; the larger the text, the smaller that number.
    """
    text = format(canonical(constant), "f")
    digits = literal(Kind.STRING, text)
    kept = type_coerce(number, Text)
    point, its_point = func.instr(kept.concat("."), "."), (text + ".").index(".") + 1
    same_length = and_(point == its_point, _OPERATORS[operator if constant >= 0 else _MIRRORED[operator]](kept, digits))
    larger_text = operator in (">", ">=") if constant >= 0 else operator in ("<", "<=")
    longer_or_shorter = point > its_point if larger_text else point < its_point
    near = or_(longer_or_shorter, same_length)
    if larger_text:
        return and_(kept >= "0" if constant >= 0 else kept < "0", near)
    return or_(kept < "0" if constant >= 0 else kept >= "0", near)
