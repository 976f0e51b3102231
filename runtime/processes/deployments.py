"""Deploy files: checked together, stored together, pinned together. Running instances stay on the version they have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import RowMapping, text

from engine.api import (
    Checked,
    FeelError,
    Known,
    MessageDefinition,
    Problem,
    ProcessDefinition,
    Severity,
    SignalDefinition,
    check_resources,
)
from runtime.errors import Conflict, Invalid, NotFound
from runtime.messages import statements as message_statements
from runtime.processes import deployment_statements as statements
from runtime.processes.parts import Parts
from runtime.signals import statements as signal_statements
from runtime.store.ids import new_id
from runtime.store.types import Row
from runtime.store.work import Work
from runtime.timers.starts import TimerStarts

MOST_FILES = 500
LARGEST_FILE = 2 * 1024 * 1024
LONGEST_ID = 200

_NAME = re.compile(r"[^/\\\0]{1,200}\.(bpmn|dmn|form)", re.IGNORECASE)
_ONE_AT_A_TIME = 7_240_002
"""Key of the PostgreSQL advisory lock under which versions are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a process; `key` addresses it."""

    key: str
    process_id: str
    version: int
    name: str
    resource: str
    version_tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What `deploy` did. `is_new` is False when the same files were the latest already; `problems` holds warnings."""

    id: str
    content_hash: str
    is_new: bool
    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...] = ()


class ExpectMessage(Protocol):
    """Told that a start event for a message was deployed."""

    def __call__(self, work: Work, name: str) -> None: ...


class Deployments:
    """The one way for files into the database."""

    def __init__(self, parts: Parts, timers: TimerStarts, expect: ExpectMessage) -> None:
        self._parts = parts
        self._timers = timers
        self._expect = expect

    def check(self, work: Work, resources: Mapping[str, bytes]) -> Checked:
        """What is wrong with the files, given what is deployed and which handlers are installed. Nothing is changed."""
        processes, decisions, forms = statements.select_known(work.connection)
        known = Known(
            processes=processes,
            decisions=decisions,
            forms=forms,
            job_types=self._parts.handlers.types,
            tagged=statements.select_tags(work.connection),
            calendars=self._parts.library.calendars,
            python=self._parts.allow_python,
        )
        return check_resources(resources, known=known, now=work.now)

    def deploy(self, work: Work, resources: Mapping[str, bytes], *, package: str | None = None) -> Deployment:
        """Store the files as one deployment and each process in them as its next version.

        The same content again, while it is the latest, is no new deployment. Raises Invalid with all problems, or Conflict
        when a process belongs to another package.
        """
        _must_be_files(resources)
        if work.connection.dialect.name == "postgresql":
            work.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        content_hash = hash_of(resources)
        known = self._already(work, content_hash)
        if known is not None:
            return known
        checked = self.check(work, resources)
        if not checked.ok:
            errors = [problem for problem in checked.problems if problem.severity is Severity.ERROR]
            raise Invalid("DEPLOY-1001", _summary(errors), problems=checked.problems)
        _must_have_short_ids(checked)
        if package is not None:
            _must_own(work, package, list(checked.processes))
        return self._store(work, resources, checked, content_hash, package)

    def _already(self, work: Work, content_hash: str) -> Deployment | None:
        """The deployment with this content, when all its processes are the latest versions."""
        for deployment_id in statements.select_same(work.connection, content_hash)[:1]:
            bundle = self._parts.library.bundle(work, deployment_id)
            rows = {process: statements.select_latest_definition(work.connection, process) for process in bundle.keys}
            if rows and all(row is not None and row["key"] == bundle.keys[process] for process, row in rows.items()):
                definitions = tuple(definition_of(row) for row in rows.values() if row is not None)
                return Deployment(id=deployment_id, content_hash=content_hash, is_new=False, definitions=definitions)
        return None

    def _store(
        self, work: Work, resources: Mapping[str, bytes], checked: Checked, content_hash: str, package: str | None
    ) -> Deployment:
        head: dict[str, Any] = {"id": new_id(), "package": package, "content_hash": content_hash, "deployed_at": work.now}
        head |= {"deployed_by": work.actor.id, "why": work.why}
        parts = _parts(head["id"], checked)
        files = [_file(head["id"], name, content) for name, content in resources.items()]
        statements.insert_deployment(work.connection, head, files, parts)
        rows = [_next_version(work, head["id"], process) for process in checked.processes.values()]
        statements.insert_definitions(work.connection, rows)
        for row in rows:
            self._set_triggers(work, row["key"], checked.processes[row["process_id"]])
        definitions = tuple(definition_of(row) for row in rows)
        return Deployment(
            id=head["id"], content_hash=content_hash, is_new=True, definitions=definitions, problems=checked.problems
        )

    def _set_triggers(self, work: Work, key: str, process: ProcessDefinition) -> None:
        """Messages, signals and timers start the new version from now on, and the old one no more."""
        rows, signals = [], []
        for element in process.start_events(process.id):
            start = {"process_id": process.id, "element": element.id, "definition_key": key}
            for definition in element.definitions:
                if isinstance(definition, MessageDefinition):
                    rows.append(start | {"message": _name_of(work, process, element.id, definition)})
                elif isinstance(definition, SignalDefinition):
                    signals.append(start | {"signal": _name_of(work, process, element.id, definition)})
        signal_statements.replace_starts(work.connection, process.id, signals)
        message_statements.replace_starts(work.connection, process.id, rows)
        for row in rows:
            self._expect(work, row["message"])
        self._timers.replace(work, key, process)


def hash_of(resources: Mapping[str, bytes]) -> str:
    """SHA-256 over the files and their names."""
    digest = hashlib.sha256()
    for name, content in sorted(resources.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def definition_of(row: Row) -> Definition:
    """The definition in a row."""
    names = ("key", "process_id", "version", "name", "resource", "version_tag")
    return Definition(**{name: row[name] for name in names})


def _must_be_files(resources: Mapping[str, bytes]) -> None:
    if not resources or len(resources) > MOST_FILES:
        raise Invalid("DEPLOY-1002", f"A deployment has 1 to {MOST_FILES} files; these are {len(resources)}.")
    for name, content in resources.items():
        if not _NAME.fullmatch(name):
            raise Invalid(
                "DEPLOY-1003", f"{name!r} cannot be deployed. A file's name ends in .bpmn, .dmn or .form, without folders."
            )
        if len(content) > LARGEST_FILE:
            raise Invalid("DEPLOY-1004", f"{name} is larger than {LARGEST_FILE:,} bytes.")


def _must_have_short_ids(checked: Checked) -> None:
    """Ids stand in indexes, so they have an end."""
    ids = [*checked.processes, *checked.decisions, *checked.forms]
    ids += [element for process in checked.processes.values() for element in process.elements]
    too_long = next((name for name in ids if len(name) > LONGEST_ID), None)
    if too_long is not None:
        raise Invalid(
            "DEPLOY-1008", f"The id {too_long[:40]!r}… is longer than {LONGEST_ID} characters. Give it a shorter one."
        )


def _must_own(work: Work, package: str, process_ids: list[str]) -> None:
    for process_id, owner in statements.select_owners(work.connection, process_ids).items():
        if owner != package:
            both = f"The process {process_id!r} belongs to the package {owner!r} and is in {package!r}, too."
            raise Conflict("DEPLOY-1005", f"{both} Give it another id.")


def _next_version(work: Work, deployment_id: str, process: ProcessDefinition) -> dict[str, Any]:
    latest: RowMapping | None = statements.select_latest_definition(work.connection, process.id)
    row = {"key": new_id(), "process_id": process.id, "version": latest["version"] + 1 if latest else 1}
    row |= {"version_tag": process.version_tag, "name": process.name or process.id, "time_to_live": process.time_to_live}
    return row | {"deployment_id": deployment_id, "resource": process.resource}


def _name_of(work: Work, process: ProcessDefinition, element: str, event: MessageDefinition | SignalDefinition) -> str:
    expression = event.name
    try:
        value = expression.text if expression.feel is None else expression.feel.evaluate({}, now=work.now).value
    except FeelError:
        value = None
    if isinstance(value, str) and value:
        return value
    problem = Problem(
        code="DEPLOY-1007",
        message=f"The name {expression.text!r} of the start event's message or signal is no text.",
        resource=process.resource,
        element=element,
        line=expression.line or None,
        fix="A start event has no variables: write the name itself.",
    )
    raise Invalid(problem.code, str(problem), problems=[problem])


def _parts(deployment_id: str, checked: Checked) -> list[dict[str, str | None]]:
    """The decisions and forms of the files, with their version tags."""
    tags = {(kind, name): tag for kind, name, tag in checked.tags()}
    ids = [*(("decision", name) for name in checked.decisions), *(("form", name) for name in checked.forms)]
    row: dict[str, str | None] = {"deployment_id": deployment_id}
    return [
        row | {"kind": kind, "part_id": name, "resource": checked.origin[name], "version_tag": tags.get((kind, name))}
        for kind, name in ids
    ]


def _file(deployment_id: str, name: str, content: bytes) -> dict[str, Any]:
    return {"deployment_id": deployment_id, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "content": content}


def _summary(errors: list[Problem]) -> str:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"The files cannot be deployed: {errors[0]}{more}" if errors else "The files cannot be deployed."


def find_definition(work: Work, process_id: str, version: int | None = None) -> Definition:
    """A version of a process, the latest when None. Raises NotFound."""
    if version is None:
        row = statements.select_latest_definition(work.connection, process_id)
    else:
        row = statements.select_version(work.connection, process_id, version)
    if row is None:
        which = f"version {version} of the process" if version is not None else "process"
        raise NotFound("PROC-1001", f"There is no {which} {process_id!r}. Deploy it first.")
    return definition_of(row)
