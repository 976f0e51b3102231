from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.errors import Invalid
from runtime.records.csv_files import DELIMITERS, ENCODINGS, MAX_BYTES, open_csv

JAPANESE = "番号,氏名,会社,メール\r\n1,山田 太郎,株式会社デモ製作所,taro@example.jp\r\n2,佐藤花子,(有)サンプル商店,\r\n"
HALF_WIDTH = "番号,ｼﾒｲ\r\n1,ﾔﾏﾀﾞ ﾀﾛｳ\r\n2,ｻﾄｳ ﾊﾅｺ\r\n"
RUSSIAN = "Номер;Имя;Компания\r\n1;Иван Ёлкин;ООО «Пример»\r\n2;Анна Щукина;ЗАО Образец\r\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (JAPANESE, "utf-8", "utf-8"),
        (JAPANESE, "utf-8-sig", "utf-8-sig"),
        (JAPANESE, "utf-16", "utf-16"),
        (JAPANESE, "cp932", "cp932"),
        (HALF_WIDTH, "cp932", "cp932"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "utf-8", "utf-8"),
        ("a,b\r\n1,2\r\n", "ascii", "utf-8"),
    ],
)
def test_finds_out_the_encoding(text: str, written: str, found: str) -> None:
    file = open_csv(text.encode(written))
    assert file.encoding == found
    assert file.text.replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert open_csv(text.encode(written), encoding=found).header == file.header


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_finds_out_the_delimiter(delimiter: str) -> None:
    rows = [delimiter.join(["Name", '"Text, one; two"', "E-mail"])]
    rows += [delimiter.join(["x", '"a, b; c"', "d"])] * 3
    file = open_csv("\n".join(rows).encode())
    assert file.delimiter == delimiter
    assert len(file.header) == 3


def test_expected_headers_outweigh_the_number_of_columns() -> None:
    data = b"Ref;Name, first, last\n1;x, y, z\n"
    assert open_csv(data).delimiter == ","
    assert open_csv(data, known=lambda header: header in {"Ref", "Name, first, last"}).delimiter == ";"


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    file = open_csv(b'a,b\n"line\nbreak",1\n,\n2,3\n')
    assert [(row.number, row.cells, row.blank) for row in file.rows()] == [
        (2, ("line\nbreak", "1"), False),
        (3, ("", ""), True),
        (4, ("2", "3"), False),
    ]
    assert [row.number for row in file.rows(after=3)] == [4]


def test_a_row_with_bad_quotes_is_told_and_the_others_are_read() -> None:
    file = open_csv(b'a,b\n1,"x"y\n2,z\n3,"never closed\n4,w\n')
    rows = list(file.rows())
    assert [row.number for row in rows if row.error] == [2, 4]
    assert rows[1].cells == ("2", "z")
    assert "quotes" in (rows[0].error or "")


@pytest.mark.parametrize(
    ("data", "settings", "said"),
    [
        (b"", {}, "empty"),
        (b" \r\n ", {}, "empty"),
        (b",,\n1,2,3", {}, "names of the columns"),
        (b"x" * (MAX_BYTES + 1), {}, "larger than 20 MB"),
        (",".join(map(str, range(201))).encode(), {}, "201 columns"),
        (b"\x98", {}, "cannot be told"),
        (b"a\0b,c\n", {}, "cannot be told"),
        ("имя".encode("cp1251"), {"encoding": "utf-8"}, "not text in the encoding utf-8"),
        (b"a", {"encoding": "rot13"}, "must be one of"),
        (b"a", {"delimiter": "x"}, "delimiter"),
    ],
)
def test_refuses_what_is_no_table(data: bytes, settings: dict, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        open_csv(data, **settings)
    assert refused.value.code == "IMP-1002"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, *ENCODINGS]), st.sampled_from([None, *DELIMITERS]))
def test_any_bytes_are_read_or_refused(data: bytes, encoding: str | None, delimiter: str | None) -> None:
    try:
        file = open_csv(data, encoding=encoding, delimiter=delimiter)
    except Invalid:
        return
    numbers = [row.number for row in file.rows()]
    assert numbers == list(range(2, len(numbers) + 2))
