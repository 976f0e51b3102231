"""User tasks: who sees them, claims them, completes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Select

from engine.api import Command, Element, Value, commands, events, visible_variables
from runtime.access.policy import passes
from runtime.errors import Conflict, Forbidden, Invalid, NotFound
from runtime.execute import Executor
from runtime.jobs.work import checked
from runtime.processes import field_statements, queries, statements
from runtime.processes.filters import EVERY_TASK, TaskFilter
from runtime.processes.library import Bundle, PinnedDefinitions
from runtime.processes.rights import Right, check_mine, right_to
from runtime.processes.signing import co_signing
from runtime.processes.state import load_state
from runtime.processes.views import CoSigning, TaskDetail, TaskRow
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.types import Row
from runtime.store.work import Work

_Select = Callable[[Connection, str], Row | None]

View = Literal["mine", "groups", "all"]
_VIEWS = ("mine", "groups", "all")
DENIED = "TASK-1012"
"""The code of what a listener refuses; the detail is its reason."""

_DONE = {"assigning": "assigned", "completing": "completed"}


class Tasks:
    """The tasks an actor may see: assigned to them, or they or one of their roles is a candidate; administrators see all."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._library = executor.parts.library

    def page(
        self,
        work: Work,
        view: View,
        wanted: TaskFilter = EVERY_TASK,
        *,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[TaskRow]:
        """Open tasks, the most urgent first. Raises Invalid for an unknown view, position or limit."""
        statement = self._of(work, view, wanted)
        position = None if after is None else from_cursor(after, 3)
        rows = queries.page_of_tasks(work.connection, statement, position, page_size(limit))
        page = cut(rows, limit, queries.task_position, lambda row: row)
        return Page(rows=task_rows(work, page.rows), next=page.next)

    def count(self, work: Work, view: View, wanted: TaskFilter = EVERY_TASK) -> int:
        """How many open tasks there are. Raises Invalid for an unknown view."""
        return queries.count_tasks(work.connection, self._of(work, view, wanted))

    @staticmethod
    def _of(work: Work, view: View, wanted: TaskFilter) -> Select[Any]:
        if view not in _VIEWS:
            raise Invalid("TASK-1001", f"There is no view {view!r}. Use mine, groups or all.", fields={"view": ["unknown"]})
        return queries.tasks_like(queries.tasks_of(work.actor, view, work.now), wanted)

    def detail(self, work: Work, task_id: str, *, to_change: bool = False) -> TaskDetail:
        """One task, open or ended. Raises NotFound when there is none that the actor may see.

        `to_change` locks its instance first: what is told stays true until the transaction ends. (Without, in a transaction
        that may write, PostgreSQL could show the task of one moment and the state of the next.)
        """
        row, right = self._seen(work, task_id)
        if to_change:
            self._executor.lock_any(work, row["instance_id"])
            row, right = self._seen(work, task_id)
        bundle, process_id = self._library.place(work, row["definition_key"])
        element = bundle.processes[process_id].elements[row["element"]]
        signing, variables = self._inside(work, row)
        return TaskDetail(
            task=task_rows(work, [row])[0],
            variables=variables,
            form=self._form(work, bundle, element, row["form_id"]),
            why=right.why,
            why_group=right.group,
            why_for=right.absent,
            co_signing=signing,
            documentation=element.documentation,
        )

    def complete(self, work: Work, task_id: str, variables: Mapping[str, Value]) -> None:
        """Finish a task; one that nobody has is claimed by this. A co-signature is approved by it.

        Raises NotFound, Conflict when it has ended or belongs to somebody else, Invalid for variables that cannot be stored.
        """
        row, right = self._open(work, task_id)
        check_mine(work, row)
        work.why = work.why or f"task {row['name']}"
        command = commands.CompleteUserTask(
            task=row["key"], variables=checked(variables), by=work.actor.id, on_behalf_of=right.absent
        )
        self.change(work, row, command)

    def claim(self, work: Work, task_id: str, *, take_over: bool = False) -> None:
        """Take a task; with `take_over` also from somebody else. Raises NotFound or Conflict.

        A deputy completes tasks for the person who is away, and claims none of theirs.
        """
        row, right = self._open(work, task_id)
        if right.why == "deputy":
            detail = f"You stand in for {right.absent}. Complete the task for them; it need not be claimed."
            raise Conflict("TASK-1013", detail)
        command = commands.AssignUserTask(task=row["key"], assignee=work.actor.id, take_over=take_over)
        self.change(work, row, command)

    def release(self, work: Work, task_id: str) -> None:
        """Give a task back to its candidates. Raises NotFound, Conflict, or Forbidden for a task of somebody else."""
        row = self.open(work, task_id)
        if row["assignee"] not in {None, work.actor.id} and not passes(work.actor):
            raise Forbidden(
                "TASK-1004", f"The task is assigned to {row['assignee']}; only they or an administrator release it."
            )
        self.change(work, row, commands.AssignUserTask(task=row["key"], assignee=None))

    def send_back(self, work: Work, task_id: str, element: str) -> None:
        """Have an earlier user task of the process done again instead of this one; who may complete a task may send it back.

        Raises NotFound, or Conflict when the task has ended, belongs to somebody else, or `element` does not lie before it.
        """
        row = self.open(work, task_id)
        check_mine(work, row)
        command = commands.SendBackUserTask(task=row["key"], element=element, by=work.actor.id)
        self._executor.execute(work, row["instance_id"], command)

    def change(self, work: Work, row: Row, command: Command) -> None:
        """Give a command to the task of the row. Raises Conflict (TASK-1012) when a listener refuses, as the executor else."""
        happened = self._executor.execute(work, row["instance_id"], command)
        denied = next((event for event in happened if isinstance(event, events.UserTaskDenied)), None)
        if denied is not None:
            raise Conflict(DENIED, denied.reason or f"The task {row['name']!r} cannot be {_DONE[denied.listener]} now.")

    def _seen(self, work: Work, task_id: str, select: _Select = queries.select_task) -> tuple[Row, Right]:
        row = select(work.connection, task_id)
        right = None if row is None else right_to(work, row)
        if row is None or right is None:
            raise NotFound("TASK-1002", f"There is no task {task_id!r} for you.")
        return row, right

    def open(self, work: Work, task_id: str) -> Row:
        """The row of an open task that the actor may see. Raises NotFound, or Conflict when it has ended."""
        row, _ = self._open(work, task_id)
        return row

    def _open(self, work: Work, task_id: str) -> tuple[Row, Right]:
        row, right = self._seen(work, task_id, queries.select_own_task)
        if row["status"] != "open":
            who = f" by {row['ended_by']}" if row["ended_by"] else ""
            raise Conflict(
                "TASK-1005", f"The task {row['name']!r} was {row['status']}{who} at {row['ended_at']:%Y-%m-%d %H:%M} UTC."
            )
        return row, right

    def _form(self, work: Work, bundle: Bundle, element: Element, form_id: str | None) -> Mapping[str, Any] | None:
        """The form deployed together with the process, unless the diagram asks for another or the form came another way."""
        if form_id is None:
            return None
        pinned = element.user_task is None or element.user_task.form_binding == "deployment"
        found = bundle.forms.get(form_id) if pinned else None
        tag = None if element.user_task is None else element.user_task.form_version_tag
        return found or self._library.latest_form(work, form_id, tag)

    def _inside(self, work: Work, row: Row) -> tuple[CoSigning | None, dict[str, Value]]:
        """Who signs an open task, and its variables; of a task that a co-signer refused as they were filled in before."""
        instance = statements.select_instance(work.connection, row["instance_id"])
        if instance is None or instance["status"] not in ("active", "suspended") or row["status"] != "open":
            return None, {}
        state = load_state(work.connection, instance)
        signing = co_signing(state.elements[row["element_key"]])
        visible = visible_variables(PinnedDefinitions(self._library, work), state, row["element_key"])
        return signing, {**visible, **(signing.result if signing else {})}


def task_rows(work: Work, rows: Sequence[Row]) -> tuple[TaskRow, ...]:
    """Rows with their candidates, linked records and business fields, which are three statements for all of them."""
    candidates = queries.select_candidates(work.connection, [row["id"] for row in rows]) if rows else {}
    records = queries.select_records(work.connection, {row["instance_id"] for row in rows}) if rows else {}
    fields = field_statements.select_fields(work.connection, {row["instance_id"] for row in rows}) if rows else {}
    left_out = {"key", "element_key"}
    return tuple(
        TaskRow(
            **{name: value for name, value in row.items() if name not in left_out},
            candidate_groups=tuple(candidates.get((row["id"], "group"), ())),
            candidate_users=tuple(candidates.get((row["id"], "user"), ())),
            records=tuple(records.get(row["instance_id"], ())),
            fields=fields.get(row["instance_id"], {}),
        )
        for row in rows
    )
