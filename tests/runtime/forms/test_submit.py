"""What a submitted form sets, and what it does not let a client set."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runtime.errors import Invalid
from runtime.forms import HtmlSource, blank_page, flat, page_so_far, submit_page, submit_values

KIND = {"type": "select", "key": "kind", "values": [{"value": "person"}, {"value": "firm"}]}
FIRM = {"type": "textfield", "key": "firm", "conditional": {"hide": '=kind != "firm"'}, "validate": {"required": True}}


def posted(*pairs, seen=None):
    return HtmlSource([*pairs, *([("~seen", seen)] if seen is not None else [])])


def test_a_hidden_field_is_neither_checked_nor_submitted(form, now):
    made = form(KIND, FIRM)
    answer = submit_page(made, {}, posted(("kind", "person"), ("firm", "Sneaky Ltd"), seen="kind"), now=now)
    assert answer.ok
    assert answer.values == {"kind": "person"}


def test_a_field_that_the_answers_opened_is_shown_before_it_is_checked_in_silence(form, now):
    made = form(KIND, {**FIRM, "validate": {}})
    first = submit_page(made, {}, posted(("kind", "firm"), seen="kind"), now=now)
    assert not first.ok
    assert first.unseen == ("firm",)
    assert [node.path for node in first.nodes] == ["kind", "firm"]
    second = submit_page(made, {}, posted(("kind", "firm"), ("firm", ""), seen="kind firm"), now=now)
    assert second.ok
    assert second.values == {"kind": "firm", "firm": None}


def test_conditions_see_fields_that_stand_behind_them(form, now):
    chain = [
        {"type": "textfield", "key": "c", "conditional": {"hide": '=b != "x"'}},
        {"type": "textfield", "key": "b", "conditional": {"hide": '=a != "x"'}},
        {"type": "textfield", "key": "a"},
    ]
    answer = submit_page(form(*chain), {}, posted(("a", "x"), ("b", "x"), ("c", "deep"), seen="a b c"), now=now)
    assert answer.values == {"a": "x", "b": "x", "c": "deep"}


def test_conditions_that_contradict_themselves_come_to_an_end(form, now):
    made = form({"type": "textfield", "key": "a", "conditional": {"hide": "=a != null"}})
    assert submit_page(made, {}, posted(("a", "x"), seen="a"), now=now).errors == {}


@pytest.mark.parametrize("state", [{"disabled": True}, {"readonly": True}, {"disabled": "=1 = 1"}, {"readonly": "=locked"}])
def test_disabled_and_readonly_fields_never_take_what_the_client_sends(form, now, state):
    made = form({"type": "textfield", "key": "price", **state}, {"type": "textfield", "key": "note"})
    data = {"price": "100", "locked": True}
    answer = submit_page(made, data, posted(("price", "1"), ("note", "n"), seen="price note"), now=now)
    assert answer.ok
    assert answer.values.get("price", "100") == "100"
    with_json = submit_values(made, data, {"price": "1", "note": "n"}, now=now)
    assert with_json.get("price", "100") == "100"


def test_a_disabled_field_submits_nothing_a_readonly_one_its_default(form, now):
    made = form(
        {"type": "textfield", "key": "a", "disabled": True, "defaultValue": "d"},
        {"type": "textfield", "key": "b", "readonly": True, "defaultValue": "d"},
    )
    assert submit_page(made, {}, posted(seen=""), now=now).values == {"b": "d"}


def test_defaults_fill_what_has_no_value(form, now):
    made = form({"type": "number", "key": "n", "defaultValue": 3}, {"type": "textfield", "key": "t", "defaultValue": "x"})
    assert [node.typed for node in blank_page(made, {"t": "own"}, now=now)] == ["3", "own"]


def test_an_expression_is_computed_here_and_never_taken(form, now):
    made = form(
        {"type": "number", "key": "price"},
        {"type": "number", "key": "count"},
        {"type": "expression", "key": "total", "expression": "=price * count"},
    )
    answer = submit_page(made, {}, posted(("price", "10"), ("count", "3"), ("total", "1"), seen="price count"), now=now)
    assert answer.values == {"price": Decimal(10), "count": Decimal(3), "total": Decimal(30)}


def test_a_group_with_a_path_is_a_context(form, now):
    made = form({"type": "group", "path": "address", "components": [{"type": "textfield", "key": "city"}]})
    answer = submit_page(made, {}, posted(("address.city", "Kyoto"), seen="address.city"), now=now)
    assert answer.values == {"address": {"city": "Kyoto"}}


def test_a_hidden_group_hides_what_is_in_it(form, now):
    made = form(
        {
            "type": "group",
            "conditional": {"hide": "=true"},
            "components": [{"type": "textfield", "key": "x", "validate": {"required": True}}],
        }
    )
    assert submit_page(made, {}, posted(("x", "y"), seen=""), now=now).values == {}


LINES = {
    "type": "dynamiclist",
    "path": "lines",
    "defaultRepetitions": 2,
    "components": [
        {"type": "textfield", "key": "product", "validate": {"required": True}},
        {"type": "number", "key": "count"},
        {"type": "textfield", "key": "code", "readonly": True},
        {"type": "expression", "key": "double", "expression": "=count * 2"},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=this.count < 10"}},
    ],
}


def test_a_list_begins_with_its_default_rows_or_those_of_the_data(form, now):
    (empty,) = blank_page(form(LINES), {}, now=now)
    assert len(empty.rows) == 2
    (filled,) = blank_page(form(LINES), {"lines": [{"product": "Pen", "count": Decimal(1)}]}, now=now)
    assert [node.typed for node in filled.rows[0]] == ["Pen", "1", "", "2"]


def test_rows_are_checked_one_by_one(form, now):
    source = posted(
        ("~rows:lines", "new new"),
        *[
            ("lines.0.product", "Pen"),
            ("lines.0.count", "12"),
            ("lines.0.why", "many"),
            ("lines.1.product", ""),
            ("lines.1.count", "1"),
        ],
        seen="lines.0.product lines.0.count lines.0.why lines.1.product lines.1.count",
    )
    answer = submit_page(form(LINES), {}, source, now=now)
    assert answer.errors == {"lines.1.product": ["Fill in this field."]}
    assert answer.values["lines"][0] == {
        "product": "Pen",
        "count": Decimal(12),
        "code": None,
        "double": Decimal(24),
        "why": "many",
    }
    assert "why" not in answer.values["lines"][1]


def test_adding_and_removing_rows_keeps_each_row_with_what_is_its_own(form, now):
    data = {"lines": [{"product": "A", "code": "a"}, {"product": "B", "code": "b"}, {"product": "C", "code": "c"}]}
    fields = [("~rows:lines", "0 1 2"), ("lines.0.product", "A1"), ("lines.1.product", "B1"), ("lines.2.product", "C1")]
    removed = HtmlSource([*fields, ("~remove", "lines.1")])
    assert removed.asks_for_update
    (node,) = page_so_far(form(LINES), data, removed, now=now)
    assert [(row[0].typed, row[2].typed) for row in node.rows] == [("A1", "a"), ("C1", "c")]
    assert node.origins == [0, 2]
    (node,) = page_so_far(form(LINES), data, HtmlSource([*fields, ("~add", "lines")]), now=now)
    assert [row[0].typed for row in node.rows] == ["A1", "B1", "C1", ""]
    assert node.origins == [0, 1, 2, None]


def test_a_list_has_at_most_two_hundred_rows(form, now):
    (node,) = page_so_far(form(LINES), {}, HtmlSource([("~rows:lines", "new " * 5_000)]), now=now)
    assert len(node.rows) == 200


@pytest.mark.parametrize("control", [("~remove", "lines.9"), ("~remove", "lines.x"), ("~remove", "zzz"), ("~add", "nothing")])
def test_odd_controls_change_nothing(form, now, control):
    (node,) = page_so_far(form(LINES), {}, HtmlSource([("~rows:lines", "new"), control]), now=now)
    assert len(node.rows) == 1


def test_nested_lists_move_with_their_row(form, now):
    inner = {"type": "dynamiclist", "path": "parts", "components": [{"type": "textfield", "key": "name"}]}
    made = form({"type": "dynamiclist", "path": "lines", "components": [inner]})
    source = HtmlSource(
        [
            ("~rows:lines", "new new"),
            ("~rows:lines.0.parts", "new"),
            ("~rows:lines.1.parts", "new new"),
            ("lines.1.parts.1.name", "x"),
            ("~remove", "lines.0"),
        ]
    )
    (node,) = page_so_far(made, {}, source, now=now)
    assert [[part[0].typed for part in row[0].rows] for row in node.rows] == [["", "x"]]


def test_what_was_typed_wrongly_is_shown_again(form, now):
    made = form({"type": "number", "key": "n"})
    answer = submit_page(made, {"n": Decimal(5)}, posted(("n", "five"), seen="n"), now=now)
    (node,) = answer.nodes
    assert node.typed == "five"
    assert node.errors


def test_a_json_body_is_checked_by_the_same_rules(form, now):
    made = form(KIND, FIRM, {"type": "number", "key": "n"}, LINES)
    values = {"kind": "firm", "firm": "Example Ltd", "n": 2, "lines": [{"product": "Pen", "count": 1}]}
    taken = submit_values(made, {}, values, now=now)
    assert taken["n"] == Decimal(2)
    assert taken["lines"][0]["double"] == Decimal(2)
    with pytest.raises(Invalid) as refusal:
        submit_values(made, {}, {"kind": "firm", "n": "x", "lines": [{}]}, now=now)
    assert set(refusal.value.fields) == {"firm", "n", "lines.0.product"}


def test_a_json_body_may_not_name_what_is_no_visible_field(form, now):
    with pytest.raises(Invalid) as refusal:
        submit_values(form(KIND, FIRM), {}, {"kind": "person", "firm": "x", "approved": True}, now=now)
    assert refusal.value.fields == {"firm": ["This field is not asked for now."], "approved": ["The form has no such field."]}


def test_a_json_body_leaves_what_it_does_not_name_as_it_is(form, now):
    made = form({"type": "textfield", "key": "a"}, {"type": "checkbox", "key": "b"})
    assert submit_values(made, {"a": "kept", "b": True}, {}, now=now) == {"a": "kept", "b": True}


@pytest.mark.parametrize("key", ["fields", "load", "validate", "context", "__class__x", "opts", "items", "keys"])
def test_a_key_may_be_any_name(form, now, key):
    made = form({"type": "textfield", "key": key, "validate": {"required": True}})
    assert submit_page(made, {}, posted((key, "v"), seen=key), now=now).values == {key: "v"}
    assert submit_page(made, {}, posted(seen=key), now=now).errors == {key: ["Fill in this field."]}


def test_data_of_the_process_is_never_changed(form, now):
    data = {"lines": [{"product": "A"}], "kind": "person"}
    submit_page(
        form(KIND, LINES), data, posted(("kind", "firm"), ("lines.0.product", "Z"), ("~rows:lines", "0"), seen="kind"), now=now
    )
    assert data == {"lines": [{"product": "A"}], "kind": "person"}


def test_a_runaway_expression_is_refused_not_awaited(form, now):
    made = form({"type": "expression", "key": "x", "expression": "=sum(for a in 1..100000000 return a)"})
    with pytest.raises(Invalid) as refusal:
        blank_page(made, {}, now=now)
    assert refusal.value.code == "FORM-2010"


def test_flat_lists_all_nodes_in_the_order_of_the_page(form, now):
    made = form({"type": "group", "components": [{"type": "textfield", "key": "a"}]}, LINES)
    assert [node.path for node in flat(blank_page(made, {}, now=now))][:4] == ["", "a", "lines", "lines.0.product"]


def test_a_trap_is_known_by_its_property(form, now):
    made = form({"type": "textfield", "key": "x", "properties": {"trap": "true"}}, {"type": "textfield", "key": "y"})
    assert [node.component.trap for node in blank_page(made, {}, now=now)] == [True, False]
