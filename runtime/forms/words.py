"""Texts of a form: FEEL places filled in, Markdown turned into clean HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from engine.api import Value, to_plain
from runtime.i18n import format_date, format_datetime, format_decimal

Evaluate = Callable[[str], Value]
"""The value of a FEEL text in the form's data."""

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}}
_TAGS = {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"} | {
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}


def shown(value: Value) -> str:
    """A value as people read it in the language that holds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    if hasattr(value, "hour") and hasattr(value, "year"):
        return format_datetime(value)
    if hasattr(value, "year") and hasattr(value, "day"):
        return format_date(value)
    return str(to_plain(value))


def plain(text: str, evaluate: Evaluate) -> str:
    """A label or a description: the whole text is FEEL when it starts with ``=``, else its ``{{ }}`` places are."""
    if text.startswith("="):
        return shown(evaluate(text[1:]))
    return _PLACE.sub(lambda place: shown(evaluate(place[1])), text)


def html(text: str, evaluate: Evaluate) -> Markup:
    """Markdown (CommonMark with tables) as HTML that can hold no script, style, image or frame.

    Values put into ``{{ }}`` places are text: their punctuation is escaped, so data can make neither links nor headings.
    """
    source = shown(evaluate(text[1:])) if text.startswith("=") else _PLACE.sub(lambda place: _escaped(evaluate(place[1])), text)
    return Markup(clean(_rendered(source)))  # noqa: S704 - cleaned by nh3 just here


def _rendered(source: str) -> str:
    """HTML of Markdown whose highest heading is of the second level: the page has a first one already, and none is skipped."""
    tokens = _MARKDOWN.parse(source)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + 2)}"
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def clean(markup: str) -> str:
    """HTML with the harmless tags only; links open without telling where they come from."""
    return nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "http", "mailto", "tel"})


def _escaped(value: Value) -> str:
    lines = (_PUNCTUATION.sub(r"\\\1", line.strip()) for line in shown(value).splitlines())
    return "\\\n".join(lines)
