"""From a folder into a running installation: deployment, record types, roles, handlers, and upgrades."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, Invalid, NotFound
from runtime.packages.check import check_package
from runtime.packages.find import Found
from runtime.packages.read import read_package
from runtime.packages.service import Packages
from runtime.platform import BUILT_IN_HANDLERS, Platform
from tests.support.diagrams import diagram, form, line, named_message, service_task, user_task
from tests.support.diagrams import message as by_message
from tests.support.statements import counted

OpenPlatform = Callable[..., Platform]

MANIFEST = """\
name: {name}
version: 1.0.0
label: {{en: Desk}}
resources: ['*.bpmn', '*.form']
record_types: [ticket.yaml]
pipelines: [ticket_pipeline.yaml]
roles: roles.yaml
handlers: [handlers]
menu: [{type}]
public_forms:
  - {{path: {path}, form: f, message: ticket.sent, label: {{en: Ask}}}}
"""
TYPE = """\
type: {type}
label: {{en: Ticket}}
plural: {{en: Tickets}}
title: subject
pipelines: [{type}.standard]
fields:
  subject: {{type: text, required: true, searchable: true, label: {{en: Subject}}}}
"""
PIPELINE = """\
pipeline: {type}.standard
type: {type}
label: {{en: Standard}}
default: true
stages:
  open: {{label: {{en: Open}}, category: open, next: [done]}}
  done: {{label: {{en: Done}}, category: won}}
"""
ROLES = """\
roles:
  {type}_clerk:
    label: {{en: Clerk}}
    permissions: [task.work]
    grants: [{{type: {type}, actions: [read, create, update, transition], scope: all}}]
"""
HANDLERS = """\
from runtime.sdk import Job, handler


@handler("{type}.greet")
def greet(job: Job) -> dict[str, object]:
    return {{"greeting": "Hello, " + job.variables["subject"]}}
"""


def _flow(type: str) -> bytes:
    made = f'<zeebe:input source="={{subject: subject}}" target="values" /><zeebe:output source="=record.id" target="{type}" />'
    moved = f'<zeebe:input source="={type}" target="id" /><zeebe:input source="=&#34;done&#34;" target="stage" />'
    return diagram(
        f"{type}_flow",
        line(
            service_task("greet", f"{type}.greet"),
            service_task("make", "record.create", headers={"type": type}, io=made),
            user_task("answer", groups=f"{type}_clerk", form="f"),
            service_task("close", "record.transition", headers={"type": type}, io=moved),
            start=by_message("S"),
        ),
        outside=named_message("S", f"{type}.sent"),
    )


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a package for a record type into a folder."""

    def one(name: str = "desk", type: str = "ticket", path: str = "ask") -> Path:
        folder = tmp_path / f"package_{name}"
        folder.mkdir(exist_ok=True)
        texts = {"package.yaml": MANIFEST, "ticket.yaml": TYPE, "ticket_pipeline.yaml": PIPELINE, "roles.yaml": ROLES}
        for file, text in (texts | {"handlers.py": HANDLERS}).items():
            (folder / file).write_text(text.format(name=name, type=type, path=path), encoding="utf-8")
        (folder / f"{type}_flow.bpmn").write_bytes(_flow(type))
        (folder / f"{name}.form").write_bytes(form("f" if name == "desk" else f"f_{name}", "note"))
        return folder

    return one


CLERK = Actor(id="demo-clerk", name="Demo Clerk", roles=frozenset({"ticket_clerk"}))


def test_a_package_brings_processes_record_types_roles_handlers_and_forms(open_platform: OpenPlatform, write: Write) -> None:
    platform = open_platform(packages=[write()])
    assert platform.packages.menu == ("ticket",)
    assert platform.packages.public_forms["ask"].message == "ticket.sent"
    assert "ticket.greet" in platform.handlers.types
    assert "ticket" in platform.records.types
    with platform.database.write(SYSTEM) as work:
        answer = platform.messages.publish(work, "ticket.sent", "", {"subject": "Printer"})
    (instance,) = answer.started
    with platform.database.read(CLERK) as work:
        detail = platform.processes.instance(work, instance)
        (task,) = platform.processes.tasks(work, view="groups").rows
        ticket = platform.records.get(work, "ticket", str(detail.variables["ticket"]))
    assert detail.variables["greeting"] == "Hello, Printer"
    assert ticket["subject"] == "Printer"
    assert task.records == (("ticket", ticket["id"]),)
    with platform.database.write(CLERK) as work:
        platform.processes.complete_task(work, task.id, {"note": "fixed"})
    with platform.database.read(CLERK) as work:
        assert platform.records.get(work, "ticket", ticket["id"])["stage"] == "done"
        lines = platform.records.timeline(work, "ticket", ticket["id"]).rows
        tasks = platform.processes.tasks(work, view="all", record=("ticket", ticket["id"])).rows
        listed = platform.processes.instances(work, record=("ticket", ticket["id"])).rows
    told = [(line.kind, line.title, line.actor_id) for line in reversed(lines)]
    assert [kind for kind, _, _ in told] == [
        "created",
        "process.started",
        "stage_changed",
        "task.completed",
        "process.completed",
    ]
    assert ("task.completed", "Answer", "demo-clerk") in told
    assert tasks == ()
    assert [row.id for row in listed] == [instance]


def test_a_record_event_starts_a_process_about_its_record(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    moved = diagram(
        "ticket_moved",
        line(user_task("look", groups="ticket_clerk"), start=by_message("S")),
        outside=named_message("S", "ticket.stage_changed"),
    )
    (folder / "moved.bpmn").write_bytes(moved)
    platform = open_platform(packages=[folder])
    with platform.database.write(CLERK) as work:
        ticket = platform.records.create(work, "ticket", {"subject": "Printer"})
        platform.records.transition(work, "ticket", ticket["id"], "done")
    platform.jobs.run_due()
    with platform.database.read(CLERK) as work:
        (task,) = platform.processes.tasks(work, view="groups", record=("ticket", ticket["id"])).rows
        variables = platform.processes.task(work, task.id).variables
        kinds = [entry.kind for entry in platform.records.timeline(work, "ticket", ticket["id"]).rows]
    assert task.name == "Look"
    assert variables["to_category"] == "won"
    assert "process.started" in kinds


def test_installing_again_changes_nothing_and_is_quick(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    open_platform(packages=[folder])
    platform = open_platform(packages=[folder])
    with counted(platform.database) as statements:
        assert [row.changed for row in platform.prepare()] == [False]
    assert len(statements) < 30
    with platform.database.read() as work:
        assert [row["version"] for row in platform.processes.definitions(work)] == [1]
        (row,) = platform.packages.list(work)
    assert (row.name, row.version, row.present) == ("desk", "1.0.0", True)


def test_a_changed_package_is_upgraded(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    open_platform(packages=[folder])
    content = (folder / "ticket_flow.bpmn").read_bytes()
    (folder / "ticket_flow.bpmn").write_bytes(content.replace(b'name="Answer"', b'name="Reply"'))
    platform = open_platform(packages=[folder])
    with platform.database.read() as work:
        (row,) = platform.processes.definitions(work)
    assert (row["version"], row["package"]) == (2, "desk")


def test_what_a_person_deployed_over_a_package_survives_a_restart(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    platform = open_platform(packages=[folder])
    files = dict(read_package(folder).resources)
    files["ticket_flow.bpmn"] = files["ticket_flow.bpmn"].replace(b'name="Answer"', b'name="Mine"')
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, files)
    again = open_platform(packages=[folder])
    with again.database.read() as work:
        assert [row["version"] for row in again.processes.definitions(work)] == [2]


def test_a_package_with_a_broken_diagram_is_not_installed_at_all(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    (folder / "ticket_flow.bpmn").write_bytes(_flow("ticket").replace(b"serviceTask", b"oddTask"))
    with pytest.raises(Invalid) as caught:
        open_platform(packages=[folder])
    assert any(problem.resource == "ticket_flow.bpmn" and problem.line for problem in caught.value.problems)
    platform = open_platform()
    with platform.database.read() as work:
        assert platform.packages.list(work) == ()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"name": "other", "type": "ticket", "path": "other"}, "REC-1000"),
        ({"name": "other", "type": "issue", "path": "ask"}, "PKG-1042"),
    ],
)
def test_a_clash_of_two_packages_stops_the_start_and_names_both(
    open_platform: OpenPlatform, write: Write, second: dict[str, str], code: str
) -> None:
    with pytest.raises((Conflict, Invalid)) as caught:
        open_platform(packages=[write(), write(**second)])
    error: Any = caught.value
    assert error.code == code
    told = " ".join([error.detail, *map(str, error.problems)])
    assert "'desk'" in told
    assert "other" in told


def test_a_clash_of_handlers_names_both_packages(open_platform: OpenPlatform, write: Write) -> None:
    other = write("other", "issue", "other")
    (other / "handlers.py").write_text(HANDLERS.format(type="ticket"))
    with pytest.raises(Conflict, match=r"'desk'.*'other'"):
        open_platform(packages=[write(), other])


def test_a_process_of_another_package_names_both(open_platform: OpenPlatform, write: Write) -> None:
    other = write("other", "issue", "other")
    (other / "more.bpmn").write_bytes(diagram("ticket_flow", line(user_task("x", groups="issue_clerk"))))
    with pytest.raises(Conflict, match=r"'desk'.*'other'"):
        open_platform(packages=[write(), other])


def test_a_missing_handler_module_is_explained(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    (folder / "handlers.py").unlink()
    with pytest.raises(Invalid, match=r"'handlers'.*cannot be found"):
        open_platform(packages=[folder])


def test_a_handler_module_that_misses_something_else_is_not_called_missing(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    (folder / "broken_handlers.py").write_text("import no_such_module_at_all\n")
    text = (folder / "package.yaml").read_text().replace("[handlers]", "[broken_handlers]")
    (folder / "package.yaml").write_text(text)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        open_platform(packages=[folder])


def test_a_package_removed_later_is_listed_as_not_present(open_platform: OpenPlatform, write: Write) -> None:
    open_platform(packages=[write()])
    platform = open_platform()
    with platform.database.read() as work:
        (row,) = platform.packages.list(work)
    assert not row.present


def test_a_menu_with_an_unknown_record_type_stops_the_start(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    (folder / "package.yaml").write_text((folder / "package.yaml").read_text().replace("menu: [ticket]", "menu: [tickit]"))
    with pytest.raises(Invalid, match="Did you mean 'ticket'"):
        open_platform(packages=[folder])


def test_a_public_form_that_is_not_there_stops_the_start(open_platform: OpenPlatform, write: Write) -> None:
    folder = write()
    (folder / "package.yaml").write_text((folder / "package.yaml").read_text().replace("form: f,", "form: g,"))
    with pytest.raises(Invalid, match="shows the form 'g'"):
        open_platform(packages=[folder])


def test_a_check_without_a_database_finds_what_is_wrong_everywhere(write: Write) -> None:
    folder = write()
    assert check_package(folder, built_in=BUILT_IN_HANDLERS)[1] == ()
    (folder / "ticket_flow.bpmn").write_bytes(_flow("ticket").replace(b"ticket.greet", b"ticket.great"))
    (folder / "ticket.yaml").write_text(TYPE.format(type="ticket") + "colour: red\n")
    text = (folder / "package.yaml").read_text().replace("form: f,", "form: g,").replace("requires: []", "")
    (folder / "package.yaml").write_text(text + "requires: [crm]\n")
    package, problems = check_package(folder, built_in=BUILT_IN_HANDLERS)
    assert package is not None
    told = {(problem.resource, problem.code) for problem in problems}
    assert ("package.yaml", "PKG-1035") in told
    assert ("package.yaml", "PKG-1044") in told
    assert ("ticket.yaml", "PKG-1051") in told
    assert any(resource == "ticket_flow.bpmn" for resource, _ in told)


def test_a_check_of_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    package, problems = check_package(tmp_path)
    assert package is None
    assert [problem.code for problem in problems] == ["PKG-1020"]


def test_an_unknown_package_is_not_found_with_advice(write: Write) -> None:
    packages = Packages(Found((read_package(write()),)), lambda work, resources, package=None: None, lambda work: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(NotFound, match="Did you mean 'desk'"):
        packages.get("desc")
    assert packages.get("desk").name == "desk"
