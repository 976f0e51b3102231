"""The CRM in tests: its handlers over records in memory, and the whole package in an installation of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import runtime.platform as platforms
from runtime.access.actor import SYSTEM, Actor
from runtime.clock import Clock
from runtime.packages.demo import install_demo
from runtime.platform import Config, Platform
from runtime.sdk import Job

HOME = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _declared(folder: str) -> list[dict[str, Any]]:
    files = sorted((HOME / "crm_package" / folder).glob("*.yaml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


TYPES = {one["type"]: one for one in _declared("record_types")}
PIPELINES = {one["type"]: one for one in _declared("pipelines")}


@dataclass
class MemoryRecords:
    """`runtime.sdk.Records`. A field that is not declared is a mistake, and so is a choice that is none."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: list[tuple[str, str, str, str]] = field(default_factory=list)
    people: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def create(self, type: str, values: Mapping[str, Any]) -> dict[str, Any]:
        rows = self.rows.setdefault(type, [])
        columns = [name for name, one in TYPES[type]["fields"].items() if one["type"] != "children"]
        row: dict[str, Any] = dict.fromkeys(columns) | {"owner": None, "created_at": len(rows)}
        row |= {"id": f"{type}-{len(rows) + 1}", "number": f"{len(rows) + 1:05d}"}
        if type in PIPELINES:
            row |= {"stage": next(iter(PIPELINES[type]["stages"]))}
        rows.append(row)
        return self._fill(type, row, values)

    def get(self, type: str, id: str) -> dict[str, Any] | None:
        return next((self._seen(type, row) for row in self.rows.get(type, []) if row["id"] == id), None)

    def update(self, type: str, id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return self._fill(type, next(row for row in self.rows[type] if row["id"] == id), values)

    def transition(
        self, type: str, id: str, stage: str, values: Mapping[str, Any] | None = None, reason: str | None = None
    ) -> dict[str, Any]:
        assert stage in PIPELINES[type]["stages"]
        return self._fill(type, next(row for row in self.rows[type] if row["id"] == id), {**(values or {}), "stage": stage})

    def assign(self, type: str, id: str, user: str | None) -> dict[str, Any]:
        return self.update(type, id, {"owner": user})

    def find(
        self, type: str, where: Mapping[str, Any] | None = None, order: Sequence[str] = (), limit: int = 100
    ) -> list[dict[str, Any]]:
        found = [row for row in map(lambda row: self._seen(type, row), self.rows.get(type, [])) if _matches(row, where or {})]
        for name in reversed(order):
            bare = name.removeprefix("-")
            found.sort(key=lambda row: (row[bare] is not None, row[bare]), reverse=name.startswith("-"))
        return found[:limit]

    def note(self, type: str, id: str, kind: str, text: str, data: Mapping[str, Any] | None = None) -> None:
        self.notes.append((type, id, kind, text))

    def users(self, role: str) -> list[dict[str, Any]]:
        return sorted(self.people.get(role, []), key=lambda user: user["id"])

    def _fill(self, type: str, row: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            assert name in row, f"{type} has no field {name}"
            choices = TYPES[type]["fields"].get(name, {}).get("choices")
            assert value is None or choices is None or isinstance(value, list) or value in choices, f"{type}.{name}: {value}"
        row.update(values)
        return self._seen(type, row)

    def _seen(self, type: str, row: dict[str, Any]) -> dict[str, Any]:
        stage = {"stage_category": PIPELINES[type]["stages"][row["stage"]]["category"]} if type in PIPELINES else {}
        return row | stage


def _matches(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    return all(row[name] in wanted if isinstance(wanted, list) else row[name] == wanted for name, wanted in where.items())


@dataclass
class Desk:
    """Runs handlers over the same records. `published` are the messages they sent: name, key, variables."""

    records: MemoryRecords
    published: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    now: datetime = NOW

    def run(self, handler: Any, headers: Mapping[str, str] | None = None, /, **variables: Any) -> dict[str, Any]:
        job = Job(
            type="test",
            key="1",
            instance="1",
            element="test",
            now=self.now,
            variables=variables,
            headers=headers or {},
            records=self.records,
            publish=lambda name, key, values: self.published.append((name, key, values)),
        )
        return dict(handler(job) or {})


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def desk(records: MemoryRecords) -> Desk:
    return Desk(records)


class Crm:
    """An installation with the CRM and its demo data, and hands to work in it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.records, self.database = platform.records, platform.database

    def work_off(self) -> None:
        """Run what is due, and what comes of it, until nothing is."""
        while self.platform.jobs.run_due():
            pass

    def later(self, **duration: float) -> None:
        """Let time pass and do what falls due on the way."""
        self.database.clock.advance(timedelta(**duration))
        self.work_off()

    def now(self) -> datetime:
        with self.database.read(SYSTEM) as work:
            return work.now

    def today(self) -> date:
        return self.now().date()

    def receive(self, **given: Any) -> str:
        """Send a request in; the id of the process instance."""
        with self.database.write(SYSTEM, "web form") as work:
            answer = self.platform.messages.publish(work, "request.received", "", REQUEST | given)
        self.work_off()
        return str(answer.started[0])

    def publish(self, name: str, key: str, **variables: Any) -> None:
        with self.database.write(SYSTEM, "test") as work:
            self.platform.messages.publish(work, name, key, variables)
        self.work_off()

    def actor(self, user: str) -> Actor:
        with self.database.read(SYSTEM) as work:
            return next(one.actor() for one in self.platform.access.users(work) if one.id == user)

    def tasks(self, user: str) -> list[str]:
        """The names of the tasks that a user may do."""
        with self.database.read(self.actor(user)) as work:
            return [task.name for task in self.platform.processes.tasks(work, view="all").rows]

    def do(self, user: str, name: str, **values: Any) -> None:
        """Let a user complete the only task of that name."""
        with self.database.write(self.actor(user)) as work:
            [task] = [task for task in self.platform.processes.tasks(work, view="all").rows if task.name == name]
            self.platform.processes.complete_task(work, task.id, values)
        self.work_off()

    def all(self, type: str, **where: Any) -> list[dict[str, Any]]:
        with self.database.read(SYSTEM) as work:
            return list(self.records.find(work, type, where=where, order=("created_at",)).rows)

    def count(self, type: str, **where: Any) -> int:
        with self.database.read(SYSTEM) as work:
            return self.records.count(work, type, where=where)

    def lead(self) -> dict[str, Any]:
        """The lead, when there is one."""
        [lead] = self.all("lead")
        return lead

    def story(self) -> list[str]:
        """The stages the lead went through."""
        with self.database.read(SYSTEM) as work:
            return [change.to_stage for change in self.records.stage_history(work, "lead", self.lead()["id"])]

    def status(self, process: str) -> list[str]:
        """The status of every instance of a process; an incident is a mistake in any scenario."""
        with self.database.read(SYSTEM) as work:
            assert [f"{one.element}: {one.message}" for one in self.platform.processes.incidents(work)] == []
            return [one.status for one in self.platform.processes.instances(work, process_id=process, limit=200).rows]


REQUEST: dict[str, Any] = {
    "name": "Demo Visitor",
    "company": "Example Freight Ltd (demo)",
    "email": "visitor@freight.example.com",
    "phone": "020 7946 0111",
    "country": "GB",
    "language": None,
    "industry": "logistics",
    "company_size": "medium",
    "person_role": "manager",
    "product_group": "equipment",
    "subject": "Quote for 20 scanners",
    "text": "Please send a price for 20 scanners. We want to decide this month.",
    "budget": Decimal(12000),
    "timeframe_days": Decimal(30),
    "channel": "web",
    "form_trap": None,
}
"""A request that gets grade A."""


def installed(database_url: str, folder: Path) -> Platform:
    """An installation with the CRM on a database."""
    config = Config(database=database_url, data_dir=folder, installed_packages=False)
    platform = platforms.build(config, packages=[HOME / "crm_package"], clock=Clock())
    platform.prepare()
    return platform


def with_demo(platform: Platform) -> Platform:
    with platform.database.write(SYSTEM, "demo") as work:
        install_demo(work, platform.packages.get("crm"), platform.access, platform.records)
    return platform


@pytest.fixture(scope="session")
def crm_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the CRM and its demo data, to be copied: hashing the passwords takes its time."""
    folder = tmp_path_factory.mktemp("crm")
    shutil.copy(sqlite_template, folder / "crm.db")
    platform = with_demo(installed(f"sqlite:///{folder / 'crm.db'}", folder))
    with platform.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    platform.database.close()
    return folder / "crm.db"


@pytest.fixture
def crm(crm_template: Path, tmp_path: Path) -> Iterator[Crm]:
    shutil.copy(crm_template, tmp_path / "crm.db")
    platform = installed(f"sqlite:///{tmp_path / 'crm.db'}", tmp_path)
    yield Crm(platform)
    platform.database.close()


@pytest.fixture
def crm_on_both(database_url: str, tmp_path: Path) -> Iterator[Crm]:
    """The same on SQLite and on PostgreSQL."""
    platform = with_demo(installed(database_url, tmp_path))
    yield Crm(platform)
    platform.database.close()
