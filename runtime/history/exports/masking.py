"""What an export shows of people, and of what they wrote. Masked, nothing is left that could be about a person.

People become pseudonyms that are the same throughout one export and in no other. Of events stays what is on a list of the
engine's own words; what is not on it is masked, so a new field is masked until somebody says that it holds nothing personal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"

# fmt: off
_PLAIN = frozenset(
    {"event", "key", "element", "process", "parent", "flow", "scope", "task", "job", "timer", "subscription",
     "incident", "condition", "kept", "held", "signing", "change", "due", "retries", "retry_at", "loop_index",
     "index", "arrived", "consumed", "elements", "steps", "definition", "cycle", "repetitions", "makes_up",
     "priority", "form_id", "form_binding", "due_date", "follow_up_date", "type", "decision", "caught_by",
     "listener", "listener_index", "repeatable", "renamed", "instance", "handler", "records", "into", "co_signs",
     "wait", "kind", "collect"}
)
# fmt: on
"""Fields of events that the engine and the diagram fill."""
_PEOPLE = frozenset({"by", "on_behalf_of", "assignee"})
_PLATFORM = frozenset({"system", "process"})
"""Actors that are no people."""


class Mask:
    """`personal` True shows everything."""

    def __init__(self, *, personal: bool) -> None:
        self.personal = personal
        self._key = secrets.token_bytes(32)

    def person(self, user: str | None) -> str | None:
        """The user, or a pseudonym."""
        if self.personal or not user or user in _PLATFORM:
            return user
        return f"person-{hmac.new(self._key, user.encode(), hashlib.sha256).hexdigest()[:12]}"

    def text(self, text: str | None) -> str | None:
        """What somebody wrote."""
        return text if self.personal or not text else HIDDEN

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """An event of the journal. Of variables only the names stay."""
        if self.personal:
            return dict(event)
        return {name: self._field(name, value) for name, value in event.items()}

    def _field(self, name: str, value: Any) -> Any:
        if name in _PLAIN or value is None:
            return value
        if name in _PEOPLE:
            return self.person(str(value))
        if name == "variables" and isinstance(value, dict):
            return dict.fromkeys(value, HIDDEN)
        return HIDDEN
