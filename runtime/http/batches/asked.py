"""What a person tells the operation of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.api import to_plain
from runtime.http.instances.orders import mapping_of, variables_of

Form = MultiDict[str, str]


def arguments_of(operation: str, form: Form, now: datetime) -> dict[str, Any]:
    """What the operation is told. Raises Invalid for what cannot be read."""
    return {name: _READERS[name](form, now) for name in TAKES.get(operation, ())}


TAKES: Mapping[str, tuple[str, ...]] = {
    "set-variables": ("variables",),
    "retry": ("variables",),
    "modify": ("move", "terminate", "activate", "variables"),
    "migrate": ("version", "mapping"),
    "restart": ("at", "variables"),
}
"""The fields of the form, by operation."""


def _names(name: str) -> Callable[[Form, datetime], list[str]]:
    return lambda form, now: [line.strip() for line in form.get(name, "").splitlines() if line.strip()]


def _moves(form: Form, now: datetime) -> list[dict[str, str]]:
    return [{"from": old, "to": new} for old, new in mapping_of({"more": form.get("move", "")}).items()]


_READERS: Mapping[str, Callable[[Form, datetime], Any]] = {
    "variables": lambda form, now: to_plain(dict(variables_of(form, now))),
    "move": _moves,
    "terminate": _names("terminate"),
    "activate": _names("activate"),
    "at": _names("at"),
    "version": lambda form, now: form.get("version", type=int),
    "mapping": lambda form, now: mapping_of({"more": form.get("mapping", "")}),
}
