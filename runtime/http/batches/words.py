"""What operations, statuses and states of batches are called on the pages."""

from __future__ import annotations

from typing import Final

from runtime.i18n import N_, gettext

OPERATIONS: Final = {
    "cancel": N_("Cancel"),
    "suspend": N_("Suspend"),
    "resume": N_("Resume"),
    "retry": N_("Try incidents again"),
    "set-variables": N_("Set variables"),
    "modify": N_("Move tokens"),
    "migrate": N_("Migrate to another version"),
    "restart": N_("Start again from a point"),
}
_STATUSES: Final = {
    "previewed": N_("Not started"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "finished": N_("Finished"),
    "cancelled": N_("Cancelled"),
}
_STATES: Final = {
    "waiting": N_("Waiting"),
    "trying": N_("Still running"),
    "done": N_("Done"),
    "skipped": N_("Skipped"),
    "failed": N_("Failed"),
}


def operation_name(code: str) -> str:
    """The name of an operation."""
    return gettext(OPERATIONS[code])


def status_name(code: str) -> str:
    """The name of the status of a batch."""
    return gettext(_STATUSES[code])


def state_name(code: str) -> str:
    """The name of what came of an item."""
    return gettext(_STATES[code])
