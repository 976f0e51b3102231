"""Every decision of the CRM with examples: what a sales expert would say, row by row."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn import evaluate_decision, read_dmn

PROCESSES = Path(__file__).parents[2] / "processes"
FILES = {file.stem: file for file in PROCESSES.glob("*/*.dmn")}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def decide(decision: str, **inputs: Any) -> Any:
    """The answer; whole numbers become exact decimals."""
    exact = {name: Decimal(value) if type(value) is int else value for name, value in inputs.items()}
    file = read_dmn(FILES[decision].read_bytes(), FILES[decision].name)
    assert not file.problems
    return evaluate_decision(file, decision, exact, now=NOW).value


def test_there_is_one_file_per_decision() -> None:
    assert set(FILES) == {
        "conversion_target",
        "duplicate_action",
        "lead_engagement",
        "lead_fit",
        "lead_grade",
        "lead_route",
        "outreach_rhythm",
        "qualification",
        "request_type_detect",
        "spam_filter",
    }


@pytest.mark.parametrize("decision", sorted(FILES))
def test_a_decision_has_examples_here(decision: str) -> None:
    assert f'decide("{decision}"' in Path(__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "drop"),
    [
        ({"text": "Please send a price for 20 scanners."}, False),
        ({}, False),
        ({"form_trap": "http://spam.example"}, True),
        ({"sender": "mailer-daemon@example.com"}, True),
        ({"sender": "no-reply@example.com"}, True),
        ({"sender": "demo.noreply@example.com"}, False),
        ({"links": 5, "text": "our five shops"}, False),
        ({"links": 6}, True),
        ({"links": 1, "text": "Best CASINO in town"}, True),
        ({"links": 0, "text": "We are a casino and need software"}, False),
        ({"links": 2, "text": "オンラインカジノ"}, True),
        ({"links": 1, "text": None}, False),
    ],
)
def test_spam(given: dict[str, Any], drop: bool) -> None:
    empty = {"form_trap": None, "links": 0, "sender": None, "text": None}
    answer = decide("spam_filter", **(empty | given))
    assert answer["drop"] is drop
    assert (answer["reason"] is not None) is drop


@pytest.mark.parametrize(
    ("given", "kind", "urgency"),
    [
        ({"subject": "Quote for scanners"}, "offer", "high"),
        ({"subject": "見積をお願いします"}, "offer", "high"),
        ({"text": "Пришлите коммерческое предложение"}, "offer", "high"),
        ({"text": "We would like a DEMO"}, "demo", "normal"),
        ({"text": "Нужна демонстрация"}, "demo", "normal"),
        ({"text": "Please call me back about the price"}, "callback", "high"),
        ({"text": "折り返しご連絡ください"}, "callback", "high"),
        ({"text": "The scanner is broken, what does a new one cost?"}, "service", "high"),
        ({"text": "スキャナーが故障しました"}, "service", "high"),
        ({"text": "We want to become a reseller"}, "partnership", "low"),
        ({"channel": "phone", "text": "Asked about the catalogue"}, "information", "high"),
        ({"product_group": "software"}, "information", "normal"),
        ({}, "information", "low"),
    ],
)
def test_kind_of_request(given: dict[str, Any], kind: str, urgency: str) -> None:
    empty = {"channel": "web", "subject": None, "text": None, "product_group": None}
    assert decide("request_type_detect", **(empty | given)) == {"request_type": kind, "urgency": urgency}


@pytest.mark.parametrize(
    ("score", "same_email", "same_phone", "open_lead", "action"),
    [
        (60, True, False, True, "join"),
        (90, False, True, True, "join"),
        (60, False, True, True, "ask"),
        (50, False, False, True, "ask"),
        (49, False, False, True, "new"),
        (0, False, False, False, "new"),
        (100, True, True, False, "new"),
        (None, None, None, None, "new"),
    ],
)
def test_same_or_new(score: Any, same_email: Any, same_phone: Any, open_lead: Any, action: str) -> None:
    answer = decide("duplicate_action", score=score, same_email=same_email, same_phone=same_phone, open_lead=open_lead)
    assert answer == action


FACTS = ("industry", "company_size", "country", "person_role", "budget", "timeframe_days", "product_group")
NOTHING_KNOWN = dict.fromkeys(FACTS)


@pytest.mark.parametrize(
    ("given", "points"),
    [
        ({}, 0),
        ({"industry": "trade", "company_size": "large", "country": "JP", "person_role": "owner"}, 60),
        ({"budget": 10000, "timeframe_days": 30, "product_group": "software"}, 40),
        ({"budget": 9999.0, "timeframe_days": 31}, 20),
        ({"budget": 999}, -15),
        ({"budget": 1000, "timeframe_days": 180}, 13),
        ({"timeframe_days": 181, "country": "AQ", "industry": "other"}, 0),
    ],
)
def test_fit(given: dict[str, Any], points: int) -> None:
    given = {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in given.items()}
    assert decide("lead_fit", **(NOTHING_KNOWN | given)) == points


def test_a_perfect_fit_has_a_hundred_points() -> None:
    best = {"industry": "manufacturing", "company_size": "medium", "country": "GB", "person_role": "director"}
    assert decide("lead_fit", **best, budget=50_000, timeframe_days=7, product_group="software") == 100


@pytest.mark.parametrize(
    ("touchpoints", "points"),
    [
        ([], 0),
        (None, 0),
        ([("form", 0)], 15),
        ([("form", 30)], 7.5),
        ([("form", 0), ("form", 0), ("form", 0)], 30),
        ([("visit", 0), ("webinar", 60)], 30),
        ([("import", 0)], 0),
        ([("open", 0)] * 50 + [("click", 0)] * 50, 12),
    ],
)
def test_interest_fades_by_half_in_thirty_days(touchpoints: list[tuple[str, int]] | None, points: float) -> None:
    seen = None if touchpoints is None else [{"kind": kind, "age_days": Decimal(age)} for kind, age in touchpoints]
    assert float(decide("lead_engagement", touchpoints=seen)) == pytest.approx(points)


@pytest.mark.parametrize(
    ("fit", "engagement", "urgency", "grade", "limit"),
    [
        (70, 0, "low", "A", HOUR),
        (55, 15, "high", "A", HOUR),
        (55, 15, "normal", "B", 4 * HOUR),
        (55, 0, "high", "B", 4 * HOUR),
        (35, 15, "low", "B", 4 * HOUR),
        (35, 14, "low", "C", DAY),
        (20, 0, "low", "C", DAY),
        (0, 10, "low", "C", DAY),
        (0, 0, "high", "C", DAY),
        (19, 9, "normal", "D", None),
        (None, None, None, "D", None),
    ],
)
def test_grade(fit: Any, engagement: Any, urgency: Any, grade: str, limit: timedelta | None) -> None:
    answer = decide("lead_grade", request_type="information", fit=fit, engagement=engagement, urgency=urgency)
    assert answer == {"grade": grade, "ready": grade in "AB", "response_limit": limit}


def test_partners_go_to_the_lead_desk_whatever_their_points() -> None:
    answer = decide("lead_grade", request_type="partnership", fit=100, engagement=100, urgency="low")
    assert (answer["grade"], answer["response_limit"]) == ("C", 2 * DAY)


@pytest.mark.parametrize(
    ("given", "team", "queue", "language", "owner"),
    [
        ({"account_manager": "demo-am", "language": "ja"}, "account_manager", False, None, "demo-am"),
        ({"grade": "C", "language": "ja"}, "sdr", True, None, None),
        ({"language": "ja"}, "seller", False, "ja", None),
        ({"language": "ru", "territory": "JP"}, "seller", False, "ru", None),
        ({"territory": "JP"}, "seller", False, "ja", None),
        ({"territory": "CIS"}, "seller", False, "ru", None),
        ({"language": "other", "amount": 60_000}, "sales_manager", True, None, None),
        ({"language": "other", "amount": 600}, "seller", False, "en", None),
        ({}, "seller", False, "en", None),
    ],
)
def test_route(given: dict[str, Any], team: str, queue: bool, language: str | None, owner: str | None) -> None:
    empty = {"grade": "A", "account_manager": None, "language": None, "territory": None, "amount": None}
    assert decide("lead_route", **(empty | given)) == {"team": team, "queue": queue, "language": language, "owner": owner}


@pytest.mark.parametrize(
    ("given", "action", "channel", "gap", "extra"),
    [
        ({"last_result": "reached"}, "talk", None, None, None),
        ({"last_result": "replied", "touch": 7}, "talk", None, None, None),
        ({"last_result": "opted_out"}, "close", None, None, "opted_out"),
        ({"last_result": "not_interested"}, "close", None, None, "not_interested"),
        ({"last_result": "wrong_number", "can_call": False}, "wait", "mail", HOUR, "follow_up"),
        ({"last_result": "wrong_number", "can_call": False, "can_write": False}, "close", None, None, "wrong_contact"),
        ({"last_result": "callback", "callback_in": 3 * HOUR}, "wait", "call", 3 * HOUR, None),
        ({"last_result": "callback"}, "wait", "call", DAY, None),
        ({"touch": 1, "grade": "A"}, "wait", "call", 4 * HOUR, None),
        ({"touch": 1, "grade": "C"}, "wait", "call", DAY, None),
        ({"touch": 2}, "wait", "mail", 2 * HOUR, "follow_up"),
        ({"touch": 3}, "wait", "call", 2 * DAY, None),
        ({"touch": 4}, "wait", "mail", 2 * DAY, "follow_up"),
        ({"touch": 5}, "wait", "call", 4 * DAY, None),
        ({"touch": 6}, "wait", "mail", 7 * DAY, "last_letter"),
        ({"touch": 7}, "stop", None, None, "unreachable"),
        ({"touch": 3, "can_call": False}, "wait", "mail", 3 * DAY, "follow_up"),
        ({"touch": 6, "can_call": False}, "wait", "mail", 3 * DAY, "last_letter"),
        ({"touch": 2, "can_write": False}, "wait", "call", 2 * DAY, None),
        ({"touch": 1, "can_call": False, "can_write": False}, "close", None, None, "wrong_contact"),
    ],
)
def test_rhythm(given: dict[str, Any], action: str, channel: str | None, gap: timedelta | None, extra: str | None) -> None:
    usual = {"touch": 1, "last_result": "no_answer", "grade": "B", "callback_in": None, "can_call": True, "can_write": True}
    answer = decide("outreach_rhythm", **(usual | given))
    assert (answer["action"], answer["channel"], answer["gap"]) == (action, channel, gap)
    assert (answer["template"] or answer["reason"]) == extra


def test_the_rhythm_ends_after_seven_touches_in_any_case() -> None:
    for result in ("no_answer", "left_message", "sent", "callback", "wrong_number"):
        for can_write in (True, False):
            given = {"grade": "A", "callback_in": HOUR, "can_call": True, "can_write": can_write}
            assert decide("outreach_rhythm", touch=7, last_result=result, **given)["action"] in {"stop", "close"}


@pytest.mark.parametrize(
    ("given", "result", "months"),
    [
        ({}, "qualified", None),
        ({"authority": "influencer"}, "qualified", None),
        ({"budget": 1000, "timeframe_days": 60}, "qualified", None),
        ({"fit": False}, "disqualified", None),
        ({"need": "none"}, "disqualified", None),
        ({"budget": 999}, "disqualified", None),
        ({"need": "vague"}, "nurture", 2),
        ({"need": None}, "nurture", 2),
        ({"budget": None}, "nurture", 1),
        ({"timeframe_days": 61}, "nurture", 2),
        ({"timeframe_days": 181}, "nurture", 6),
        ({"timeframe_days": None}, "nurture", 2),
        ({"authority": "user"}, "nurture", 1),
        ({"authority": "unknown"}, "nurture", 1),
        ({"fit": None}, "qualified", None),
    ],
)
def test_qualification(given: dict[str, Any], result: str, months: int | None) -> None:
    ready = {"fit": True, "need": "confirmed", "budget": 5000, "timeframe_days": 30, "authority": "decider"}
    answer = decide("qualification", **(ready | given))
    assert (answer["result"], answer["months"]) == (result, months)
    assert (answer["reason"] is None) == (result == "qualified")


@pytest.mark.parametrize(
    ("open_deal", "fast", "amount", "target", "kind"),
    [
        (True, True, 100, "existing_deal", None),
        (False, True, 2000, "fast_order", "fast"),
        (False, True, 2001, "opportunity", "new"),
        (False, False, 100, "opportunity", "new"),
        (None, None, None, "opportunity", "new"),
    ],
)
def test_conversion_target(open_deal: Any, fast: Any, amount: Any, target: str, kind: str | None) -> None:
    answer = decide("conversion_target", open_deal=open_deal, fast=fast, amount=amount)
    assert (answer["target"], answer["kind"]) == (target, kind)
