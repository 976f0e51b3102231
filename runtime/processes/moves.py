"""What people do with user tasks among themselves: hand over, take back, sign together."""

from __future__ import annotations

from engine.api import Event, commands, event_from_json, events
from runtime.access import users
from runtime.access.policy import passes
from runtime.errors import Conflict, Invalid, NotFound, RingiError
from runtime.execute import Executor
from runtime.processes import queries
from runtime.processes.rights import check_mine
from runtime.processes.tasks import Tasks
from runtime.store.types import Row
from runtime.store.work import Work

FOLLOWED = 1000
"""Journal rows behind a completion that are read; where more has happened, somebody has worked on what follows."""


MOST_EARLIER = 20
"""How many earlier tasks are offered to send a task back to."""


class Moves:
    """Every function takes the Work of an open transaction; its `why` is the reason that the receiver and the journal get."""

    def __init__(self, executor: Executor, tasks: Tasks) -> None:
        self._executor = executor
        self._tasks = tasks

    def hand_over(self, work: Work, task_id: str, *, to: str | None = None, group: str | None = None) -> None:
        """Give a task to a person, or to a group in place of its candidates.

        Raises NotFound, Conflict when it has ended or belongs to somebody else (an administrator may all the same), Invalid.
        """
        if (to is None) is (group is None):
            raise Invalid("TASK-1010", "Name the person or the group that gets the task.")
        row = self._tasks.open(work, task_id)
        if not passes(work.actor):
            check_mine(work, row)
        if to is not None:
            _check_person(work, to)
        if group is not None and not users.listed(work, role=group):
            detail = f"Nobody belongs to the group {group!r}."
            raise Invalid("TASK-1007", detail, fields={"group": [detail]})
        self._tasks.change(work, row, commands.HandOverUserTask(task=row["key"], to=to, group=group, by=work.actor.id))

    def add_co_signer(self, work: Work, task_id: str, user: str, *, together: bool = False) -> None:
        """Have one more person sign before the task counts as completed; who may complete it may ask.

        Raises NotFound, Conflict when it has ended, belongs to somebody else or `user` signs already, Invalid.
        """
        row = self._tasks.open(work, task_id)
        check_mine(work, row)
        _check_person(work, user)
        command = commands.AddCoSigner(task=row["key"], user=user, together=together, by=work.actor.id, comment=work.why)
        self._executor.execute(work, row["instance_id"], command)

    def refuse_co_signature(self, work: Work, task_id: str) -> None:
        """Do not sign: who completed the task has it again, and is told why. Raises NotFound or Conflict."""
        row = self._tasks.open(work, task_id)
        check_mine(work, row)
        command = commands.RefuseCoSignature(task=row["key"], comment=work.why, by=work.actor.id)
        self._executor.execute(work, row["instance_id"], command)

    def withdraw(self, work: Work, task_id: str) -> str:
        """Take back a task that the actor completed, while nobody has worked on what follows; the id of the open task.

        Raises NotFound, or Conflict with the reason.
        """
        row = self._done(work, task_id)
        self._executor.lock(work, row["instance_id"])
        happened = self._executor.execute(work, row["instance_id"], self._withdrawal(work, row))
        made = next((event.task for event in happened if isinstance(event, events.UserTaskCreated)), row["key"])
        return f"{row['instance_id']}.{made}"

    def check_withdraw(self, work: Work, task_id: str) -> None:
        """Raise what `withdraw` would raise; nothing changes."""
        row = self._done(work, task_id)
        self._executor.preview(work, row["instance_id"], self._withdrawal(work, row))

    def earlier(self, work: Work, task_id: str) -> list[tuple[str, str]]:
        """The completed tasks that an open one can be sent back to: element and name, the last one first."""
        row = self._tasks.open(work, task_id)
        done = queries.select_done_elements(work.connection, row["instance_id"])[:MOST_EARLIER]
        return [(one["element"], one["name"]) for one in done if self._takes_back(work, row, one["element"])]

    def _takes_back(self, work: Work, row: Row, element: str) -> bool:
        command = commands.SendBackUserTask(task=row["key"], element=element, by=work.actor.id)
        try:
            self._executor.preview(work, row["instance_id"], command)
        except RingiError:
            return False
        return True

    @staticmethod
    def _done(work: Work, task_id: str) -> Row:
        row = queries.select_task(work.connection, task_id)
        if row is None or work.actor.id not in {row["assignee"], row["ended_by"]}:
            raise NotFound("TASK-1002", f"There is no task {task_id!r} for you.")
        if row["status"] != "completed":
            raise Conflict("TASK-1008", f"The task {row['name']!r} was not completed, so there is nothing to take back.")
        return row

    def _withdrawal(self, work: Work, row: Row) -> commands.WithdrawUserTask:
        caused, since = self._happened(work, row)
        return commands.WithdrawUserTask(
            task=row["key"],
            element=row["element"],
            element_instance=row["element_key"],
            caused=caused,
            since=since,
            by=work.actor.id,
        )

    @staticmethod
    def _happened(work: Work, row: Row) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
        """What the completion caused, and all that happened later."""
        rows = queries.select_journal_since(work.connection, row["instance_id"], row["ended_at"], FOLLOWED)
        if len(rows) == FOLLOWED:
            raise Conflict("TASK-1009", "The task cannot be taken back: too much has happened since.")
        caused: tuple[Event, ...] = ()
        since: list[Event] = []
        for one in rows:
            happened = tuple(event_from_json(event) for event in one["events"])
            if caused:
                since += happened
            else:
                caused = _from_completion(happened, row["key"])
        return caused, tuple(since)


def _from_completion(happened: tuple[Event, ...], task: int) -> tuple[Event, ...]:
    for i, event in enumerate(happened):
        if isinstance(event, events.UserTaskCompleted) and event.task == task:
            return happened[i:]
    return ()


def _check_person(work: Work, user: str) -> None:
    found = users.find(work, user)
    if found is None or not found.active:
        detail = f"There is no active user {user!r}."
        raise Invalid("TASK-1006", detail, fields={"user": [detail]})
