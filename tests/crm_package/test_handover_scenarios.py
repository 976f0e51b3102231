"""The hand-over to sales, with every turn it may take, on the real platform."""

from decimal import Decimal
from typing import Any

from tests.support.crm_forms import REACHED, READY, qualified


def test_a_seller_may_return_the_lead_with_a_reason(crm: Any) -> None:
    qualified(crm)
    crm.do("demo-seller", "Accept or return", handover_answer="return", return_reason="Wrong region")
    lead = crm.lead()
    assert (lead["stage"], lead["owner"], lead["returns"], lead["return_reason"]) == ("nurture", None, 1, "Wrong region")
    assert crm.all("opportunity", lead=lead["id"]) == []
    assert crm.status("lead_handover") == ["completed"]


def test_the_hand_over_is_watched_and_goes_to_the_manager(crm: Any) -> None:
    qualified(crm)
    crm.later(hours=4, minutes=1)
    assert {"reminder", "late_contact"} <= {one["template"] for one in crm.all("activity", kind="message")}
    crm.later(hours=2)
    assert crm.tasks("demo-seller") == []
    crm.do("demo-manager", "Accept or return for the seller", handover_answer="accept")
    [deal] = crm.all("opportunity", lead=crm.lead()["id"])
    assert deal["owner"] == "demo-seller"


def test_no_business_with_a_blocked_firm(crm: Any) -> None:
    with crm.database.write(crm.actor("demo-manager")) as work:
        crm.records.create(work, "account", {"name": "Example Freight", "domain": "freight.example.com", "blocked": True})
    qualified(crm)
    crm.do("demo-seller", "Accept or return", handover_answer="accept")
    assert (crm.lead()["stage"], crm.lead()["disqualify_reason"]) == ("disqualified", "blocked")
    assert crm.all("opportunity", lead=crm.lead()["id"]) == []
    assert crm.status("lead_handover") == ["completed"]


def test_a_small_order_from_the_catalogue_is_fast(crm: Any) -> None:
    crm.receive(product="DEMO-EQ-1", quantity=Decimal(4))
    crm.do("demo-seller", "First contact", **REACHED)
    crm.do("demo-seller", "Qualify", **(READY | {"budget": Decimal(1280)}))
    crm.do("demo-seller", "Accept or return", handover_answer="accept")
    [deal] = crm.all("opportunity", lead=crm.lead()["id"])
    assert (deal["kind"], deal["amount"]) == ("fast", 1280)
    [line] = crm.all("opportunity_line", opportunity=deal["id"])
    assert (line["name"], line["quantity"], line["price"]) == ("Demo Hand Scanner", 4, 320)


def test_a_lead_of_a_firm_with_an_open_deal_joins_it(crm: Any) -> None:
    crm.receive(name="Demo Buyer", company="Example Trading Ltd (demo)", email="demo.buyer@trading.example.com")
    crm.do("demo-account-manager", "First contact", **REACHED)
    crm.do("demo-account-manager", "Qualify", **READY)
    assert crm.tasks("demo-seller") == ["Accept or return"], "who owns the open deal"
    crm.do("demo-seller", "Accept or return", handover_answer="accept")
    [deal] = crm.all("opportunity")
    assert crm.lead()["opportunity"] == deal["id"]
    assert crm.status("lead_handover") == ["completed"]
