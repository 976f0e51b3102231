"""Texts that databases can keep and index, whatever an expression made of them."""

from __future__ import annotations

import hashlib

LONGEST_INDEXED = 300
"""Characters of a text in an index. PostgreSQL refuses index rows of more than 2,700 bytes; a character has up to 4."""


def storable(text: str) -> str:
    """The text without null characters, which PostgreSQL cannot keep in a text."""
    return text.replace("\0", "\ufffd")


def indexed(text: str) -> str:
    """The text as it stands in an indexed column: a longer one is cut, with a hash that keeps different ones different."""
    kept = storable(text)
    if len(kept) <= LONGEST_INDEXED:
        return kept
    return f"{kept[:200]}…{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
