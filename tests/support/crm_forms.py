"""What people fill in on the way from a request to a deal, for scenarios of the CRM."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

READY = {
    "fit": True,
    "need": "confirmed",
    "budget": Decimal(12000),
    "timeframe_days": Decimal(30),
    "authority": "decider",
    "next_step": "Send the offer",
    "need_note": "Paper lists get lost",
}
REACHED = {"touch_channel": "call", "touch_result": "reached", "touch_note": "Wants an offer"}
NOBODY_THERE = {"touch_channel": "call", "touch_result": "no_answer"}
VAGUE = {
    "industry": None,
    "company_size": None,
    "person_role": None,
    "budget": None,
    "timeframe_days": None,
    "product_group": None,
}


def qualified(crm: Any, **given: Any) -> None:
    """A request comes in, and the seller finds it ready for sales."""
    crm.receive(**given)
    crm.do("demo-seller", "First contact", **REACHED)
    crm.do("demo-seller", "Qualify", **READY)


def away(crm: Any, *users: str) -> None:
    """These people are away for some days."""
    with crm.database.write(crm.actor("demo-manager")) as work:
        for profile in crm.records.find(work, "seller_profile", where={"user": list(users)}).rows:
            crm.records.update(work, "seller_profile", profile["id"], {"absent_until": crm.today() + timedelta(days=5)})
