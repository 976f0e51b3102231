from typing import Any

import pytest

from crm_package.handlers.intake import normalise_request
from crm_package.handlers.matching import find_duplicates

BUYER = {
    "name": "Demo Buyer",
    "company": "Example Trading Ltd (demo)",
    "email": "demo.buyer@trading.example.com",
    "phone": "+442079460101",
    "subject": "Scanners",
    "country": "GB",
}


def request(desk: Any, **given: Any) -> dict[str, Any]:
    return desk.run(normalise_request, **(BUYER | given))["request"]


def found(desk: Any, **given: Any) -> dict[str, Any]:
    return desk.run(find_duplicates, request=request(desk, **given))["duplicates"]


def test_nobody_is_known_at_first(desk: Any) -> None:
    answer = found(desk)
    assert (answer["score"], answer["open_lead"], answer["contact"], answer["account"], answer["match"]) == (
        0,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ({}, 100),
        ({"phone": None}, 100),
        ({"email": None, "name": "BUYER, Demo"}, 90),
        ({"email": "second@trading.example.com", "phone": None}, 50),
        ({"email": "second@trading.example.com", "phone": None, "name": "Demo Buyr"}, 50),
        ({"email": "second@gmail.com", "phone": None}, 50),
    ],
)
def test_the_more_is_equal_the_likelier(desk: Any, given: dict[str, Any], score: int) -> None:
    lead = desk.records.create("lead", request(desk))
    answer = found(desk, **given)
    assert (answer["score"], answer["open_lead"]) == (score, lead["id"])


@pytest.mark.parametrize(
    "given",
    [
        {"email": "other@else.example.org", "phone": None, "company": "Example Freight (demo)"},
        {"email": "somebody@trading.example.com", "phone": None, "name": "Quite Another Person"},
    ],
)
def test_the_same_name_elsewhere_or_another_colleague_is_new(desk: Any, given: dict[str, Any]) -> None:
    desk.records.create("lead", request(desk))
    assert found(desk, **given)["open_lead"] is None


def test_a_finished_lead_is_no_duplicate(desk: Any) -> None:
    lead = desk.records.create("lead", request(desk))
    desk.records.transition("lead", lead["id"], "disqualified")
    assert found(desk)["open_lead"] is None


def test_a_qualified_lead_counts_until_it_is_converted(desk: Any) -> None:
    lead = desk.records.create("lead", request(desk))
    desk.records.transition("lead", lead["id"], "qualified")
    assert found(desk)["open_lead"] == lead["id"]
    desk.records.update("lead", lead["id"], {"converted_at": desk.now})
    assert found(desk)["open_lead"] is None


def test_shows_what_a_person_needs_to_compare(desk: Any) -> None:
    desk.records.create("lead", request(desk))
    answer = found(desk)
    assert (answer["same_email"], answer["same_phone"]) == (True, True)
    assert answer["match"]["name"] == "Demo Buyer"
    assert set(answer["match"]) == {"number", "name", "company", "email", "phone", "subject"}


def test_knows_the_contact_by_address_and_the_firm_by_contact(desk: Any) -> None:
    account = desk.records.create("account", {"name": "Example Trading Ltd (demo)"})
    contact = desk.records.create("contact", {"name": "Demo Buyer", "email": BUYER["email"], "account": account["id"]})
    answer = found(desk)
    assert (answer["contact"], answer["account"]) == (contact["id"], account["id"])


def test_a_shared_phone_is_not_the_same_person(desk: Any) -> None:
    phone = {"phone": BUYER["phone"], "phone_key": "442079460101"}
    desk.records.create("contact", {"name": "Quite Another", "name_key": "another quite", **phone})
    assert found(desk)["contact"] is None
    same = desk.records.create("contact", {"name": "Demo Buyer", "name_key": "buyer demo", **phone})
    assert found(desk)["contact"] == same["id"]


def test_knows_the_firm_by_mail_domain_or_name(desk: Any) -> None:
    account = desk.records.create(
        "account", {"name": "Example Trading", "domain": "trading.example.com", "name_key": "example trading"}
    )
    assert found(desk, company=None)["account"] == account["id"]
    assert found(desk, email=None)["account"] == account["id"]
    assert found(desk, email=None, company="Another Firm (demo)")["account"] is None
