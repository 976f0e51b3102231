"""Touches: calls and letters to the person of a lead, and what came of them (LG3)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crm_package.leads import lead_of, queue_letter
from runtime.sdk import Job, JobFailure, Values, handler

ANSWERS = frozenset({"replied"})
"""Results that are theirs, not a touch of ours."""


@handler("crm.log_touch")
def log_touch(job: Job) -> Values:
    """Record a touch at the lead `lead_id`: `channel`, `result`, `note`, and `callback_at` when they named an hour.

    Answers `touches`, `last_result`, `callback_in` (a duration, None when no hour to come was named), `can_call`, `can_write`,
    and `lead_owner`, who may have changed meanwhile.
    """
    given = job.variables
    lead = lead_of(job)
    result = given["result"]
    callback = _moment(given.get("callback_at")) if result == "callback" else None
    if result != "sent":
        _record(job, lead, callback)
    changes: dict[str, Any] = {"last_result": result, "touches": (lead["touches"] or 0) + (result not in ANSWERS)}
    if result == "wrong_number":
        changes |= {"phone": None, "phone_key": None}
    answered = {"first_response_at": lead["first_response_at"] or job.now}
    lead = job.records.update("lead", lead["id"], changes | answered | {"next_step_at": callback})
    return {
        "touches": Decimal(lead["touches"]),
        "last_result": result,
        "callback_in": callback - job.now if callback and callback >= job.now else None,
        "can_call": lead["phone"] is not None and not _do_not_call(job, lead),
        "can_write": lead["email"] is not None,
        "lead_owner": lead["owner"],
    }


@handler("crm.send_letter")
def send_letter(job: Job) -> Values:
    """Put the letter `template` to the person of the lead `lead_id` among those ready to be sent."""
    lead = lead_of(job)
    if lead["email"] is None:
        raise JobFailure(f"The lead {lead['number']} has no e-mail address to write to.")
    return {"activity": queue_letter(job, lead, job.variables["template"])["id"]}


def _record(job: Job, lead: dict[str, Any], callback: datetime | None) -> None:
    """The activity of a touch. A number that proved wrong is kept here, because it is taken from the lead."""
    given = job.variables
    wrong = f"{lead['phone']} is wrong." if given["result"] == "wrong_number" and lead["phone"] else None
    values = {
        "subject": lead["subject"],
        "kind": given.get("channel") or "call",
        "status": "done",
        "direction": "in" if given["result"] in ANSWERS else "out",
        "lead": lead["id"],
        "contact": lead["contact"],
        "account": lead["account"],
        "owner": lead["owner"],
        "done_at": job.now,
        "result": given["result"],
        "agreed": "\n".join(part for part in (given.get("note"), wrong) if part) or None,
    }
    job.records.create("activity", values)
    if callback:
        job.records.note("lead", lead["id"], "touch.callback", f"Call back at {callback:%Y-%m-%d %H:%M} UTC")


def _do_not_call(job: Job, lead: dict[str, Any]) -> bool:
    contact = job.records.get("contact", lead["contact"]) if lead["contact"] else None
    return bool(contact and contact["do_not_call"])


def _moment(value: Any) -> datetime | None:
    """A point in time as forms and messages give it; without an offset it is meant in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
