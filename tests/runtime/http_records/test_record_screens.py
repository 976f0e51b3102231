"""Lists, boards, cards and forms that nobody wrote for this record type: they come from its declaration."""

from __future__ import annotations

import pytest
from lxml import html

from runtime.access.actor import SYSTEM
from tests.support.office import Person


def text(answer):
    return answer.get_data(as_text=True)


def stored(workshop, machine):
    with workshop.database.read(SYSTEM) as work:
        return workshop.records.get(work, "machine", machine)


def send(person, page, **typed):
    """Fill in the form of a page as a browser does: everything that is on it goes along."""
    form = html.fromstring(text(page)).get_element_by_id("record-form")
    return person.client.post(form.action, data={**dict(form.form_values()), **typed})


def test_an_empty_list_says_what_to_do_next(mechanic):
    page = text(mechanic.get("/records/machine"))
    assert "Nothing here yet" in page
    assert 'href="/records/machine/new"' in page


def test_the_list_shows_labels_formats_and_links(mechanic, add):
    machine = add(name="Old saw", price="1234.5", bought="2024-03-01", kind="saw", owner="demo-mechanic")
    page = text(mechanic.get("/records/machine"))
    assert f'href="/records/machine/{machine}"' in page
    for shown in ("M-0001", "Old saw", "Running", "1,234.50", "Mar 1, 2024", "Demo Mechanic", "1 record"):
        assert shown in page


def test_the_filter_is_in_the_address(mechanic, add):
    add(name="Old saw")
    add(name="New lathe")
    page = text(mechanic.get("/records/machine?q=lathe"))
    assert "New lathe" in page
    assert "Old saw" not in page
    assert "Nothing matches" in text(mechanic.get("/records/machine?q=drill"))
    assert "Nothing matches" in text(mechanic.get("/records/machine?stage=broken"))


def test_the_order_is_turned_by_the_column_head(mechanic, add):
    add(name="Alpha")
    add(name="Beta")
    rising, falling = (text(mechanic.get(f"/records/machine?order={order}")) for order in ("name", "-name"))
    assert rising.index("Alpha") < rising.index("Beta")
    assert falling.index("Beta") < falling.index("Alpha")
    assert 'aria-sort="ascending"' in rising


def test_the_board_has_a_column_for_each_stage_with_count_and_sum(mechanic, add):
    add(name="Old saw", price="100")
    add(name="New lathe", price="250")
    page = text(mechanic.get("/records/machine?view=board"))
    assert page.index("Running") < page.index("Broken") < page.index("Scrapped")
    assert "350" in page
    assert "Move to…" in page


def test_a_card_shows_what_is_filled_in_and_names_what_is_not(mechanic, add):
    machine = add(name="Old saw", kind="saw", in_use=True)
    page = text(mechanic.get(f"/records/machine/{machine}"))
    for shown in ("Old saw", "Saw", "Yes", "Created", "Demo Mechanic", "Nothing yet in: Money, Repair."):
        assert shown in page


def test_children_stand_on_the_card_of_their_parent(mechanic, add, workshop):
    machine = add(name="Old saw")
    with workshop.database.write(SYSTEM) as work:
        workshop.records.create(work, "part", {"name": "Blade", "machine": machine})
    page = text(mechanic.get(f"/records/machine/{machine}"))
    assert "Blade" in page
    assert "Part name" in page


def test_a_new_record_is_made_by_its_form(mechanic, workshop):
    answer = send(mechanic, mechanic.get("/records/machine/new"), name="Drill", price="99.5", kind="saw")
    assert answer.status_code == 303, text(answer)
    machine = stored(workshop, answer.headers["Location"].rsplit("/", 1)[1])
    assert (machine["name"], str(machine["price"]), machine["kind"], machine["stage"]) == ("Drill", "99.5", "saw", "running")


def test_numbers_are_read_as_people_of_the_language_write_them(app, workshop):
    person = Person(app, "demo-mechanic-ru")
    answer = send(person, person.get("/records/machine/new"), name="Пила", price="1 234,5")
    assert answer.status_code == 303, text(answer)
    assert str(stored(workshop, answer.headers["Location"].rsplit("/", 1)[1])["price"]) == "1234.5"


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(mechanic):
    answer = send(mechanic, mechanic.get("/records/machine/new"), name="", price="cheap")
    assert answer.status_code == 422
    page = text(answer)
    assert 'value="cheap"' in page
    assert page.count('class="error"') == 2


def test_an_edit_over_somebody_elses_change_is_refused(mechanic, add, workshop):
    machine = add(name="Old saw")
    page = mechanic.get(f"/records/machine/{machine}/edit")
    with workshop.database.write(SYSTEM) as work:
        workshop.records.update(work, "machine", machine, {"price": "5"})
    answer = send(mechanic, page, name="My saw")
    assert answer.status_code == 409
    assert 'value="My saw"' in text(answer)
    assert stored(workshop, machine)["name"] == "Old saw"


def test_a_move_that_lacks_nothing_happens_at_once(mechanic, add, workshop):
    machine = add(name="Old saw", cause="The belt")
    mechanic.get(f"/records/machine/{machine}")
    answer = mechanic.post(f"/records/machine/{machine}/move", {"stage": "broken", "from": "board"})
    assert answer.headers["Location"] == "/records/machine?view=board"
    assert stored(workshop, machine)["stage"] == "broken"
    assert "Moved to Broken." in text(mechanic.get("/records/machine?view=board"))


def test_a_move_asks_only_for_what_the_stage_requires(mechanic, add, workshop):
    machine = add(name="Old saw")
    mechanic.get(f"/records/machine/{machine}")
    asked = mechanic.post(f"/records/machine/{machine}/move", {"stage": "broken"})
    assert 'name="cause"' in text(asked)
    assert 'name="price"' not in text(asked)
    assert send(mechanic, asked, cause="").status_code == 422
    assert send(mechanic, asked, cause="The belt").status_code == 303
    assert (stored(workshop, machine)["stage"], stored(workshop, machine)["cause"]) == ("broken", "The belt")


def test_a_move_that_needs_a_reason_keeps_it_in_the_timeline(mechanic, add):
    machine = add(name="Old saw")
    mechanic.get(f"/records/machine/{machine}")
    mechanic.post(f"/records/machine/{machine}/move", {"stage": "scrapped", "~reason": "Worn out", "~seen": ""})
    page = text(mechanic.get(f"/records/machine/{machine}"))
    assert "Stage: Scrapped" in page
    assert "Reason: Worn out" in page


def test_a_move_the_pipeline_does_not_have_is_refused_in_words(mechanic, add, workshop):
    machine = add(name="Old saw", cause="x")
    mechanic.get(f"/records/machine/{machine}")
    mechanic.post(f"/records/machine/{machine}/move", {"stage": "scrapped", "~reason": "Old", "~seen": ""})
    mechanic.post(f"/records/machine/{machine}/move", {"stage": "running"})
    assert stored(workshop, machine)["stage"] == "scrapped"
    assert "Scrapped" in text(mechanic.get(f"/records/machine/{machine}"))


def test_notes_and_owners_are_told_in_the_timeline(mechanic, add):
    machine = add(name="Old saw")
    mechanic.get(f"/records/machine/{machine}")
    mechanic.post(f"/records/machine/{machine}/note", {"text": "It squeaks <b>loudly</b>"})
    mechanic.post(f"/records/machine/{machine}/assign", {"owner": "demo-watcher"})
    page = text(mechanic.get(f"/records/machine/{machine}"))
    assert "It squeaks &lt;b&gt;loudly&lt;/b&gt;" in page
    assert "Owner is now Demo Watcher" in page


def test_who_may_see_only_their_own_finds_no_other_record(app, add):
    mine, other = add(name="Mine", owner="demo-watcher"), add(name="Not mine")
    watcher = Person(app, "demo-watcher")
    page = text(watcher.get("/records/machine"))
    assert "Mine" in page
    assert "Not mine" not in page
    assert watcher.get(f"/records/machine/{other}").status_code == 404
    card = text(watcher.get(f"/records/machine/{mine}"))
    assert "/edit" not in card
    assert "/move" not in card
    assert watcher.get("/records/machine/new").status_code == 403


@pytest.mark.parametrize("path", ["/records/unicorn", "/records/machine/nothing", "/records/machine/nothing/edit"])
def test_what_is_not_there_is_said_plainly(mechanic, path):
    assert mechanic.get(path).status_code == 404


def test_records_need_a_sign_in(app):
    assert app.test_client().get("/records/machine").status_code in {302, 303, 401}


def test_the_screens_speak_russian(app, add):
    add(name="Пила", price="1234.5")
    page = text(Person(app, "demo-mechanic-ru").get("/records/machine?view=board"))
    for shown in ("Станки", "Работает", "Сломан", "Доска", "Переместить…"):
        assert shown in page
