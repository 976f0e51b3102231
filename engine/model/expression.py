"""A value in a diagram: FEEL when it starts with ``=``, else the text itself (the convention of the `zeebe:` dialect)."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel import CompiledExpression


@dataclass(frozen=True, slots=True)
class Expression:
    """`text` is what the analyst wrote, without the leading ``=``; `feel` is None for a fixed text."""

    text: str
    feel: CompiledExpression | None = field(default=None, compare=False, repr=False)
    line: int = 0

    @property
    def is_fixed(self) -> bool:
        """True when the value is the text itself."""
        return self.feel is None
