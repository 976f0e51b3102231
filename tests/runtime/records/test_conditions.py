"""FEEL conditions in lists: within the grants, over the fields of the type, with the actor as `user`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.errors import Invalid
from runtime.i18n import set_time_zone, time_zone


@pytest.fixture
def deals(office) -> None:
    for user, amounts in {"seller": ["9", "10", None], "manager": ["10.5", "-3"]}.items():
        with office.work(user) as work:
            for amount in amounts:
                office.records.create(work, "deal", {"name": f"{user} {amount}", "amount": amount})


def found(office, condition, user="manager", type="deal", **asked) -> list[str]:
    with office.work(user) as work:
        rows = office.records.find(work, type, condition=condition, order=("id",), **asked).rows
        assert office.records.count(work, type, condition=condition, **asked) == len(rows)
        return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("amount >= 10", ["seller 10", "manager 10.5"]),
        ("owner = user.id", ["manager 10.5", "manager -3"]),
        ('owner = "seller" and amount = null', ["seller None"]),
        ('stage_category = "open" and amount * 2 = 18', ["seller 9"]),
        ('list contains(user.roles, "manager") and amount < 0', ["manager -3"]),
        ('created_at > now() + duration("PT1H")', []),
        ("opened_on = today() and amount < 9", ["manager -3"]),
    ],
)
def test_a_condition_chooses_records(office, deals, condition, expected) -> None:
    assert found(office, condition) == expected


def test_a_condition_never_widens_what_one_may_see(office, deals) -> None:
    assert found(office, "true", user="seller") == ["seller 9", "seller 10", "seller None"]
    assert found(office, 'owner = "manager" or amount > 10 or true', user="seller") == found(office, "true", user="seller")
    assert found(office, "true", user="nobody") == []


def test_a_condition_joins_filter_search_and_pages(office, deals) -> None:
    assert found(office, "amount > 5", where={"owner": "seller"}, search="9") == ["seller 9"]
    with office.work() as work:
        first = office.records.find(work, "deal", condition="amount > 0", order=("-amount",), limit=2)
        rest = office.records.find(work, "deal", condition="amount > 0", order=("-amount",), limit=2, after=first.next)
    assert [row["name"] for row in (*first.rows, *rest.rows)] == ["manager 10.5", "seller 10", "seller 9"]


@pytest.mark.parametrize("name", ["search_text", "deleted_at", "deleted_by", "nothing"])
def test_what_is_no_field_of_the_record_cannot_be_asked_for(office, deals, name) -> None:
    with pytest.raises(Invalid) as caught:
        found(office, f'{name} != null or contains({name}, "x")')
    assert caught.value.code == "REC-1022"
    assert set(caught.value.fields) == {"where"}


def test_deleted_records_stay_away(office, deals) -> None:
    with office.work() as work:
        gone = office.records.find(work, "deal", condition="amount = 9").rows[0]
        office.records.delete(work, "deal", gone["id"])
    assert found(office, "amount = 9") == []


def test_today_is_the_day_of_the_user(office, deals) -> None:
    with office.work() as work:
        utc = work.now
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        set_time_zone(zone)
        try:
            with office.work() as work:
                day = utc.astimezone(time_zone()).date()
                assert found_count(office, work, f'today() = date("{day}") or today() = date("{day + timedelta(days=1)}")') == 5
        finally:
            set_time_zone(None)


def found_count(office, work, condition) -> int:
    return office.records.count(work, "deal", condition=condition)
