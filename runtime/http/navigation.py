"""Where the signed-in person can go: their tasks, the records of the packages' menus, the processes, the designer, the API."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from runtime.http.current import actor, platform
from runtime.i18n import _, label


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `group` is the heading it stands under, "" for none."""

    url: str
    text: str
    icon: str
    group: str = ""

    @property
    def here(self) -> bool:
        """True on the page itself and on the pages below it."""
        return request.path == self.url or request.path.startswith(self.url.rstrip("/") + "/")


def items() -> list[Item]:
    """The entries this person may open, in order. A screen that is not installed has none."""
    permits = platform().access.permits
    found = [Item("/inbox", _("Inbox"), "inbox")] if permits(actor(), "task.work") else []
    if "record_screens" in current_app.blueprints:
        found += _records()
    if "instances" in current_app.blueprints and permits(actor(), "instance.view"):
        found.append(Item("/instances", _("Processes"), "process", _("Operations")))
    if "designer" in current_app.blueprints and permits(actor(), "designer.use"):
        found.append(Item("/designer/", _("Designer"), "designer", _("Operations")))
    if permits(actor(), "webhook.manage"):
        found.append(Item("/webhooks", _("Webhooks"), "link", _("Operations")))
    if permits(actor(), "definition.view"):
        found.append(Item("/api/docs", _("API"), "api", _("Operations")))
    return found


def _records() -> list[Item]:
    """The menu of each package: its record types in its order, those that this person may read."""
    policy, types = platform().access.policy, platform().records.types
    found = []
    for package in platform().packages.all:
        for name in package.manifest.menu:
            if policy.scope(actor(), name, "read"):
                found.append(Item(f"/records/{name}", label(types[name].plural), "record", label(package.manifest.label)))
    return found
