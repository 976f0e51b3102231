"""The first contact and the qualification, with every turn they may take, on the real platform."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.crm_forms import NOBODY_THERE, REACHED, READY, away


def test_the_first_contact_is_watched_at_80_100_and_150_percent(crm: Any) -> None:
    away(crm, "demo-seller-ru", "demo-seller-ja")
    crm.receive()

    def notices() -> set[str]:
        return {one["template"] for one in crm.all("activity", lead=crm.lead()["id"], kind="message")}

    crm.later(minutes=47)
    assert notices() == {"new_lead"}
    crm.later(minutes=2)
    assert notices() == {"new_lead", "reminder"}
    crm.later(minutes=12)
    assert notices() == {"new_lead", "reminder", "late_contact"}
    assert crm.lead()["sla_missed"] is True
    assert crm.tasks("demo-seller") == ["First contact"]
    crm.later(minutes=30)
    assert crm.tasks("demo-seller") == [], "taken away"
    assert crm.tasks("demo-manager") == ["Distribute by hand"], "nobody else speaks English"
    crm.do("demo-manager", "Distribute by hand", distribution="person", assignee="demo-seller-ja")
    assert crm.tasks("demo-seller-ja") == ["First contact"]
    crm.do("demo-seller-ja", "First contact", **REACHED)
    assert crm.tasks("demo-seller-ja") == ["Qualify"]
    assert crm.story()[-5:] == ["assigned", "enriching", "assigned", "contacting", "qualifying"]


def test_taken_away_and_rejected_it_ends_for_sales(crm: Any) -> None:
    crm.receive()
    crm.later(minutes=91)
    crm.do("demo-manager", "Distribute by hand", distribution="reject", distribution_reason="No time")
    assert crm.status("lead_intake") == ["completed"]
    assert crm.lead()["stage"] == "disqualified"


def test_seven_touches_are_enough(crm: Any) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **NOBODY_THERE)
    calls = 0
    for _ in range(10):
        crm.later(days=7, minutes=1)
        if crm.tasks("demo-seller") == ["Call again"]:
            crm.do("demo-seller", "Call again", touch_result="no_answer")
            calls += 1
    lead = crm.lead()
    assert (lead["touches"], calls) == (7, 3)
    assert (lead["stage"], lead["recycle_on"]) == ("nurture", lead["stage_since"].date() + timedelta(days=90))
    letters = [one["template"] for one in crm.all("activity", lead=lead["id"], kind="mail")]
    assert letters == ["acknowledgement", "follow_up", "follow_up", "last_letter"]
    assert crm.status("lead_intake") == ["completed"]


def test_a_reply_stops_the_rhythm(crm: Any) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **NOBODY_THERE)
    crm.publish("mail.reply", crm.lead()["id"], text="Yes, please call me")
    assert crm.tasks("demo-seller") == ["Qualify"]
    assert crm.all("activity", result="replied")[0]["agreed"] == "Yes, please call me"


def test_a_logged_call_counts_as_a_touch(crm: Any) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **NOBODY_THERE)
    crm.publish("call.logged", crm.lead()["id"], result="no_answer", note="Tried from the road")
    assert crm.lead()["touches"] == 2
    crm.publish("call.logged", crm.lead()["id"])
    assert crm.tasks("demo-seller") == ["Qualify"], "they called us"


def test_a_call_back_is_made_when_they_asked_for_it(crm: Any) -> None:
    crm.receive()
    at = crm.now() + timedelta(hours=30)
    crm.do("demo-seller", "First contact", touch_channel="call", touch_result="callback", callback_at=at)
    crm.later(hours=29)
    assert crm.tasks("demo-seller") == []
    crm.later(hours=1, minutes=1)
    assert crm.tasks("demo-seller") == ["Call again"]


@pytest.mark.parametrize(("result", "reason"), [("not_interested", "not_interested"), ("opted_out", "opted_out")])
def test_a_no_at_the_first_contact_closes_the_lead(crm: Any, result: str, reason: str) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", touch_channel="call", touch_result=result)
    lead = crm.lead()
    assert (lead["stage"], lead["disqualify_reason"], lead["budget"]) == ("disqualified", reason, 12000)
    assert crm.status("lead_intake") == ["completed"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [("lead.withdrawn", "withdrawn"), ("contact.unsubscribed", "opted_out")],
)
@pytest.mark.parametrize("stage", ["First contact", "waiting", "Qualify"])
def test_withdrawn_or_unsubscribed_it_stops_wherever_it_is(crm: Any, message: str, reason: str, stage: str) -> None:
    crm.receive()
    if stage != "First contact":
        crm.do("demo-seller", "First contact", **(NOBODY_THERE if stage == "waiting" else REACHED))
    key = crm.lead()["id"] if message == "lead.withdrawn" else "visitor@freight.example.com"
    crm.publish(message, key)
    assert (crm.lead()["stage"], crm.lead()["disqualify_reason"]) == ("disqualified", reason)
    assert crm.tasks("demo-seller") == []
    assert crm.status("lead_intake") == ["completed"]


@pytest.mark.parametrize(
    ("answers", "stage", "reason"),
    [
        ({"need": "none"}, "disqualified", "no_need"),
        ({"fit": False}, "disqualified", "wrong_fit"),
        ({"budget": Decimal(500)}, "disqualified", "no_budget"),
        ({"need": "vague"}, "nurture", None),
        ({"timeframe_days": Decimal(200)}, "nurture", None),
    ],
)
def test_not_ready_for_sales(crm: Any, answers: dict[str, Any], stage: str, reason: str | None) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **REACHED)
    crm.do("demo-seller", "Qualify", **(READY | answers))
    lead = crm.lead()
    assert (lead["stage"], lead["disqualify_reason"], lead["need"]) == (stage, reason, (READY | answers)["need"])
    assert (lead["recycle_on"] is not None) == (stage == "nurture")
    assert crm.status("lead_handover") == []


def test_a_slow_qualification_is_reminded(crm: Any) -> None:
    crm.receive()
    crm.do("demo-seller", "First contact", **REACHED)
    crm.later(days=5, minutes=1)
    assert "reminder" in {one["template"] for one in crm.all("activity", kind="message")}
    assert crm.tasks("demo-seller") == ["Qualify"]
