"""What the kernel asks of its surroundings: definitions and decisions, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from engine.feel import Value
from engine.model.process import CalledDecision, CalledProcess, ProcessDefinition

if TYPE_CHECKING:
    from engine.dmn import DecisionResult
    from engine.kernel.timers import WorkingCalendar


class Processes(Protocol):
    """Deployed processes by key. The answer must stay the same for the same key."""

    def process(self, key: str) -> ProcessDefinition:
        """The definition with this key; raises KeyError when there is none."""
        ...


class Definitions(Processes, Protocol):
    """The deployed things a process instance may reach."""

    def called_process(
        self, process_id: str, caller: str, *, binding: str = "deployment", version_tag: str | None = None
    ) -> str | None:
        """The key of the definition that a call activity of `caller` (a definition key) means; None when there is none.

        `binding` is ``deployment`` (what was deployed with the caller), ``latest`` or ``versionTag``. The two keywords are
        given only where they differ from their defaults.
        """
        ...

    def decide(
        self,
        decision_id: str,
        caller: str,
        inputs: Mapping[str, Value],
        now: datetime,
        *,
        binding: str = "deployment",
        version_tag: str | None = None,
    ) -> DecisionResult:
        """Evaluate the decision that the definition `caller` means; raises `engine.dmn.DecisionFailed`."""
        ...

    def calendar(self, name: str) -> WorkingCalendar | None:
        """The calendar with this name as it is now; None when there is none."""
        ...


def options_of(called: CalledProcess | CalledDecision) -> dict[str, Any]:
    """The keywords that tell which version is meant, none for the usual one."""
    return {} if called.binding == "deployment" else {"binding": called.binding, "version_tag": called.version_tag}
