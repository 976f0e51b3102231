"""A sheet becomes the rules of its table; all else in the file stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionTable, DmnCode, read_dmn
from engine.dmn.sheets import Row, Sheet, TableImport, import_table, read_csv, sheet_of, table_of, write_csv
from engine.dmn.sheets.sheet import cell_name
from engine.problems import Problem

FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="d" name="d" namespace="demo">
  <decision id="price" name="Price">
    <description>What   it costs.</description>
    <variable id="v" name="price"/>
    <decisionTable id="pt" hitPolicy="FIRST">
      <input id="i1" label="Amount"><inputExpression id="e1"><text>amount</text></inputExpression></input>
      <input id="i2" label="Region"><inputExpression id="e2"><text>region</text></inputExpression></input>
      <output id="o1" name="price"/>
      <annotation name="Why"/>
      <!-- first the large ones -->
      <rule id="large">
        <inputEntry id="large_1"><text><![CDATA[> 1000]]></text></inputEntry>
        <inputEntry id="large_2"><text>"EU", "UK"</text></inputEntry>
        <outputEntry id="large_o"><text>10</text></outputEntry>
        <annotationEntry><text>=cheap &amp; "simple"</text></annotationEntry>
      </rule>
      <rule id="small"  >
        <description>the rest</description>
        <inputEntry id="small_1"><text></text></inputEntry>
        <inputEntry id="small_2"/>
        <outputEntry id="small_o"><text>-5</text></outputEntry>
        <annotationEntry><text>everyone</text></annotationEntry>
      </rule>
      <!-- kept for the auditors -->
      <rule id="never">
        <inputEntry id="never_1"><text>-</text></inputEntry>
        <inputEntry id="never_2"><text>not("a")</text></inputEntry>
        <outputEntry id="never_o"><text>@"2026-01-01"</text></outputEntry>
        <annotationEntry><text></text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="g"><dmndi:DMNShape id="s" dmnElementRef="price">
    <dc:Bounds height="80"   width="180" x="1" y="2"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""
HEADER = ("rule", "when Amount", "when Region", "then price", "note Why", "description")


def table() -> DecisionTable:
    found = table_of(read_dmn(FILE, "price.dmn"), "price")
    assert found is not None
    return found


def sheet() -> Sheet:
    return sheet_of(table(), "price.csv")


def put(*rows: Sequence[str], header: tuple[str, ...] = HEADER, xml: bytes = FILE) -> TableImport:
    made = Sheet(header, tuple(Row(n, tuple(row)) for n, row in enumerate(rows, 2)), "price.csv")
    return import_table(xml, "price.dmn", "price", made)


def rows() -> list[tuple[str, ...]]:
    return [row.cells for row in sheet().rows]


def only(made: TableImport) -> Problem:
    assert made.xml is None
    (problem,) = made.problems
    return problem


def test_the_sheet_shows_headers_rules_and_notes() -> None:
    assert sheet().header == HEADER
    assert rows() == [
        ("large", "> 1000", '"EU", "UK"', "10", '=cheap & "simple"', ""),
        ("small", "-", "-", "-5", "everyone", "the rest"),
        ("never", "-", 'not("a")', '@"2026-01-01"', "", ""),
    ]


def test_a_sheet_that_was_not_edited_leaves_every_byte() -> None:
    made = import_table(FILE, "price.dmn", "price", read_csv(write_csv(sheet()), "price.csv"))
    assert made.xml == FILE
    assert (made.kept, made.changed, made.added, made.removed, made.problems) == (3, (), (), (), ())


def test_a_changed_cell_changes_nothing_but_its_text() -> None:
    large, small, never = rows()
    made = put(large, (*small[:1], '? < 5 and region != "<&"', *small[2:]), never)
    assert made.changed == ("small",)
    old, new = b"<text></text></inputEntry>", b'<text>? &lt; 5 and region != "&lt;&amp;"</text></inputEntry>'
    assert made.xml == FILE.replace(old, new, 1)


def test_a_cell_without_text_and_a_cell_in_cdata_are_replaced() -> None:
    large, small, never = rows()
    made = put((*large[:1], "> 900", *large[2:]), (*small[:2], '"JP"', *small[3:]), never)
    assert made.xml is not None
    assert b'<inputEntry id="small_2"><text>"JP"</text></inputEntry>' in made.xml
    assert b'<inputEntry id="large_1"><text>&gt; 900</text></inputEntry>' in made.xml
    assert sheet_of(again(made)).rows[0].cells[1] == "> 900"


def again(made: TableImport) -> DecisionTable:
    assert made.xml is not None
    found = table_of(read_dmn(made.xml, "price.dmn"), "price")
    assert found is not None
    return found


def test_rows_may_change_places_and_take_their_comments_with_them_but_the_one_above_all_rules() -> None:
    large, small, never = rows()
    made = put(never, large, small)
    assert (made.kept, made.changed, made.added, made.removed) == (3, (), (), ())
    assert made.xml is not None
    assert [rule.id for rule in again(made).rules] == ["never", "large", "small"]
    places = [made.xml.index(text) for text in (b"first the large", b"auditors", b'id="never"', b'id="large"', b'id="small"')]
    assert places == sorted(places)
    outside = FILE.index(b"<dmndi:DMNDI>")
    assert made.xml.endswith(FILE[outside:])
    assert made.xml.startswith(FILE[: FILE.index(b"<!-- first")].rstrip())


def test_a_row_without_an_id_is_a_new_rule_and_a_missing_row_a_removed_one() -> None:
    large, _, never = rows()
    made = put(large, ("", "< 0", "", "0", "new & true", "said"), never)
    assert (made.kept, made.added, made.removed) == (2, ("pt_rule_4",), ("small",))
    rule = again(made).rules[1]
    assert (rule.id, rule.conditions[1], rule.annotations, rule.description) == ("pt_rule_4", None, ("new & true",), "said")
    assert made.xml is not None
    assert not read_dmn(made.xml, "price.dmn").problems


def test_a_new_rule_may_bring_an_id_of_its_own() -> None:
    assert put(*rows(), ("huge", "> 9000", "-", "1", "", "")).added == ("huge",)
    assert put(*rows(), ("price", "> 9000", "-", "1", "", "")).added == ("pt_rule_4",), "the decision has this id"


def test_without_the_column_of_ids_rules_are_known_by_what_they_say() -> None:
    large, small, never = rows()
    made = put(never[1:], large[1:], (*small[1:3], "7", *small[4:]), header=HEADER[1:])
    assert [rule.id for rule in again(made).rules] == ["never", "large", "pt_rule_4"]
    assert made.removed == ("small",)


def test_columns_may_stand_in_any_order_and_notes_may_be_left_out() -> None:
    turned = [tuple(reversed(row[:4])) for row in rows()]
    made = put(*turned, header=tuple(reversed(HEADER[:4])))
    assert made.xml == FILE, "what the sheet does not tell stays"


def test_a_column_that_the_table_has_not_is_refused_with_the_nearest_one() -> None:
    problem = only(put(*rows(), header=(*HEADER[:4], "note Wy", "description")))
    assert (problem.code, problem.field, problem.line) == (DmnCode.BAD_HEADER, "note Wy", 1)
    assert "note Why" in problem.message


def test_a_missing_and_a_doubled_column_are_refused() -> None:
    made = put(header=("rule", "when Amount", "when amount ", "then price"))
    assert made.xml is None
    assert [p.message for p in made.problems] == [
        "The column “when amount ” is there twice.",
        "The column “when Region” is missing.",
    ]


@pytest.mark.parametrize(
    ("place", "text", "cell", "told"),
    [
        (1, "> ", "B3", "Expected"),
        (1, "> 5, , 6", "B3", "FEEL"),
        (2, '"open', "C3", ""),
        (3, "", "D3", "write null"),
        (3, "1 +", "D3", "Expected"),
        (4, "bell\x07", "E3", "XML cannot hold"),
        (0, "large", "A3", "row 2 is the rule “large” already"),
    ],
)
def test_a_cell_that_cannot_be_is_named_as_the_spreadsheet_names_it(place: int, text: str, cell: str, told: str) -> None:
    large, small, never = rows()
    made = put(large, (*small[:place], text, *small[place + 1 :]), never)
    assert made.xml is None
    problem = made.problems[0]
    assert problem.message.startswith(f"Cell {cell}: ")
    assert told in problem.message or told in str(problem.code)
    assert (problem.resource, problem.line) == ("price.csv", 3)
    assert problem.fix


def test_a_cell_beside_the_table_is_not_passed_over() -> None:
    assert "Cell G2: “?” stands in a column without a header." in only(put((*rows()[0], "?"))).message


def test_a_sheet_without_rows_leaves_a_table_without_rules_that_can_be_filled_again() -> None:
    empty = put()
    assert empty.removed == ("large", "small", "never")
    assert empty.xml is not None
    full = put(*rows(), header=HEADER, xml=empty.xml)
    # Without a described rule there is no column for descriptions.
    assert only(full).field == "description"
    full = put(*(row[:5] for row in rows()), header=HEADER[:5], xml=empty.xml)
    assert sheet_of(again(full)).rows == tuple(replace(r, cells=r.cells[:5]) for r in sheet().rows)


def test_a_table_that_is_not_there_is_refused_with_those_that_are() -> None:
    made = import_table(FILE, "price.dmn", "prise", sheet())
    assert "price" in only(made).fix


@pytest.mark.parametrize("xml", [b"", b"<a", b"<!DOCTYPE x><x/>", FILE.decode().encode("utf-16")])
def test_a_file_that_cannot_be_read_is_refused(xml: bytes) -> None:
    made = import_table(xml, "price.dmn", "price", sheet())
    assert made.xml is None
    assert made.problems


def test_a_byte_order_mark_and_windows_line_ends_stay() -> None:
    xml = b"\xef\xbb\xbf" + FILE.replace(b"\n", b"\r\n")
    large, small, never = rows()
    made = put((*large[:1], "> 7", *large[2:]), small, never, xml=xml)
    assert made.xml == xml.replace(b"<![CDATA[> 1000]]>", b"&gt; 7")


@pytest.mark.parametrize(("place", "name"), [(0, "A7"), (1, "B7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")])
def test_cells_are_named_as_in_a_spreadsheet(place: int, name: str) -> None:
    assert cell_name(place, 7) == name


conditions = st.sampled_from(
    ["-", "5", "< 5", '"a", "b"', 'not("=x")', "[1..5)", '@"2026-01-01"', "? = null", "-1", 'x = "\n"']
)
outputs = st.sampled_from(["0", '"<&>"', "null", "x + 1", "{a: 1}", '"] ]>"', "TRUE", "true"])
notes = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=8).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(conditions, conditions, outputs, notes), max_size=5))
def test_a_sheet_that_is_put_in_comes_out_again(made: list[tuple[str, ...]]) -> None:
    """Whatever rules a sheet has: the table then has just these, and putting them in again changes nothing."""
    wanted = [("", *row) for row in made]
    first = put(*wanted, header=HEADER[:5])
    assert first.xml is not None, first.problems
    out = sheet_of(again(first), "price.csv")
    assert [row.cells[1:5] for row in out.rows] == [row[1:] for row in wanted]
    second = import_table(first.xml, "price.dmn", "price", read_csv(write_csv(out), "price.csv"))
    assert second.xml == first.xml
    assert second.kept == len(wanted)
    assert again(second) == again(first)
