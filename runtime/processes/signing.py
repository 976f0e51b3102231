"""Who signs a user task beside its owner, as the task page shows it."""

from __future__ import annotations

from typing import Any, cast

from engine.api import ElementInstance, events
from runtime.processes.views import CoSigning, Signature


def co_signing(element: ElementInstance) -> CoSigning | None:
    """The co-signing of a user task; None where nobody signs beside its owner."""
    waits = element.waits.values()
    found = next((wait for wait in waits if isinstance(wait, events.CoSigningStarted)), None)
    if found is None:
        return None
    asked = [wait.assignee for wait in waits if isinstance(wait, events.UserTaskCreated) and wait.co_signs is not None]
    return CoSigning(
        asked=tuple(name for name in asked if name is not None),
        waiting=tuple(cast(dict[str, Any], one)["user"] for one in found.waiting),
        signatures=tuple(_signature(cast(dict[str, Any], one)) for one in found.signatures),
        done_by=found.done_by,
        result=found.result,
    )


def _signature(said: dict[str, Any]) -> Signature:
    return Signature(by=said["by"] or "", approved=said["approved"], comment=said["comment"])
