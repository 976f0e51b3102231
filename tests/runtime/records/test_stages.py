"""The one way through a pipeline."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from runtime.errors import Conflict, Forbidden, Invalid
from runtime.i18n import speaking


@pytest.fixture
def deal(office) -> str:
    with office.work() as work:
        return office.records.create(work, "deal", {"name": "x"})["id"]


@pytest.fixture
def firm(office) -> str:
    with office.work() as work:
        return office.records.create(work, "firm", {"name": "f"})["id"]


def refused(office, deal, stage, **given) -> Invalid:
    with pytest.raises(Invalid) as caught, office.work() as work:
        office.records.transition(work, "deal", deal, stage, **given)
    return caught.value


def test_a_record_begins_in_the_first_stage_of_the_default_pipeline(office, deal) -> None:
    with office.work() as work:
        record = office.records.get(work, "deal", deal)
        history = office.records.stage_history(work, "deal", deal)
    assert (record["pipeline"], record["stage"], record["stage_category"]) == ("deal.sale", "new", "open")
    assert record["stage_since"] == record["created_at"]
    assert [(h.from_stage, h.to_stage, h.seconds) for h in history] == [(None, "new", None)]


def test_a_move_is_kept_with_who_when_how_why_and_for_how_long(office, deal, firm) -> None:
    office.database.clock.advance(timedelta(seconds=90))
    with office.work("manager", via="process") as work:
        record = office.records.transition(work, "deal", deal, "talk", values={"firm": firm}, reason="they called")
        moved_at = work.now
    assert (record["stage"], record["stage_since"], record["firm"]) == ("talk", moved_at, firm)
    with office.work() as work:
        assert office.records.get(work, "deal", deal) == record
        last = office.records.stage_history(work, "deal", deal)[-1]
        entries = office.records.timeline(work, "deal", deal).rows
    assert (last.from_stage, last.to_stage, last.actor_name, last.via, last.reason) == (
        "new",
        "talk",
        "Demo Manager",
        "process",
        "they called",
    )
    assert 90 <= last.seconds <= 100
    assert [entry.kind for entry in entries] == ["stage_changed", "changed", "created"]
    assert entries[0].data["from"] == "new"
    name, key, variables = office.events[-1]
    assert (name, key) == ("deal.stage_changed", deal)
    assert (variables["from_stage"], variables["to_stage"], variables["to_category"]) == ("new", "talk", "open")
    assert variables["record"]["stage"] == "talk"


def test_a_move_that_the_pipeline_does_not_have_names_those_it_has(office, deal) -> None:
    error = refused(office, deal, "won")
    assert error.code == "REC-2001"
    assert error.detail == "From New one cannot move to Won. Possible are: Talk, Lost."
    with speaking("ja"):
        assert "商談中" in refused(office, deal, "won").detail


def test_a_missing_field_is_named(office, deal) -> None:
    error = refused(office, deal, "talk")
    assert error.code == "REC-2002"
    assert error.fields == {"firm": ["Firm must be filled in for Talk."]}


def test_an_unknown_stage_gets_the_near_name(office, deal) -> None:
    assert "Did you mean 'talk'?" in refused(office, deal, "tlak").detail
    assert refused(office, deal, None).code == "REC-2003"


def test_closing_items_hold_back_all_moves_but_giving_up(office, deal, firm) -> None:
    with office.work() as work:
        office.records.transition(work, "deal", deal, "talk", values={"firm": firm})
        items = office.records.checklist(work, "deal", deal)
    assert [(item.key, done) for item, done in items] == [("called", False), ("noted", False)]
    filled = {"amount": 5, "budget": 5}
    error = refused(office, deal, "offer", values=filled)
    assert error.fields == {"checklist.called": ["Still to be done: Customer called."]}
    with office.work() as work:
        lost = office.records.transition(work, "deal", deal, "lost", values={"loss_reason": "price"}, reason="too dear")
    assert lost["stage_category"] == "lost"


def test_an_item_is_ticked_and_unticked(office, deal, firm) -> None:
    with office.work() as work:
        office.records.transition(work, "deal", deal, "talk", values={"firm": firm})
        for done in (True, True, False, True):
            office.records.check_item(work, "deal", deal, "called", done=done)
        assert [(i.key, d) for i, d in office.records.checklist(work, "deal", deal)] == [("called", True), ("noted", False)]
        kinds = [entry.kind for entry in office.records.timeline(work, "deal", deal).rows]
        assert kinds.count("checked") == 3, "what was so already is no event"
        with pytest.raises(Invalid, match="'called'"):
            office.records.check_item(work, "deal", deal, "caled")
        assert office.records.transition(work, "deal", deal, "offer", values={"amount": 5, "budget": 9})["stage"] == "offer"


def test_a_gate_is_feel_over_the_record_as_it_would_be(office, deal, firm) -> None:
    with office.work() as work:
        office.records.transition(work, "deal", deal, "talk", values={"firm": firm})
        office.records.check_item(work, "deal", deal, "called")
    error = refused(office, deal, "offer", values={"amount": 10, "budget": 9})
    assert error.fields == {"stage": ["The rule of Offer does not hold: amount > 0 and budget >= amount"]}
    assert set(refused(office, deal, "offer").fields) == {"amount", "budget"}, "first what the rule needs"
    with office.work() as work:
        assert office.records.get(work, "deal", deal)["amount"] is None, "a refused move changes nothing"
        assert office.records.transition(work, "deal", deal, "offer", values={"amount": 9, "budget": 9})["stage"] == "offer"


def test_a_reason_is_asked_for(office, deal) -> None:
    error = refused(office, deal, "lost", values={"loss_reason": "price"}, reason=" ")
    assert error.fields == {"reason": ["Lost needs a reason."]}


def test_all_rules_that_are_not_met_are_told_at_once(office, deal) -> None:
    assert set(refused(office, deal, "lost").fields) == {"reason", "loss_reason"}


def test_the_stage_one_is_in_is_no_move(office, deal) -> None:
    with office.work() as work:
        assert office.records.transition(work, "deal", deal, "new")["version"] == Decimal(1)
        assert len(office.records.stage_history(work, "deal", deal)) == 1


def test_moves_say_what_each_still_asks_for(office, deal) -> None:
    with office.work() as work:
        moves = {move.stage.key: move for move in office.records.moves(work, "deal", deal)}
    assert set(moves) == {"talk", "lost"}
    assert (moves["talk"].missing, moves["talk"].requires_reason, moves["talk"].ready) == (("firm",), False, False)
    assert (moves["lost"].missing, moves["lost"].requires_reason) == (("loss_reason",), True)


def test_somebody_who_was_slower_is_told(office, deal, firm) -> None:
    with office.work() as work:
        office.records.update(work, "deal", deal, {"name": "y"})
        with pytest.raises(Conflict):
            office.records.transition(work, "deal", deal, "talk", values={"firm": firm}, version=1)


def test_a_record_may_begin_elsewhere_if_it_has_what_is_asked(office, firm) -> None:
    with office.work() as work:
        made = office.records.create(work, "deal", {"name": "x", "stage": "talk", "firm": firm})
        assert (made["stage"], made["stage_category"]) == ("talk", "open")
        fast = office.records.create(work, "deal", {"name": "x", "pipeline": "deal.fast"})
        assert (fast["pipeline"], fast["stage"]) == ("deal.fast", "asked")
        assert office.records.transition(work, "deal", fast["id"], "done")["stage_category"] == "won"
        with pytest.raises(Invalid) as caught:
            office.records.create(work, "deal", {"name": "x", "stage": "offer"})
        assert set(caught.value.fields) == {"amount", "budget"}


def test_who_may_move_but_not_change_fills_in_only_what_the_move_needs(office, deal, firm) -> None:
    with pytest.raises(Forbidden), office.work("mover") as work:
        office.records.transition(work, "deal", deal, "talk", values={"firm": firm, "name": "mine"})
    with office.work("manager") as work:
        office.records.update(work, "deal", deal, {"firm": firm})
    with office.work("mover") as work:
        assert office.records.transition(work, "deal", deal, "talk")["stage"] == "talk"
        assert (
            office.records.transition(work, "deal", deal, "lost", values={"loss_reason": "price"}, reason="r")["stage"]
            == "lost"
        )


def test_a_stage_that_is_no_longer_declared_may_be_left_for_any(office, deal, firm) -> None:
    table = office.records._parts.tables["deal"]
    with office.work() as work:
        work.connection.execute(table.update().values(stage="gone"))
        assert office.records.get(work, "deal", deal)["stage_category"] is None
        assert {move.stage.key for move in office.records.moves(work, "deal", deal)} == {"new", "talk", "offer", "won", "lost"}
        assert office.records.board(work, "deal").elsewhere == 1
        assert office.records.transition(work, "deal", deal, "won")["stage"] == "won"


def test_a_type_without_stages_has_no_moves(office, firm) -> None:
    with office.work() as work:
        assert office.records.moves(work, "firm", firm) == []
        assert office.records.checklist(work, "firm", firm) == []
    with office.work("system") as work, pytest.raises(Invalid, match="no stages"):
        office.records.transition(work, "firm", firm, "new")
