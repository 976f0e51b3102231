"""What the elements, flows and waits of an instance are called; learnt from the diagram and, while it is read, the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.http.instances.labels import element_type
from runtime.http.instances.outline import OutlineItem
from runtime.i18n import gettext

Happened = Mapping[str, Any]
"""One event of the kernel as JSON, its name under ``event``."""


_PEOPLE = ("assignee", "by", "user", "on_behalf_of")
"""Members of events that hold the id of a person."""


def people_in(events: Iterable[Happened]) -> set[str]:
    """The ids of everybody whom events name."""
    found = {event[name] for event in events for name in _PEOPLE if event.get(name)}
    return found | {name for event in events for name in event.get("candidate_users", ())}


@dataclass(slots=True)
class Names:
    """What elements are called, and which element a wait belongs to; learnt from the journal while it is read.

    `listeners` are the jobs that are those of listeners, with their job types.
    """

    items: Mapping[str, OutlineItem]
    waits: dict[int, str] = field(default_factory=dict)
    messages: dict[int, str] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    listeners: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items.values():
            for lead in item.leads:
                if lead.name:
                    self.flows[lead.flow] = f"{self.element(item.id)} → {lead.name}"

    def person(self, id: str) -> str:
        """What a person is called; the id of one who is not known any more."""
        return self.people.get(id, id)

    def element(self, id: str | None) -> str:
        """The element's name on the screen; its id when the diagram does not hold it."""
        item = self.items.get(id or "")
        if item is None:
            return id or "?"
        return item.name or element_type(item.type, item.event)

    def learn(self, event: Happened) -> None:
        """Remember what a wait is about, so that its end can be told by name."""
        for key in ("task", "job", "timer", "subscription", "condition", "incident", "signing"):
            if key in event and "element" in event:
                self.waits[event[key]] = str(event["element"])
        if event["event"] == "MessageSubscriptionOpened":
            self.messages[event["subscription"]] = str(event["message"])
        if event.get("listener") and "job" in event:
            self.listeners[event["job"]] = str(event["type"])

    def wait(self, key: int) -> str:
        """The name of the element that a wait belongs to."""
        return self.element(self.waits[key]) if key in self.waits else gettext("an earlier step")
