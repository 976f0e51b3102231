"""Which variables a form fills in, and which it shows or asks about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.check.forms import INPUTS, expressions_of
from engine.feel import FeelSyntaxError, compile_expression


def names_of_form(schema: Mapping[str, Any]) -> tuple[set[str], list[tuple[str, str]]]:
    """The variables that the form writes, and those that it reads, each with the text that does; its own fields left out."""
    written: set[str] = set()
    read: list[tuple[str, str]] = []
    for component, inner in _components(schema.get("components"), inner=False):
        own = str(component.get("key" if component.get("type") in INPUTS else "path") or "").partition(".")[0]
        if own:
            written.add(own)
        if not inner:  # in a list the names may be those of its rows
            read += [(name, text) for _, text in expressions_of(component) for name in _names(text)]
    return written, [(name, text) for name, text in read if name not in written]


def _components(components: object, *, inner: bool) -> Iterator[tuple[Mapping[str, Any], bool]]:
    for component in components if isinstance(components, list) else ():
        if isinstance(component, dict):
            yield component, inner
            yield from _components(component.get("components"), inner=inner or component.get("type") == "dynamiclist")


def _names(text: str) -> frozenset[str]:
    try:
        return compile_expression(text).names
    except FeelSyntaxError:
        return frozenset()  # told where the form itself is checked
