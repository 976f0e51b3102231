"""Forms are read as far as a deployment must know them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.check import CODES, Code, check_resources, read_form_file
from engine.problems import Problem


def form(*components: Any, **more: Any) -> bytes:
    return json.dumps({"id": "f", "components": list(components), **more}, indent=1).encode()


def problems(data: bytes) -> list[Problem]:
    found = list(read_form_file(data, "f.form").problems)
    assert all(p.resource == "f.form" and p.line and p.fix and p.message.endswith(".") for p in found), found
    return found


def field(key: str = "a", kind: str = "textfield", **more: Any) -> dict[str, Any]:
    return {"id": f"Field_{key}", "type": kind, "key": key, **more}


def test_a_form_is_known_by_its_id() -> None:
    answer = read_form_file(form(field()), "f.form")
    assert (answer.id, answer.problems) == ("f", ())
    assert answer.schema["components"][0]["key"] == "a"
    assert check_resources({"f.form": form(field())}).forms["f"] == answer.schema


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'{"id": "f",\n "components": [}', Code.FORM_NOT_JSON, 2),
        (b"", Code.FORM_NOT_JSON, 1),
        (b"\n\xff", Code.FORM_NOT_JSON, 2),
        (b'{"id": "f", "components": [], "x": NaN}', Code.FORM_NOT_JSON, 1),
        (b'{"id": "f", "components": [], "x": ' + b"9" * 5000 + b"}", Code.FORM_NOT_JSON, 1),
        (b"[" * 100_000, Code.FORM_NOT_JSON, 1),
        (b'{"id": "f", "components": ' + b"[" * 33 + b"]" * 33 + b"}", Code.FORM_NOT_JSON, 1),
        (b'{"id": "f", "id": "g", "components": []}', Code.FORM_KEY_TWICE, 1),
        (b"[]", Code.FORM_SHAPE, 1),
        (b'{"id": "f"}', Code.FORM_SHAPE, 1),
        (b'{"id": "f", "components": [1]}', Code.FORM_SHAPE, 1),
        (b'{"components": []}', Code.FORM_WITHOUT_ID, 1),
        (b'{"id": 3, "components": []}', Code.FORM_WITHOUT_ID, 1),
        (b'{"id": "f", "components": [], "x": "' + b"x" * 1_000_000 + b'"}', Code.FORM_TOO_LARGE, 1),
        (form(*(field(f"k{n}") for n in range(501))), Code.FORM_TOO_LARGE, 1),
    ],
)
def test_a_file_that_is_no_form_is_told_with_its_line(data: bytes, code: Code, line: int) -> None:
    assert [(p.code, p.line) for p in problems(data)] == [(code, line)]


@pytest.mark.parametrize(
    ("component", "code", "at"),
    [
        (field(kind="starfield"), Code.COMPONENT_UNKNOWN, "type"),
        (field(kind="iframe"), Code.COMPONENT_NOT_SHOWN, "type"),
        (field(kind="filepicker"), Code.COMPONENT_NOT_SHOWN, "type"),
        (field(""), Code.KEY_MISSING, "key"),
        (field("my key"), Code.KEY_NAME, "key"),
        ({"type": "dynamiclist", "id": "d", "components": []}, Code.KEY_MISSING, "path"),
        ({"type": "group", "id": "g", "path": "1", "components": []}, Code.KEY_NAME, "path"),
        ({"type": "group", "id": "g", "components": 3}, Code.FORM_SHAPE, "components"),
        (field(conditional={"hide": "=a >"}), Code.FORM_FEEL, "conditional.hide"),
        (field(readonly="=a >"), Code.FORM_FEEL, "readonly"),
        (field(validate={"max": "=a >"}), Code.FORM_FEEL, "validate.max"),
        (field(kind="select", valuesExpression="=for x in"), Code.FORM_FEEL, "valuesExpression"),
        (field(kind="expression", expression="a >"), Code.FORM_FEEL, "expression"),
        ({"type": "text", "id": "t", "text": "Dear {{customer..name}},"}, Code.FORM_FEEL, "text"),
    ],
)
def test_a_component_that_cannot_work_is_told_with_its_id_and_line(component: dict[str, Any], code: Code, at: str) -> None:
    data = form(field("first"), component)
    (problem,) = problems(data)
    assert (problem.code, problem.field) == (code, at)
    if component.get("id") and code is not Code.FORM_SHAPE:
        assert problem.element == component["id"]
        assert f'"id": "{component["id"]}"' in data.decode().splitlines()[(problem.line or 0) - 1]


def test_a_similar_component_type_is_suggested() -> None:
    assert "textfield" in (problems(form(field(kind="textfeild")))[0].fix or "")


def test_two_fields_for_one_variable_are_refused() -> None:
    assert [p.code for p in problems(form(field("a"), field("a")))] == [Code.KEY_TWICE]
    group = {"type": "group", "id": "g", "path": "b", "components": [field("c")]}
    assert [p.code for p in problems(form(field("b.c"), group))] == [Code.KEY_TWICE]


def test_rows_of_a_list_have_names_of_their_own() -> None:
    rows = {"type": "dynamiclist", "id": "d", "path": "lines", "components": [field("a"), field("b")]}
    assert not problems(form(field("a"), rows))


def test_a_whole_form_is_fine() -> None:
    kinds = ["textfield", "textarea", "number", "checkbox", "checklist", "taglist", "radio", "select", "datetime"]
    components = [field(f"k{n}", kind) for n, kind in enumerate(kinds)]
    layout = [{"type": kind, "id": kind} for kind in ("separator", "spacer", "button")]
    extra = [
        {"type": "text", "id": "t", "text": "# Hello {{name}}\n{{ order.total * 2 }}"},
        field("calc", "expression", expression="=k2 * 2"),
        field("hidden", conditional={"hide": "=k3"}, validate={"required": True, "minLength": 2, "max": "=limit"}),
    ]
    assert not problems(form(*components, *layout, *extra, schemaVersion=18, type="default"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["=a >", "text", "group", "dynamiclist"]),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "type", "key", "path", "components", "conditional", "hide", "validate", "text"]), children
        )
    ),
    max_leaves=20,
)


@given(JSON, st.lists(JSON, max_size=5))
def test_any_json_is_answered(whole: Any, components: list[Any]) -> None:
    for data in (json.dumps(whole).encode(), form(*components)):
        problems(data)


@given(st.binary(max_size=100))
def test_any_bytes_are_answered(data: bytes) -> None:
    assert problems(data)


def test_every_code_is_explained_with_a_way_out() -> None:
    assert set(CODES) == set(Code)
    assert all(meaning.endswith(".") and fix.endswith(".") for meaning, fix in CODES.values())
