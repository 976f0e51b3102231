"""Form files, and what is said about wrong ones."""

from __future__ import annotations

import json

import pytest

from runtime.errors import Invalid
from runtime.forms import check_form, read_form, usable


def only(components, **rest):
    return check_form({"id": "f", "components": components, **rest}, "lead.form")


def test_reads_a_form_of_the_editor_without_problems():
    schema = {
        "components": [
            {
                "label": "Subject",
                "type": "textfield",
                "layout": {"row": "Row_1", "columns": None},
                "id": "Field_1",
                "key": "subject",
                "validate": {"required": True, "minLength": 3},
                "properties": {"label.ja": "件名", "label.ru": "Тема"},
                "appearance": {"prefixAdorner": "RE"},
            },
            {"type": "button", "action": "submit", "label": "Send", "id": "Field_2", "layout": {}},
        ],
        "type": "default",
        "id": "lead",
        "schemaVersion": 18,
        "executionPlatform": "Camunda Cloud",
    }
    form = read_form(json.dumps(schema))
    assert form.problems == ()
    assert form.id == "lead"
    assert form.components[0].label.of("ja") == "件名"
    assert form.components[0].label.of("en") == "Subject"
    assert not form.reacts


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"{", "FORM-2001"),
        (b"[]", "FORM-2001"),
        (b'{"id": "f", "components": 1}', "FORM-2001"),
        (b'{"components": []}', "FORM-2001"),
        ("[" * 100_000, "FORM-2001"),
        (" " * 1_000_001, "FORM-2006"),
    ],
)
def test_says_what_is_wrong_with_a_file_that_is_no_form(source, code):
    (problem,) = check_form(source, "lead.form")
    assert problem.code == code
    assert problem.resource == "lead.form"


def test_names_the_component_of_an_unknown_type():
    (problem,) = only([{"type": "filepicker", "id": "Field_9", "key": "x"}])
    assert (problem.code, problem.element, problem.field) == ("FORM-2002", "Field_9", "type")
    assert "textfield" in problem.fix


@pytest.mark.parametrize("key", ["", "1st", "a b", "a..b", "~rows", "csrf_token"])
def test_refuses_a_key_that_cannot_be_a_variable(key):
    (problem,) = only([{"type": "textfield", "id": "Field_1", "key": key}])
    assert (problem.code, problem.element) == ("FORM-2003", "Field_1")


@pytest.mark.parametrize("key", ["name", "件名", "имя", "address.street", "a_1"])
def test_takes_keys_in_every_language_and_dotted_paths(key):
    assert only([{"type": "textfield", "id": "Field_1", "key": key}]) == ()


def test_refuses_two_fields_with_one_key():
    fields = [{"type": "textfield", "id": "A", "key": "x"}, {"type": "number", "id": "B", "key": "x"}]
    (problem,) = only(fields)
    assert problem.code == "FORM-2003"
    assert "A and B" in problem.message


def test_the_same_key_in_two_lists_is_two_places():
    fields = [{"type": "dynamiclist", "path": p, "components": [{"type": "textfield", "key": "name"}]} for p in ("a", "b")]
    assert only(fields) == ()


@pytest.mark.parametrize(
    ("component", "field"),
    [
        ({"conditional": {"hide": "=a = = b"}}, "conditional.hide"),
        ({"readonly": "=("}, "readonly"),
        ({"label": "{{ 1 + }}"}, "label"),
        ({"properties": {"label.ru": "= )"}}, "label"),
        ({"validate": {"minLength": "=1 +"}}, "validate.minLength"),
    ],
)
def test_names_the_place_of_feel_that_does_not_parse(component, field):
    (problem,) = only([{"type": "textfield", "id": "Field_1", "key": "x", **component}])
    assert (problem.code, problem.element, problem.field) == ("FORM-2004", "Field_1", field)


@pytest.mark.parametrize("pattern", ["(", "(a+)+$", "(a|aa)*b", "(?:x*y*){2,}", r"(a)\1", "(?<=a)b", "a" * 301, "((a*))+"])
def test_refuses_patterns_that_may_never_end_or_differ_from_the_browser(pattern):
    (problem,) = only([{"type": "textfield", "id": "Field_1", "key": "x", "validate": {"pattern": pattern}}])
    assert (problem.code, problem.field) == ("FORM-2005", "validate.pattern")


@pytest.mark.parametrize("pattern", [r"^\d{3}-\d{4}$", "^(mr|mrs)$", "[(+*]+", r"\(a+\)+", "^[^]+]*$", "(ab)+", "[а-яё]+"])
def test_takes_ordinary_patterns(pattern):
    assert only([{"type": "textfield", "key": "x", "validate": {"pattern": pattern}}]) == ()


def test_warns_of_a_property_that_nothing_reads_and_offers_the_likely_one():
    (problem,) = only([{"type": "textfield", "id": "Field_1", "key": "x", "validate": {"requierd": True}}])
    assert (problem.code, problem.severity, problem.field) == ("FORM-2007", "warning", "validate.requierd")
    assert "required" in problem.fix


def test_limits_depth_and_number_of_components():
    nested = {"type": "textfield", "key": "x"}
    for _level in range(12):
        nested = {"type": "group", "components": [nested]}
    assert [p.code for p in only([nested])] == ["FORM-2006"]
    many = [{"type": "textfield", "key": f"x{n}"} for n in range(502)]
    assert [p.code for p in only(many)] == ["FORM-2006"]


def test_a_form_with_errors_is_not_shown():
    with pytest.raises(Invalid) as refusal:
        usable(read_form({"id": "f", "components": [{"type": "iframe"}]}))
    assert refusal.value.code == "FORM-2000"
    assert refusal.value.problems


def test_a_form_reacts_when_anything_depends_on_what_is_typed():
    def reacts(component):
        return read_form({"id": "f", "components": [component]}).reacts

    assert reacts({"type": "textfield", "key": "x", "conditional": {"hide": "=y"}})
    assert reacts({"type": "group", "components": [{"type": "text", "text": "{{ x }}"}]})
    assert reacts({"type": "expression", "key": "x", "expression": "=1"})
    assert not reacts({"type": "textfield", "key": "x"})
