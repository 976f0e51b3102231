"""The journal for other tools: as JSON Lines, as XES (IEEE 1849), and as OCEL 2.0, written piece by piece."""

from __future__ import annotations

from runtime.history.exports.export import FORMATS, export
from runtime.history.exports.masking import Mask
from runtime.history.exports.selection import Selection

__all__ = ["FORMATS", "Mask", "Selection", "export"]
