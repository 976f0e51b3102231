"""Tables of record types grow with the declarations, and lose nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import event, inspect

from runtime.access.actor import SYSTEM
from runtime.records.service import Records
from runtime.store.database import Database

BASE = """
type: thing
label: Thing
title: name
fields:
  name: {type: text, label: Name}
  amount: {type: money, label: Amount}
  tags: {type: multi_choice, label: Tags, choices: {a: A}}
  at: {type: datetime, label: At}
  made_on: {type: date, label: Day}
  active: {type: boolean, label: Active}
"""
MORE = (
    BASE
    + """
  code: {type: text, unique: true, label: Code}
  email: {type: email, label: E-mail}
  other: {type: reference, to: other, label: Other}
"""
)
OTHER = """
type: other
label: Other
title: name
fields:
  name: {type: text, label: Name, indexed: true}
"""


@pytest.fixture
def install(database: Database, access, read_types):
    def with_types(*types: str) -> tuple[Records, tuple[str, ...], tuple[str, ...]]:
        records = Records(read_types(*types), access, publish_later=lambda *_: None)
        with database.write(SYSTEM) as work:
            report = records.install(work)
        return records, report.done, report.left

    return with_types


def test_a_new_type_gets_its_table(database: Database, install) -> None:
    _, done, left = install(BASE)
    assert (done[0], left) == ("table rec_thing", ())
    with database.read() as work:
        columns = {column["name"] for column in inspect(work.connection).get_columns("rec_thing")}
    assert columns >= {"id", "name", "amount", "tags", "at", "made_on", "active", "owner", "version", "search_text"}


def test_nothing_to_do_is_one_look_up(database: Database, install) -> None:
    install(BASE, OTHER)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert install(BASE, OTHER)[1:] == ((), ())
    selects = [one for one in statements if "SELECT" in one and "clock" not in one and "advisory" not in one]
    assert len(selects) == 1


def test_what_is_added_is_added_and_what_was_there_stays(database: Database, install) -> None:
    records, *_ = install(BASE)
    with database.write(SYSTEM) as work:
        old = records.create(work, "thing", {"name": "before", "amount": "1.50", "tags": ["a"]})
    records, done, left = install(MORE, OTHER)
    assert set(done) == {
        "table rec_other",
        "index ix_rec_other_owner",
        "index ix_rec_other_name",
        "column rec_thing.code",
        "column rec_thing.email",
        "column rec_thing.other",
        "index uq_rec_thing_code",
        "index ix_rec_thing_email",
        "index ix_rec_thing_other",
    }
    assert left == ()
    with database.write(SYSTEM) as work:
        assert records.get(work, "thing", old["id"]) == {**old, "code": None, "email": None, "other": None}
        other = records.create(work, "other", {"name": "x"})
        records.update(work, "thing", old["id"], {"code": "A", "other": other})


def test_what_is_no_longer_declared_is_told_and_left_alone(database: Database, install) -> None:
    records, *_ = install(MORE, OTHER)
    with database.write(SYSTEM) as work:
        made = records.create(work, "thing", {"name": "x", "code": "A"})
    records, done, left = install(BASE)
    assert done == ()
    assert set(left) >= {"table rec_other", "column rec_thing.code", "column rec_thing.email"}
    with database.write(SYSTEM) as work:
        assert "code" not in records.get(work, "thing", made["id"])
        assert records.create(work, "thing", {"name": "y"})
    records, done, left = install(MORE, OTHER)
    assert (done, left) == ((), ())
    with database.read(SYSTEM) as work:
        assert records.get(work, "thing", made["id"])["code"] == "A", "the data waited"


def test_a_field_that_changes_its_kind_of_column_is_told(database: Database, install) -> None:
    install(BASE)
    _, done, left = install(BASE.replace("type: boolean", "type: date"))
    assert done == ()
    assert left == ("column rec_thing.active",)


def test_long_names_get_index_names_that_fit(database: Database, install) -> None:
    long = "n" * 40
    text = f"type: {long}\nlabel: x\ntitle: a\nfields:\n"
    text += "".join(f"  {c}{long[1:]}: {{type: email, label: x}}\n" for c in "bcd") + "  a: {type: text, label: x}\n"
    _, done, _ = install(text)
    names = [one.split()[1] for one in done if one.startswith("index")]
    assert len(set(names)) == 4
    assert all(len(name) <= 60 for name in names)
    assert install(text)[1] == ()


def test_migrations_of_two_processes_wait_for_each_other(database: Database, install) -> None:
    from threading import Thread

    reports = []
    threads = [Thread(target=lambda: reports.append(install(MORE, OTHER)[1])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, reports)) == [False, False, True]
