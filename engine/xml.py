"""The one way XML from outside becomes a tree: no DOCTYPE, no entities of its own, no network, no huge documents.

Sources: XML 1.0 §2.8 (prolog), §4.3.3 (encodings); OWASP ASVS 5.0 1.5.1 (restrictive parser configuration).
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from engine.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
"""The largest file that is read, in bytes."""

TOO_LARGE = "XML-3001"
DOCTYPE_REFUSED = "XML-3002"
ENCODING_UNREADABLE = "XML-3003"
NOT_WELL_FORMED = "XML-3004"
EMPTY_FILE = "XML-3005"

CODES: dict[str, tuple[str, str]] = {
    TOO_LARGE: ("The file is larger than 2 MB.", "Split the diagram into several files and connect them with call activities."),
    DOCTYPE_REFUSED: (
        "The file has a DOCTYPE. It could define entities or load other files, so it is never read.",
        "Delete the <!DOCTYPE …> part; BPMN and DMN need none.",
    ),
    ENCODING_UNREADABLE: ("The text is not in the encoding that the file claims.", "Save the file as UTF-8."),
    NOT_WELL_FORMED: ("The file is not well-formed XML.", "Mend the named line, or export the file again from the modeller."),
    EMPTY_FILE: ("The file is empty.", "Export the file again from the modeller."),
}
"""Code to (meaning, way out)."""

# The longest first: the BOM of UTF-32 begins with the one of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED_ENCODING = re.compile(rb"""\A<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
# Text encodings only: Python also knows codecs that compress, escape or run away on long input.
_ENCODINGS = re.compile(
    r"utf_?8|ascii|iso8859_\d{1,2}|cp125\d|cp437|cp85\d|cp932|cp949|koi8_[ru]|mac_roman"
    r"|shift_jis|euc_jp|iso2022_jp|euc_kr|gb2312|gbk|gb18030|big5"
)
_BEFORE_DOCTYPE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_LINE_IN_MESSAGE = re.compile(r"\s*, line \d+, column \d+$")


def parse_xml(data: bytes, resource: str) -> etree._Element | Problem:
    """Read `data` and answer the root element, or the one problem that forbids it. Comments and instructions are left out.

    `resource` is the file name for the problem. Elements know their line (`sourceline`, from 1). Never raises on bad input.
    """
    if len(data) > MAX_BYTES:
        return _problem(TOO_LARGE, resource, f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    if not data.strip():
        return _problem(EMPTY_FILE, resource, "The file is empty.", line=1)
    text = _decode(data, resource)
    if isinstance(text, Problem):
        return text
    line = _doctype_line(text)
    if line is not None:
        return _problem(
            DOCTYPE_REFUSED, resource, "The file has a DOCTYPE. It is refused because it could load other files.", line=line
        )
    return _parse(text, resource)


def _decode(data: bytes, resource: str) -> str | Problem:
    encoding = _encoding_of(data)
    if encoding is None:
        declared = _DECLARED_ENCODING.match(data)
        name = declared.group(1).decode("ascii") if declared else "?"
        return _problem(
            ENCODING_UNREADABLE, resource, f"The file claims the encoding “{name}”, and its bytes are not that.", line=1
        )
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = encoding.removesuffix("-sig").upper()
        return _problem(ENCODING_UNREADABLE, resource, f"Byte {error.start + 1} of the file is not {shown} text.", line=line)


def _encoding_of(data: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    declared = _DECLARED_ENCODING.match(data)
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared.group(1).decode("ascii")).name
    except LookupError:
        return None
    # "utf-16" is none of these: a file in it starts with a byte order mark; without one its declaration is not readable at all.
    return name if _ENCODINGS.fullmatch(name.replace("-", "_")) else None


def _doctype_line(text: str) -> int | None:
    """A DOCTYPE can only stand before the root element, so looking there is enough and nothing of it is ever parsed."""
    at = 0
    while skipped := _BEFORE_DOCTYPE.match(text, at):
        at = skipped.end()
    return text.count("\n", 0, at) + 1 if text[at : at + 9].upper() == "<!DOCTYPE" else None


def _parse(text: str, resource: str) -> etree._Element | Problem:
    # A parser for each file: a shared one keeps the errors of the file before. `encoding` overrules the file's declaration.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = _LINE_IN_MESSAGE.sub("", error.msg or "it ends too early").split("\n")[0].strip()
        return _problem(
            NOT_WELL_FORMED, resource, f"The file is not well-formed XML: {reason}.", line=max(line, 1), column=max(column, 1)
        )
    if root.getroottree().docinfo.internalDTD is not None:
        return _problem(DOCTYPE_REFUSED, resource, "The file has a DOCTYPE.", line=1)
    return root


def _problem(code: str, resource: str, message: str, *, line: int | None = None, column: int | None = None) -> Problem:
    return Problem(code=code, message=message, resource=resource, line=line, column=column, fix=CODES[code][1])
