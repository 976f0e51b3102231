"""From events to the rows of user tasks: who has them, who may take them, who sent them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.api import Event, State, events, task_attributes
from runtime.processes import statements
from runtime.store.texts import indexed, storable
from runtime.store.work import Work

Values = dict[str, Any]

_NAMES = ("element", "name", "form_id", "assignee", "priority", "due_date", "follow_up_date", "co_signs")
_NEW: Values = {"status": "open", "ended_at": None, "ended_by": None, "ended_for": None, "pending": None, "denied": None}
_INDEXED = ("assignee", "name")
"""Columns in an index whose texts may come from expressions."""


class TaskMirror:
    """What one transaction does to the user tasks of one instance."""

    def __init__(self, work: Work, instance_id: str, definition_key: str) -> None:
        self._work = work
        self._instance_id = instance_id
        self._definition_key = definition_key
        self._new: dict[int, Values] = {}
        self._changed: dict[int, Values] = {}
        self._candidates: dict[int, list[Values]] = {}
        self._without_candidates: set[int] = set()
        self._offered_to_nobody: set[int] = set()
        self._sent_back: dict[str, Values] = {}
        self._asked: events.CoSignerAsked | None = None

    def note(self, task: events.UserTaskCreated) -> None:
        """Remember an open task before a command is given: where it has no candidates, there are no rows of them."""
        if not task.candidate_groups and not task.candidate_users:
            self._offered_to_nobody.add(task.task)

    def read(self, event: Event, state: State) -> None:
        """Take note of an event; `state` is that after the command."""
        reader = _READERS.get(type(event))
        if reader is not None:
            reader(self, event, state)

    def change(self, key: int, **values: Any) -> None:
        """Change the row of a task, whether it is stored already or not."""
        target = self._new[key] if key in self._new else self._changed.setdefault(key, {})
        target.update(_storable(values))

    def write(self) -> None:
        """Write everything that was gathered."""
        connection = self._work.connection
        statements.delete_candidates(connection, [self._id(key) for key in self._without_candidates])
        candidates = [row for rows in self._candidates.values() for row in rows]
        statements.insert_tasks(connection, list(self._new.values()), candidates)
        for key, values in self._changed.items():
            statements.update_task(connection, self._id(key), values)

    def _id(self, key: int) -> str:
        return f"{self._instance_id}.{key}"

    def _created(self, event: events.UserTaskCreated, state: State) -> None:
        element = state.elements.get(event.key)  # of a called process, perhaps
        row = {"id": self._id(event.task), "instance_id": self._instance_id, "key": event.task, "element_key": event.key}
        row |= {"definition_key": element.process if element else self._definition_key, "created_at": self._work.now}
        row |= {name: getattr(event, name) for name in _NAMES} | _NEW | self._sent(event)
        self._new[event.task] = _storable(row)
        self._offer(event.task, event.candidate_groups, event.candidate_users)

    def _offer(self, key: int, groups: Iterable[str], users: Iterable[str]) -> None:
        kinds, task = (("group", groups), ("user", users)), self._id(key)
        self._candidates[key] = [
            _storable({"task_id": task, "kind": kind, "name": name}) for kind, names in kinds for name in dict.fromkeys(names)
        ]

    def _sent(self, event: events.UserTaskCreated) -> Values:
        """Who wants the new task to be done, and why, where that is a person."""
        if event.co_signs is not None and self._asked is not None:
            return {"sender": self._asked.by, "note": self._asked.comment}
        return self._sent_back.get(event.element, {"sender": None, "note": None})

    def _from_actor(self) -> Values:
        return {"sender": self._work.actor.id, "note": self._work.why}

    def _assigned(self, event: events.UserTaskAssigned, state: State) -> None:
        self.change(event.task, assignee=event.assignee)

    def _revised(self, event: events.UserTaskRevised, state: State) -> None:
        self.change(event.task, name=event.name, form_id=event.form_id)

    def _gone_back(self, event: events.UserTaskSentBack, state: State) -> None:
        self._sent_back[event.element] = self._from_actor()

    def _asked_before(self, event: events.UserTaskChangeBegun, state: State) -> None:
        if event.task is not None:
            self.change(event.task, pending=event.listener, denied=None)

    def _agreed(self, event: events.UserTaskChangeEnded, state: State) -> None:
        if event.task is not None:
            self.change(event.task, pending=None)

    def _denied(self, event: events.UserTaskDenied, state: State) -> None:
        self.change(event.task, pending=None, denied=event.reason)

    def _updated(self, event: events.UserTaskUpdated, state: State) -> None:
        """The candidates are those of the task now, where it is still open."""
        self.change(event.task, **{name: value for name, value in task_attributes(event.changes).items() if name in _NAMES})
        task = state.wait(event.task)
        if isinstance(task, events.UserTaskCreated) and event.changes.keys() & {"candidate_groups", "candidate_users"}:
            self._without_candidates.add(event.task)
            self._offer(event.task, task.candidate_groups, task.candidate_users)

    def _handed_over(self, event: events.UserTaskHandedOver, state: State) -> None:
        self.change(event.task, assignee=event.assignee, **self._from_actor())
        if event.candidate_groups is not None:
            self._without_candidates.add(event.task)
            self._offer(event.task, event.candidate_groups, ())

    def _co_signer_asked(self, event: events.CoSignerAsked, state: State) -> None:
        self._asked = event

    def _co_signed(self, event: events.CoSignatureGiven, state: State) -> None:
        """Whoever refuses sends the task itself back."""
        if event.approved:
            return
        self._end(event.task, "refused", event.by)
        owner = state.elements[state.waits[event.signing]]
        self._sent_back[owner.element] = {"sender": event.by, "note": event.comment}
        for key, wait in owner.waits.items():
            if isinstance(wait, events.UserTaskCreated) and wait.co_signs is None:
                self.change(key, **self._sent_back[owner.element])

    def _completed(self, event: events.UserTaskCompleted, state: State) -> None:
        actor = self._work.actor
        if event.by is not None and not (actor.is_system and event.by == actor.id):
            self.change(event.task, assignee=event.by)  # who completes what nobody has, claims it
        self._end(event.task, "completed", event.by or self._work.actor.id)
        if event.on_behalf_of is not None:
            self.change(event.task, ended_for=event.on_behalf_of)

    def _cancelled(self, event: events.UserTaskCancelled, state: State) -> None:
        self._end(event.task, "cancelled", None)

    def _end(self, key: int, status: str, by: str | None) -> None:
        self.change(key, status=status, ended_at=self._work.now, ended_by=by)
        if self._candidates.pop(key, None) is None and key not in self._offered_to_nobody:
            self._without_candidates.add(key)

    def _migrated(self, event: events.ElementMigrated, state: State) -> None:
        element = state.elements.get(event.key)
        for key, wait in element.waits.items() if element is not None else ():
            if isinstance(wait, events.UserTaskCreated):
                self.change(key, element=wait.element, definition_key=event.process)


_READERS: Mapping[type, Callable[[TaskMirror, Any, State], None]] = {
    events.UserTaskCreated: TaskMirror._created,
    events.UserTaskAssigned: TaskMirror._assigned,
    events.UserTaskRevised: TaskMirror._revised,
    events.UserTaskCompleted: TaskMirror._completed,
    events.UserTaskCancelled: TaskMirror._cancelled,
    events.UserTaskSentBack: TaskMirror._gone_back,
    events.UserTaskHandedOver: TaskMirror._handed_over,
    events.UserTaskChangeBegun: TaskMirror._asked_before,
    events.UserTaskChangeEnded: TaskMirror._agreed,
    events.UserTaskDenied: TaskMirror._denied,
    events.UserTaskUpdated: TaskMirror._updated,
    events.CoSignerAsked: TaskMirror._co_signer_asked,
    events.CoSignatureGiven: TaskMirror._co_signed,
    events.ElementMigrated: TaskMirror._migrated,
}


def _storable(row: Values) -> Values:
    return {name: _text(name, value) if isinstance(value, str) else value for name, value in row.items()}


def _text(column: str, value: str) -> str:
    return indexed(value) if column in _INDEXED else storable(value)
