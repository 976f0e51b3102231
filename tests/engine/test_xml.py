"""XML from outside becomes a tree or one plain problem, whatever the bytes are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import xml
from engine.problems import Problem
from engine.xml import parse_xml


def read(data: bytes) -> etree._Element:
    root = parse_xml(data, "a.bpmn")
    assert not isinstance(root, Problem), root
    return root


def refused(data: bytes) -> Problem:
    problem = parse_xml(data, "a.bpmn")
    assert isinstance(problem, Problem)
    assert problem.resource == "a.bpmn"
    assert problem.fix
    return problem


def test_elements_know_their_lines() -> None:
    root = read(b"<?xml version='1.0'?>\n<a>\n  <b/>\n</a>")
    assert [root.sourceline, root[0].sourceline] == [2, 3]


def test_comments_and_instructions_do_not_split_a_text() -> None:
    assert read(b"<a>one<!-- no --> two<?x y?> three</a>").text == "one two three"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("iso8859-1", "ISO-8859-1"),
        ("cp1251", "windows-1251"),
        ("shift_jis", "Shift_JIS"),
        ("euc-jp", "EUC-JP"),
    ],
)
def test_reads_the_encoding_that_the_file_declares(encoding: str, declared: str) -> None:
    word = {"cp1251": "Заявка", "shift_jis": "見積", "euc-jp": "見積"}.get(encoding, "Angebot für")
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert read(f"{head}<a>{word}</a>".encode(encoding)).text == word


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        '<!DOCTYPE a [<!ENTITY a0 "ha"><!ENTITY a1 "&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;&a0;">]>',
        '<!doctype a [<!ENTITY x "y">]>',
    ],
)
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>\n', "<!-- a > comment -->\n", "<?style x?>\n \n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_refuses_every_doctype(prolog: str, before: str, encoding: str) -> None:
    problem = refused(f"{before}{prolog}<a>&x;</a>".encode(encoding))
    assert problem.code == xml.DOCTYPE_REFUSED
    assert problem.line == before.count("\n") + 1


def test_a_doctype_in_a_text_is_only_text() -> None:
    assert read(b"<a><![CDATA[<!DOCTYPE b>]]></a>").text == "<!DOCTYPE b>"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<a>\n<b>\n</a>", 3),
        (b"<a>", 1),
        (b"hello", 1),
        (b"<a/>\n<b/>", 2),
        (b'<a x="1" x="2"/>', 1),
        (b"<a>&unknown;</a>", 1),
        (b"<a>\n\n<x:b/></a>", 3),
        (b"<a>\x00</a>", 1),
        (b"<a>" * 300 + b"</a>" * 300, 1),
    ],
)
def test_says_the_line_where_the_text_is_not_well_formed(data: bytes, line: int) -> None:
    problem = refused(data)
    assert (problem.code, problem.line) == (xml.NOT_WELL_FORMED, line)
    assert ", line" not in problem.message
    assert problem.column


def test_says_which_byte_is_not_in_the_encoding() -> None:
    problem = refused(b"<a>\n\xff</a>")
    assert (problem.code, problem.line) == (xml.ENCODING_UNREADABLE, 2)
    assert "Byte 5" in problem.message


@pytest.mark.parametrize("name", ["rot13", "punycode", "unicode_escape", "zlib", "utf-7", "klingon", "UTF-16"])
def test_refuses_codecs_that_are_no_encodings_and_claims_that_are_false(name: str) -> None:
    problem = refused(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode())
    assert problem.code == xml.ENCODING_UNREADABLE
    assert name in problem.message


def test_the_size_limit_is_exact() -> None:
    def of_size(size: int) -> bytes:
        return b"<a>" + b"x" * (size - 7) + b"</a>"

    assert read(of_size(xml.MAX_BYTES - 1)).tag == "a"
    assert read(of_size(xml.MAX_BYTES)).tag == "a"
    assert refused(of_size(xml.MAX_BYTES + 1)).code == xml.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b" \n\t "])
def test_an_empty_file_is_named_so(data: bytes) -> None:
    assert refused(data).code == xml.EMPTY_FILE


def test_one_bad_file_leaves_no_trace_in_the_next() -> None:
    refused(b"<a>")
    assert read(b"<a/>").tag == "a"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"<a>{text}</a>".encode("utf-8", "surrogatepass"))
    )
)
def test_any_bytes_give_a_tree_or_a_problem(data: bytes) -> None:
    answer = parse_xml(data, "a.bpmn")
    assert isinstance(answer, Problem | etree._Element)
