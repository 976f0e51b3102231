"""What several handlers need to know about a lead."""

from __future__ import annotations

from typing import Any

from crm_package.letters import letter
from runtime.sdk import Job, JobFailure


def lead_of(job: Job) -> dict[str, Any]:
    """The lead that the variable `lead_id` names. Raises JobFailure when it is gone."""
    lead = job.records.get("lead", job.variables["lead_id"])
    if lead is None:
        raise JobFailure(f"There is no lead {job.variables['lead_id']!r}.")
    return lead


def in_work(lead: dict[str, Any]) -> bool:
    """A lead that somebody works on: open, or qualified and not yet taken over."""
    return lead["stage_category"] == "open" or (lead["stage_category"] == "won" and lead["converted_at"] is None)


def queue_letter(job: Job, lead: dict[str, Any], template: str) -> dict[str, Any]:
    """An outgoing letter to the person of a lead, ready to be sent."""
    text = letter(template, lead["language"], {"lead": lead, "due": None})
    values = {
        "subject": text.subject,
        "kind": "mail",
        "status": "queued",
        "direction": "out",
        "lead": lead["id"],
        "contact": lead["contact"],
        "recipient": lead["email"],
        "template": template,
        "body": text.body,
        "planned_at": job.now,
    }
    return job.records.create("activity", values)
