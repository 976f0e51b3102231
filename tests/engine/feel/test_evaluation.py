"""What expressions are worth, family by family (DMN 1.5 §10.3.2). Each line is expression → expected, both FEEL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.feel import Result, Value, compile_expression, from_plain

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SCOPE = from_plain(
    {
        "amount": 120,
        "region": "EU",
        "nothing": None,
        "order": {"total": 5, "customer": {"name": "Mio"}, "lines": [{"sku": "a", "qty": 2}, {"sku": "b", "qty": 7}]},
        "first name": "Aya",
        "a-b": 42,
        "a": 10,
        "b": 3,
        "don't": True,
    }
)
NAMES = tuple(SCOPE)


def evaluate(text: str, scope: dict[str, Value] | None = None) -> Result:
    return compile_expression(text, NAMES).evaluate(SCOPE if scope is None else scope, now=NOW)


EQUAL = """
    1 + 2 * 3 → 7
    (1 + 2) * 3 → 9
    0.1 + 0.2 → 0.3
    2 ** 3 ** 2 → 64
    -3 ** 2 → 9
    10 - 4 - 3 → 3
    1 / 3 → 0.3333333333333333333333333333333333
    .5 + 1e2 → 100.5
    "a" + "b" → "ab"
    amount > 100 and region = "EU" → true
    1 = 1.00 → true
    nothing = null → true
    amount != null → true
    [1, [2]] = [1, [2]] → true
    {a: 1, b: 2} = {b: 2, a: 1} → true
    "b" between "a" and "c" → true
    5 in [1..5) → false
    5 in (1..5] → true
    5 in ]1..5] → true
    5 in (< 3, > 4) → true
    5 in (1, 5) → true
    5 in [[1..3], [4..6]] → true
    "x" in ["x", "y"] → true
    (2 + 3) in (1 + 4) → true
    5 in (1 + 1) * 2.5 → true
    if amount > 100 then "big" else "small" → "big"
    if nothing then 1 else 2 → 2
    for i in 1..3 return i * i → [1, 4, 9]
    for i in 3..1 return i → [3, 2, 1]
    for i in 1..2, j in [10, 20] return i + j → [11, 21, 12, 22]
    for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2] → [1, 1, 2, 3, 5]
    for d in @"2026-02-27"..@"2026-03-01" return d.day → [27, 28, 1]
    for x in [[1, 2], [3]], y in x return y → [1, 2, 3]
    for i in (1..4] return i → [2, 3, 4]
    some x in [1, 2] satisfies x > 1 → true
    every x in [1, 2] satisfies x > 1 → false
    every x in [] satisfies x → true
    some x in [1, 2], y in [2, 3] satisfies x = y → true
    order.customer.name → "Mio"
    order.lines.sku → ["a", "b"]
    order.lines[qty > 5].sku → ["b"]
    order.lines[sku = "a" and qty = 2][1].qty → 2
    order.lines[item.qty > amount] → []
    [1, 2, 3][2] → 2
    [1, 2, 3][-1] → 3
    [1, 2, 3][item > 1][1] → 2
    [3, 4][count([1, 2])] → 4
    [{item: 5}][item = 5] → [{item: 5}]
    5[1] → 5
    5[true] → [5]
    {a: 1, b: a + 1, c: b * 2}.c → 4
    {"first name": 1, b: first name + 1}.b → 2
    {x y: 1}.x y → 1
    {f: function(x) x * 2, r: f(4)}.r → 8
    (function(x: number, y: number) x - y)(y: 1, x: 3) → 2
    {make: function(n) function(m) n + m}.make(1)(2) → 3
    for f in (for i in 1..3 return function() i) return f() → [1, 2, 3]
    first name + "!" → "Aya!"
    `first name` + "!" → "Aya!"
    a-b → 42
    a - b → 7
    if don't then 1 else 2 → 1
    not(true) → false
    not(1) → null
    1 instance of number → true
    "a" instance of number → false
    null instance of Any → false
    [1, 2] instance of list<number> → true
    {a: 1} instance of context<a: number> → true
    [1..2] instance of range<number> → true
    (function(x) x) instance of function<Any> -> Any → true
    @"P1D" instance of days and time duration → true
    @"2026-03-01T10:00:00" instance of date and time → true
    string length("a\\u00e9\\U01F40E") → 3
    "a\\nb" = "a
b" → true
    count(list: [1, 2]) → 2
    substring(string: "foobar", start position: 4) → "bar"
    true or nothing → true
    nothing or true → true
    false and nothing → false
    nothing and false → false
    true and nothing → null
    sum([@"P1D", @"PT12H"]) → @"P1DT12H"
    now() → @"2026-03-01T09:30:00Z"
    today() → @"2026-03-01"
    [1..3].end → 3
    (> 3).start included → false
    /* comment */ 1 // and another → 1
"""


@pytest.mark.parametrize("line", [part.strip() for part in EQUAL.strip().split("\n    ")])
def test_the_expression_has_the_value(line: str) -> None:
    text, expected = line.rsplit(" → ", 1)
    wanted = compile_expression(expected).evaluate({}, now=NOW).value
    found = evaluate(text)
    assert found.value == wanted
    assert type(found.value) is type(wanted)


TEMPORAL = """
    @"2026-01-31" + @"P1M" → @"2026-02-28"
    @"2024-02-29" + @"P1Y" → @"2025-02-28"
    @"2026-03-01" - @"2026-02-01" → @"P28D"
    @"2026-03-01" + @"P1D" → @"2026-03-02"
    @"2026-03-01T23:00:00" + @"PT2H" → @"2026-03-02T01:00:00"
    @"2026-03-01T10:00:00Z" - @"2026-03-01T10:00:00+09:00" → @"PT9H"
    @"2026-03-01T10:00:00+09:00" = @"2026-03-01T01:00:00Z" → true
    @"2026-03-01T10:00:00@Asia/Tokyo" < @"2026-03-01T01:00:01Z" → true
    @"2026-03-29T01:30:00@Europe/Paris" + @"PT1H" → @"2026-03-29T03:30:00@Europe/Paris"
    @"23:00:00" + @"PT2H" → @"01:00:00"
    @"10:00:00Z" - @"10:00:00+01:00" → @"PT1H"
    @"P1Y" + @"P3M" → @"P15M"
    @"P1Y" / @"P3M" → 4
    @"P1D" / 2 → @"PT12H"
    @"P1Y" * 2.5 → @"P30M"
    -@"P1D" → @"-P1D"
    @"P1D" > @"PT23H" → true
    @"2026-03-01T10:00:00@Asia/Tokyo".time offset → @"PT9H"
    @"2026-03-01T10:00:00@Asia/Tokyo".timezone → "Asia/Tokyo"
    @"2026-03-01".weekday → 7
    @"-P1DT2H".hours → -2
    @"P14M".months → 2
    date(@"2026-03-01T10:00:00") → @"2026-03-01"
    time(@"2026-03-01T10:00:00Z") → @"10:00:00Z"
    date and time(@"2026-03-01", @"10:00:00") → @"2026-03-01T10:00:00"
    string(@"-0044-03-15") → "-0044-03-15"
    @"0001-01-01" - @"P1D" < @"0001-01-01" → true
    string(@"10:00:00.123456789Z") → "10:00:00.123456789Z"
    string(@"P1DT0.5S") → "P1DT0.5S"
    date("2026-02-30") → null
    @"2026-03-01T10:00:00" < @"2026-03-01T10:00:00Z" → null
    years and months duration(@"2025-01-31", @"2026-03-30") → @"P1Y1M"
"""


@pytest.mark.parametrize("line", [part.strip() for part in TEMPORAL.strip().split("\n")])
def test_dates_times_and_durations(line: str) -> None:
    text, expected = line.rsplit(" → ", 1)
    assert evaluate(text).value == compile_expression(expected).evaluate({}, now=NOW).value


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("amount + regoin", "FEEL-3001", 10),
        ("order.totl", "FEEL-3002", 6),
        ("1 + true", "FEEL-3003", 3),
        ('1 < "a"', "FEEL-3004", 3),
        ("cuont([1])", "FEEL-3005", 1),
        ('2 * string length("a", "b")', "FEEL-3006", 5),
        ("1 / 0", "FEEL-3007", 3),
        ("[1][2]", "FEEL-3008", 4),
        ('date("2026-13-01")', "FEEL-3009", 1),
        ("if 1 then 2 else 3", "FEEL-3010", 4),
        ("[2..1]", "FEEL-3011", 1),
    ],
)
def test_a_null_that_hides_a_mistake_leaves_a_warning_with_its_place(text: str, code: str, column: int) -> None:
    warning = evaluate(text).warnings[0]
    assert (warning.code, warning.line, warning.column) == (code, 1, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("amuont", "amount"), ("order.totl", "total"), ("cuont([1])", "count"), ("substring(strng: 1)", "string")],
)
def test_a_warning_offers_the_likely_name(text: str, hint: str) -> None:
    assert f"'{hint}'" in evaluate(text).warnings[0].message


def test_a_sound_null_comparison_warns_of_nothing() -> None:
    assert evaluate("nothing = null or amount = null").warnings == ()


@pytest.mark.parametrize(
    "text", ["stddev(1, 1e6000)", "mean(9e6144, 9e6144)", "median(9e6144, 9e6144)", "product(1e4000, 1e4000)"]
)
def test_a_result_beyond_the_largest_number_is_null_and_warns(text: str) -> None:
    result = evaluate(text)
    assert result.value is None
    assert result.warnings[0].code == "FEEL-3009"


def test_one_place_warns_once_however_often_it_runs() -> None:
    assert len(evaluate("for i in 1..1000 return i + region").warnings) == 1


def test_the_free_names_are_those_the_scope_may_have_to_give() -> None:
    compiled = compile_expression("{x: a, y: x}.y + sum(for i in items return i.price) + tasks[owner = me][1]")
    assert compiled.names == {"a", "items", "tasks", "owner", "me"}


def test_a_compiled_expression_is_kept_by_text_and_names() -> None:
    assert compile_expression("1 + 1") is compile_expression("1 + 1", ["simple"])
    assert compile_expression("a-b") is not compile_expression("a-b", ["a-b"])


def test_a_function_in_the_scope_wins_over_a_built_in_and_a_value_does_not() -> None:
    own = evaluate("function(list) 99").value
    assert evaluate("count([1])", {"count": own}).value == Decimal(99)
    assert evaluate("count([1])", {"count": Decimal(5)}).value == Decimal(1)
    assert evaluate("count + 1", {"count": Decimal(5)}).value == Decimal(6)


def test_a_python_object_that_is_no_value_is_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match="from_plain"):
        evaluate("x < 1", {"x": object()})
