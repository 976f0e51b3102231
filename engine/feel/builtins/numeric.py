"""Number functions (DMN 1.5 §10.3.4.5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.values import DECIMAL, Value, YearMonthDuration

_SCALES = range(-6111, 6177)
_ZERO = Decimal(0)


def _round(run: Run, n: Decimal, scale: Decimal, rounding: str) -> Value:
    places = int(scale) if abs(scale) < 10_000 else 10_000
    if places not in _SCALES:
        return run.bad_value(f"The scale must be from {_SCALES[0]} to {_SCALES[-1]}.")
    exponent = n.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= places:
        return n
    try:
        return n.quantize(Decimal(1).scaleb(-places), rounding, Context(prec=40, Emax=6200, Emin=-6200))
    except ArithmeticError:
        return run.bad_value("The number is too large to be rounded so.")


@builtin(
    "decimal", "n: number, scale: number", "The number with so many digits after the point; half goes to the even neighbour."
)
def decimal(run: Run, n: Decimal, scale: Decimal) -> Value:
    """decimal(1/3, 2) = .33."""
    return _round(run, n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number", "The largest number of that scale not above n.")
def floor(run: Run, n: Decimal, scale: Decimal = _ZERO) -> Value:
    """floor(-1.56, 1) = -1.6."""
    return _round(run, n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number", "The smallest number of that scale not below n.")
def ceiling(run: Run, n: Decimal, scale: Decimal = _ZERO) -> Value:
    """ceiling(-1.56, 1) = -1.5."""
    return _round(run, n, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number", "Rounded away from zero.")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """round up(-5.5, 0) = -6."""
    return _round(run, n, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number", "Rounded towards zero.")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """round down(-5.5, 0) = -5."""
    return _round(run, n, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number", "Rounded to the nearest; half away from zero.")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    """round half up(-5.5, 0) = -6."""
    return _round(run, n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number", "Rounded to the nearest; half towards zero.")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    """round half down(-5.5, 0) = -5."""
    return _round(run, n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number|duration", "The number or duration without its sign.")
def absolute(run: Run, n: Decimal | timedelta | YearMonthDuration) -> Decimal | timedelta | YearMonthDuration:
    """abs(-10) = 10."""
    if isinstance(n, Decimal):
        return DECIMAL.abs(n)
    return YearMonthDuration(abs(n.months)) if isinstance(n, YearMonthDuration) else abs(n)


@builtin("modulo", "dividend: number, divisor: number", "The remainder; it has the sign of the divisor.")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """modulo(-12, 5) = 3."""
    if not divisor:
        return run.bad_value("The divisor of modulo is 0.")
    try:
        remainder = DECIMAL.remainder(dividend, divisor)
    except ArithmeticError:
        return run.bad_value("The numbers of modulo are too far apart.")
    return DECIMAL.add(remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


@builtin("sqrt", "number: number", "The square root.")
def sqrt(run: Run, number: Decimal) -> Value:
    """sqrt(16) = 4."""
    return DECIMAL.sqrt(number) if number >= 0 else run.bad_value("A negative number has no square root.")


@builtin("log", "number: number", "The natural logarithm.")
def log(run: Run, number: Decimal) -> Value:
    """decimal(log(10), 8) = 2.30258509."""
    return DECIMAL.ln(number) if number > 0 else run.bad_value("Only numbers above 0 have a logarithm.")


@builtin("exp", "number: number", "Euler's number to that power.")
def exp(run: Run, number: Decimal) -> Value:
    """decimal(exp(5), 8) = 148.41315910."""
    try:
        return DECIMAL.exp(number)
    except ArithmeticError:
        return run.bad_value("The result of exp is too large.")


@builtin("odd", "number: number", "Whether the whole number is odd.")
def odd(run: Run, number: Decimal) -> Value:
    """odd(5) = true."""
    return _is_even(run, number, not_even=True)


@builtin("even", "number: number", "Whether the whole number is even.")
def even(run: Run, number: Decimal) -> Value:
    """even(2) = true."""
    return _is_even(run, number, not_even=False)


def _is_even(run: Run, number: Decimal, *, not_even: bool) -> Value:
    if number != number.to_integral_value():
        return run.bad_value(f"{number} is no whole number.")
    return (int(number) % 2 == 0) is not not_even
