"""What the page of an instance shows of its past beside the journal: how long each step took, and which decisions were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.history import reading
from runtime.http.current import platform
from runtime.http.instances.names import Names
from runtime.store.work import Work

SHOWN = 200
"""Steps, and decisions, on the page; the API has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the instance; `took` is None while it goes on, `who` empty where nobody did it."""

    name: str
    began: datetime
    took: timedelta | None
    interrupted: bool
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """`decisions` are entries of the trace of an evaluation: name, inputs, rules that were hit, output."""

    steps: tuple[Step, ...]
    decisions: tuple[Mapping[str, Any], ...]


def past_of(work: Work, instance_id: str, names: Names) -> Past:
    """The past of an instance as it is now."""
    library = platform().parts.library
    rows = [row for row in reading.activities(work, library, instance_id, limit=SHOWN) if row["kind"] != "process"]
    people = platform().access.names(work, {row["done_by"] for row in rows if row["done_by"]})
    asked = reading.decisions(work, library, instance_id, limit=SHOWN)
    return Past(
        steps=tuple(_step(row, names, people) for row in rows),
        decisions=tuple(entry for one in asked for entry in _trace(one["trace"])),
    )


def _trace(found: Any) -> list[Mapping[str, Any]]:
    """The entries of a trace; executors other than the kernel have traces of other kinds, which their journal shows."""
    return [entry for entry in found if isinstance(entry, Mapping) and "decision" in entry] if isinstance(found, list) else []


def _step(row: Mapping[str, Any], names: Names, people: Mapping[str, str]) -> Step:
    took = None if row["milliseconds"] is None else timedelta(milliseconds=row["milliseconds"])
    return Step(
        name=names.element(row["element"]),
        began=row["activated_at"],
        took=took,
        interrupted=row["outcome"] == "terminated",
        who=people.get(row["done_by"], row["done_by"]) if row["done_by"] else "",
    )
