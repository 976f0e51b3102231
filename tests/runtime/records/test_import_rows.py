from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.declarations import PackageFile
from runtime.errors import Invalid
from runtime.i18n import speaking
from runtime.packages.yaml_files import parse_yaml
from runtime.records.csv_files import Row
from runtime.records.import_files import ImportDefinition, read_imports
from runtime.records.import_rows import CheckedRow, RowCheck

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CONTACTS = """
import: contacts
label: Contacts
match: [Ref, E-mail]
columns: {Ref: ref, E-mail: email, 電話: phone, Имя: name, Since: since, Seen: seen, Budget: budget, Active: active, Size: size}
fields:
  ref: {type: text, required: true}
  name: {type: text, max_length: 50}
  email: {type: email}
  phone: {type: phone}
  since: {type: date}
  seen: {type: datetime}
  budget: {type: number, min: 0}
  active: {type: boolean}
  size: {type: choice, choices: {small: {en: Small, ja: 小規模, ru: Малая}, large: Large}}
  tags: {type: multi_choice, choices: {a: Alpha, b: Beta}}
one_of: [[email, phone]]
message: contact.received
key: '=if ref = "none" then null else ref'
defaults: {channel: import, weight: 1.5}
"""
HEADER = ("Ref", "Имя", "E-mail", "電話", "Since", "Seen", "Budget", "Active", "Size", "Tags", "Colour")


@pytest.fixture(scope="module")
def definition() -> ImportDefinition:
    return read_imports([PackageFile("demo", parse_yaml(CONTACTS.encode(), "contacts.yaml"))])["contacts"]


def check(definition: ImportDefinition, **cells: str) -> CheckedRow:
    places = ["ref", "name", "email", "phone", "since", "seen", "budget", "active", "size", "tags"]
    row = [""] * len(HEADER)
    for name, cell in {"ref": "1", "email": "a@example.com", **cells}.items():
        row[places.index(name)] = cell
    return RowCheck(definition, HEADER, region="JP").check(Row(7, tuple(row)), NOW)


def test_a_good_row_becomes_variables_over_the_defaults(definition) -> None:
    row = check(definition, ref="R-1", name=" 山田 太郎 ", email="Taro@Example.JP", phone="03-1234-5678", since="2026/11/2")
    assert not row.errors
    assert row.key == "R-1"
    assert row.variables == {
        "channel": "import",
        "weight": Decimal("1.5"),
        "ref": "R-1",
        "name": "山田 太郎",
        "email": "taro@example.jp",
        "phone": "+81312345678",
        "since": date(2026, 11, 2),
    }


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("budget", "1200.50", "1200.5"),
        ("budget", "1 200,50", "1200.5"),
        ("budget", "1\u00a0200", "1200"),
        ("budget", "1,200", "1200"),
        ("budget", "1,200,000.75", "1200000.75"),
        ("budget", "1.200.000", "1200000"),
        ("budget", "1.200,75", "1200.75"),
        ("budget", "1,5", "1.5"),
        ("budget", "0,125", None),
        ("budget", "¥12,000", "12000"),
        ("budget", "１２０００円", "12000"),
        ("budget", "500 руб.", "500"),
        ("budget", "€ 3", "3"),
        ("budget", "-5", None),
        ("budget", "12 34", None),
        ("budget", "a lot", None),
        ("since", "2026-11-21", date(2026, 11, 21)),
        ("since", "21.11.2026", date(2026, 11, 21)),
        ("since", "2026年1月5日", date(2026, 1, 5)),
        ("since", "03/04/2026", None),
        ("since", "31.02.2026", None),
        ("since", "21.11.2026 10:00", None),
        ("seen", "2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("seen", "2026/11/21 9:05", datetime(2026, 11, 21, 9, 5, tzinfo=UTC)),
        ("seen", "2026年11月21日 9時05分", datetime(2026, 11, 21, 9, 5, tzinfo=UTC)),
        ("seen", "21.11.2026 09:05:30", datetime(2026, 11, 21, 9, 5, 30, tzinfo=UTC)),
        ("seen", "2026-11-21T09:05:00+09:00", datetime(2026, 11, 21, 0, 5, tzinfo=UTC)),
        ("seen", "soon", None),
        ("active", "да", True),
        ("active", "いいえ", False),
        ("active", "X", True),
        ("active", "perhaps", None),
        ("size", "小規模", "small"),
        ("size", "МАЛАЯ", "small"),
        ("size", "LARGE", "large"),
        ("size", "huge", None),
        ("tags", "beta; Alpha", ["a", "b"]),
        ("tags", "alpha、gamma", None),
        ("email", "not an address", None),
        ("phone", "+7 (495) 123-45-67", "+74951234567"),
        ("phone", "０９０－１２３４－５６７８", "+819012345678"),
        ("phone", "12", None),
        ("name", "x" * 51, None),
        ("name", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_cells_are_read_generously_where_there_is_one_meaning(definition, field, cell, value) -> None:
    row = check(definition, **{field: cell})
    if value is None:
        assert [error.field for error in row.errors] == [field]
        assert row.errors[0].column in HEADER
        assert row.errors[0].reason
    else:
        expected = Decimal(value) if field == "budget" else value
        assert not row.errors
        assert row.variables[field] == expected


def test_everything_wrong_with_a_row_is_told_at_once(definition) -> None:
    row = check(definition, ref="", email="x", budget="y", size="z")
    assert {(e.field, e.column) for e in row.errors} == {
        ("ref", "Ref"),
        ("email", "E-mail"),
        ("budget", "Budget"),
        ("size", "Size"),
    }
    assert row.number == 7


def test_one_of_a_group_is_enough(definition) -> None:
    assert not check(definition, email="", phone="03-1234-5678").errors
    errors = check(definition, email="").errors
    assert [(e.field, e.reason) for e in errors] == [("email", "At least one of these must be filled in: email, phone.")]
    assert [e.field for e in check(definition, email="bad").errors] == ["email"], "told once"


def test_a_row_without_a_key_is_told(definition) -> None:
    assert [(e.field, e.column) for e in check(definition, ref="none").errors] == [("key", "")]
    assert [e.field for e in check(definition, ref="x" * 201).errors] == ["key"]


def test_reasons_are_in_the_language_that_holds(definition) -> None:
    with speaking("ja"):
        japanese = check(definition, ref="").errors[0].reason
    assert japanese != check(definition, ref="").errors[0].reason


def test_columns_are_found_by_header_or_name_in_any_spelling(definition) -> None:
    found = RowCheck(definition, (" ｒｅｆ ", "E-MAIL", "name", "Colour", "", "phone"), region="JP")
    assert found.places == {"ref": 0, "email": 1, "name": 2, "phone": 5}
    assert found.unused == ("Colour",)


@pytest.mark.parametrize(
    ("header", "field", "said"),
    [
        (("E-mail",), "ref", "The file has no column Ref."),
        (("Ref", "Name"), "email", "at least one of the columns E-mail, 電話"),
        (("Ref", "E-mail", "email"), "email", "Two columns of the file are for email: E-mail and email."),
    ],
)
def test_a_file_without_a_needed_column_is_refused(definition, header, field, said) -> None:
    with pytest.raises(Invalid) as refused:
        RowCheck(definition, header, region="JP")
    assert list(refused.value.fields) == [field]
    assert said in refused.value.fields[field][0]


def test_cells_beyond_the_header_are_told(definition) -> None:
    row = RowCheck(definition, ("Ref", "E-mail"), region="JP").check(Row(2, ("1", "a@example.com", "", "more")), NOW)
    assert [(e.field, e.reason) for e in row.errors] == [("row", "The row has 4 cells, but the file has 2 columns.")]
    assert not RowCheck(definition, ("Ref", "E-mail"), region="JP").check(Row(2, ("1", "a@example.com", "")), NOW).errors


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from(["1", "a@example.com", "2026/1/1", "+81312345678"]), max_size=13))
def test_any_row_becomes_a_message_or_reasons_with_field(definition, cells) -> None:
    row = RowCheck(definition, HEADER, region="JP").check(Row(2, tuple(cells)), NOW)
    assert bool(row.errors) != bool(row.key)
    assert all(error.field and error.reason for error in row.errors)
    assert all(error.field in {*definition.fields, "row", "key"} for error in row.errors)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Ref: ref", "Ref: reff"), "columns.Ref: There is no 'reff'. Did you mean 'ref'?"),
        (("match: [Ref", "match: [Reff"), "match.0: There is no 'Reff'. Did you mean 'Ref'?"),
        (("[[email, phone]]", "[[email, fone]]"), "one_of.0.1: There is no 'fone'."),
        (("then null else ref", "then null else reff"), "key: There is no 'reff'. Did you mean 'ref'?"),
        (("then null else ref", "then"), "key:"),
        (("type: email", "type: children"), "fields.email.type: The field type 'children' is not known."),
        (("message: contact.received\n", ""), "message: Missing data"),
        (("defaults", "default"), "default: Unknown key 'default'. Did you mean 'defaults'?"),
        (("import: contacts", "import: Con tacts"), "import: "),
    ],
)
def test_a_faulty_import_is_refused_with_the_key_and_what_was_meant(change, said) -> None:
    with pytest.raises(Invalid) as refused:
        read_imports([PackageFile("demo", parse_yaml(CONTACTS.replace(*change).encode(), "contacts.yaml"))])
    assert any(said in str(problem) for problem in refused.value.problems), refused.value.problems


def test_an_import_of_two_packages_is_refused() -> None:
    files = [PackageFile(owner, parse_yaml(CONTACTS.encode(), f"{owner}.yaml")) for owner in ("one", "two")]
    with pytest.raises(Invalid) as refused:
        read_imports(files)
    assert "comes from 'one' already" in str(refused.value.problems[0])
