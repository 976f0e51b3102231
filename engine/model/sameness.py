"""Whether two versions of a diagram say the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from engine.model.expression import Expression


def said(definition: Any) -> Any:
    """What an event definition says, without the place where it says it."""
    if isinstance(definition, Expression):
        return definition.text, definition.is_fixed
    if isinstance(definition, tuple):
        return tuple(said(part) for part in definition)
    if hasattr(definition, "__dataclass_fields__"):
        return type(definition), tuple(said(getattr(definition, f.name)) for f in fields(definition))
    return definition
