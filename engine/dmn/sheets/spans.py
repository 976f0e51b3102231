"""Where each element of an XML document stands in its bytes, so that a part can be replaced and all else stays as it is."""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from engine.dmn.document import Element


class Span(NamedTuple):
    """Byte positions: `start` of the first tag, `inner` behind it, `close` of the end tag, `end` behind that. An empty element
    that closes itself has `inner` == `close` == `end`."""

    start: int
    inner: int
    close: int
    end: int


def spans_of(data: bytes, root: Element) -> dict[Element, Span]:
    """The place of each element of a document that was parsed from these bytes (UTF-8, without a DOCTYPE)."""
    starts: list[int] = []
    closes: list[int] = []
    open_elements: list[int] = []
    parser = expat.ParserCreate("utf-8")

    def begin(name: str, attributes: dict[str, str]) -> None:
        open_elements.append(len(starts))
        starts.append(parser.CurrentByteIndex)
        closes.append(-1)

    def finish(name: str) -> None:
        closes[open_elements.pop()] = parser.CurrentByteIndex

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.Parse(data, True)
    elements = root.iter(etree.Element)
    return {element: _span(data, start, close) for element, start, close in zip(elements, starts, closes, strict=True)}


def _span(data: bytes, start: int, close: int) -> Span:
    inner = _behind_tag(data, start)
    if data[inner - 2 : inner] == b"/>":
        return Span(start, inner, inner, inner)
    return Span(start, inner, close, _behind_tag(data, close))


def _behind_tag(data: bytes, start: int) -> int:
    """The position behind the tag that begins at `start`; a “>” inside an attribute's value does not end it."""
    at, quote = start, 0
    while True:
        byte = data[at]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return at + 1
        at += 1
