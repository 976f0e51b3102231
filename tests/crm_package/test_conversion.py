from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_package.handlers.conversion import (
    convert_account,
    convert_contact,
    convert_opportunity,
    handover_facts,
    join_deal,
    move_activities,
)
from runtime.sdk import BpmnError

LEAD = {
    "subject": "Scanners for the warehouse",
    "name": "Demo Buyer",
    "company": "Example Trading Ltd (demo)",
    "email": "demo.buyer@trading.example.com",
    "email_domain": "trading.example.com",
    "phone": "+442079460101",
    "phone_key": "442079460101",
    "country": "GB",
    "language": "en",
    "budget": Decimal(12000),
    "timeframe_days": Decimal(30),
    "need": "confirmed",
    "authority": "decider",
    "grade": "A",
    "product_group": "equipment",
    "news_consent": True,
}


@pytest.fixture
def lead(desk: Any) -> dict[str, Any]:
    return desk.records.create("lead", LEAD)


def converted(desk: Any, lead: dict[str, Any], **deal: Any) -> dict[str, Any]:
    account = desk.run(convert_account, lead_id=lead["id"])["account"]["id"]
    contact = desk.run(convert_contact, lead_id=lead["id"], account_id=account)["contact"]["id"]
    given = {"account_id": account, "contact_id": contact, "kind": "new", "owner": "demo-seller", "deal": deal}
    opportunity = desk.run(convert_opportunity, lead_id=lead["id"], **given)["opportunity"]["id"]
    desk.run(move_activities, lead_id=lead["id"], account_id=account, contact_id=contact, opportunity_id=opportunity)
    return desk.records.get("opportunity", opportunity)


def test_a_new_customer_gets_account_contact_affiliation_and_deal(desk: Any, lead: dict[str, Any]) -> None:
    deal = converted(desk, lead)
    account, contact = desk.records.get("account", deal["account"]), desk.records.get("contact", deal["contact"])
    assert (account["name"], account["domain"], account["lifecycle"], account["kind"]) == (
        "Example Trading Ltd (demo)",
        "trading.example.com",
        "lead",
        "organisation",
    )
    assert (contact["name"], contact["account"], contact["news_consent"]) == ("Demo Buyer", account["id"], True)
    [affiliation] = desk.records.find("affiliation")
    assert (affiliation["contact"], affiliation["account"], affiliation["primary"]) == (contact["id"], account["id"], True)
    assert affiliation["buying_role"] == "decider"
    assert (deal["name"], deal["amount"], deal["contact_role"], deal["owner"]) == (
        LEAD["subject"],
        12000,
        "decider",
        "demo-seller",
    )
    assert deal["expected_close"] == date(2026, 12, 23)
    assert deal["next_step_at"] is not None, "no deal without a next step"


def test_the_seller_has_the_last_word_on_the_deal(desk: Any, lead: dict[str, Any]) -> None:
    deal = converted(desk, lead, deal_name="Demo deal", amount=Decimal(9000), expected_close="2027-01-31", next_step="Visit")
    assert (deal["name"], deal["amount"], deal["expected_close"], deal["next_step"]) == (
        "Demo deal",
        9000,
        date(2027, 1, 31),
        "Visit",
    )


def test_a_known_firm_and_person_are_linked_not_doubled(desk: Any, lead: dict[str, Any]) -> None:
    account = desk.records.create(
        "account", {"name": "Example Trading", "domain": "trading.example.com", "lifecycle": "customer"}
    )
    contact = desk.records.create("contact", {"name": "Demo Buyer", "email": LEAD["email"], "account": account["id"]})
    desk.records.create("affiliation", {"name": "x", "contact": contact["id"], "account": account["id"], "primary": True})
    deal = converted(desk, lead)
    assert (deal["account"], deal["contact"]) == (account["id"], contact["id"])
    assert len(desk.records.find("affiliation")) == 1
    assert desk.records.get("account", account["id"])["lifecycle"] == "customer"


def test_a_person_who_moved_gets_a_second_affiliation(desk: Any, lead: dict[str, Any]) -> None:
    contact = desk.records.create("contact", {"name": "Demo Buyer", "email": LEAD["email"]})
    former = desk.records.create("account", {"name": "Former firm (demo)"})
    desk.records.create("affiliation", {"name": "x", "contact": contact["id"], "account": former["id"], "primary": True})
    converted(desk, lead)
    assert [one["primary"] for one in desk.records.find("affiliation")] == [True, False]


def test_no_business_with_a_blocked_firm(desk: Any, lead: dict[str, Any]) -> None:
    desk.records.create("account", {"name": "Example Trading", "domain": "trading.example.com", "blocked": True})
    with pytest.raises(BpmnError) as refusal:
        desk.run(convert_account, lead_id=lead["id"])
    assert refusal.value.code == "account.blocked"


def test_a_private_person_becomes_an_account_of_its_own(desk: Any) -> None:
    lead = desk.records.create("lead", LEAD | {"company": None, "email": "demo@gmail.com", "email_domain": None})
    account = desk.run(convert_account, lead_id=lead["id"])["account"]
    row = desk.records.get("account", account["id"])
    assert (row["name"], row["kind"], row["domain"]) == ("Demo Buyer", "person", None)


def test_lines_and_activities_go_along(desk: Any, lead: dict[str, Any]) -> None:
    desk.records.create(
        "lead_line", {"name": "Scanner", "lead": lead["id"], "quantity": Decimal(20), "est_price": Decimal(320)}
    )
    desk.records.create("activity", {"subject": "Call", "kind": "call", "status": "done", "lead": lead["id"]})
    deal = converted(desk, lead)
    [line] = desk.records.find("opportunity_line")
    assert (line["name"], line["quantity"], line["price"], line["opportunity"]) == ("Scanner", 20, 320, deal["id"])
    [activity] = desk.records.find("activity")
    assert (activity["lead"], activity["opportunity"], activity["account"]) == (lead["id"], deal["id"], deal["account"])


def test_facts_show_the_open_deal_about_the_same_products(desk: Any) -> None:
    account = desk.records.create("account", {"name": "Example"})
    lead = desk.records.create("lead", LEAD | {"account": account["id"]})
    desk.records.create("opportunity", {"name": "Software", "account": account["id"], "product_group": "software"})
    assert desk.run(handover_facts, lead_id=lead["id"])["handover"]["open_deal"] is None
    deal = desk.records.create(
        "opportunity", {"name": "x", "account": account["id"], "product_group": "equipment", "owner": "demo-b"}
    )
    facts = desk.run(handover_facts, lead_id=lead["id"])["handover"]
    assert (facts["open_deal"], facts["deal_owner"]) == (deal["id"], "demo-b")


def test_facts_count_from_nothing(desk: Any) -> None:
    lead = desk.records.create("lead", {"subject": "x"})
    facts = desk.run(handover_facts, lead_id=lead["id"])["handover"]
    assert (facts["amount"], facts["touches"], facts["returns"], facts["fast"], facts["open_deal"]) == (0, 0, 0, False, None)


def test_only_goods_that_may_all_be_ordered_at_once_are_fast(desk: Any, lead: dict[str, Any]) -> None:
    for fast in (True, False):
        product = desk.records.create("product", {"sku": str(fast), "name": "x", "kind": "goods", "fast_order": fast})
        desk.records.create("lead_line", {"name": "x", "lead": lead["id"], "product": product["id"]})
        assert desk.run(handover_facts, lead_id=lead["id"])["handover"]["fast"] is fast


def test_a_lead_joins_the_open_deal_with_its_lines(desk: Any, lead: dict[str, Any]) -> None:
    account = desk.records.create("account", {"name": "Example"})
    deal = desk.records.create("opportunity", {"name": "Open", "account": account["id"]})
    desk.records.create("lead_line", {"name": "Scanner", "lead": lead["id"]})
    desk.run(join_deal, lead_id=lead["id"], opportunity_id=deal["id"])
    assert [line["opportunity"] for line in desk.records.find("opportunity_line")] == [deal["id"]]
    joined = desk.records.get("lead", lead["id"])
    assert (joined["opportunity"], joined["account"], joined["converted_at"]) == (deal["id"], account["id"], desk.now)
    assert desk.records.notes[0][:3] == ("opportunity", deal["id"], "lead.joined")
