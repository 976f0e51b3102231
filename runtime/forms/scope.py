"""FEEL inside a form: what names mean there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.api import CompiledExpression, FeelError, Value, compile_expression
from runtime.errors import Invalid
from runtime.forms.model import Given


@dataclass(frozen=True, slots=True)
class Scope:
    """The data of the whole form; in a dynamic list also the row as ``this``, what is around as ``parent``, the place as ``i``.

    The row's own names come first.
    """

    data: Mapping[str, Any]
    now: datetime
    this: Value = None
    parent: Value = None
    indexes: tuple[int, ...] = ()

    def names(self) -> dict[str, Value]:
        """The variables an expression sees. ``i`` counts from 1, as lists do in FEEL."""
        row = self.this if isinstance(self.this, dict) else {}
        places = [Decimal(index + 1) for index in self.indexes]
        return {**self.data, **row, "this": self.this or self.data, "parent": self.parent, "i": places}

    def inside(self, row: Value, index: int) -> Scope:
        """The scope of one row of a dynamic list."""
        around = self.this if self.this is not None else self.data
        return replace(self, this=row, parent=around, indexes=(*self.indexes, index))

    def value(self, expression: CompiledExpression) -> Value:
        """The value; a mistake in the data gives null as FEEL says. Raises Invalid FORM-2010 when FEEL stops it."""
        try:
            return expression.evaluate(self.names(), now=self.now).value
        except FeelError as stopped:
            raise Invalid("FORM-2010", f"The form's expression {expression.text!r} was stopped: {stopped.message}") from stopped

    def text(self, source: str) -> Value:
        """The value of a FEEL text (compiled texts are kept by the engine)."""
        return self.value(compile_expression(source.strip()))

    def given(self, property: Given) -> Value:
        """A fixed property itself, else the value of its FEEL."""
        return self.value(property.feel) if property.feel else property.value
