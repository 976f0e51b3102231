"""Drafts in the database, on both kinds of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer import drafts
from designer.drafts import Contents
from runtime.access.actor import Actor
from runtime.errors import Conflict, Invalid, NotFound

ONE = Actor(id="demo-analyst", name="Demo Analyst")
OTHER = Actor(id="demo-other", name="Demo Other")
CONTENTS = Contents(xml=b"<one/>", process_id="sale", name="Sale", resource="sale.bpmn", base="k1")


@pytest.fixture
def write(database):
    """Run something in a write transaction of a person."""

    def run(actor, function, *arguments, **options):
        with database.write(actor) as work:
            return function(work, *arguments, **options)

    return run


def test_before_the_first_draft_there_is_none_and_no_table_is_needed(database):
    with database.read(ONE) as work:
        assert drafts.mine(work) == []
        with pytest.raises(NotFound):
            drafts.get(work, "any")


def test_a_draft_is_kept_as_it_was_given(database, write):
    row = write(ONE, drafts.create, CONTENTS)
    with database.read(ONE) as work:
        found = drafts.get(work, row.id)
    assert (found.xml, found.base, found.revision, found.resource) == (b"<one/>", "k1", 1, "sale.bpmn")


def test_saving_counts_the_revision_and_takes_the_new_name(write):
    row = write(ONE, drafts.create, CONTENTS)
    saved = write(ONE, drafts.save, row.id, 1, replace(CONTENTS, xml=b"<two/>", name="Big sale", process_id="big_sale"))
    assert (saved.revision, saved.name, saved.process_id) == (2, "Big sale", "big_sale")
    assert write(ONE, drafts.get, row.id).xml == b"<two/>"


def test_a_late_save_is_refused_and_changes_nothing(write):
    row = write(ONE, drafts.create, CONTENTS)
    write(ONE, drafts.save, row.id, 1, replace(CONTENTS, xml=b"<mine/>"))
    with pytest.raises(Conflict):
        write(ONE, drafts.save, row.id, 1, replace(CONTENTS, xml=b"<late/>"))
    assert write(ONE, drafts.get, row.id).xml == b"<mine/>"


def test_the_drafts_of_another_do_not_exist(write):
    row = write(ONE, drafts.create, CONTENTS)
    for attempt in (drafts.get, drafts.discard):
        with pytest.raises(NotFound):
            write(OTHER, attempt, row.id)
    with pytest.raises(NotFound):
        write(OTHER, drafts.save, row.id, 1, CONTENTS)
    assert write(OTHER, drafts.mine) == []


def test_the_last_changed_draft_comes_first(database, write):
    first = write(ONE, drafts.create, CONTENTS)
    second = write(ONE, drafts.create, replace(CONTENTS, process_id="other"))
    assert [row.id for row in write(ONE, drafts.mine)] == [second.id, first.id]
    write(ONE, drafts.save, first.id, 1, CONTENTS)
    assert [row.id for row in write(ONE, drafts.mine)] == [first.id, second.id]
    assert [row.id for row in write(ONE, drafts.mine, "other")] == [second.id]


def test_a_discarded_draft_is_gone(write):
    row = write(ONE, drafts.create, CONTENTS)
    write(ONE, drafts.discard, row.id)
    with pytest.raises(NotFound):
        write(ONE, drafts.discard, row.id)


def test_what_is_too_large_or_too_many_is_refused(write, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_PER_USER", 2)
    with pytest.raises(Invalid, match="at most"):
        write(ONE, drafts.create, replace(CONTENTS, xml=b"x" * (drafts.LARGEST + 1)))
    for _ in range(2):
        write(ONE, drafts.create, CONTENTS)
    with pytest.raises(Invalid, match="Discard some"):
        write(ONE, drafts.create, CONTENTS)
    write(OTHER, drafts.create, CONTENTS)
