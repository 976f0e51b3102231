"""Which languages there are, which one holds now, and labels that come as a map of languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

LANGUAGES = ("en", "ja", "ru")
NAMES: Mapping[str, str] = {"en": "English", "ja": "日本語", "ru": "Русский"}
"""Each language by its own name."""

_current: ContextVar[str] = ContextVar("ringi_language", default=LANGUAGES[0])


def supported(language: str | None) -> str | None:
    """The language of ours that a tag such as ``ja-JP`` means, or None."""
    base = (language or "").replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


def current_language() -> str:
    """The language that holds for this request."""
    return _current.get()


def set_language(language: str) -> None:
    """Say which language holds from here on (in this request); an unknown one means English."""
    _current.set(supported(language) or LANGUAGES[0])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let another language hold inside a ``with`` block."""
    token = _current.set(supported(language) or LANGUAGES[0])
    try:
        yield
    finally:
        _current.reset(token)


def label(texts: Mapping[str, str] | str | None, language: str | None = None) -> str:
    """The text of a ``{en, ja, ru}`` map in the user's language, else English, else any. A plain text is itself."""
    if not texts:
        return ""
    if isinstance(texts, str):
        return texts
    wanted = language or current_language()
    return str(texts.get(wanted) or texts.get(LANGUAGES[0]) or next(iter(texts.values())))
