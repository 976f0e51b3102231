"""From rows of an instance's journal to rows of the read models. Pure: what is stored already comes in, what follows comes out.

The journal is read as it is stored (`engine.api.event_to_json`): its names never change their meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from runtime.store.types import Row

Activity = dict[str, Any]
"""A row of `history_activity` without its instance."""

KindOf = Callable[[str, str], str]
"""The BPMN element behind a definition key and an element's id."""

_ENDS = {"ElementCompleted": "completed", "ElementTerminated": "terminated"}
_BLANK = {"ended_at": None, "outcome": None, "milliseconds": None, "task": None, "done_by": None, "done_for": None}


@dataclass(slots=True)
class Folded:
    """What rows of a journal come to. `activities` are by key; `new` and `changed` say what became of which."""

    activities: dict[int, Activity] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)


def touched(rows: Iterable[Row]) -> tuple[set[int], set[int]]:
    """Keys and tasks of activities that began before these rows and that they may be about."""
    keys: set[int] = set()
    tasks: set[int] = set()
    begun: set[int] = set()
    for event in (event for row in rows for event in row["events"]):
        if event["event"] == "ElementActivated":
            begun.add(event["key"])
        elif isinstance(event.get("key"), int):
            keys.add(event["key"])
        if isinstance(event.get("task"), int):
            tasks.add(event["task"])
    return keys - begun, tasks


def fold(rows: Iterable[Row], stored: Mapping[int, Activity], kind_of: KindOf) -> Folded:
    """Read rows in their order; `stored` are the activities that `touched` asked for."""
    fold = _Fold(stored, kind_of)
    for row in rows:
        fold.read(row)
    return fold.folded


class _Fold:
    """Reads a journal event by event."""

    def __init__(self, stored: Mapping[int, Activity], kind_of: KindOf) -> None:
        self.folded = Folded(activities={key: dict(activity) for key, activity in stored.items()})
        self._kind_of = kind_of
        self._tasks = {activity["task"]: key for key, activity in stored.items() if activity["task"] is not None}

    def read(self, row: Row) -> None:
        """One transaction: its line in the audit, then its events."""
        decisions = 0
        for event in row["events"]:
            reader = _READERS.get(event["event"])
            if reader is not None:
                reader(self, event, row["at"])
            elif event["event"] == "DecisionEvaluated":
                self.folded.decisions.append(_decision(row, decisions, event))
                decisions += 1
        line = {name: row[name] for name in ("seq", "at", "actor", "actor_name", "via", "why", "command")}
        self.folded.audit.append({**line, "element": self._about(row["events"])})

    def _about(self, events: Iterable[Mapping[str, Any]]) -> str | None:
        """The element that the command was about: that of the first event which has one."""
        for event in events:
            if event["event"] == "ElementActivated" or isinstance(event.get("element"), str):
                return str(event["element"])
            key = event.get("key", self._tasks.get(event.get("task", -1)))
            if key in self.folded.activities:
                return str(self.folded.activities[key]["element"])
        return None

    def activated(self, event: Mapping[str, Any], at: datetime) -> None:
        key, process, element = event["key"], event["process"], event["element"]
        row = {"key": key, "definition_key": process, "element": element, "kind": self._kind_of(process, element)}
        self.folded.activities[key] = {**row, "parent": event.get("parent"), "activated_at": at, **_BLANK}
        self.folded.new.add(key)

    def ended(self, event: Mapping[str, Any], at: datetime) -> None:
        activity = self.folded.activities.get(event["key"])
        if activity is not None:
            took = (at - activity["activated_at"]) // timedelta(milliseconds=1)
            self._change(event["key"], ended_at=at, outcome=_ENDS[event["event"]], milliseconds=max(took, 0))

    def migrated(self, event: Mapping[str, Any], _at: datetime) -> None:
        process, element = event["process"], event["element"]
        self._change(event["key"], definition_key=process, element=element, kind=self._kind_of(process, element))

    def task_created(self, event: Mapping[str, Any], _at: datetime) -> None:
        if event.get("co_signs") is None:
            self._tasks[event["task"]] = event["key"]
            self._change(event["key"], task=event["task"])

    def task_completed(self, event: Mapping[str, Any], _at: datetime) -> None:
        key = self._tasks.get(event["task"])
        if key is not None:
            self._change(key, done_by=event.get("by"), done_for=event.get("on_behalf_of"))

    def _change(self, key: int, **values: Any) -> None:
        activity = self.folded.activities.get(key)
        if activity is None:
            return
        activity.update(values)
        if key not in self.folded.new:
            self.folded.changed.add(key)


_READERS: Mapping[str, Callable[[_Fold, Mapping[str, Any], datetime], None]] = {
    "ElementActivated": _Fold.activated,
    "ElementCompleted": _Fold.ended,
    "ElementTerminated": _Fold.ended,
    "ElementMigrated": _Fold.migrated,
    "UserTaskCreated": _Fold.task_created,
    "UserTaskCompleted": _Fold.task_completed,
}


def _decision(row: Row, number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    place = {"seq": row["seq"], "number": number, "key": event["key"], "element": event["element"], "at": row["at"]}
    return {**place, "decision": event["decision"], "result": event.get("result"), "trace": event.get("trace")}
