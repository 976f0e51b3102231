"""Where feelin 8.2 answers otherwise than Ringi, each with what the standard (DMN 1.5, chapter 10) says of it.

`test_feelin_oracle.py` holds both engines to what stands here, `docs/conformance.md` shows it.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """An expression, the value of each engine as `shown` writes it, and why ours is the standard's."""

    text: str
    ours: str
    theirs: str
    reason: str


DIFFERENCES = (
    Difference("0.1 + 0.2", "0.3", "0.30000000000000004", "§10.3.2.3.1: numbers are decimal, with 34 digits."),
    Difference(
        "(1 / 3) * 3 < 1", "true", "false", "§10.3.2.3.1: a third has 34 decimal digits, so three of them are less than one."
    ),
    Difference("10 ** 400", "1E+400", "Infinity", "§10.3.2.3.1: the range of a decimal128 number goes to 10 ** 6144."),
    Difference("1e3", "1000", "1", "§10.3.1.2, rule 37 (numeric literal): an exponent belongs to the number."),
    Difference('number("")', "null", "0", "§10.3.4.1 number(from): a text that is no number gives null."),
    Difference('-@"P1D"', "-P1D", "null", "§10.3.2.13.2: arithmetic negation is defined for both kinds of duration."),
    Difference('@"P1D" * 2', "P2D", "null", "§10.3.2.13.2, table 51: a duration times a number is a duration."),
    Difference('@"P1Y" / 2', "P6M", "null", "§10.3.2.13.2, table 51: a duration divided by a number is a duration."),
    Difference('@"PT3H" / @"PT2H"', "1.5", "NaN", "§10.3.2.13.2, table 51: a duration divided by one of its kind is a number."),
    Difference(
        '@"2026-03-01" + @"PT36H"',
        "2026-03-02",
        "2026-03-02T12:00:00Z",
        "§10.3.2.13.2, table 50: date and duration make a date.",
    ),
    Difference(
        '@"2026-01-01T00:00:00Z" - @"2026-01-01T00:00:00+09:00"',
        "PT9H",
        "PT0S",
        "§10.3.2.3.5: values with offset are points in time.",
    ),
    Difference(
        '@"2026-01-01T10:00:00" < @"2026-01-01T11:00:00Z"',
        "null",
        "true",
        "§10.3.2.3.5: with and without offset are not compared.",
    ),
    Difference('@"10:00:00" < @"11:00:00Z"', "null", "true", "§10.3.2.3.4: with and without offset are not compared."),
    Difference(
        'years and months duration(@"2026-03-01", @"2026-06-15")',
        "P3M",
        "P3M14D",
        "§10.3.4.1: the result has whole months only.",
    ),
    Difference("date(2026.5, 1, 1)", "null", "2026-01-01", "§10.3.4.1 date(year, month, day): year is a whole number."),
    Difference("time(10, 1.5, 0)", "null", "10:01:00", "§10.3.4.1 time(hour, minute, second): minute is a whole number."),
    Difference(
        "[10] = []", "false", "null", "§10.3.2.13.3, table 53: lists are equal if they are as long and equal item by item."
    ),
    Difference('1 < "a"', "null", "false", "§10.3.2.13.3: values of different kinds are not compared."),
    Difference("0 between 7 and 0", "false", "true", "§10.3.2.14, table 55: between is e1 >= e2 and e1 <= e3."),
    Difference(
        "some x in [1, null] satisfies x > 3",
        "null",
        "false",
        "§10.3.2.14, table 49: `some` joins by `or`, and false or null is null.",
    ),
    Difference(
        "every x in [1, null] satisfies x > 0",
        "null",
        "false",
        "§10.3.2.14, table 48: `every` joins by `and`, and true and null is null.",
    ),
    Difference('min(["b", "a"])', "a", "null", "§10.3.4.4 min(list): any values that can be compared."),
    Difference(
        "mode([0.5, -2])", "[-2, 0.5]", "[0.5, -2]", "§10.3.4.4 mode(list): several modes are sorted in ascending order."
    ),
    Difference('substring("abc", 7)', "null", "", "§10.3.4.3: the start position must be one of the string's."),
    Difference("sublist([10], 1, 2)", "null", "[10]", "§10.3.4.4: there is no such part."),
    Difference("remove([], 1)", "null", "[]", "§10.3.4.4: position 1 is not one of the list's; the warning says so."),
    Difference(
        "insert before([], 1, 2)", "null", "[2]", "§10.3.4.4: position 1 is not one of the list's; append adds to any list."
    ),
    Difference("list replace([], 1, 2)", "null", "[2]", "§10.3.4.4: there is nothing to replace at position 1."),
    Difference("even(0.5)", "null", "false", "§10.3.4.5: odd and even are said of whole numbers."),
    Difference("during(3, [1..5])", "true", "null", "§10.3.4.9, table 78: a point during a range."),
    Difference("starts(1, [1..5])", "true", "null", "§10.3.4.9, table 78: a point starts a range."),
    Difference("coincides([1..5], [1..5])", "true", "null", "§10.3.4.9, table 78: ranges coincide."),
    Difference("meets([1..5], [5..2])", "null", "true", "§10.3.2.7: the end of a range is not before its start."),
    Difference("[1, null] instance of list<number>", "true", "false", "§10.3.2.9: null conforms to every type."),
    Difference("before(null, 1)", "null", "true", "§10.3.4.9: null is neither point nor range."),
    Difference("sort([2, 1])", "[1, 2]", "null", "An addition of ours: without an order, the order of `<`."),
    Difference("is defined(a)", "false", "null", "An addition of ours, as Camunda's users know it."),
)
