"""One way to all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from runtime.history.exports.json_lines import json_lines
from runtime.history.exports.masking import Mask
from runtime.history.exports.ocel import ocel
from runtime.history.exports.selection import Selection
from runtime.history.exports.xes import xes
from runtime.processes.library import Library
from runtime.store.work import Work


@dataclass(frozen=True, slots=True)
class Format:
    """`write` gives the text piece by piece; `suffix` is that of a file."""

    write: Callable[[Work, Library, Selection, Mask], Iterator[str]]
    media_type: str
    suffix: str


FORMATS: Mapping[str, Format] = {
    "jsonl": Format(json_lines, "application/jsonl", ".jsonl"),
    "xes": Format(xes, "application/xml", ".xes"),
    "ocel": Format(ocel, "application/json", ".ocel.json"),
}


def export(work: Work, library: Library, format: str, selection: Selection, mask: Mask) -> Iterator[bytes]:
    """The instances that `selection` names, as UTF-8. All is read as it was at one moment, that of the transaction."""
    for piece in FORMATS[format].write(work, library, selection, mask):
        yield piece.encode("utf-8", "replace")
