"""Who does something, and through which door."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is the user name; `roles` are also the candidate groups the user belongs to.

    `via` is ui, api, import, process, cli or system.
    """

    id: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    via: str = "ui"
    language: str = "en"

    @property
    def is_system(self) -> bool:
        """True for the platform itself, which every policy lets through."""
        return self.via == "system"


SYSTEM = Actor(id="system", name="Ringi", via="system")
