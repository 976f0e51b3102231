"""Calculation with numbers, dates and durations (DMN 1.5 §10.3.2.13, tables 45-48): exact, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import case

from engine.api import DECIMAL, Kind, Position
from runtime.records.predicates.comparing import counted
from runtime.records.predicates.dialect import DAY, MICROSECOND, Sql, Sql_, count, nothing
from runtime.records.predicates.operands import Operand
from runtime.records.predicates.refusals import refused
from runtime.records.predicates.scope import constant

MOST_WHOLE, MOST_FRACTION = 1_000, 33
"""Digits before and after the point of an exact result that can still be rounded to 34."""
MOST_DAYS = 10_000_000
"""How far a date may be moved by one condition."""
_DATES = frozenset({Kind.DATE, Kind.DATE_TIME})
_DURATIONS = frozenset({Kind.DAYS_TIME, Kind.YEARS_MONTHS})
_DAY = timedelta(days=1)
INTEGER_DIGITS = (10, 0)
"""Of what databases count: lengths, parts of dates."""


def calculated(operator: str, left: Operand, right: Operand, at: Position) -> Operand:
    """One of + - * / **; null when either side is always null."""
    if left.is_null or right.is_null:
        return constant(None, at)
    if left.kind is right.kind is Kind.NUMBER:
        return _numbers(operator, left, right, at)
    if operator == "-" and {left.kind, right.kind} <= _DATES:
        return _between(left, right, at)
    if operator in ("+", "-") and {left.kind, right.kind} & _DATES:
        return _moved(operator, left, right, at)
    if left.kind is right.kind is Kind.STRING:
        raise refused("Texts are not joined in lists.", at, "Compare each of them by itself.")
    raise refused(
        f"“{operator}” of {_kind(left)} and {_kind(right)} is not calculated in lists.", at, "Calculate with constants only."
    )


def _kind(operand: Operand) -> str:
    return "a JSON field" if operand.kind is None else f"a {operand.kind}"


def _numbers(operator: str, left: Operand, right: Operand, at: Position) -> Operand:
    if operator == "/":
        operator, right = "*", _reciprocal(right, at)
        if right.is_null:
            return right
    if operator == "**":
        raise refused("Powers are not calculated in lists.", at, "Multiply instead.")
    whole, fraction = _digits(operator, left.digits, right.digits)
    if fraction > MOST_FRACTION or whole > MOST_WHOLE:
        said = f"The result may have {whole} digits before and {fraction} after the point, which is not exact in a database."
        raise refused(said, at, "Multiply less, or by rounder numbers.")

    def render(sql: Sql) -> Sql_:
        return sql.calculate(operator, left.render(sql), right.render(sql), (whole, fraction))

    return Operand(kind=Kind.NUMBER, write=render, at=at, digits=(whole + 1, fraction))


def _digits(operator: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    if operator == "*":
        return left[0] + right[0], left[1] + right[1]
    return max(left[0], right[0]) + 1, max(left[1], right[1])


def _reciprocal(divisor: Operand, at: Position) -> Operand:
    """What to multiply with instead of dividing; only when that is the same to the last digit."""
    way_out = "Multiply the other side of the comparison instead."
    if not divisor.is_constant:
        raise refused("Division by a field is not exact in a database.", at, way_out)
    if not divisor.value:
        return constant(None, at)
    try:
        inverse = DECIMAL.divide(Decimal(1), divisor.value)
    except ArithmeticError:
        inverse = Decimal(0)
    if Fraction(inverse) * Fraction(divisor.value) != 1:
        raise refused(f"Division by {divisor.value} is not exact in a database.", at, way_out)
    return constant(inverse, at)


def _between(left: Operand, right: Operand, at: Position) -> Operand:
    """The days and time duration from one to the other; a date stands for its midnight in UTC."""

    def render(sql: Sql) -> Sql_:
        if left.kind is right.kind is Kind.DATE:
            return (counted(sql, left) - counted(sql, right)) * DAY
        return _instant(sql, left) - _instant(sql, right)

    return Operand(kind=Kind.DAYS_TIME, write=render, at=at)


def _instant(sql: Sql, operand: Operand) -> Sql_:
    found = counted(sql, operand)
    return found * DAY if operand.kind is Kind.DATE else found


def _moved(operator: str, left: Operand, right: Operand, at: Position) -> Operand:
    """A date, or a date and time, so much later or earlier; the duration has to be a constant of days and hours."""
    date, duration = (left, right) if left.kind in _DATES else (right, left)
    if duration.kind not in _DURATIONS or (operator == "-" and date is right):
        raise refused(f"“{operator}” of {_kind(left)} and {_kind(right)} has no value.", at)
    other_side = "Move the other side instead, as in opened_on < today() - duration(…)."
    if duration.kind is Kind.YEARS_MONTHS:
        raise refused("Months and years are not added to fields.", at, other_side)
    if not duration.is_constant:
        raise refused("Only constant durations are added to fields.", at, other_side)
    amount: timedelta = duration.value if operator == "+" else -duration.value
    days = date.days + abs(amount.days) + 1
    if days > MOST_DAYS:
        raise refused(f"The date is moved by more than {MOST_DAYS:,} days.", at)
    number = amount // _DAY if date.kind is Kind.DATE else amount // MICROSECOND
    return Operand(kind=date.kind, write=lambda sql: counted(sql, date) + count(number), at=at, counted=True, days=days)


def negated(operand: Operand, at: Position) -> Operand:
    """Minus a number."""
    return of_number("-", operand, at)


def of_number(function: str, operand: Operand, at: Position) -> Operand:
    """`abs`, `floor`, `ceiling` or minus of a number."""
    if operand.is_null:
        return constant(None, at)
    if operand.kind is not Kind.NUMBER:
        raise refused(f"“{function}” needs a number here, not {_kind(operand)}.", operand.at)
    digits = (operand.digits[0] + 1, 0) if function in ("floor", "ceiling") else operand.digits
    return Operand(kind=Kind.NUMBER, write=lambda sql: sql.alone(function, operand.render(sql)), at=at, digits=digits)


def whole_number(render: Callable[[Sql], Sql_], at: Position) -> Operand:
    """What the database counts, as a number."""
    return Operand(kind=Kind.NUMBER, write=lambda sql: sql.number(render(sql)), at=at, digits=INTEGER_DIGITS)


_DATE_PARTS = ("year", "month", "day", "weekday")
_TIME_PARTS = ("hour", "minute", "second")
_DURATION_PARTS = {"days": (DAY, 0), "hours": (DAY // 24, 24), "minutes": (60_000_000, 60), "seconds": (1_000_000, 60)}
PARTS = {
    Kind.DATE: _DATE_PARTS,
    Kind.DATE_TIME: (*_DATE_PARTS, *_TIME_PARTS),
    Kind.DAYS_TIME: tuple(_DURATION_PARTS),
}
"""The properties that can be asked of a date, a date and time, and a duration."""


def part_of(operand: Operand, name: str, at: Position) -> Operand:
    """`opened_on.year`, `(today() - opened_on).days`: a whole number."""
    if operand.is_null:
        return constant(None, at)
    known = PARTS.get(operand.kind) if operand.kind else None
    if known is None:
        way_out = "A reference is the id of the other record; ask where those records are listed."
        raise refused(f"There is no “{name}” of {_kind(operand)}.", at, way_out if operand.kind is Kind.STRING else "")
    if name not in known:
        raise refused(f"“{name}” of {_kind(operand)} is not known to databases.", at, f"There are: {', '.join(known)}.")
    if operand.kind is Kind.DAYS_TIME:
        size, of = _DURATION_PARTS[name]
        return whole_number(lambda sql: operand.render(sql) // size % of if of else operand.render(sql) // size, at)
    if operand.counted:
        raise refused(f"“{name}” of a date that was moved is not known to databases.", at, "Compare the date itself.")
    return whole_number(lambda sql: sql.part(name, operand.render(sql), has_time=operand.kind is Kind.DATE_TIME), at)


def date_of(operand: Operand, at: Position) -> Operand:
    """The date of a date and time, in UTC as records are kept; a date stays one."""
    if operand.is_null:
        return constant(None, at)
    if operand.kind is Kind.DATE:
        return operand.moved(at)
    if operand.kind is not Kind.DATE_TIME or operand.counted:
        raise refused("Only a date and time field has a date here.", operand.at)
    return Operand(kind=Kind.DATE, write=lambda sql: sql.date(operand.render(sql)), at=at)


def chosen(condition: Operand, then: Operand, otherwise: Operand, at: Position) -> Operand:
    """`if`: everything but true takes the else branch."""
    kind = otherwise.kind if then.is_null else then.kind
    for branch in (then, otherwise):
        if not branch.is_null and (branch.kind is not kind or kind in (None, Kind.LIST)):
            raise refused("The two branches of “if” are not of one kind.", at, "Write two conditions joined by or.")
    if kind is Kind.NULL or kind is None:
        return constant(None, at)
    is_counted = then.counted or otherwise.counted

    def written(branch: Operand, sql: Sql) -> Sql_:
        if branch.is_null:
            return nothing(kind)
        return counted(sql, branch) if is_counted else branch.render(sql)

    def render(sql: Sql) -> Sql_:
        return case((condition.render(sql), written(then, sql)), else_=written(otherwise, sql))

    return Operand(
        kind=kind,
        write=render,
        at=at,
        counted=is_counted,
        days=max(then.days, otherwise.days),
        digits=(max(then.digits[0], otherwise.digits[0]), max(then.digits[1], otherwise.digits[1])),
    )
