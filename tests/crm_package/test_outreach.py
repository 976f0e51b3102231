from datetime import timedelta
from typing import Any

import pytest

from crm_package.handlers.outreach import log_touch, send_letter
from runtime.sdk import JobFailure


@pytest.fixture
def lead(desk: Any) -> dict[str, Any]:
    values = {"subject": "Scanners", "phone": "+442079460101", "phone_key": "442079460101", "email": "demo@trading.example.com"}
    return desk.records.create("lead", values | {"owner": "demo-seller", "language": "en", "name": "Demo Buyer"})


def logged(desk: Any, lead: dict[str, Any], result: str, **given: Any) -> dict[str, Any]:
    return desk.run(log_touch, lead_id=lead["id"], channel="call", result=result, **given)


def test_a_call_is_an_activity_and_a_touch(desk: Any, lead: dict[str, Any]) -> None:
    answer = logged(desk, lead, "no_answer", note="Rang twice")
    assert (answer["touches"], answer["last_result"], answer["can_call"], answer["can_write"]) == (1, "no_answer", True, True)
    [activity] = desk.records.find("activity")
    assert (activity["kind"], activity["result"], activity["agreed"], activity["status"]) == (
        "call",
        "no_answer",
        "Rang twice",
        "done",
    )
    assert desk.records.get("lead", lead["id"])["first_response_at"] == desk.now


def test_the_first_answer_keeps_its_time(desk: Any, lead: dict[str, Any]) -> None:
    first = desk.now
    logged(desk, lead, "no_answer")
    desk.now += timedelta(days=1)
    assert logged(desk, lead, "no_answer")["touches"] == 2
    assert desk.records.get("lead", lead["id"])["first_response_at"] == first


def test_their_answer_is_no_touch_of_ours(desk: Any, lead: dict[str, Any]) -> None:
    assert logged(desk, lead, "replied", note="Yes please")["touches"] == 0
    assert desk.records.find("activity")[0]["direction"] == "in"


def test_a_sent_letter_counts_without_a_second_activity(desk: Any, lead: dict[str, Any]) -> None:
    desk.run(send_letter, lead_id=lead["id"], template="follow_up")
    assert logged(desk, lead, "sent")["touches"] == 1
    [letter] = desk.records.find("activity")
    assert (letter["template"], letter["status"], letter["recipient"]) == ("follow_up", "queued", "demo@trading.example.com")


@pytest.mark.parametrize("as_text", [True, False])
def test_a_call_back_is_due_when_they_said(desk: Any, lead: dict[str, Any], as_text: bool) -> None:
    moment = desk.now + timedelta(hours=3)
    answer = logged(desk, lead, "callback", callback_at=moment.isoformat() if as_text else moment)
    assert answer["callback_in"] == timedelta(hours=3)
    assert desk.records.get("lead", lead["id"])["next_step_at"] == moment


@pytest.mark.parametrize("given", [{}, {"callback_at": None}, {"callback_at": "soon"}])
def test_a_call_back_without_an_hour_has_no_duration(desk: Any, lead: dict[str, Any], given: dict[str, Any]) -> None:
    assert logged(desk, lead, "callback", **given)["callback_in"] is None


def test_an_hour_in_the_past_is_no_call_back(desk: Any, lead: dict[str, Any]) -> None:
    assert logged(desk, lead, "callback", callback_at=desk.now - timedelta(hours=1))["callback_in"] is None


def test_an_old_call_back_does_not_count_for_another_result(desk: Any, lead: dict[str, Any]) -> None:
    assert logged(desk, lead, "no_answer", callback_at=desk.now + timedelta(hours=1))["callback_in"] is None


def test_a_wrong_number_leaves_the_lead_and_stays_in_the_activity(desk: Any, lead: dict[str, Any]) -> None:
    assert logged(desk, lead, "wrong_number")["can_call"] is False
    assert desk.records.get("lead", lead["id"])["phone"] is None
    assert "+442079460101" in desk.records.find("activity")[0]["agreed"]


def test_who_must_not_be_called_is_not(desk: Any, lead: dict[str, Any]) -> None:
    contact = desk.records.create("contact", {"name": "Demo Buyer", "do_not_call": True})
    desk.records.update("lead", lead["id"], {"contact": contact["id"]})
    assert logged(desk, lead, "no_answer")["can_call"] is False


def test_a_new_owner_is_told(desk: Any, lead: dict[str, Any]) -> None:
    desk.records.assign("lead", lead["id"], "demo-sdr")
    assert logged(desk, lead, "reached")["lead_owner"] == "demo-sdr"


def test_a_letter_needs_an_address(desk: Any, lead: dict[str, Any]) -> None:
    desk.records.update("lead", lead["id"], {"email": None})
    with pytest.raises(JobFailure, match="no e-mail address"):
        desk.run(send_letter, lead_id=lead["id"], template="follow_up")


def test_a_lead_that_is_gone_is_a_failure(desk: Any) -> None:
    with pytest.raises(JobFailure, match="no lead"):
        desk.run(log_touch, lead_id="lead-9", result="reached")
