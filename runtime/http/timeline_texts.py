"""What the kinds of timeline lines are called."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.i18n import N_, _
from runtime.records.timeline import TimelineEntry

KINDS: Mapping[str, str] = {
    "created": N_("Created"),
    "changed": N_("Changed"),
    "stage_changed": N_("Stage changed"),
    "owner_changed": N_("Owner changed"),
    "deleted": N_("Deleted"),
    "note": N_("Note"),
    "checked": N_("Checked"),
    "process.started": N_("Process began"),
    "process.completed": N_("Process ended"),
    "process.cancelled": N_("Process cancelled"),
    "task.completed": N_("Task completed"),
}


def kind_text(entry: TimelineEntry) -> str:
    """The kind of a line in the user's language; a kind that we do not know is shown as it is."""
    return _(KINDS[entry.kind]) if entry.kind in KINDS else entry.kind.replace("_", " ").replace(".", " ")
