"""What conditions are refused with: code, place, reason, way out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from runtime.errors import Invalid
from runtime.records.predicates import NotCompilable, compile_predicate
from runtime.records.predicates.compiler import REFUSED as REFUSED_FORMS
from runtime.records.predicates.functions import REFUSED as REFUSED_FUNCTIONS
from tests.runtime.records.predicates.installation import types_of

TYPES = types_of(
    {
        "name": "text",
        "amount": "money",
        "opened_on": "date",
        "seen_at": "datetime",
        "active": "boolean",
        "tags": "multi_choice",
        "others": "multi_choice",
        "extra": "json",
        "account": "reference",
        "user": "text",
        "lines": "children",
    }
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def refusal(text: str, **parameters: object) -> NotCompilable:
    with pytest.raises(NotCompilable) as caught:
        compile_predicate(text, TYPES, TYPES["thing"], now=NOW, parameters=parameters)
    return caught.value


@pytest.mark.parametrize(
    ("text", "code", "column", "said"),
    [
        ("amount >", "FEEL-1001", 9, ""),
        ("nmae = 1", "REC-1022", 1, "Did you mean 'name'"),
        ("amount > 1 and search_text = null", "REC-1022", 16, "search_text"),
        ("deleted_at = null", "REC-1022", 1, "deleted_at"),
        ("lines = null", "REC-1021", 1, "list of other records"),
        ("count = 1", "REC-1022", 1, "count"),
        ('lower case(name) = "x"', "REC-1021", 1, "search of the list"),
        ('matches(name, "^a")', "REC-1021", 1, "starts with"),
        ('account.name = "x"', "REC-1021", 8, "id of the other record"),
        ("extra = 5", "REC-1021", 1, "Compare it with null"),
        ("extra", "REC-1021", 1, "JSON"),
        ("not(extra)", "REC-1021", 5, "JSON"),
        ("extra.x = 5", "REC-1021", 6, "JSON"),
        ("amount / amount > 2", "REC-1021", 8, "Multiply the other side"),
        ("amount / 3 > 2", "REC-1021", 8, "Multiply the other side"),
        ("amount ** 2 > 2", "REC-1021", 8, "Multiply"),
        ("amount * amount * amount * amount > 1", "REC-1021", 26, "40 after the point"),
        ("amount * 1e3000 > 1", "REC-1021", 8, "before"),
        ('name + "x" = "yx"', "REC-1021", 6, "Texts are not joined"),
        ('amount + name = "x"', "REC-1021", 8, "number and a string"),
        ('opened_on + duration("P1M") > today()', "REC-1021", 11, "other side"),
        ('opened_on + duration("P20000000D") > today()', "REC-1021", 11, "10,000,000 days"),
        ("opened_on - seen_at + seen_at > now()", "REC-1021", 21, "constant durations"),
        ('seen_at > date and time("2026-01-01T00:00:00")', "REC-1021", 11, "zone"),
        ('opened_on > date("10000-01-01")', "REC-1021", 13, "years 1 to 9999"),
        ('seen_at > @"2026-01-01T00:00:00.123456789Z"', "REC-1021", 11, "microsecond"),
        ('seen_at.timezone = "x"', "REC-1021", 9, "weekday"),
        ('(opened_on + duration("P1D")).year = 2026', "REC-1021", 31, "moved"),
        ("opened_on.hour = 1", "REC-1021", 11, "year, month, day"),
        ('name = "a\\u0000"', "REC-1021", 8, "no field can hold"),
        ('tags[item = "a"] = ["a"]', "REC-1021", 5, "some"),
        ("tags = others", "REC-1021", 6, "Two lists"),
        ('tags in [["a"]]', "REC-1021", 9, "some"),
        ('contains(amount, "a")', "REC-1021", 10, "needs a string"),
        ("contains(name)", "REC-1021", 1, "contains(text, part)"),
        ('contains(string: name, match: "a")', "REC-1021", 1, "in their order"),
        ("count(name) > 1", "REC-1021", 7, "several choices"),
        ('(if active then name else amount) = "x"', "REC-1021", 2, "one kind"),
        ("some x in tags, y in tags satisfies x = y", "REC-1021", 1, "one list"),
        ("some x in name satisfies x = name", "REC-1021", 11, "several choices"),
        ("for x in tags return x", "REC-1021", 1, "some or every"),
        ("{a: amount}.a > 1", "REC-1021", 1, "Contexts"),
        ("name instance of string", "REC-1021", 6, "declared type"),
        ("user.id = name", "REC-1021", 5, "id of the other record"),
        ("amount in [1..name]", "REC-1021", 11, "one kind"),
        ("name(amount)", "REC-1021", 1, "not called with fields"),
        ("some count in tags satisfies count(tags) > 1", "REC-1021", 30, "another name"),
    ],
)
def test_refusals(text, code, column, said) -> None:
    found = refusal(text, user={"id": "u1"})
    assert (found.code, found.line) == (code, 1)
    assert said in found.detail
    assert f"column {found.column}" in found.detail
    assert abs(found.column - column) <= 1, found.column
    assert found.fields["where"] == [found.detail]
    assert found.problems[0].column == found.column
    assert isinstance(found, Invalid)


def test_the_line_is_told() -> None:
    assert refusal('amount > 1\nand lower case(name) = "x"').line == 2


def _texts(number: int) -> str:
    return ", ".join(f'"{n}"' for n in range(number))


@pytest.mark.parametrize(
    "text",
    [
        f"name in [{_texts(1_001)}]",
        f"name in ({_texts(2_001)})",
        "name in everybody",
        "name in thousand and name in thousand and name in thousand",
        " or ".join(["amount in thousand"] * 150),
        "(" * 40 + "active" + " = true)" * 40,
        "(" * 20 + "amount" + " + 1)" * 20 + " > 1",
        "some a in wide satisfies some b in wide satisfies some c in wide satisfies a = b and b = c and c = name",
        "(if (if (if (if amount in ([1..2], [3..4], [5..6], [7..8], [9..10], [11..12]) then 1 else 2) in "
        "([1..2], [3..4], [5..6], [7..8], [9..10], [11..12]) then 1 else 2) in "
        "([1..2], [3..4], [5..6], [7..8], [9..10], [11..12]) then 1 else 2) in "
        "([1..2], [3..4], [5..6], [7..8], [9..10], [11..12]) then 1 else 2) in "
        "([1..2], [3..4], [5..6], [7..8], [9..10], [11..12])",
    ],
)
def test_what_is_too_large_is_refused_quickly(text) -> None:
    found = refusal(text, wide=[str(n) for n in range(50)], everybody=["x"] * 1_001, thousand=[NOW] * 1_000)
    assert found.code == "REC-1023"


def test_a_constant_part_that_runs_wild_is_refused() -> None:
    assert refusal("amount > count(for i in 1..1000000000 return i)").code == "FEEL-2001"
    heavy = "amount > count(for i in 1..50000 return i)"
    assert refusal(" or ".join([heavy] * 100)).code == "FEEL-2001"


@pytest.mark.parametrize("name", sorted(REFUSED_FUNCTIONS))
def test_each_refused_function_tells_what_to_write_instead(name) -> None:
    found = refusal(f"{name}(name, name) = null")
    assert REFUSED_FUNCTIONS[name][0] in found.reason
    assert found.way_out == REFUSED_FUNCTIONS[name][1] != ""


def test_each_refused_form_tells_what_to_write_instead() -> None:
    texts = {"[amount, 1] = null", "[1..amount] = null", "(< amount) = null", "{a: name} = null", "tags[1] = null"}
    texts |= {"(for x in tags return x) = null", "(name instance of string) = null", "(function(x) name) = null"}
    found = {(one.reason, one.way_out) for one in map(refusal, texts)}
    assert found == {(reason, way_out) for _, reason, way_out in REFUSED_FORMS.values()}


def test_constants_are_calculated_by_feel_whatever_they_are_made_of() -> None:
    compiled = compile_predicate(
        'name in (for one in user2.friends return upper case(one)) or amount > sum(1, 2) / 3 ** 2 or string(5) = "5"',
        TYPES,
        TYPES["thing"],
        now=NOW,
        parameters={"user2": {"friends": ["a"]}},
    )
    assert compiled.fields == {"name", "amount"}
    assert compiled.matches({"name": "A", "amount": Decimal(1)})
