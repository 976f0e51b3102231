"""Random FEEL expressions as text, each of a type that is known, so that most of them have a value."""

from __future__ import annotations

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

LEAVES: dict[str, list[str]] = {
    "exact": ["0", "1", "2", "3", "7", "10", "0.5", "2.25", "100", "-1", "-4", "n", "m"],
    "positive": ["1", "2", "7", "0.5", "2.25", "100", "n"],
    "string": ['"abc"', '"a"', '""', '"b c"', '"Ünï"', '"日本"', '"10"', '"a,b,c"', "s", "t"],
    "boolean": ["true", "false", "yes"],
    "date": ['@"2026-03-01"', '@"2024-02-29"', 'date("2025-12-31")', "date(2026, 1, 31)", "d"],
    "date and time": ['@"2026-03-01T10:00:00"', 'date and time("2024-02-29T00:00:00")', '@"2025-12-31T23:59:59"'],
    "zoned": ['@"2026-03-01T23:30:00Z"', '@"2025-12-31T22:00:00+09:00"', '@"2026-03-29T02:00:00-05:00"'],
    "time": ['@"10:00:00"', '@"23:59:59"', 'time("12:30:00")'],
    "days": ['@"P1D"', '@"PT36H"', 'duration("-P2DT3H")', '@"PT0S"', '@"PT90M"'],
    "whole days": ['@"P1D"', '@"-P3D"', 'duration("P30D")'],
    "months": ['@"P1M"', '@"P1Y2M"', 'duration("-P3M")', '@"P0M"'],
    "numbers": ["[1, 2, 3]", "[]", "[3, 1, 2, 1]", "[10]", "[0.5, -2]", "numbers"],
    "some numbers": ["[1, 2, 3]", "[3, 1, 2, 1]", "[10, -1]", "numbers"],
    "strings": ['["a", "b"]', '["b", "a", "b"]', '[""]', "words"],
    "context": ['{a: 1, b: "x"}', "{a: 2, b: s}", "c"],
}
"""By type. An exact number is one that binary floating point holds, too, so that nothing hinges on the last digit."""
LEAVES |= {"number": LEAVES["exact"]}

RULES: dict[str, list[str]] = {
    "exact": [
        "({exact} + {exact})",
        "({exact} - {exact})",
        "({exact} * {exact})",
        "(-{exact})",
        "abs({exact})",
        "floor({exact})",
        "ceiling({exact})",
        "round up({exact}, 1)",
        "round half up({exact}, 1)",
        "round half down({exact}, 0)",
        "round down({exact}, 0)",
        "decimal({exact}, 1)",
        "modulo({exact}, {positive})",
        "sum({some numbers})",
        "max({some numbers})",
        "min({some numbers})",
        "product({some numbers})",
        "count({numbers})",
        "count({strings})",
        "string length({string})",
        'number("12.5")',
        "(if {boolean} then {exact} else {exact})",
        "{some numbers}[1]",
        "{some numbers}[-1]",
        "{context}.a",
        'get value({context}, "a")',
        "{date}.year",
        "{date}.month",
        "{date}.day",
        "{date}.weekday",
        "{time}.hour",
        "{days}.days",
        "{days}.hours",
        "{months}.years",
        "day of year({date})",
        "week of year({date})",
        "min({exact}, {exact})",
        "sum({exact}, {exact})",
        'number("1 000,5", " ", ",")',
        "[{exact}, {exact}][2]",
        "{zoned}.hour",
    ],
    "number": [
        "({exact} / {positive})",
        "({exact} ** 2)",
        "sqrt({positive})",
        "mean({some numbers})",
        "median({some numbers})",
        "stddev({some numbers})",
        "log({positive})",
        "(if {boolean} then {number} else {exact})",
        "({number} + {number})",
        "({number} * {number})",
        "(-{number})",
        "exp(m)",
        "sum([{number}, {number}])",
    ],
    "string": [
        "({string} + {string})",
        "upper case({string})",
        "lower case({string})",
        'substring("hello", 2)',
        "substring(s, -3, 2)",
        'substring("日本語です", 2, 2)',
        "substring before({string}, {string})",
        "substring after({string}, {string})",
        "string({exact})",
        "string({boolean})",
        "string({date})",
        "string({days})",
        "string({months})",
        "string({time})",
        "string({date and time})",
        "string({string})",
        "string join({strings}, {string})",
        "string join({strings})",
        'replace({string}, "a", "x")',
        'replace({string}, "(b)", "[$1]")',
        "(if {boolean} then {string} else {string})",
        "{strings}[1]",
        "{context}.b",
        "day of week({date})",
        "month of year({date})",
        "string({zoned})",
    ],
    "boolean": [
        "({exact} < {exact})",
        "({exact} >= {exact})",
        "({exact} = {exact})",
        "({exact} != {exact})",
        "({string} = {string})",
        "({string} < {string})",
        "({date} < {date})",
        "({date} = {date})",
        "({boolean} and {boolean})",
        "({boolean} or {boolean})",
        "not({boolean})",
        "({exact} between 0 and {positive})",
        "({exact} in [1..10])",
        "({exact} in (1..10))",
        "({exact} in (1, 2, {exact}))",
        "({exact} in (< 3, > 5))",
        "({string} in {strings})",
        '({date} in [@"2026-01-01"..@"2026-12-31"])',
        "contains({string}, {string})",
        "starts with({string}, {string})",
        "ends with({string}, {string})",
        'matches({string}, "a.*")',
        "list contains({numbers}, {exact})",
        "(some x in {numbers} satisfies x > {exact})",
        "(every x in {numbers} satisfies x > {exact})",
        "all([{boolean}, {boolean}])",
        "any([{boolean}, {boolean}])",
        "({exact} = null)",
        "({context} = {context})",
        "({exact} instance of number)",
        "({string} instance of string)",
        "({date} instance of date)",
        "({days} > {days})",
        "({months} = {months})",
        "({date and time} < {date and time})",
        "({zoned} >= {zoned})",
        "({time} < {time})",
        "before({exact}, {exact})",
        "before([1..2], [{positive}..100])",
        "includes([1..5], {exact})",
        "({boolean} and null)",
        "({boolean} or null)",
        "({numbers} instance of list<number>)",
        "overlaps([1..5], [3..100])",
        "after({exact}, [1..5])",
    ],
    "date": [
        "({date} + {whole days})",
        "({date} + {months})",
        "({date} - {months})",
        "date({date and time})",
        "({date} - {whole days})",
        "(if {boolean} then {date} else {date})",
        "date(2024, 2, 29)",
    ],
    "date and time": [
        "({date and time} + {days})",
        "({date and time} + {months})",
        "date and time({date}, {time})",
        "({date and time} - {days})",
    ],
    "zoned": ["({zoned} + {days})", "({zoned} - {months})"],
    "time": ["({time} + {days})", "time({date and time})", "time(10, 30, 0)", "({time} - {days})"],
    "days": [
        "({date} - {date})",
        "({date and time} - {date and time})",
        "({days} + {days})",
        "abs({days})",
        "({days} - {days})",
        "({time} - {time})",
    ],
    "months": ["({months} + {months})", "({months} - {months})", "abs({months})"],
    "numbers": [
        "[{exact}, {exact}]",
        "{numbers}[item > {exact}]",
        "(for x in {numbers} return x + {exact})",
        "(for i in 1..3 return i + {exact})",
        "(for i in 3..1 return i * {exact})",
        "sort({numbers}, function(x, y) x > y)",
        "reverse({numbers})",
        "append({numbers}, {exact})",
        "concatenate({numbers}, {numbers})",
        "distinct values({numbers})",
        "union({numbers}, {numbers})",
        "flatten([{numbers}, {exact}])",
        "insert before({some numbers}, 1, {exact})",
        "remove({some numbers}, 1)",
        "sublist({some numbers}, 1, 2)",
        "sublist({some numbers}, 2)",
        "index of({numbers}, {exact})",
        "[{{a: {exact} }}, {{a: {exact} }}].a",
        "list replace({some numbers}, 1, {exact})",
        "(for x in {numbers}, y in {numbers} return x * y)",
        "(for x in {numbers} return count(partial))",
    ],
    "strings": [
        "[{string}, {string}]",
        'split({string}, ",")',
        "sort({strings}, function(a, b) a < b)",
        "{strings}[item != {string}]",
        "(for x in {strings} return upper case(x))",
        "distinct values({strings})",
        "get entries({context}).key",
    ],
    "context": [
        "{{a: {exact}, b: {string} }}",
        "{{a: {exact}, b: string(a + 1)}}",
        'context put({context}, "a", {exact})',
        "context merge([{context}, {context}])",
        "(if {boolean} then {context} else {context})",
        'context([{{key: "a", value: {exact} }}, {{key: "b", value: {string} }}])',
    ],
}
"""By type; a name in braces stands for an expression of that type."""


def texts(kind: str, depth: int) -> Text:
    """Expressions of a type, nested at most so deep."""
    if depth == 0:
        return st.sampled_from(LEAVES[kind])
    rules = RULES.get(kind, [])
    return st.sampled_from(LEAVES[kind] + rules).flatmap(lambda rule: _filled(rule, depth) if rule in rules else st.just(rule))


def _filled(rule: str, depth: int) -> Text:
    holes = [part.partition("}")[0] for part in rule.replace("{{", "").replace("}}", "").split("{")[1:]]
    inner = [texts(kind, depth - 1) for kind in holes]
    return st.tuples(*inner).map(lambda values: _fill(rule, holes, list(values)))


def _fill(rule: str, holes: list[str], values: list[str]) -> str:
    text = rule.replace("{{", "\0").replace("}}", "\1")
    for kind, value in zip(holes, values, strict=True):
        text = text.replace("{" + kind + "}", value.replace("{", "\0").replace("}", "\1"), 1)
    return text.replace("\0", "{").replace("\1", "}")


TEXTS = st.sampled_from(sorted(RULES)).flatmap(lambda kind: texts(kind, 3))
