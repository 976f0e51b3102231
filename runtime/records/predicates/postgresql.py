"""The SQL of PostgreSQL. Its `numeric` is exact and unbounded, where FEEL keeps 34 digits: what may have more is rounded."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Numeric,
    TableValuedAlias,
    Text,
    case,
    cast,
    collate,
    column,
    extract,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import array

from engine.api import Kind
from runtime.records.columns import ExactNumber
from runtime.records.predicates.dialect import DAY, Sql, Sql_, exact, literal
from runtime.records.predicates.operands import Operand
from runtime.store.types import UtcDateTime

PRECISION = 34
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
}
_PARTS = {"weekday": "isodow"}
_DAYS_BEFORE_1970 = 719_162


class Postgresql(Sql):
    """PostgreSQL 14 or newer (its exact `extract`)."""

    def number(self, whole: Sql_) -> Sql_:
        return cast(whole, ExactNumber)

    def compare_numbers(self, operator: str, left: Operand, right: Operand) -> Sql_:
        compared: Sql_ = _OPERATORS[operator](left.render(self), right.render(self))
        return compared

    def calculate(self, operator: str, left: Sql_, right: Sql_, digits: tuple[int, int]) -> Sql_:
        made = _OPERATORS[operator](cast(left, Numeric), cast(right, Numeric))
        return cast(made if sum(digits) <= PRECISION else _rounded(made, digits[1]), ExactNumber)

    def alone(self, function: str, number: Sql_) -> Sql_:
        made: Sql_ = -number if function == "-" else getattr(func, "ceil" if function == "ceiling" else function)(number)
        return cast(made, ExactNumber)

    def by_code_points(self, text: Sql_) -> Sql_:
        return collate(text, "C")

    def contains(self, text: Sql_, part: Sql_) -> Sql_:
        return func.strpos(text, part) > 0

    def starts_with(self, text: Sql_, part: Sql_) -> Sql_:
        return func.left(text, func.char_length(part), type_=Text()) == part

    def ends_with(self, text: Sql_, part: Sql_) -> Sql_:
        return func.right(text, func.char_length(part), type_=Text()) == part

    def days(self, day: Sql_) -> Sql_:
        return cast(day - literal(Kind.DATE, date(1, 1, 1)), BigInteger)

    def microseconds(self, moment: Sql_) -> Sql_:
        since_1970 = cast(extract("epoch", moment), Numeric) * 1_000_000
        return cast(since_1970, BigInteger) + _DAYS_BEFORE_1970 * DAY

    def second(self, moment: Sql_) -> Sql_:
        return func.date_trunc("second", moment, type_=UtcDateTime())

    def date(self, moment: Sql_) -> Sql_:
        return cast(func.timezone("UTC", moment), Date)

    def part(self, name: str, moment: Sql_, *, has_time: bool) -> Sql_:
        local = func.timezone("UTC", moment) if has_time else moment
        return cast(func.trunc(extract(_PARTS.get(name, name), local)), BigInteger)

    def items(self, values: Sql_) -> TableValuedAlias:
        return func.json_array_elements_text(values).table_valued(column("value", Text))

    def length(self, values: Sql_) -> Sql_:
        return cast(func.json_array_length(values, type_=Integer()), BigInteger)

    def item(self, values: Sql_, index: int) -> Sql_:
        return func.json_array_element_text(values, index, type_=Text())


def _rounded(number: Sql_, fraction: int) -> Sql_:
    """Rounded to 34 digits, half to even, for numbers with at most `fraction` (below 34) digits after the point.

    The number is named once in a query of its own, so that sums of sums do not grow without bound. `round` takes a half away
    from zero: it is a half when up and down are equally far.
    """
    named = func.unnest(array([number])).table_valued(column("x", Numeric)).render_derived()
    x: Sql_ = named.c.x
    scale = PRECISION - func.char_length(cast(func.trunc(func.abs(x)), Text))
    down, near = func.trunc(x, scale, type_=Numeric()), func.round(x, scale, type_=Numeric())
    down_is_even = func.trunc(down * Decimal("0.5"), scale, type_=Numeric()) * 2 == down
    halved = case((down_is_even, down), else_=near)
    fits = func.abs(x) < exact(10 ** (PRECISION - fraction))
    return select(case((fits, x), (near - x == x - down, halved), else_=near)).scalar_subquery()
