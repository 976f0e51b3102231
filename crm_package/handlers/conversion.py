"""From the qualified lead to account, contact, affiliation and deal (LC1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm_package.handlers.routing import worth
from crm_package.identity import firm_domain, firm_key, person_key
from crm_package.leads import lead_of
from runtime.sdk import BpmnError, Job, JobFailure, Values, handler

ROLES = {"decider": "decider", "influencer": "influencer", "user": "user"}
"""From what the contact may do (authority) to the buying role; unknown gives none."""
QUALIFIED = ("budget", "timeframe_days", "need", "authority", "product_group", "grade")
"""What the qualification found; the deal takes it over."""
EVIDENCE = (*QUALIFIED, "number", "subject", "name", "company", "competitor", "next_step", "language")
ORIGIN = ("country", "language", "source", "campaign")


@handler("crm.handover_facts")
def handover_facts(job: Job) -> Values:
    """`handover`: what a seller needs to judge the lead `lead_id`, and what decides on its target."""
    lead = lead_of(job)
    lines = job.records.find("lead_line", {"lead": lead["id"]})
    deal = _open_deal(job, lead)
    facts = {name: lead[name] for name in EVIDENCE}
    return {
        "handover": facts
        | {
            "score": lead["total_score"],
            "touches": lead["touches"] or Decimal(0),
            "returns": lead["returns"] or Decimal(0),
            "amount": lead["budget"] or worth(lines) or Decimal(0),
            "fast": bool(lines) and all(_is_fast(job, line) for line in lines),
            "open_deal": deal["id"] if deal else None,
            "deal_owner": deal["owner"] if deal else None,
        }
    }


@handler("crm.convert_account")
def convert_account(job: Job) -> Values:
    """`account` of the lead `lead_id`: linked already, found by mail domain or name, or new.

    BPMN error ``account.blocked`` when we do no business with the firm.
    """
    lead = lead_of(job)
    account = _known_account(job, lead)
    if account is None:
        account = job.records.create("account", _new_account(lead))
    elif account["blocked"]:
        raise BpmnError("account.blocked", f"We do no business with {account['name']}.")
    elif account["lifecycle"] in (None, "prospect"):
        # A customer only from the first order on (LC-24).
        account = job.records.update("account", account["id"], {"lifecycle": "lead"})
    return {"account": {"id": account["id"], "name": account["name"]}}


@handler("crm.convert_contact")
def convert_contact(job: Job) -> Values:
    """`contact` of the lead `lead_id`: linked already, found by address or phone, or new; it works at `account_id`."""
    lead, account = lead_of(job), job.variables["account_id"]
    contact = _known_contact(job, lead) or job.records.create("contact", _new_contact(lead, account))
    if not job.records.find("affiliation", {"contact": contact["id"], "account": account}, limit=1):
        first = not job.records.find("affiliation", {"contact": contact["id"], "primary": True}, limit=1)
        firm = job.records.get("account", account)
        values = {"name": f"{contact['name']} — {firm['name'] if firm else ''}", "contact": contact["id"], "account": account}
        since = {"primary": first, "started_on": job.now.date(), "confirmed_at": job.now}
        job.records.create("affiliation", values | since | {"buying_role": ROLES.get(lead["authority"])})
    return {"contact": {"id": contact["id"], "name": contact["name"]}}


@handler("crm.convert_opportunity")
def convert_opportunity(job: Job) -> Values:
    """`opportunity` for the lead `lead_id` from `account_id`, `contact_id`, `kind`, `owner` and the seller's answer `deal`."""
    given, lead = job.variables, lead_of(job)
    deal: dict[str, Any] = given.get("deal") or {}
    lines = job.records.find("lead_line", {"lead": lead["id"]})
    taken = {name: lead[name] for name in (*QUALIFIED, "campaign", "territory")}
    opportunity = job.records.create(
        "opportunity",
        taken
        | {
            "name": deal.get("deal_name") or lead["subject"],
            "kind": given.get("kind") or "new",
            "account": given["account_id"],
            "contact": given["contact_id"],
            "contact_role": ROLES.get(lead["authority"]),
            "lead": lead["id"],
            "owner": given.get("owner"),
            "amount": deal.get("amount") or lead["budget"] or worth(lines),
            "expected_close": _close_date(job, deal.get("expected_close"), lead["timeframe_days"]),
            "alternatives": lead["competitor"],
            "next_step": deal.get("next_step") or lead["next_step"],
            "next_step_at": job.now + timedelta(days=1),
        },
    )
    _copy_lines(job, lines, opportunity["id"])
    return {"opportunity": {"id": opportunity["id"], "number": opportunity["number"]}}


@handler("crm.move_activities")
def move_activities(job: Job) -> Values:
    """The activities of the lead also show at the account, the contact and the deal from now on."""
    given = job.variables
    links = {"account": given["account_id"], "contact": given["contact_id"], "opportunity": given["opportunity_id"]}
    _move(job, given["lead_id"], links)
    return {}


@handler("crm.join_deal")
def join_deal(job: Job) -> Values:
    """The lead `lead_id` goes into the open deal `opportunity_id`: lines, activities, and a word on the deal's timeline."""
    lead, deal = lead_of(job), job.records.get("opportunity", job.variables["opportunity_id"])
    if deal is None:
        raise JobFailure(f"There is no deal {job.variables['opportunity_id']!r}.")
    _copy_lines(job, job.records.find("lead_line", {"lead": lead["id"]}), deal["id"])
    _move(job, lead["id"], {"account": deal["account"], "opportunity": deal["id"]})
    job.records.update("lead", lead["id"], {"opportunity": deal["id"], "account": deal["account"], "converted_at": job.now})
    job.records.note("opportunity", deal["id"], "lead.joined", f"The lead {lead['number']} joined: {lead['subject']}")
    return {"opportunity": {"id": deal["id"], "number": deal["number"]}}


def _open_deal(job: Job, lead: dict[str, Any]) -> dict[str, Any] | None:
    """The newest open deal of the firm about the same group of products."""
    if not lead["account"]:
        return None
    deals = job.records.find("opportunity", {"account": lead["account"], "stage_category": "open"}, ("-created_at",))
    group = lead["product_group"]
    return next((deal for deal in deals if group is None or deal["product_group"] in (None, group)), None)


def _is_fast(job: Job, line: dict[str, Any]) -> bool:
    product = job.records.get("product", line["product"]) if line["product"] else None
    return bool(product and product["fast_order"])


def _known_account(job: Job, lead: dict[str, Any]) -> dict[str, Any] | None:
    if lead["account"]:
        return job.records.get("account", lead["account"])
    for field, value in (("domain", lead["email_domain"]), ("name_key", firm_key(lead["company"]))):
        if value and (found := job.records.find("account", {field: value}, ("created_at",), 1)):
            return found[0]
    return None


def _new_account(lead: dict[str, Any]) -> dict[str, Any]:
    taken = {name: lead[name] for name in (*ORIGIN, "industry", "company_size", "territory")}
    name = lead["company"] or _person(lead)
    return taken | {
        "name": name,
        "kind": "organisation" if lead["company"] else "person",
        "lifecycle": "lead",
        "domain": firm_domain(lead["email"]) if lead["company"] else None,
        "name_key": firm_key(name),
    }


def _person(lead: dict[str, Any]) -> str:
    return str(lead["name"] or lead["email"] or lead["phone"] or lead["subject"])


def _known_contact(job: Job, lead: dict[str, Any]) -> dict[str, Any] | None:
    if lead["contact"]:
        return job.records.get("contact", lead["contact"])
    if lead["email"] and (found := job.records.find("contact", {"email": lead["email"]}, ("created_at",), 1)):
        return found[0]
    key = {"phone_key": lead["phone_key"], "name_key": person_key(lead["name"])}
    found = job.records.find("contact", key, ("created_at",), 1) if all(key.values()) else []
    return found[0] if found else None


def _new_contact(lead: dict[str, Any], account: str) -> dict[str, Any]:
    taken = {name: lead[name] for name in (*ORIGIN, "email", "phone", "phone_key", "person_role", "news_consent")}
    name = _person(lead)
    agreed = lead["received_at"] if lead["news_consent"] else None
    own = {"name": name, "name_key": person_key(name), "account": account, "status": "active", "news_consent_at": agreed}
    return taken | own


def _close_date(job: Job, given: Any, days: Decimal | None) -> date | None:
    if isinstance(given, str):
        given = date.fromisoformat(given[:10])
    if isinstance(given, date):
        return given
    return job.now.date() + timedelta(days=int(days)) if days is not None else None


def _copy_lines(job: Job, lines: list[dict[str, Any]], opportunity: str) -> None:
    for line in lines:
        values = {"name": line["name"], "product": line["product"], "quantity": line["quantity"], "price": line["est_price"]}
        job.records.create("opportunity_line", values | {"opportunity": opportunity, "note": line["note"]})


def _move(job: Job, lead: str, links: dict[str, Any]) -> None:
    for activity in job.records.find("activity", {"lead": lead}, limit=1_000):
        job.records.update("activity", activity["id"], links)
