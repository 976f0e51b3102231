"""Is it somebody we know? Scores open leads and finds the contact and the account of a request (LG-07, OP-06)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rapidfuzz import fuzz

from crm_package.identity import firm_key, person_key
from crm_package.leads import in_work
from runtime.sdk import Job, Values, handler

MOST = 20
"""Records looked at for each key; the newest first."""
SURE = 50
"""From this score on it is worth a look."""
SHOWN = ("number", "name", "company", "email", "phone", "subject")
"""What a person needs to compare."""


@handler("crm.find_duplicates")
def find_duplicates(job: Job) -> Values:
    """`duplicates`: the likest lead that is in work (`open_lead`, its `score` 0–100 and how it matches), and the `contact` and
    `account` of the sender when they are certain."""
    request = job.variables["request"]
    contact = _contact(job, request)
    best = max((_scored(request, lead) for lead in _leads(job, request)), key=lambda found: found[0], default=(0, None))
    score, lead = best if best[0] >= SURE else (best[0], None)
    return {
        "duplicates": {
            "score": Decimal(score),
            "open_lead": lead["id"] if lead else None,
            "same_email": bool(lead and _same(request, lead, "email")),
            "same_phone": bool(lead and _same(request, lead, "phone_key")),
            "match": {field: lead[field] for field in SHOWN} if lead else None,
            "contact": contact["id"] if contact else None,
            "account": _account(job, request, contact),
        }
    }


def likeness(request: dict[str, Any], lead: dict[str, Any]) -> int:
    """0–100 from the same address (60), the same phone (40), and how alike person and firm are (up to 50)."""
    score = 60 * _same(request, lead, "email") + 40 * _same(request, lead, "phone_key")
    return min(100, score + _names(request, lead))


def _scored(request: dict[str, Any], lead: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
    return likeness(request, lead), lead


def _names(request: dict[str, Any], lead: dict[str, Any]) -> int:
    """Points for person and firm. The person alone gives few: many people share a name."""
    person = fuzz.ratio(person_key(request["name"]), person_key(lead["name"])) if request["name"] and lead["name"] else 0
    firm = fuzz.ratio(firm_key(request["company"]), firm_key(lead["company"])) if request["company"] and lead["company"] else 0
    same_house = firm >= 90 or _same(request, lead, "email_domain")
    if person >= 95 and same_house:
        return 50
    if person >= 80:
        return 50 if firm >= 90 and _same(request, lead, "email_domain") else 35 if same_house else 20
    return 0


def _same(request: dict[str, Any], record: dict[str, Any], field: str) -> bool:
    return request[field] is not None and request[field] == record[field]


def _leads(job: Job, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for field in ("email", "phone_key", "name_key", "email_domain"):
        if request[field]:
            for lead in job.records.find("lead", {field: request[field]}, ("-created_at",), MOST):
                found[lead["id"]] = lead
    return [lead for lead in found.values() if in_work(lead)]


def _contact(job: Job, request: dict[str, Any]) -> dict[str, Any] | None:
    """The person with the same address, or with the same phone and nearly the same name."""
    if request["email"] and (found := job.records.find("contact", {"email": request["email"]}, ("created_at",), 1)):
        return found[0]
    if not request["phone_key"]:
        return None
    same_phone = job.records.find("contact", {"phone_key": request["phone_key"]}, ("created_at",), MOST)
    key = person_key(request["name"])
    return next((contact for contact in same_phone if fuzz.ratio(key, contact["name_key"] or "") >= 80), None)


def _account(job: Job, request: dict[str, Any], contact: dict[str, Any] | None) -> str | None:
    """The firm of the contact, else the one with the same mail domain, else the one with the same name."""
    if contact and contact["account"]:
        return str(contact["account"])
    for field, value in (("domain", request["email_domain"]), ("name_key", firm_key(request["company"]))):
        if value and (found := job.records.find("account", {field: value}, ("created_at",), 1)):
            return str(found[0]["id"])
    return None
