"""`=`, `<`, `between` and `in`, with FEEL's answers for null and for values of different kinds (DMN 1.5 §10.3.2.13)."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal_column, or_, select, true

from engine.api import Kind, Position, Range, Value
from runtime.records.predicates.dialect import (
    Sql,
    Sql_,
    count,
    days_of,
    joined,
    literal,
    microseconds_of,
    nothing,
    opposite,
    whole_seconds,
)
from runtime.records.predicates.operands import Operand, truth
from runtime.records.predicates.refusals import refused
from runtime.records.predicates.scope import constant

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "=": operators.eq,
}
_ORDERED = frozenset({Kind.STRING, Kind.NUMBER, Kind.DATE, Kind.DATE_TIME, Kind.DAYS_TIME})
_SECOND = timedelta(seconds=1)


def answer(value: bool | None, at: Position) -> Operand:
    """The same answer for every record."""
    return constant(value, at) if value is not None else truth(lambda _: nothing(Kind.BOOLEAN), at)


def compared(operator: str, left: Operand, right: Operand, at: Position) -> Operand:
    """One of = != < <= > >=."""
    if operator == "!=":
        same = compared("=", left, right, at)
        return truth(lambda sql: opposite(same.render(sql)), at)
    if left.is_null or right.is_null:
        return _with_null(operator, right if left.is_null else left, at)
    for side in (left, right):
        if side.kind is None:
            raise refused(f"“{side.column}” is a JSON field; its values are of no one kind.", side.at, "Compare it with null.")
    if left.kind is not right.kind:
        return _of_two_kinds(operator, left, right, at)
    if operator == "=":
        return _equal(left, right, at)
    if left.kind not in _ORDERED:
        return answer(None, at)
    return truth(partial(_ordered, operator, left, right), at)


def _with_null(operator: str, other: Operand, at: Position) -> Operand:
    if operator != "=":
        return answer(None, at)
    return answer(True, at) if other.is_null else truth(lambda sql: other.render(sql).is_(None), at)


def _of_two_kinds(operator: str, left: Operand, right: Operand, at: Position) -> Operand:
    """Null, but a value and null are not equal, and two nulls are."""
    if operator != "=" or (left.is_constant and right.is_constant):
        return answer(None, at)

    def render(sql: Sql) -> Sql_:
        nulls = [case((side.render(sql).is_(None), 1), else_=0) for side in (left, right) if not side.is_constant]
        both: dict[Any, Any] = {2: true()} if len(nulls) == 2 else {}
        total: ColumnElement[int] = sum(nulls[1:], start=nulls[0])
        return case({**both, 1: false()}, value=total, else_=nothing(Kind.BOOLEAN))

    return truth(render, at)


def _equal(left: Operand, right: Operand, at: Position) -> Operand:
    if left.kind is Kind.LIST:
        return _equal_lists(left, right, at)
    if left.is_constant:
        left, right = right, left
    if left.kind is Kind.DATE_TIME:
        return truth(partial(_same_second, left, right), at)
    if left.column and right.is_constant:
        return truth(lambda sql: _is_there_and(left.render(sql), left.render(sql) == right.render(sql)), at)
    return truth(lambda sql: _native(sql, left, right).is_not_distinct_from(_native(sql, right, left)), at)


def _is_there_and(value: Sql_, condition: Sql_) -> Sql_:
    """True or false, where the condition alone would be null for null. Written so that an index serves it."""
    return and_(value.is_not(None), condition)


def _native(sql: Sql, one: Operand, other: Operand) -> Sql_:
    """A date as the database has it, or counted when the other one is."""
    return counted(sql, one) if one.counted or other.counted else one.render(sql)


def counted(sql: Sql, operand: Operand) -> Sql_:
    """A date as days, a date and time as microseconds."""
    if operand.counted:
        return operand.render(sql)
    is_date = operand.kind is Kind.DATE
    if operand.is_constant:
        return count(days_of(operand.value) if is_date else microseconds_of(operand.value))
    return sql.days(operand.render(sql)) if is_date else sql.microseconds(operand.render(sql))


def _ordered(operator: str, left: Operand, right: Operand, sql: Sql) -> Sql_:
    if left.kind is Kind.NUMBER:
        return sql.compare_numbers(operator, left, right)
    if left.kind is Kind.STRING:
        made: Sql_ = _OPERATORS[operator](sql.by_code_points(left.render(sql)), right.render(sql))
        return made
    if left.kind is Kind.DATE_TIME and operator in ("<=", ">="):
        return _by_second(operator, left, right, sql)
    found: Sql_ = _OPERATORS[operator](_native(sql, left, right), _native(sql, right, left))
    return found


def _same_second(left: Operand, right: Operand, sql: Sql) -> Sql_:
    if left.column and right.is_constant:
        there = left.render(sql).is_not(None)
        return and_(there, _by_second(">=", left, right, sql), _by_second("<=", left, right, sql))
    ours, theirs = _seconds(left, right, sql)
    return ours.is_not_distinct_from(theirs)


def _by_second(operator: str, left: Operand, right: Operand, sql: Sql) -> Sql_:
    """Dates and times are equal within one second, so `<=` and `>=` look at whole seconds (§10.3.2.3.4)."""
    if left.is_constant and not right.counted:
        left, right, operator = right, left, MIRRORED[operator]
    if right.is_constant and not left.counted and right.value.year < 9999:
        begin = right.value - timedelta(microseconds=right.value.microsecond)
        bound = begin if operator == ">=" else begin + _SECOND
        column = left.render(sql)
        return column >= literal(Kind.DATE_TIME, bound) if operator == ">=" else column < literal(Kind.DATE_TIME, bound)
    ours, theirs = _seconds(left, right, sql)
    found: Sql_ = _OPERATORS[operator](ours, theirs)
    return found


def _seconds(left: Operand, right: Operand, sql: Sql) -> tuple[Sql_, Sql_]:
    if left.counted or right.counted:
        return whole_seconds(counted(sql, left)), whole_seconds(counted(sql, right))
    return sql.second(left.render(sql)), sql.second(right.render(sql))


def _equal_lists(left: Operand, right: Operand, at: Position) -> Operand:
    field, wanted = (right, left) if left.is_constant else (left, right)
    if not wanted.is_constant:
        raise refused("Two lists that both depend on the record are not compared.", at, "Compare their items.")
    values: list[Value] = wanted.value
    if not all(type(item) is str for item in values):
        return truth(lambda sql: _is_there_and(field.render(sql), false()), at)

    def render(sql: Sql) -> Sql_:
        column = field.render(sql)
        same = [sql.item(column, index) == literal(Kind.STRING, item) for index, item in enumerate(values)]
        return _is_there_and(column, joined(and_, [sql.length(column) == len(values), *same]))

    return truth(render, at)


def conjunction(parts: list[Operand], at: Position) -> Operand:
    """All of them: false wins, then null, as in SQL."""
    return truth(lambda sql: joined(and_, [part.render(sql) for part in parts]), at)


def disjunction(parts: list[Operand], at: Position) -> Operand:
    """One of them: true wins, then null, as in SQL."""
    return truth(lambda sql: joined(or_, [part.render(sql) for part in parts]), at)


def surely(part: Operand) -> Operand:
    """True where it is true, else false."""
    return truth(lambda sql: func.coalesce(part.render(sql), false()), part.at)


def holds(value: Operand, test: Operand, at: Position) -> Operand:
    """`value in test` for a test that is a value: in a range, in a list, or equal (table 55)."""
    if test.kind is Kind.RANGE:
        return _in_range(value, test.value, at)
    if test.kind is Kind.LIST:
        return _in_list(value, test, at)
    return compared("=", value, test, at)


def _in_range(value: Operand, interval: Range, at: Position) -> Operand:
    if interval.operator:
        bound = interval.end if interval.operator in ("<", "<=") else interval.start
        return compared(interval.operator, value, constant(bound, at), at)
    if interval.start is None or interval.end is None:
        return answer(None, at)
    low = compared(">=" if interval.start_included else ">", value, constant(interval.start, at), at)
    high = compared("<=" if interval.end_included else "<", value, constant(interval.end, at), at)
    return conjunction([low, high], at)


def between_fields(value: Operand, low: Operand, high: Operand, included: tuple[bool, bool], at: Position) -> Operand:
    """`value in [low..high]` where the ends depend on the record: a range whose ends are in the wrong order is null."""
    if not (value.is_repeatable and low.is_repeatable and high.is_repeatable):
        raise refused("The ends of this range are calculated.", at, "Write low <= value and value <= high instead.")
    if len({value.kind, low.kind, high.kind}) > 1 or value.kind not in _ORDERED:
        raise refused("The value and the two ends of the range are not of one kind.", at, "Compare them one by one.")
    wrong = compared(">", low, high, at)
    above = compared(">=" if included[0] else ">", value, low, at)
    below = compared("<=" if included[1] else "<", value, high, at)

    def render(sql: Sql) -> Sql_:
        ends = or_(low.render(sql).is_(None), high.render(sql).is_(None), value.render(sql).is_(None))
        inside = and_(above.render(sql), below.render(sql))
        return case((wrong.render(sql), value.render(sql).is_(None)), (ends, nothing(Kind.BOOLEAN)), else_=inside)

    return truth(render, at)


def _in_list(value: Operand, test: Operand, at: Position) -> Operand:
    if value.kind is Kind.LIST:
        raise refused("Whether a list is in a list is not asked of a database.", at, "Use some … satisfies.")
    if not test.is_constant:
        return _in_field(value, test, at)
    values: list[Value] = test.value
    batch = [item for item in values if is_plain(value, item)]
    others = [surely(holds(value, constant(item, at), at)) for item in values if not is_plain(value, item)]
    return disjunction([*one_of(value, batch, at), *others], at)


def is_plain(value: Operand, item: Value) -> bool:
    """Whether SQL's own IN compares them as FEEL does."""
    kind = constant(item, value.at).kind
    return kind is value.kind and kind in (Kind.STRING, Kind.NUMBER, Kind.DATE) and not (value.counted or value.is_constant)


def one_of(value: Operand, batch: list[Value], at: Position) -> list[Operand]:
    """Whether the value is one of plain constants of its kind: true or false. Nothing for an empty batch."""
    if not batch or value.kind is None:
        return []
    kind = value.kind

    def render(sql: Sql) -> Sql_:
        found = value.render(sql).in_([literal(kind, item) for item in batch])
        return _is_there_and(value.render(sql), found) if value.column else func.coalesce(found, false())

    return [truth(render, at)]


def _in_field(value: Operand, field: Operand, at: Position) -> Operand:
    """In the list that a field holds; a field without a list holds null, and null is only in null."""

    def render(sql: Sql) -> Sql_:
        column, item = field.render(sql), value.render(sql)
        found = has_item(sql, column, item) if value.kind is Kind.STRING else false()
        return case((column.is_(None), item.is_(None)), else_=found)

    return truth(render, at)


def has_item(sql: Sql, column: Sql_, item: Sql_) -> Sql_:
    """Whether a list of texts has the text in it."""
    rows = sql.items(column)
    return exists(select(literal_column("1")).select_from(rows).where(rows.c.value == item).correlate_except(rows))
