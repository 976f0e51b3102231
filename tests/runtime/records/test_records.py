"""Creating, reading, changing, assigning and deleting records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest

from runtime.errors import Conflict, Forbidden, Invalid, NotFound
from runtime.i18n import speaking
from runtime.store.database import Database

FULL = {
    "name": "Example Trading Ltd (demo)",
    "code": "ETL",
    "email": "Office@Trading.Example.com",
    "phone": "03-1234-5678",
    "website": "www.example.com",
    "size": "large",
    "tags": ["c", "a", "c"],
    "founded_on": "1999-04-01",
    "seen_at": "2026-11-21T09:30:00+09:00",
    "employees": "120.50",
    "extra": {"a": [1, 2.5, None], "ключ": "значение"},
    "remarks": "first line\r\nsecond",
}


def test_a_record_comes_back_as_feel_values(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", FULL)
    with office.database.read(office.actor("manager")) as work:
        found = office.records.get(work, "firm", made["id"])
    assert found == made
    own = {name: found[name] for name in FULL}
    assert own == {
        "name": "Example Trading Ltd (demo)",
        "code": "ETL",
        "email": "office@trading.example.com",
        "phone": "+81312345678",
        "website": "https://www.example.com",
        "size": "large",
        "tags": ["a", "c"],
        "founded_on": date(1999, 4, 1),
        "seen_at": datetime(2026, 11, 21, 0, 30, tzinfo=UTC),
        "employees": Decimal("120.5"),
        "extra": {"a": [Decimal(1), Decimal("2.5"), None], "ключ": "значение"},
        "remarks": "first line\nsecond",
    }
    assert found["active"] is True, "the default"
    assert (found["number"], found["version"], found["origin"]) == ("F-0001", Decimal(1), "ui")
    assert (found["owner"], found["created_by"], found["stage"]) == ("manager", "manager", None)
    assert found["created_at"].tzinfo is UTC


def test_what_comes_out_goes_in_again_unchanged(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", FULL)
        again = office.records.update(work, "firm", made["id"], {name: made[name] for name in FULL})
        assert again == made, "no change, no version"
        shown = office.records.schema("firm").dump(made)
        third = office.records.update(work, "firm", made["id"], {name: shown[name] for name in FULL})
    assert third == made
    assert office.event_names() == ["firm.created"]


def test_numbers_are_exact_on_both_databases(office) -> None:
    exact = Decimal("123456789012345678901234.0123456789")
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x", "amount": exact, "chance": Decimal("0.10")})
    with office.work() as work:
        found = office.records.get(work, "deal", made["id"])
        assert found["amount"] == exact
        assert str(found["chance"]) == "0.1"
        assert office.records.find(work, "deal", where={"amount": "123456789012345678901234.01234567890"}).rows == (found,)


def test_a_default_may_be_feel(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x"})
        assert made["opened_on"] == work.now.date()
        assert office.records.create(work, "deal", {"name": "x", "opened_on": None})["opened_on"] is None


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({}, "name", "filled in"),
        ({"name": "  \u200b "}, "name", "filled in"),
        ({"name": None}, "name", "filled in"),
        ({"name": "x" * 1001}, "name", "1001 characters"),
        ({"name": ["x"]}, "name", "text"),
        ({"name": "x", "nmae": "y"}, "nmae", "Did you mean 'name'?"),
        ({"name": "x", "email": "nobody"}, "email", "e-mail"),
        ({"name": "x", "phone": "123"}, "phone", "too short"),
        ({"name": "x", "phone": "call me"}, "phone", "telephone"),
        ({"name": "x", "website": "javascript:alert(1)"}, "website", "web address"),
        ({"name": "x", "size": "lagre"}, "size", "Did you mean large?"),
        ({"name": "x", "tags": ["a", "z"]}, "tags", "not one of the choices"),
        ({"name": "x", "founded_on": "2026-02-30"}, "founded_on", "not a day"),
        ({"name": "x", "seen_at": "yesterday"}, "seen_at", "not a time"),
        ({"name": "x", "active": "perhaps"}, "active", "true or false"),
        ({"name": "x", "employees": "many"}, "employees", "not a number"),
        ({"name": "x", "employees": -1}, "employees", "at least 0"),
        ({"name": "x", "employees": 1000001}, "employees", "at most 1000000"),
        ({"name": "x", "employees": float("nan")}, "employees", "not a number"),
        ({"name": "x", "employees": True}, "employees", "not a number"),
        ({"name": "x", "employees": "0.00000000001"}, "employees", "digits"),
        ({"name": "x", "employees": 10**30}, "employees", "digits"),
        ({"name": "x", "version": 5}, "version", "set by the platform"),
        ({"name": "x", "id": "chosen"}, "id", "set by the platform"),
        ({"name": "x", "score": 5}, "score", "set by the platform"),
        ({"name": "x", "owner": "ghost"}, "owner", "no active user"),
        ({"name": "x", "stage": "new"}, "stage", "no stages"),
    ],
)
def test_bad_values_are_refused_with_field_and_reason(office, values, field, said) -> None:
    with pytest.raises(Invalid) as refused, office.work() as work:
        office.records.create(work, "firm", values)
    assert list(refused.value.fields) == [field]
    assert said in refused.value.fields[field][0] + refused.value.detail


def test_all_faults_are_told_at_once_and_in_the_users_language(office) -> None:
    with pytest.raises(Invalid) as refused, office.work() as work, speaking("ru"):
        office.records.create(work, "firm", {"email": "x", "employees": "y"})
    assert set(refused.value.fields) == {"name", "email", "employees"}


def test_a_reference_must_point_to_what_the_actor_may_see(office) -> None:
    with office.work() as work:
        firm = office.records.create(work, "firm", {"name": "x"})
        made = office.records.create(work, "deal", {"name": "x", "firm": firm["id"]})
        assert office.records.update(work, "deal", made["id"], {"firm": firm})["firm"] == firm["id"], "a record for its id"
        for wrong in ("nothing", made["id"]):
            with pytest.raises(Invalid) as refused:
                office.records.update(work, "deal", made["id"], {"firm": wrong})
            assert "no such record" in refused.value.fields["firm"][0]
    with pytest.raises(Invalid) as refused, office.work("mover") as work:
        office.records.transition(work, "deal", made["id"], "talk", values={"firm": firm["id"] + "x"})
    assert "firm" in refused.value.fields


def test_children_are_made_with_their_parent(office) -> None:
    with office.work() as work:
        deal = office.records.create(work, "deal", {"name": "x", "lines": [{"name": "one", "quantity": 1}, {"name": "two"}]})
        page = office.records.children(work, "deal", deal["id"], "lines")
        assert [(line["name"], line["deal"]) for line in page.rows] == [("one", deal["id"]), ("two", deal["id"])]
        with pytest.raises(Invalid) as refused:
            office.records.create(work, "deal", {"name": "x", "lines": [{"name": "one"}, {"quantity": "z"}]})
    assert set(refused.value.fields) == {"lines.1.name", "lines.1.quantity"}


def test_a_change_names_old_and_new_and_is_told_to_processes(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x", "amount": 10})
    with office.work("other", via="process") as work:
        changed = office.records.update(work, "deal", made["id"], {"amount": "20.0", "name": "x"})
    assert (changed["version"], changed["updated_by"]) == (Decimal(2), "other")
    name, key, variables = office.events[-1]
    assert (name, key) == ("deal.changed", made["id"])
    assert variables["changes"] == {"amount": {"from": Decimal(10), "to": Decimal(20)}}
    assert variables["record"] == changed
    with office.work() as work:
        entry = office.records.timeline(work, "deal", made["id"]).rows[0]
    assert (entry.kind, entry.actor_name, entry.via) == ("changed", "Demo Other", "process")
    assert entry.data == {"fields": {"amount": {"from": "10", "to": "20"}}}


def test_somebody_who_was_slower_is_told(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "x"})
        office.records.update(work, "firm", made["id"], {"name": "y"}, version=1)
        with pytest.raises(Conflict):
            office.records.update(work, "firm", made["id"], {"name": "z"}, version=1)
        assert office.records.get(work, "firm", made["id"])["name"] == "y"


@pytest.mark.parametrize(("field", "said"), [("owner", "assigning"), ("stage", "stage move"), ("pipeline", "stage move")])
def test_owner_and_stage_have_their_own_ways(office, field, said) -> None:
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x"})
        with pytest.raises(Invalid) as refused:
            office.records.update(work, "deal", made["id"], {field: "new"})
    assert said in refused.value.fields[field][0]


def test_a_unique_value_is_taken_once_and_free_again_after_deletion(office) -> None:
    with office.work() as work:
        first = office.records.create(work, "firm", {"name": "x", "code": "A"})
        second = office.records.create(work, "firm", {"name": "y", "code": "B"})
        with pytest.raises(Conflict) as refused:
            office.records.create(work, "firm", {"name": "z", "code": "A"})
        assert list(refused.value.fields) == ["code"]
        with pytest.raises(Conflict):
            office.records.update(work, "firm", second["id"], {"code": "A"})
        office.records.create(work, "firm", {"name": "n"})
        office.records.create(work, "firm", {"name": "n"})
        office.records.delete(work, "firm", first["id"])
        assert office.records.update(work, "firm", second["id"], {"code": "A"})["code"] == "A"


def test_the_database_keeps_unique_values_unique_when_nobody_looked(office, monkeypatch) -> None:
    from runtime.records import saving

    monkeypatch.setattr(saving, "_must_be_free", lambda *_: None)
    with office.work() as work:
        office.records.create(work, "firm", {"name": "x", "code": "A"})
        with pytest.raises(Conflict) as refused:
            office.records.create(work, "firm", {"name": "y", "code": "A"})
        assert list(refused.value.fields) == ["code"]
        assert office.records.count(work, "firm") == 1, "the transaction goes on"


def test_a_deleted_record_is_nowhere(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "Findable"})
        office.records.delete(work, "firm", made["id"])
        assert office.records.find(work, "firm").rows == ()
        assert office.records.find(work, "firm", search="findable").rows == ()
        assert office.records.count(work, "firm") == 0
        assert office.records.titles(work, "firm", [made["id"]]) == {}
        for call in (office.records.get, office.records.timeline, office.records.delete):
            with pytest.raises(NotFound):
                call(work, "firm", made["id"])
    assert office.event_names() == ["firm.created", "firm.deleted"]


def test_assigning_tells_from_whom_to_whom(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x", "owner": "seller"})
        assert office.records.assign(work, "deal", made["id"], "other")["owner"] == "other"
        assert office.records.assign(work, "deal", made["id"], "other")["version"] == Decimal(2), "nothing happened"
        assert office.records.assign(work, "deal", made["id"], None)["owner"] is None
        with pytest.raises(Invalid):
            office.records.assign(work, "deal", made["id"], "ghost")
        entries = office.records.timeline(work, "deal", made["id"]).rows
    assert [entry.kind for entry in entries] == ["owner_changed", "owner_changed", "created"]
    assert entries[1].data == {"from": "seller", "from_name": "Demo Seller", "to": "other", "to_name": "Demo Other"}
    assert [(n, v["from_owner"], v["to_owner"]) for n, _, v in office.events[1:]] == [
        ("deal.owner_changed", "seller", "other"),
        ("deal.owner_changed", "other", None),
    ]


@pytest.mark.parametrize(
    ("via", "owner"), [("ui", "manager"), ("api", "manager"), ("process", None), ("import", None), ("cli", None)]
)
def test_who_makes_a_record_by_hand_owns_it(office, via, owner) -> None:
    with office.work(via=via) as work:
        made = office.records.create(work, "firm", {"name": "x"})
    assert (made["owner"], made["origin"]) == (owner, via)


def test_human_numbers_have_neither_gaps_nor_doubles(office, database: Database) -> None:
    start = Barrier(4)

    def create_some(user: str) -> None:
        start.wait()
        for index in range(8):
            try:
                with office.work(user) as work:
                    office.records.create(work, "deal", {"name": "x"})
                    if index % 3 == 0:
                        raise RuntimeError("the transaction fails after the number was drawn")
            except RuntimeError:
                pass

    threads = [Thread(target=create_some, args=(user,)) for user in ("seller", "other", "manager", "seller")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.work() as work:
        numbers = sorted(row["number"] for row in office.records.find(work, "deal", limit=100).rows)
    assert numbers == [f"D-{n:05d}" for n in range(1, 4 * 5 + 1)]


def test_two_who_change_the_same_record_at_once_do_not_lose_a_change(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "x", "employees": 0})

    def add_some() -> None:
        for _ in range(5):
            with office.work() as work:
                held = office.records._parts.repository(work, "firm").load(made["id"], lock=True)
                office.records.update(work, "firm", made["id"], {"employees": held["employees"] + 1})

    threads = [Thread(target=add_some) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.work() as work:
        found = office.records.get(work, "firm", made["id"])
    assert (found["employees"], found["version"]) == (Decimal(15), Decimal(16))


def test_notes_stand_in_the_timeline_latest_first_and_page_by_page(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "x"})
        for number in range(5):
            office.records.note(work, "firm", made["id"], f"note {number}\x00\u202e", data={"n": Decimal(number)})
    office.database.clock.advance(timedelta(hours=1))
    with office.work() as work:
        office.records.note(work, "firm", made["id"], "the last")
        first = office.records.timeline(work, "firm", made["id"], limit=4)
        second = office.records.timeline(work, "firm", made["id"], limit=4, after=first.next)
        assert second.next is None
        told = [entry.data.get("text", entry.kind) for entry in (*first.rows, *second.rows)]
        assert told == ["the last", "note 4", "note 3", "note 2", "note 1", "note 0", "created"]
        assert first.rows[1].data["n"] == 4
        for bad in ("", "  ", "x" * 20_001, None):
            with pytest.raises(Invalid):
                office.records.note(work, "firm", made["id"], bad)
        for cursor in ("rubbish", "W10", first.next[:-4]):
            with pytest.raises(Invalid):
                office.records.timeline(work, "firm", made["id"], after=cursor)


def test_titles_are_what_records_are_called(office) -> None:
    with office.work() as work:
        made = [office.records.create(work, "firm", {"name": name}) for name in ("one", "two")]
        assert office.records.titles(work, "firm", [*(m["id"] for m in made), "x", "\x00"]) == {
            made[0]["id"]: "one",
            made[1]["id"]: "two",
        }
        assert office.records.title("firm", made[0]) == "one"


def test_an_unknown_type_is_not_found_with_the_name_that_was_meant(office) -> None:
    with pytest.raises(NotFound, match="'firm'"), office.work() as work:
        office.records.create(work, "frim", {})


def test_what_one_may_not_do_is_refused(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "x"})
    with office.work("seller") as work:
        assert office.records.permits(work, "firm", "create")
        assert not office.records.permits(work, "firm", "delete", made)
        with pytest.raises(Forbidden):
            office.records.delete(work, "firm", made["id"])
