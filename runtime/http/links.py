"""Addresses that came in with a request."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/inbox"


def local(address: str | None, otherwise: str = HOME) -> str:
    """The address when it leads to a page of ours, else `otherwise`. Nobody is sent away by a link that only begins here."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc or "\\" in address else address
