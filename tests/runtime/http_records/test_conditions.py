"""A FEEL condition in the address of a list: `GET /api/v1/records/<type>?where=…`."""

from __future__ import annotations

import pytest

from tests.support.office import Person


@pytest.fixture
def machines(add) -> None:
    for name, price in (("lathe", "100"), ("saw", "20"), ("drill", None)):
        add(name=name, price=price)


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["name"] for one in answer.json["items"]]


def listed(person, where, **others):
    return person.client.get("/api/v1/records/machine", query_string={"order": "name", "where": where, **others})


def test_a_list_is_chosen_by_a_condition(mechanic, machines) -> None:
    assert names(listed(mechanic, "price > 50 or price = null")) == ["drill", "lathe"]
    assert names(listed(mechanic, 'contains(name, "a") and owner = user.id')) == ["lathe", "saw"]
    assert names(listed(mechanic, "price > 10", name="saw")) == ["saw"]
    assert names(listed(mechanic, 'stage_category != "open"')) == []


def test_a_refusal_names_code_place_reason_and_way_out(mechanic, machines) -> None:
    answer = listed(mechanic, 'price > 1 and\nlower case(name) = "saw"')
    assert (answer.status_code, answer.json["code"]) == (422, "REC-1021")
    assert "Line 2, column" in answer.json["detail"]
    assert "search of the list" in answer.json["detail"]
    assert listed(mechanic, "search_text != null").json["code"] == "REC-1022"
    assert listed(mechanic, "price >").json["code"] == "FEEL-1001"
    assert listed(mechanic, "x" * 8_001).status_code == 422


@pytest.mark.parametrize("attack", ["' or 1=1 --", '"; drop table rec_machine; --', "\\' or ''='", "1); --"])
def test_nothing_gets_into_the_statement(mechanic, machines, attack) -> None:
    literal = attack.replace("\\", "\\\\").replace('"', '\\"')
    assert names(listed(mechanic, f'name = "{literal}" or contains(name, "{literal}")')) == []
    assert listed(mechanic, attack).status_code == 422
    assert names(listed(mechanic, "true")) == ["drill", "lathe", "saw"]


def test_grants_hold_whatever_the_condition_says(app, machines) -> None:
    watcher = Person(app, "demo-watcher")
    assert names(listed(watcher, "true or owner != user.id")) == []
