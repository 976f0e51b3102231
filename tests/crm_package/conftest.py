"""Records in memory with the fields that the package's files declare, so that handlers are tested without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

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
