"""What conditions choose, by example, in the database and in memory: nulls, kinds, exact numbers, moments, texts, lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from runtime.records.predicates import NotCompilable
from tests.runtime.records.predicates.installation import MOMENT, Place, place

KINDS = {
    "name": "text",
    "other": "text",
    "amount": "money",
    "budget": "money",
    "opened_on": "date",
    "closed_on": "date",
    "seen_at": "datetime",
    "active": "boolean",
    "size": "choice",
    "tags": "multi_choice",
    "extra": "json",
}
ROWS = [
    {},
    {
        "name": "Ab",
        "other": "b",
        "amount": Decimal(10),
        "budget": Decimal("9.5"),
        "opened_on": date(2026, 2, 1),
        "closed_on": date(2026, 3, 31),
        "seen_at": MOMENT,
        "active": True,
        "size": "a",
        "tags": ["a", "b"],
        "extra": {"x": Decimal(1)},
        "owner": "u1",
        "pipeline": "thing.way",
        "stage": "won",
    },
    {
        "name": "ä%_",
        "other": "",
        "amount": Decimal("-0.5"),
        "budget": Decimal("123456789012345678901234.0123456789"),
        "opened_on": date(2026, 3, 2),
        "seen_at": datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        "active": False,
        "size": "b",
        "tags": ["c"],
        "owner": "u2",
        "pipeline": "thing.way",
        "stage": "new",
        "version": 12,
    },
    {
        "name": "b",
        "amount": Decimal("100000000000000000000000"),
        "budget": Decimal("123456789012345678901234.0123456788"),
        "opened_on": date(9999, 12, 31),
        "tags": [],
    },
]
"""r0 has nothing, r1 and r2 nearly everything, r3 some extremes. It is 2026-03-01T23:30:15.25 in Tokyo."""


@pytest.fixture(scope="module")
def there(empty_database) -> Iterator[Place]:
    with place(empty_database, KINDS, ROWS) as made:
        yield made


def chosen(there: Place, condition: str) -> str:
    """The numbers of the rows, as both sides say."""
    predicate = there.compile(condition)
    found = there.by_sql(predicate)
    assert found == there.in_memory(predicate)
    return "".join(row[1:] for row in found)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # null: equality answers, order does not
        ("name = null", "0"),
        ("name != null", "123"),
        ('name != "b"', "012"),
        ('not(name = "b")', "012"),
        ('name < "b"', "1"),
        ('not(name < "b")', "23"),
        ("amount > null", ""),
        ("not(amount > null)", ""),
        ("null", ""),
        ("amount", ""),
        ("active", "1"),
        ("not(active)", "2"),
        ("active or true", "0123"),
        ("active and false", ""),
        ("(active and true) = null", "03"),
        ("amount = budget or name = other", "0"),
        ("is defined(size)", "12"),
        ('get or else(size, "b") = "b"', "023"),
        # kinds
        ('amount = "10"', ""),
        ('amount != "10"', "0"),
        ('not(amount = "10")', "0"),
        ("name < 5", ""),
        ("amount = name", "0"),
        ("(amount and true) = null", "0123"),
        ("extra = null", "023"),
        ("if amount then true else name = null", "0"),
        # numbers to the last digit
        ("amount > 9", "13"),
        ("amount >= -0.5", "123"),
        ("amount < -0.4999999999", "2"),
        ("amount < 1", "2"),
        ("budget > 123456789012345678901234.0123456788", "2"),
        ("budget <= 123456789012345678901234.0123456788", "13"),
        ("amount > budget", "1"),
        ("amount + 0.5 = 0", "2"),
        ("budget - budget = 0", "123"),
        ("amount * amount = 0.25", "2"),
        ("amount * amount = 10000000000000000000000000000000000000000000000", "3"),
        ("budget + 900000000000000000000000 = 1023456789012345678901234.012345679", "23"),
        ("amount / 4 = 2.5", "1"),
        ("amount / 0 = null", "0123"),
        ("-amount = 0.5", "2"),
        ("abs(amount) = 0.5 and floor(amount) = -1 and ceiling(amount) = 0", "2"),
        ("version > 9", "2"),
        ("user.limit = amount", "1"),
        ("amount > user.since", ""),
        # texts, by code points
        ('name > "Z"', "23"),
        ('name in ("b", "Ab")', "13"),
        ('name in ["b", null]', "03"),
        ('contains(name, "%")', "2"),
        ('starts with(name, "ä%")', "2"),
        ('ends with(name, "b")', "13"),
        ("ends with(name, other)", "12"),
        ("string length(name) = 3", "2"),
        ('substring(name, 2) = "b"', "1"),
        ('substring(name, -1, 1) = "b"', "13"),
        ("substring(name, 2, 1) = null", "03"),
        # dates and moments
        ("opened_on < today()", "1"),
        ('opened_on + duration("P1D") > today()', "23"),
        ("(today() - opened_on).days = 28", "1"),
        ('today() - opened_on > duration("P-1D") or opened_on - today() > duration("P1000D")', "3"),
        ("opened_on.year = 2026 and opened_on.month = 2 and opened_on.weekday = 7", "1"),
        ("today() in [opened_on..closed_on]", "1"),
        ('opened_on in [date("2026-01-01")..date("2026-03-02")]', "12"),
        ('seen_at = @"2026-03-01T14:30:15Z"', "1"),
        ('seen_at > @"2026-03-01T14:30:15Z"', "1"),
        ('seen_at <= @"2026-03-01T23:30:15+09:00"', "12"),
        ("seen_at >= now()", "1"),
        ('now() - seen_at < duration("PT1S")', "1"),
        ('date(seen_at) = date("1999-12-31")', "2"),
        ("seen_at.hour = 14 and seen_at.second = 15", "1"),
        ("created_at = now()", "0123"),
        # choices
        ("count(tags) = 2", "1"),
        ("is empty(tags)", "3"),
        ("tags = null", "0"),
        ('tags = ["a", "b"]', "1"),
        ('tags != ["a", "b"]', "023"),
        ('list contains(tags, "a")', "1"),
        ('not(list contains(tags, "a"))', "23"),
        ('"c" in tags', "2"),
        ("size in tags", "01"),
        ("some tag in tags satisfies tag = size", "1"),
        ("every tag in tags satisfies tag > size", "23"),
        ("(every tag in tags satisfies tag > other) = null", "0"),
        ("some role in user.roles satisfies list contains(tags, role)", "1"),
        ('every size in tags satisfies size = "c"', "23"),
        # the rest
        ("owner = user.id", "1"),
        ('stage_category = "won"', "1"),
        ("stage_category = null", "03"),
        ("(if active then amount else budget) > 100", "23"),
        ("amount between -1 and 10", "12"),
        ("amount in (< 0, [10..11), 100000000000000000000000)", "123"),
        ("not(amount in [0..5])", "123"),
        ("(amount > 0) = active", "012"),
    ],
)
def test_conditions(there, condition, expected) -> None:
    assert chosen(there, condition) == expected


def test_only_the_named_fields_are_read(there) -> None:
    predicate = there.compile('size = "a" and (some amount in tags satisfies amount = user.name) = false')
    assert predicate.fields == {"size", "tags"}
    assert predicate.matches({"size": "a", "tags": ["b"]})


def test_values_are_parameters_and_never_part_of_the_statement(there) -> None:
    for attack in ("' or 1=1 --", '\\"; drop table rec_thing; --', "%' or '1'='1", "$$ || pg_sleep(9)"):
        for condition in ('name = "{}"', 'contains(name, "{}")', 'name in ("{}", "x")', 'substring(name, 1) < "{}"'):
            predicate = there.compile(condition.format(attack))
            compiled = predicate.where(there.connection, there.table).compile(there.connection)
            assert attack.lstrip("\\")[:8] not in str(compiled)
            assert there.by_sql(predicate) == there.in_memory(predicate)


def test_the_largest_allowed_conditions_run(there) -> None:
    names = ", ".join(f'"n{number}"' for number in range(999))
    assert chosen(there, f'name in ("b", {names})') == "3"
    assert chosen(there, f'name in [{names}, "b"]') == "3"
    moments = ", ".join(f'@"2026-03-01T14:30:{second:02}Z"' for second in range(60))
    assert chosen(there, f"seen_at in [{moments}]") == "1"
    assert chosen(there, " or ".join(f"amount = {number}" for number in range(11, 200)) + " or amount = 10") == "1"


@pytest.mark.parametrize(
    ("begin", "step", "end"),
    [
        ("amount", "({} + 1)", "{} > 10"),
        ("amount", "-({})", "{} > 1"),
        ("amount", "abs({})", "{} = 1"),
        ("amount", "(if {} in [1..3] then 1 else 2)", "{} = 1"),
        ("amount", "(if {} between 1 and budget then 1 else 2)", "{} = 1"),
        ("amount", "(if {} < budget then amount else 2)", "{} = 1"),
        ("amount", "get or else({}, 1)", "{} > 1"),
        ("opened_on", '({} + duration("P1D"))', "{} > today()"),
        ("active", "not({})", "{}"),
        ("active", "({} = active)", "{}"),
        ("active", "({} = name)", "{}"),
        ("active", "(({} and active) or active)", "{}"),
        ("active", "({} in [active, true])", "{}"),
        ("active", "(if active then {} else true)", "{}"),
        ("active", "(some tag in tags satisfies ({}))", "{}"),
        ("active", "(every tag in tags satisfies tag = name or ({}))", "{}"),
        ("active", "(some tag in tags satisfies list contains(tags, tag) and ({}))", "{}"),
    ],
)
def test_the_deepest_allowed_conditions_run_and_deeper_ones_are_refused(there, begin, step, end) -> None:
    written, depth = begin, 0
    while True:
        written = step.format(written)
        try:
            predicate = there.compile(end.format(written))
        except NotCompilable as refusal:
            break_at = refusal
            break
        assert there.by_sql(predicate) == there.in_memory(predicate)
        depth += 1
    assert break_at.code in {"REC-1023", "FEEL-1004"}
    assert 4 <= depth < 60
