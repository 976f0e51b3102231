"""Every built-in's own example, as its documentation gives it, is true."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.feel import builtins_table, compile_expression
from engine.feel.functions import TABLE

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def _examples() -> list[tuple[str, str]]:
    found = []
    for name, function in TABLE.items():
        for signature in function.signatures:
            text = (signature.function.__doc__ or "").split("\n")[0]
            if " = " in text:
                found += [(name, part.strip().rstrip(".")) for part in text.replace("\\\\", "\\").split(";") if " = " in part]
    return sorted(set(found))


@pytest.mark.parametrize(("name", "example"), _examples())
def test_the_example_in_the_documentation_holds(name: str, example: str) -> None:
    result = compile_expression(example).evaluate({}, now=NOW)
    assert result.value is True, (result, compile_expression(example.split(" = ", maxsplit=1)[0]).evaluate({}, now=NOW))


def test_every_built_in_has_a_purpose_and_nearly_every_one_an_example() -> None:
    rows = builtins_table()
    assert [row.name for row in rows if not row.purpose] == []
    without = {row.name for row in rows} - {name for name, _ in _examples()}
    conversions = {"date", "date and time", "time", "number", "string", "duration", "years and months duration", "not"}
    assert without <= conversions | {"now", "today", "stddev"}


def test_the_table_has_all_functions_of_the_standard() -> None:
    standard = """
        date|date and time|time|number|string|duration|years and months duration|not|substring|string length|upper case
        |lower case|substring before|substring after|replace|contains|starts with|ends with|matches|split|string join
        |list contains|list replace|count|min|max|sum|mean|all|any|sublist|append|concatenate|insert before|remove|reverse
        |index of|union|distinct values|flatten|product|median|stddev|mode|decimal|floor|ceiling|round up|round down
        |round half up|round half down|abs|modulo|sqrt|log|exp|odd|even|is|before|after|meets|met by|overlaps
        |overlaps before|overlaps after|finishes|finished by|includes|during|starts|started by|coincides|range|day of year
        |day of week|month of year|week of year|now|today|get value|get entries|context|context put|context merge|sort
    """
    wanted = {name.strip() for name in standard.split("|")}
    assert wanted == {row.name for row in builtins_table() if row.standard}
