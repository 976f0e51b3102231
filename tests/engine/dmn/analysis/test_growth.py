"""Large tables: work in proportion to the rules, and an end that is said where a table is too entangled."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine.dmn import DmnCode, TableAnalysis, analyse_tables, read_dmn
from engine.dmn import analysis as analysis_module
from tests.engine.dmn.making import table_file, table_xml

Rows = list[list[str]]


def ladder(count: int) -> Rows:
    return [[f"[{n}..{n + 1})", f'"{n % 7}"', "1"] for n in range(count)]


def grid(count: int) -> Rows:
    return [[f"[{n // 10}..{n // 10 + 1})", f'"{n % 10}"', "1"] for n in range(count)]


def open_ends(count: int) -> Rows:
    return [[f"< {n}", f'"{n % 7}", "x"', "1"] for n in range(count)]


def boxes(count: int) -> Rows:
    chance = random.Random(3)

    def interval() -> str:
        low = chance.randrange(1000)
        return f"[{low}..{low + chance.randrange(1, 300)}]"

    return [[interval(), f'"{chance.randrange(7)}"', "1"] for _ in range(count)]


def analysed(rows: Rows, policy: str) -> TableAnalysis:
    file = table_file(rows, ["x", "y"][: len(rows[0]) - 1], types=["number", "string"], policy=policy)
    (found,) = analyse_tables(file)
    return found


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
@pytest.mark.parametrize("shape", [ladder, grid, open_ends, boxes])
def test_ten_times_the_rules_take_little_more_than_ten_times_the_work(shape: Callable[[int], Rows], policy: str) -> None:
    small, large = analysed(shape(200), policy), analysed(shape(2_000), policy)
    assert small.complete
    assert large.complete
    assert large.steps < 16 * small.steps


def entangled(count: int) -> Rows:
    return [[*(f'not("{n * 7 % 50}", "{n * k % 50}")' for k in range(1, 11)), "1"] for n in range(count)]


def test_a_table_that_would_take_too_long_is_told_to_be_analysed_in_part() -> None:
    (found,) = analyse_tables(table_file(entangled(300), list("abcdefghij"), types=["string"] * 10, policy="FIRST"))
    assert not found.complete
    assert found.findings[-1].code is DmnCode.NOT_FINISHED
    assert found.findings[-1].message.startswith("The table was not analysed further, it takes too long: gaps")
    assert found.steps < 3_000_000


def test_all_tables_of_a_file_share_what_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_module, "ALL_TABLES", 5_000)
    more = table_xml(ladder(100), ["x", "y"], types=["number", "string"]).decode()
    second = more[more.index("<decision ") : more.index("</definitions>")].replace('id="', 'id="b-')
    file = read_dmn(table_xml(ladder(200), ["x", "y"], types=["number", "string"], more=second), "t.dmn")
    assert file.ok, file.problems
    found = analyse_tables(file)
    assert [a.complete for a in found] == [True, False]
