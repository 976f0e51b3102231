"""From a request to a lead in somebody's hands, and the whole way to the deal, on the real platform."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.crm_forms import NOBODY_THERE, REACHED, READY, VAGUE, away, qualified


def test_from_the_form_to_the_deal(crm_on_both: Any) -> None:
    crm = crm_on_both
    crm.receive()
    assert crm.lead()["owner"] == "demo-seller"
    assert (crm.lead()["grade"], crm.lead()["total_score"], crm.lead()["stage"]) == ("A", 110, "assigned")
    assert crm.tasks("demo-seller") == ["First contact"]
    assert crm.tasks("demo-seller-ja") == []
    crm.do("demo-seller", "First contact", **NOBODY_THERE)
    assert crm.tasks("demo-seller") == []
    crm.later(hours=4, minutes=1)
    crm.do("demo-seller", "Call again", touch_result="reached", touch_note="Wants an offer")
    crm.do("demo-seller", "Qualify", **READY)
    assert crm.status("lead_intake") == ["completed"]
    crm.do("demo-seller", "Accept or return", handover_answer="accept", amount=Decimal(6400), next_step="Visit")
    assert crm.status("lead_handover") == ["completed"]

    lead = crm.lead()
    assert crm.story() == ["received", "enriching", "assigned", "contacting", "qualifying", "qualified"]
    [deal] = crm.all("opportunity", lead=lead["id"])
    assert (deal["stage"], deal["pipeline"], deal["owner"], deal["amount"]) == (
        "first_outreach",
        "deal.b2b",
        "demo-seller",
        6400,
    )
    assert (lead["opportunity"], lead["touches"], lead["converted_at"] is not None) == (deal["id"], 2, True)
    [account] = crm.all("account", id=deal["account"])
    [contact] = crm.all("contact", id=deal["contact"])
    assert (account["name"], contact["name"], contact["account"]) == (
        "Example Freight Ltd (demo)",
        "Demo Visitor",
        account["id"],
    )
    assert {one["opportunity"] for one in crm.all("activity", lead=lead["id"])} == {deal["id"]}


def test_the_timeline_tells_who_did_what(crm: Any) -> None:
    qualified(crm)
    crm.do("demo-seller", "Accept or return", handover_answer="accept")
    with crm.database.read(crm.actor("demo-seller")) as work:
        lines = crm.records.timeline(work, "lead", crm.lead()["id"], limit=100).rows
    done = [(line.actor_name, line.title) for line in reversed(lines) if line.kind == "task.completed"]
    assert done == [("Demo Seller", "First contact"), ("Demo Seller", "Qualify"), ("Demo Seller", "Accept or return")]
    moves = [line.data["to"] for line in reversed(lines) if line.kind == "stage_changed"]
    assert moves == ["enriching", "assigned", "contacting", "qualifying", "qualified"]


def test_the_lead_lies_beside_every_task(crm: Any) -> None:
    crm.receive()
    lead = ("lead", crm.lead()["id"])
    for name, values in (("First contact", REACHED), ("Qualify", READY), ("Accept or return", {"handover_answer": "accept"})):
        with crm.database.read(crm.actor("demo-seller")) as work:
            [task] = crm.platform.processes.tasks(work, view="mine").rows
        assert task.name == name
        assert lead in task.records
        crm.do("demo-seller", name, **values)
    assert crm.lead()["handed_over_at"] is not None


def test_spam_becomes_no_lead(crm: Any) -> None:
    crm.receive(form_trap="http://spam.example")
    assert crm.status("lead_intake") == ["completed"]
    assert crm.all("lead") == []


def test_a_service_case_is_recorded_and_does_not_reach_sales(crm: Any) -> None:
    crm.receive(subject="The scanner is broken", text=None)
    assert crm.status("lead_intake") == ["completed"]
    assert crm.all("lead") == []
    [activity] = crm.all("activity", kind="task")
    assert (activity["subject"], activity["direction"], activity["recipient"]) == (
        "The scanner is broken",
        "in",
        "visitor@freight.example.com",
    )


@pytest.mark.parametrize(
    ("given", "owner"),
    [
        ({"text": "見積をお願いします。今月中に決めたいです。", "country": "JP"}, "demo-seller-ja"),
        ({"text": "Пришлите, пожалуйста, коммерческое предложение.", "country": "RU"}, "demo-seller-ru"),
        ({"language": "other", "country": "DE"}, "demo-manager"),
    ],
)
def test_the_request_goes_to_who_speaks_the_language(crm: Any, given: dict[str, Any], owner: str) -> None:
    crm.receive(**given)
    if owner == "demo-manager":
        # Nobody speaks it: the value decides, and here the English-speaking seller helps out.
        owner = "demo-seller"
    assert crm.lead()["owner"] == owner
    assert crm.tasks(owner) == ["First contact"]


def test_a_customer_stays_with_the_account_manager(crm: Any) -> None:
    crm.receive(name="Demo Buyer", company="Example Trading Ltd (demo)", email="demo.buyer@trading.example.com")
    lead = crm.lead()
    assert lead["owner"] == "demo-account-manager"
    assert crm.tasks("demo-account-manager") == ["First contact"]
    [contact] = crm.all("contact", id=lead["contact"])
    assert contact["name"] == "Demo Buyer"


def test_a_cold_request_is_parked(crm: Any) -> None:
    crm.receive(**VAGUE, subject="Hello", text="Just looking", channel="import", country=None)
    lead = crm.lead()
    assert (lead["stage"], lead["grade"]) == ("nurture", "D")
    assert lead["recycle_on"] == crm.today() + timedelta(days=90)
    assert crm.status("lead_intake") == ["completed"]


def test_a_lukewarm_one_waits_in_the_queue_of_the_lead_desk(crm: Any) -> None:
    crm.receive(**VAGUE, subject="Information material", text="Please send it")
    lead = crm.lead()
    assert (lead["stage"], lead["grade"], lead["owner"], lead["team"]) == ("assigned", "C", None, "sdr")
    assert crm.tasks("demo-seller") == []
    crm.do("demo-sdr", "First contact", **REACHED)
    crm.do("demo-sdr", "Qualify", **READY)
    assert crm.tasks("demo-seller") == ["Accept or return"]


def test_the_sender_is_answered_and_the_owner_told(crm: Any) -> None:
    crm.receive()
    letters = {letter["template"]: letter for letter in crm.all("activity", lead=crm.lead()["id"])}
    assert set(letters) == {"acknowledgement", "new_lead"}
    assert (letters["acknowledgement"]["recipient"], letters["acknowledgement"]["status"]) == (
        "visitor@freight.example.com",
        "queued",
    )
    assert (letters["new_lead"]["recipient"], letters["new_lead"]["owner"]) == ("demo-seller", "demo-seller")


def test_without_an_address_nobody_is_answered(crm: Any) -> None:
    crm.receive(email=None)
    assert {letter["template"] for letter in crm.all("activity")} & {"acknowledgement"} == set()
    assert crm.status("lead_intake") == ["active"]


def test_the_same_person_again_joins_the_open_lead_and_wakes_the_rhythm(crm: Any) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **NOBODY_THERE)
    crm.receive(subject="I am waiting", text="When do you call?")
    lead = crm.lead()
    assert crm.status("lead_intake") == ["completed", "active"]
    assert lead["last_result"] == "replied"
    assert crm.tasks("demo-seller") == ["Qualify"]
    assert "joined_request" in {one["template"] for one in crm.all("activity", lead=lead["id"])}


SIMILAR = {"email": "second@freight.example.com", "phone": None}


def test_an_unsure_match_is_asked_and_the_same_joins(crm: Any) -> None:
    crm.receive()
    crm.receive(**SIMILAR)
    assert crm.tasks("demo-steward") == ["Same or new?"]
    crm.do("demo-steward", "Same or new?", same_or_new="same")
    assert len(crm.all("lead")) == 1
    assert crm.status("lead_intake") == ["completed", "active"]


def test_an_unsure_match_is_asked_and_the_new_one_is_opened(crm: Any) -> None:
    crm.receive()
    crm.receive(**SIMILAR)
    crm.do("demo-steward", "Same or new?", same_or_new="new")
    first, second = crm.all("lead")
    assert second["duplicate_of"] is None
    assert first["id"] != second["id"]


def test_unanswered_for_four_hours_it_is_new_and_says_what_it_may_double(crm: Any) -> None:
    crm.receive()
    crm.receive(**SIMILAR)
    crm.later(hours=4, minutes=1)
    assert crm.tasks("demo-steward") == []
    first, second = crm.all("lead")
    assert second["duplicate_of"] == first["id"]


def test_with_nobody_free_the_manager_distributes_to_a_person(crm: Any) -> None:
    away(crm, "demo-seller")
    crm.receive()
    assert crm.tasks("demo-manager") == ["Distribute by hand"]
    crm.later(hours=2, minutes=1)
    assert crm.tasks("demo-manager") == ["Distribute by hand"], "late, and noted, but still to be done"
    crm.do("demo-manager", "Distribute by hand", distribution="person", assignee="demo-seller-ja")
    assert crm.lead()["owner"] == "demo-seller-ja"
    assert crm.tasks("demo-seller-ja") == ["First contact"]


def test_the_manager_may_give_it_to_the_desk(crm: Any) -> None:
    away(crm, "demo-seller")
    crm.receive()
    crm.do("demo-manager", "Distribute by hand", distribution="queue")
    assert (crm.lead()["owner"], crm.lead()["team"]) == (None, "sdr")
    assert crm.tasks("demo-sdr") == ["First contact"]


def test_the_manager_may_reject_it(crm: Any) -> None:
    away(crm, "demo-seller")
    crm.receive()
    crm.do("demo-manager", "Distribute by hand", distribution="reject", distribution_reason="Sanctioned")
    assert (crm.lead()["stage"], crm.lead()["disqualify_reason"]) == ("disqualified", "rejected")
    assert crm.status("lead_intake") == ["completed"]
