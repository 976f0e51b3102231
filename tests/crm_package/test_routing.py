from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm_package.handlers.routing import notify, pick_assignee, scoring_facts


@pytest.fixture
def team(desk: Any) -> Any:
    desk.records.people = {
        "seller": [{"id": f"demo-{name}", "name": f"Demo {name}", "language": "en"} for name in ("a", "b", "c")],
        "sdr": [{"id": "demo-sdr", "name": "Demo Lead Desk", "language": "en"}],
        "sales_manager": [{"id": "demo-manager", "name": "Demo Manager", "language": "ru"}],
        "account_manager": [{"id": "demo-am", "name": "Demo Account Manager", "language": "ja"}],
    }
    return desk


def profile(team: Any, user: str, **values: Any) -> None:
    team.records.create("seller_profile", {"name": user, "user": user} | values)


def lead(team: Any, owner: str | None = None, **values: Any) -> dict[str, Any]:
    return team.records.create("lead", {"subject": "Scanners", "owner": owner, "team": "seller"} | values)


def picked(team: Any, **given: Any) -> Any:
    return team.run(pick_assignee, **({"team": "seller"} | given))["picked"]["user"]


def test_the_least_loaded_gets_the_lead(team: Any) -> None:
    for owner in ("demo-a", "demo-a", "demo-b", "demo-c"):
        lead(team, owner, assigned_at=team.now)
    assert picked(team) in {"demo-b", "demo-c"}


def test_finished_leads_are_no_load(team: Any) -> None:
    for owner in ("demo-b", "demo-c"):
        lead(team, owner)
    done = lead(team, "demo-a")
    team.records.transition("lead", done["id"], "disqualified")
    assert picked(team) == "demo-a"


def test_among_equals_it_goes_in_turn(team: Any) -> None:
    turns = []
    for minute in range(6):
        user = picked(team)
        turns.append(user)
        lead(team, user, assigned_at=team.now + timedelta(minutes=minute))
    assert turns == ["demo-a", "demo-b", "demo-c"] * 2


def test_language_product_absence_and_room_count(team: Any) -> None:
    profile(team, "demo-a", languages=["en"], product_groups=["software"])
    profile(team, "demo-b", languages=["ja"], product_groups=["software"])
    profile(team, "demo-c", languages=["ja"], product_groups=[])
    assert picked(team, language="ja", product_group="software") == "demo-b"
    assert picked(team, language="ja", product_group="training") == "demo-c"
    assert picked(team, language="ru") is None
    team.records.update("seller_profile", "seller_profile-2", {"absent_until": team.now.date()})
    assert picked(team, language="ja", product_group="software") == "demo-c"
    team.records.update("seller_profile", "seller_profile-3", {"capacity": Decimal(0)})
    assert picked(team, language="ja", product_group="software") is None


def test_whoever_let_it_lie_is_left_out(team: Any) -> None:
    assert picked(team, excluded=["demo-a", "demo-b"]) == "demo-c"
    assert picked(team, excluded=["demo-a", "demo-b", "demo-c"]) is None


def test_the_preferred_person_goes_first_unless_left_out(team: Any) -> None:
    assert picked(team, preferred="demo-c") == "demo-c"
    assert picked(team, preferred="demo-am") == "demo-am"
    assert picked(team, preferred="demo-c", excluded=["demo-c"]) == "demo-a"
    assert picked(team, preferred="demo-sdr") == "demo-a", "the lead desk carries no customers"
    assert picked(team, preferred="gone") == "demo-a"


def test_anybody_is_better_than_nobody_when_asked_for(team: Any) -> None:
    for user in ("demo-a", "demo-b", "demo-c"):
        profile(team, user, languages=["en"], absent_until=team.now.date() if user != "demo-b" else None)
    assert picked(team, language="ru") is None
    assert picked(team, language="ru", anybody=True) == "demo-b"


def test_nobody_is_found_in_an_empty_team(team: Any) -> None:
    answer = team.run(pick_assignee, team="marketer", anybody=True)["picked"]
    assert answer["user"] is None
    assert {"value": "demo-sdr", "label": "Demo Lead Desk"} in answer["candidates"]


def test_facts_come_from_the_lead_then_from_its_account(team: Any) -> None:
    team.records.create("territory", {"code": "JP", "name": "Japan", "kind": "geography", "countries": ["JP"]})
    account = team.records.create("account", {"name": "Demo", "industry": "trade", "country": "JP", "company_size": "large"})
    one = lead(team, account=account["id"], company_size="small", budget=Decimal(5000))
    facts = team.run(scoring_facts, lead_id=one["id"])["facts"]
    assert (facts["industry"], facts["company_size"], facts["country"], facts["territory"]) == ("trade", "small", "JP", "JP")
    assert (facts["est_value"], facts["account_manager"], facts["touchpoints"]) == (5000, None, [])


def test_a_customer_has_an_account_manager(team: Any) -> None:
    account = team.records.create("account", {"name": "Demo", "lifecycle": "customer", "owner": "demo-am"})
    facts = team.run(scoring_facts, lead_id=lead(team, account=account["id"])["id"])["facts"]
    assert facts["account_manager"] == "demo-am"


def test_the_value_is_counted_from_the_lines_without_a_budget(team: Any) -> None:
    one = lead(team)
    for price in (Decimal(320), None):
        team.records.create("lead_line", {"name": "x", "lead": one["id"], "quantity": Decimal(20), "est_price": price})
    assert team.run(scoring_facts, lead_id=one["id"])["facts"]["est_value"] == 6400


def test_signs_of_interest_of_the_person_count_for_a_new_lead(team: Any) -> None:
    contact = team.records.create("contact", {"name": "Demo Buyer"})
    one = lead(team, contact=contact["id"])
    week = team.now - timedelta(days=7, hours=1)
    team.records.create(
        "touchpoint", {"name": "Form", "kind": "form", "at": team.now, "lead": one["id"], "contact": contact["id"]}
    )
    team.records.create("touchpoint", {"name": "Webinar", "kind": "webinar", "at": week, "contact": contact["id"]})
    touchpoints = team.run(scoring_facts, lead_id=one["id"])["facts"]["touchpoints"]
    assert touchpoints == [{"kind": "form", "age_days": 0}, {"kind": "webinar", "age_days": 7}]


def test_a_territory_out_of_its_time_does_not_count(team: Any) -> None:
    yesterday = team.now.date() - timedelta(days=1)
    team.records.create(
        "territory", {"code": "OLD", "kind": "geography", "name": "x", "countries": ["JP"], "valid_to": yesterday}
    )
    assert team.run(scoring_facts, lead_id=lead(team, country="JP")["id"])["facts"]["territory"] is None


@pytest.mark.parametrize(
    ("headers", "owner", "told"),
    [
        ({"template": "new_lead"}, "demo-b", ["demo-b"]),
        ({"template": "reminder"}, None, ["demo-a", "demo-b", "demo-c"]),
        ({"template": "late_contact", "role": "sales_manager"}, "demo-b", ["demo-manager"]),
    ],
)
def test_notices_go_to_owner_team_or_role(team: Any, headers: dict[str, str], owner: str | None, told: list[str]) -> None:
    one = lead(team, owner, grade="A", total_score=Decimal(70), first_response_due=team.now)
    team.run(notify, headers, lead_id=one["id"])
    notices = team.records.find("activity", order=("recipient",))
    assert [notice["recipient"] for notice in notices] == told
    assert {notice["status"] for notice in notices} == {"queued"}
    assert len(team.records.notes) == 1


def test_a_notice_is_in_the_language_of_its_reader(team: Any) -> None:
    one = lead(team, "demo-am")
    team.run(notify, {"template": "reminder"}, lead_id=one["id"])
    team.run(notify, {"template": "reminder", "role": "sales_manager"}, lead_id=one["id"])
    assert [notice["subject"] for notice in team.records.find("activity")] == [
        f"{one['number']} が対応を待っています",
        f"{one['number']} ждёт вас",
    ]
