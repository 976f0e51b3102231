"""Putting rules back into a DMN file: changed cells, new rules and another order; every other byte stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.dmn.document import Document, Element
from engine.dmn.sheets.matching import Wanted
from engine.dmn.sheets.sheet import ColumnKind
from engine.dmn.sheets.spans import Span

_ENTRIES = {
    ColumnKind.INPUT: "inputEntry",
    ColumnKind.OUTPUT: "outputEntry",
    ColumnKind.ANNOTATION: "annotationEntry",
}
_INDENT = "  "


class Rewriting:
    """One table of one document; `spans` say where its elements stand in the bytes."""

    def __init__(self, data: bytes, document: Document, table: Element, spans: Mapping[Element, Span]) -> None:
        self.data, self.document, self.table, self.spans = data, document, table, spans
        self.rules = document.children(table, "rule")
        name = data[spans[table].start + 1 : spans[table].inner].split(None, 1)[0].decode()
        self.prefix = name.rpartition(":")[0] + ":" if ":" in name else ""
        self.gap = self._gap()

    def _gap(self) -> bytes:
        """The white space before a rule of the table, or before what stands last in it."""
        inside = [e for e in self.table if isinstance(e.tag, str)]
        element = self.rules[0] if self.rules else inside[-1] if inside else None
        return self._space_before(self.spans[element].start) if element is not None else b"\n"

    def _space_before(self, at: int) -> bytes:
        begin = at
        while begin and self.data[begin - 1] in b" \t\r\n":
            begin -= 1
        return self.data[begin:at]

    def rewritten(self, wanted: Sequence[Wanted]) -> bytes:
        """The document with these rules in this order. What stands between two rules, such as a comment, goes with the second;
        what stands before the first rule stays there."""
        first, last = self._region()
        chunks = [self._chunk(rule, first) for rule in wanted]
        return self.data[:first] + b"".join(chunks) + self.data[last:]

    def _region(self) -> tuple[int, int]:
        if self.rules:
            begin = self.spans[self.rules[0]].start
            return begin - len(self._space_before(begin)), self.spans[self.rules[-1]].end
        close = self.spans[self.table].close
        at = close - len(self._space_before(close))
        return at, at

    def _chunk(self, wanted: Wanted, first: int) -> bytes:
        if wanted.rule is None:
            return self.gap + self._new(wanted).encode()
        element = self.rules[wanted.rule]
        begin = self.spans[self.rules[wanted.rule - 1]].end if wanted.rule else first
        before = self.data[begin : self.spans[element].start]
        return before + (self._edited(element, wanted) if wanted.changed else self._bytes(self.spans[element]))

    def _bytes(self, span: Span) -> bytes:
        return self.data[span.start : span.end]

    def _edited(self, element: Element, wanted: Wanted) -> bytes:
        """The rule with the cells that changed; ids, and what is no cell, stay."""
        span = self.spans[element]
        edits: list[tuple[int, int, bytes]] = []
        missing: list[str] = []
        for column, text in wanted.texts.items():
            if column.kind is ColumnKind.DESCRIPTION:
                edits += self._description(element, text)
            elif column.kind is not ColumnKind.ID:
                entries = self.document.children(element, _ENTRIES[column.kind])
                if column.place < len(entries):
                    edits += self._cell(entries[column.place], text)
                elif column.kind is ColumnKind.ANNOTATION and text:
                    missing.append(self._entry("annotationEntry", "", text))
        if missing:
            at = span.close - len(self._space_before(span.close))
            edits.append((at, at, "".join(missing).encode()))
        made, at = b"", span.start
        for begin, end, replacement in sorted(edits):
            made += self.data[at:begin] + replacement
            at = end
        return made + self.data[at : span.end]

    def _cell(self, entry: Element, text: str) -> list[tuple[int, int, bytes]]:
        """The change of a cell's text; none when it says the same."""
        old = self.document.text(entry)
        if old == text or {old, text} <= {"", "-"}:
            return []
        holder, span = self.document.child(entry, "text"), self.spans[entry]
        inner = escape(text)
        tagged = f"<{self.prefix}text>{inner}</{self.prefix}text>"
        if holder is not None:
            place = self.spans[holder]
            if place.inner == place.end:
                return [(place.start, place.end, tagged.encode())]
            return [(place.inner, place.close, inner.encode())]
        if span.inner == span.end:
            start = self.data[span.start : span.end - 2].rstrip().decode()
            name = start[1:].split(None, 1)[0]
            return [(span.start, span.end, f"{start}>{tagged}</{name}>".encode())]
        return [(span.inner, span.inner, tagged.encode())]

    def _description(self, element: Element, text: str) -> list[tuple[int, int, bytes]]:
        found = self.document.child(element, "description")
        tagged = f"<{self.prefix}description>{escape(text)}</{self.prefix}description>".encode()
        if found is None:
            at = self.spans[element].inner
            return [(at, at, self.gap + _INDENT.encode() + tagged)] if text else []
        return [] if self.document.text(element, "description") == text else [(*self._ends(found), tagged)]

    def _ends(self, element: Element) -> tuple[int, int]:
        return self.spans[element].start, self.spans[element].end

    def _new(self, wanted: Wanted) -> str:
        """A new rule, laid out as the others are."""
        gap = self.gap.decode()
        parts = [f"<{self.prefix}rule id={quoteattr(wanted.id)}>"]
        described = next((t for c, t in wanted.texts.items() if c.kind is ColumnKind.DESCRIPTION and t), "")
        if described:
            parts.append(f"{gap}{_INDENT}<{self.prefix}description>{escape(described)}</{self.prefix}description>")
        for kind, short in ((ColumnKind.INPUT, "in"), (ColumnKind.OUTPUT, "out"), (ColumnKind.ANNOTATION, "")):
            cells = sorted((c.place, t) for c, t in wanted.texts.items() if c.kind is kind)
            for place, text in cells:
                parts.append(self._entry(_ENTRIES[kind], f"{wanted.id}_{short}_{place + 1}" if short else "", text))
        return "".join((*parts, f"{gap}</{self.prefix}rule>"))

    def _entry(self, name: str, own_id: str, text: str) -> str:
        gap = self.gap.decode() + _INDENT
        identity = f" id={quoteattr(own_id)}" if own_id else ""
        tagged = f"<{self.prefix}text>{escape(text)}</{self.prefix}text>"
        return f"{gap}<{self.prefix}{name}{identity}>{gap}{_INDENT}{tagged}{gap}</{self.prefix}{name}>"
