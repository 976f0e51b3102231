"""FEEL 1.5, the one expression language of Ringi (DMN 1.5 chapter 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Value = Any


@dataclass(frozen=True)
class CompiledExpression:
    text: str

    def evaluate(self, scope: Mapping[str, Value], *, now: datetime) -> Any: ...
