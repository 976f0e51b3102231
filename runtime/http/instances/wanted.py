"""Which instances a person asks for, in the address of the list or in the form of a batch."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from runtime.errors import Invalid
from runtime.http.business_fields import PREFIX, asked_fields
from runtime.i18n import _
from runtime.processes.filters import InstanceFilter

Form = MultiDict[str, str]

FILTERS = ("process", "status", "key", "record")
"""The parameters of the list of instances that say which; besides them those of business fields."""


def filters_of(given: Form) -> dict[str, str]:
    """Those parameters that say which instances, as they were given."""
    return {name: value for name, value in given.items() if (name in FILTERS or name.startswith(PREFIX)) and value.strip()}


def instances_of(given: Form) -> InstanceFilter:
    """Which instances are meant. Raises Invalid for a status, record or comparison that there is not."""
    chosen = {name: given.get(name, "").strip() or None for name in FILTERS}
    return InstanceFilter(
        process_id=chosen["process"],
        status=chosen["status"],
        business_key=chosen["key"],
        record=record_of(chosen["record"] or ""),
        fields=asked_fields(given),
    )


def record_of(text: str) -> tuple[str, str] | None:
    """``type:id`` as a pair; None for an empty text. Raises Invalid for anything else."""
    if not text:
        return None
    type, colon, id = text.partition(":")
    if not (type and colon and id):
        raise Invalid("INST-1002", _("A record is written as type:id."), fields={"record": [_("Write it as type:id.")]})
    return type, id
