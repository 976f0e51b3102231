"""From the raw request to the lead: one spelling, what is wanted, signs of interest, the answer to the sender (LG1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from crm_package.identity import (
    country_code,
    firm_domain,
    language_of,
    mail_address,
    phone_key,
    phone_number,
    request_key,
)
from crm_package.leads import lead_of, queue_letter
from crm_package.reading import amount, choice, first_line, links_in
from runtime.sdk import Job, Values, handler

CHOICES = ("person_role", "industry", "company_size", "source", "product_group")
TEXTS = (
    "name",
    "company",
    "subject",
    "text",
    "email",
    "phone",
    "country",
    "language",
    "channel",
    "ref",
    "product",
    "campaign",
    *CHOICES,
)
REFERENCES = ("ref", "product", "campaign")
LONGEST_LINE, LONGEST_TEXT = 250, 50_000
TOUCH_KINDS = {"mail": "mail", "phone": "call", "chat": "chat", "visit": "visit", "import": "import"}
"""What sign of interest a channel is; every other channel is a form."""
ACTIVITY_KINDS = {"mail": "mail", "phone": "call", "visit": "visit"}
_UNREAD = {"email": "E-mail", "phone": "Phone", "country": "Country", "budget": "Budget"}


@handler("crm.normalise_request")
def normalise_request(job: Job) -> Values:
    """`request` holds the fields of the lead to be, `signals` what the checks need. Nothing that was written is lost: what
    cannot be read as the field it was given for stands at the end of the text."""
    given = {name: _tidy(name, value) for name, value in job.variables.items()}
    country = country_code(given.get("country"))
    email = mail_address(given.get("email"))
    phone = phone_number(given.get("phone"), country)
    chosen = {field: choice(field, given.get(field)) for field in CHOICES}
    read = {"email": email, "phone": phone, "country": country, "budget": amount(given.get("budget")), **chosen}
    product = _product(job, given.get("product"))
    days = amount(given.get("timeframe_days"))
    request = read | {
        "text": _with_unread(given, read),
        "name": given.get("name"),
        "company": given.get("company"),
        "subject": given.get("subject") or first_line(given.get("text")) or given.get("company") or email or phone or "?",
        "language": choice("language", given.get("language")) or _written_in(given),
        "channel": choice("channel", given.get("channel")) or "api",
        "campaign": _campaign(job, given.get("campaign")),
        "product_group": chosen["product_group"] or (product or {}).get("product_group"),
        "timeframe_days": round(days) if days is not None else None,
        "received_at": given["received_at"] if isinstance(given.get("received_at"), datetime) else job.now,
        "news_consent": given.get("news_consent") is True,
        "import_ref": given.get("ref"),
        "phone_key": phone_key(phone),
        "name_key": request_key(given.get("name"), given.get("company")),
        "email_domain": firm_domain(email),
    }
    wanted = {"product": product["id"] if product else None, "wanted": product["name"] if product else given.get("product")}
    signals = {"form_trap": given.get("form_trap"), "links": Decimal(links_in(given.get("text"))), "text": given.get("text")}
    return {"request": request, "signals": signals | wanted | {"quantity": amount(given.get("quantity")) or Decimal(1)}}


@handler("crm.attach_request")
def attach_request(job: Job) -> Values:
    """Write down which goods were wanted and the sign of interest, at the lead `lead_id`."""
    lead, signals = job.variables["lead_id"], job.variables["signals"]
    if signals["wanted"]:
        product = job.records.get("product", signals["product"]) if signals["product"] else None
        line = {"name": signals["wanted"], "lead": lead, "product": signals["product"], "quantity": signals["quantity"]}
        job.records.create("lead_line", line | {"est_price": product["price"] if product else None})
    _touchpoint(job, lead)
    return {}


@handler("crm.join_request")
def join_request(job: Job) -> Values:
    """The request becomes an activity and a sign of interest of the open lead `lead_id`; who waits for an answer has it now."""
    lead, request = job.variables["lead_id"], job.variables["request"]
    job.records.create(
        "activity",
        {
            "subject": request["subject"],
            "kind": ACTIVITY_KINDS.get(request["channel"], "message"),
            "status": "done",
            "direction": "in",
            "lead": lead,
            "done_at": request["received_at"],
            "body": request["text"],
        },
    )
    _touchpoint(job, lead)
    job.records.note("lead", lead, "request.joined", f"They wrote again: {request['subject']}", {"text": request["text"]})
    job.publish("mail.reply", lead, {"text": request["text"]})
    return {}


@handler("crm.acknowledge")
def acknowledge(job: Job) -> Values:
    """Put the answer to the sender of the lead `lead_id` among the letters ready to be sent, in the sender's language."""
    return {"activity": queue_letter(job, lead_of(job), "acknowledgement")["id"]}


def _touchpoint(job: Job, lead: str) -> None:
    request = job.variables["request"]
    values = {
        "name": request["subject"],
        "kind": TOUCH_KINDS.get(request["channel"], "form"),
        "at": request["received_at"],
        "lead": lead,
        "campaign": request["campaign"],
        "channel": request["channel"],
    }
    job.records.create("touchpoint", values)


def _written_in(given: dict[str, Any]) -> str | None:
    return language_of(given.get("text"), given.get("subject"), given.get("name"))


def _tidy(name: str, value: Any) -> Any:
    """Texts without blanks around them and not longer than a field holds; an empty one is no value."""
    if name in (*TEXTS, *REFERENCES) and isinstance(value, Decimal):
        value = f"{value:f}"
    if isinstance(value, str):
        return value.strip()[: LONGEST_TEXT if name == "text" else LONGEST_LINE].rstrip() or None
    return None if name in (*TEXTS, *REFERENCES) else value


def _with_unread(given: dict[str, Any], read: dict[str, Any]) -> str | None:
    """The text, with what was written in a field and could not be read there."""
    names = [name for name, value in read.items() if value is None and given.get(name) is not None]
    lines = [f"{_UNREAD.get(name, name.replace('_', ' ').capitalize())}: {given[name]}" for name in names]
    return "\n".join(part for part in (given.get("text"), *lines) if part) or None


def _campaign(job: Job, code: Any) -> str | None:
    """The campaign named by its code or its link mark."""
    for field in ("code", "utm") if isinstance(code, str) else ():
        if found := job.records.find("campaign", {field: code}, limit=1):
            return str(found[0]["id"])
    return None


def _product(job: Job, name: Any) -> dict[str, Any] | None:
    """The product named by its article number or its name."""
    for field in ("sku", "name") if isinstance(name, str) else ():
        if found := job.records.find("product", {field: name}, limit=1):
            return found[0]
    return None
