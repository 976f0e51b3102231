"""What the kernel asks of its surroundings: definitions and decisions, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from engine.feel import Value
from engine.model.process import ProcessDefinition

if TYPE_CHECKING:
    from engine.dmn import DecisionResult


class Definitions(Protocol):
    """The deployed things a process instance may reach. All answers must stay the same for the same key."""

    def process(self, key: str) -> ProcessDefinition:
        """The definition with this key; raises KeyError when there is none."""
        ...

    def called_process(self, process_id: str, caller: str) -> str | None:
        """The key of the definition that a call activity of the definition `caller` means by `process_id`.

        None when there is none.
        """
        ...

    def decide(self, decision_id: str, caller: str, inputs: Mapping[str, Value], now: datetime) -> DecisionResult:
        """Evaluate the decision that the definition `caller` means; raises `engine.dmn.DecisionFailed`."""
        ...
