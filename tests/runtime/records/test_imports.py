"""Imports on the whole way: from the bytes of a file to process instances."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Forbidden, Invalid, NotFound, Unavailable
from runtime.i18n import speaking
from runtime.platform import Platform
from runtime.records import import_sending, import_staging
from runtime.records.imports import Imports
from runtime.records.tables import import_file, import_row
from tests.support.diagrams import diagram, line, named_message, user_task
from tests.support.diagrams import message as by_message

REQUESTS = """
import: requests
label: Requests
match: [Ref, Name]
columns: {Ref: ref, Name: name, E-mail: email, Phone: phone, Budget: budget}
fields:
  ref: {type: text, required: true}
  name: {type: text}
  email: {type: email}
  phone: {type: phone}
  budget: {type: number}
one_of: [[email, phone]]
message: request.received
key: "=ref"
defaults: {channel: import}
"""
PEOPLE = "import: people\nlabel: People\nmatch: [Who]\nfields: {who: {type: text}}\nmessage: m\nkey: =who\n"
INTAKE = diagram(
    "intake",
    line(user_task("look", groups="seller"), start=by_message("S")),
    outside=named_message("S", "request.received"),
)
MESSY = """Ref;Name;E-mail;Phone;Budget;Colour
1;山田 太郎;taro@example.jp;;1 200,50;red
2;Иван Ёлкин;;+7 (495) 123-45-67;;
3;Müller;not an address;;abc;
;nobody;nobody@example.com;;;
5;no contact;;;;

1;山田 太郎;taro@example.jp;;1200.5;
1;somebody else;other@example.com;;;
"=1+1";formula;f@example.com;;;
9;too many cells;x@example.com;;;;;;more
"""

STEWARD = Actor(id="steward", name="Demo Steward", roles=frozenset({"steward"}))
PACKAGE = """
name: demo
version: 1.0.0
label: {en: Demo}
roles: roles.yaml
imports: [imports/*.yaml]
"""
ROLES = """
roles:
  steward: {label: Steward, permissions: [record.import]}
  clerk: {label: Clerk}
"""


def demo_package(folder: Path) -> Path:
    (folder / "imports").mkdir(parents=True)
    (folder / "package.yaml").write_text(PACKAGE)
    (folder / "roles.yaml").write_text(ROLES)
    (folder / "imports" / "requests.yaml").write_text(REQUESTS)
    (folder / "imports" / "people.yaml").write_text(PEOPLE)
    return folder


@pytest.fixture
def empty(open_platform: Callable[..., Platform], tmp_path: Path) -> Platform:
    """The imports, but no process that would take their messages."""
    return open_platform(packages=[demo_package(tmp_path / "demo")])


@pytest.fixture
def platform(empty: Platform) -> Platform:
    with empty.database.write(SYSTEM) as work:
        empty.processes.deploy(work, {"intake.bpmn": INTAKE})
    return empty


@pytest.fixture
def imports(platform: Platform) -> Imports:
    return platform.imports


def run(platform: Platform, imports: Imports, text: str = MESSY, **settings):
    import_id = imports.stage(platform.database, STEWARD, "requests", text.encode(), **settings)
    return imports.run(platform.database, STEWARD, import_id)


def restarted(platform: Platform) -> Imports:
    """The imports as another process has them."""
    return Imports(
        platform.imports.definitions,
        platform.access.policy,
        publish=platform.messages.publish,
        enqueue=platform.jobs.enqueue,
    )


def instances(platform: Platform) -> list[dict[str, Any]]:
    """The variables of all instances."""
    with platform.database.read() as work:
        rows = platform.processes.instances(work, limit=500).rows
        return [dict(platform.processes.instance(work, row.id).variables) for row in rows]


def bad_rows(platform: Platform, imports: Imports, import_id: str) -> dict[int, list[tuple[str, str, str]]]:
    with platform.database.read(STEWARD) as work:
        rows = imports.errors(work, import_id).rows
    return {row.row: [(e.field, e.column, e.reason) for e in row.errors] for row in rows}


def test_each_good_row_starts_a_process_and_each_bad_row_is_told(platform: Platform, imports: Imports) -> None:
    progress = run(platform, imports, file_name="messy.csv")
    assert (progress.status, progress.file_name, progress.encoding, progress.delimiter) == (
        "finished",
        "messy.csv",
        "utf-8",
        ";",
    )
    assert (progress.done, progress.repeated, progress.invalid, progress.failed, progress.ready) == (3, 1, 4, 1, 0)
    assert progress.total == 9, "the empty row is none"
    assert progress.unused_columns == ("Colour",)
    told = bad_rows(platform, imports, progress.id)
    assert {row: [(field, column) for field, column, _ in errors] for row, errors in told.items()} == {
        4: [("email", "E-mail"), ("budget", "Budget")],
        5: [("ref", "Ref")],
        6: [("email", "E-mail")],
        9: [("row", "")],
        11: [("row", "")],
    }
    assert "with other values" in told[9][0][2]
    started = instances(platform)
    assert len(started) == 3
    assert {str(variables["ref"]) for variables in started} == {"1", "2", "=1+1"}, "a formula is only text"
    assert {variables["channel"] for variables in started} == {"import"}


def test_the_same_file_again_makes_no_doubles_and_says_so(platform: Platform, imports: Imports) -> None:
    run(platform, imports)
    again = run(platform, imports)
    assert (again.done, again.repeated, again.invalid, again.failed) == (0, 4, 4, 1)
    assert len(instances(platform)) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_names_arrive_whole(platform: Platform, imports: Imports, encoding: str) -> None:
    text = "Ref,Name,Phone\n1,髙橋 はなこ,03-1234-5678\n2,ﾔﾏﾀﾞ商店①,090-1234-5678\n"
    import_id = imports.stage(platform.database, STEWARD, "requests", text.encode(encoding))
    progress = imports.run(platform.database, STEWARD, import_id)
    assert (progress.encoding, progress.done) == (encoding, 2)
    assert {variables["name"] for variables in instances(platform)} == {"髙橋 はなこ", "ﾔﾏﾀﾞ商店①"}
    assert {variables["phone"] for variables in instances(platform)} == {"+81312345678", "+819012345678"}


def test_russian_names_arrive_whole(platform: Platform, imports: Imports) -> None:
    text = "Ref;Name;E-mail\n1;Щукина Анна;anna@example.org\n2;ООО «Ёлка»;info@example.org\n"
    import_id = imports.stage(platform.database, STEWARD, "requests", text.encode("cp1251"))
    assert imports.run(platform.database, STEWARD, import_id).encoding == "cp1251"
    assert {variables["name"] for variables in instances(platform)} == {"Щукина Анна", "ООО «Ёлка»"}


def test_the_job_sends_what_was_staged(platform: Platform, imports: Imports) -> None:
    import_id = imports.stage(platform.database, STEWARD, "requests", MESSY.encode())
    with platform.database.read(STEWARD) as work:
        before = imports.progress(work, import_id)
    assert (before.status, before.ready, before.invalid, before.done) == ("running", 5, 4, 0)
    platform.jobs.run_due()
    with platform.database.read(STEWARD) as work:
        after = imports.progress(work, import_id)
    assert (after.status, after.done) == ("finished", 3)
    assert after.finished_at is not None


def test_staging_that_was_cut_off_goes_on_in_the_job(platform: Platform, imports: Imports, monkeypatch) -> None:
    rows = "".join(f"{n};n{n};a{n}@example.com\n" for n in range(25))
    monkeypatch.setattr(import_staging, "BATCH", 10)
    calls = []

    def killed(progress) -> None:
        calls.append(progress.total)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.stage(platform.database, STEWARD, "requests", f"Ref;Name;E-mail\n{rows}".encode(), on_progress=killed)
    assert calls == [10, 20]
    other = restarted(platform)
    with platform.database.read(STEWARD) as work:
        found = other.list(work).rows[0]
    assert (found.status, found.total) == ("staging", 20)
    done = other.run(platform.database, STEWARD, found.id)
    assert (done.status, done.done, done.total) == ("finished", 25, 25)
    with platform.database.read() as work:
        assert work.connection.execute(select(import_file)).first() is None, "the file is forgotten"


def test_a_row_is_sent_and_marked_together_or_not_at_all(platform: Platform, imports: Imports, monkeypatch) -> None:
    import_id = imports.stage(platform.database, STEWARD, "requests", b"Ref;E-mail\n1;a@example.com\n2;b@example.com\n")
    original = import_sending.statements.update_row
    broken = []

    def breaks_once(*arguments) -> None:
        if not broken:
            broken.append(True)
            raise RuntimeError("killed between publishing and marking")
        original(*arguments)

    monkeypatch.setattr(import_sending.statements, "update_row", breaks_once)
    with pytest.raises(RuntimeError):
        imports.batch(platform.database, {"import": import_id})
    assert instances(platform) == []
    assert imports.run(platform.database, STEWARD, import_id).done == 2
    assert len(instances(platform)) == 2


def test_a_busy_database_is_no_failure_of_the_row(platform: Platform, imports: Imports) -> None:
    def busy(*_arguments, **_settings):
        raise Unavailable("DB-1001", "busy")

    later = Imports(imports.definitions, platform.access.policy, publish=busy, enqueue=platform.jobs.enqueue)
    import_id = imports.stage(platform.database, STEWARD, "requests", b"Ref;E-mail\n1;a@example.com\n")
    with pytest.raises(Unavailable):
        later.batch(platform.database, {"import": import_id})
    assert imports.run(platform.database, STEWARD, import_id).done == 1


def test_without_a_process_rows_wait_and_that_is_told(empty: Platform) -> None:
    platform = empty
    progress = run(platform, platform.imports)
    assert (progress.done, progress.stored) == (3, 3)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"intake.bpmn": INTAKE})
    platform.jobs.run_due()
    assert len(instances(platform)) == 3


def test_progress_is_told_while_it_runs(platform: Platform, imports: Imports, monkeypatch) -> None:
    monkeypatch.setattr(import_staging, "BATCH", 4)
    seen: list[int] = []
    import_id = imports.stage(
        platform.database, STEWARD, "requests", MESSY.encode(), on_progress=lambda progress: seen.append(progress.total)
    )
    assert seen == [4, 7, 9]
    assert imports.run(platform.database, STEWARD, import_id).total == 9


def test_errors_and_imports_come_page_by_page(platform: Platform, imports: Imports) -> None:
    ids = [run(platform, imports).id for _ in range(3)]
    with platform.database.read(STEWARD) as work:
        first = imports.errors(work, ids[0], limit=2)
        second = imports.errors(work, ids[0], limit=10, after=first.next)
        assert [row.row for row in (*first.rows, *second.rows)] == [4, 5, 6, 9, 11]
        assert first.rows[0].values == {"channel": "import", "ref": "3", "name": "Müller"}
        pages = imports.list(work, limit=2)
        rest = imports.list(work, limit=2, after=pages.next)
        assert [one.id for one in (*pages.rows, *rest.rows)] == ids[::-1]
        for bad in ("rubbish", "W10"):
            with pytest.raises(Invalid):
                imports.errors(work, ids[0], after=bad)
            with pytest.raises(Invalid):
                imports.list(work, after=bad)


def test_only_those_who_may_import_do_and_look(platform: Platform, imports: Imports) -> None:
    import_id = run(platform, imports).id
    clerk = Actor(id="clerk", name="Demo Clerk", roles=frozenset({"clerk"}))
    with pytest.raises(Forbidden):
        imports.stage(platform.database, clerk, "requests", MESSY.encode())
    with platform.database.read(clerk) as work:
        for call in (imports.progress, imports.errors):
            with pytest.raises(Forbidden):
                call(work, import_id)
        with pytest.raises(Forbidden):
            imports.list(work)
    with pytest.raises(Forbidden):
        imports.run(platform.database, clerk, import_id)
    with platform.database.read(STEWARD) as work:
        for unknown in ("nothing", "\x00", "\ud800"):
            with pytest.raises(NotFound):
                imports.progress(work, unknown)


def test_an_import_is_guessed_by_the_header(imports: Imports) -> None:
    assert imports.guess(MESSY.encode()) == "requests"
    assert imports.guess(b"who\nsomebody\n") == "people"
    with pytest.raises(Invalid) as refused:
        imports.guess(b"a,b\n1,2\n")
    said = "No import fits this file with the columns a, b. There are: people: Who; requests: Ref, Name."
    assert refused.value.detail == said


@pytest.mark.parametrize("text", ["Ref;E-mail\n", "Ref;Colour\n1;red\n"])
def test_a_file_that_cannot_be_imported_leaves_nothing_behind(platform: Platform, imports: Imports, text: str) -> None:
    with pytest.raises(Invalid):
        imports.stage(platform.database, STEWARD, "requests", text.encode())
    with pytest.raises(NotFound, match="'requests'"):
        imports.stage(platform.database, STEWARD, "reqests", MESSY.encode())
    with platform.database.read(STEWARD) as work:
        assert imports.list(work).rows == ()


def test_reasons_are_written_in_the_language_of_who_imports(platform: Platform, imports: Imports) -> None:
    steward = Actor(id="s", name="S", roles=frozenset({"steward"}), language="ru")
    import_id = imports.stage(platform.database, steward, "requests", MESSY.encode())
    with speaking("ru"):
        from runtime.i18n import _

        expected = _("This must be filled in.")
    assert bad_rows(platform, imports, import_id)[5] == [("ref", "Ref", expected)]
    assert expected != "This must be filled in."


def test_killing_the_worker_changes_nothing_in_the_end(platform: Platform, imports: Imports, tmp_path: Path) -> None:
    rows = "".join(f"{n};name {n};a{n}@example.com\n" for n in range(60))
    import_id = imports.stage(platform.database, STEWARD, "requests", f"Ref;Name;E-mail\n{rows}".encode())
    script = Path(__file__).with_name("import_worker.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    for after in (0.1, 0.3):
        worker = subprocess.Popen(
            [sys.executable, str(script), platform.database.url, str(tmp_path / "demo"), import_id],
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        try:
            worker.wait(after)
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    progress = imports.run(platform.database, STEWARD, import_id)
    assert (progress.status, progress.done, progress.repeated, progress.failed) == ("finished", 60, 0, 0)
    assert sorted(variables["ref"] for variables in instances(platform)) == sorted(str(n) for n in range(60))
    with platform.database.read() as work:
        started = work.connection.execute(select(import_row.c.instances)).scalars().all()
    assert all(len(ids) == 1 for ids in started)
    assert len({ids[0] for ids in started}) == 60
