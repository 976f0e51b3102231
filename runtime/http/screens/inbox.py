"""The inbox: my tasks, those of my groups, and for administrators all."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from runtime.access.policy import passes
from runtime.http.business_fields import PREFIX, asked_fields
from runtime.http.current import actor, platform, reading
from runtime.http.security import requires
from runtime.http.tasks_view import inbox_rows
from runtime.i18n import N_, _
from runtime.processes.filters import EVERY_TASK, TaskFilter
from runtime.processes.tasks import View
from runtime.store.work import Work

blueprint = Blueprint("inbox", __name__)

TITLES: dict[View, str] = {"mine": N_("My tasks"), "groups": N_("My groups"), "all": N_("All tasks")}
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the inbox with the number of its tasks."""

    view: View
    title: str
    count: int


@blueprint.get("/inbox")
@requires("task.work")
def page() -> str:
    """The tasks of a view, the most urgent first. The address holds view, filter and position."""
    after, text, process = (request.args.get(name) or None for name in ("after", "q", "process"))
    with reading() as work:
        tabs = _tabs(work)
        view = _wanted(tabs)
        wanted = TaskFilter(process_id=process, text=text, fields=asked_fields(request.args))
        processes = platform().processes
        found = processes.tasks(work, view=view, wanted=wanted, after=after, limit=ON_A_PAGE)
        return render_template(
            "screens/inbox.html",
            tabs=tabs,
            view=view,
            rows=inbox_rows(work, found.rows),
            next=found.next,
            first_page=after is None,
            filtered=wanted != EVERY_TASK,
            count=processes.count_tasks(work, view, wanted) if wanted != EVERY_TASK else None,
            fields=_fields(work, process),
            processes=_processes(work),
            chosen={"q": text or "", "process": process or ""},
            now=work.now,
        )


def _fields(work: Work, process_id: str | None) -> list[tuple[str, str]]:
    """The business fields to filter by, once a process is chosen, each with what was asked of it."""
    if process_id not in {known for known, _name in _processes(work)}:
        return []
    names = platform().processes.business_fields(work, str(process_id))
    return [(name, request.args.get(f"{PREFIX}{name}", "")) for name in names]


def _tabs(work: Work) -> list[Tab]:
    views: list[View] = ["mine", "groups", "all"] if passes(actor()) else ["mine", "groups"]
    return [Tab(view, _(TITLES[view]), platform().processes.count_tasks(work, view)) for view in views]


def _wanted(tabs: list[Tab]) -> View:
    """The view in the address; else mine, unless only my groups have something to do."""
    by_name = {tab.view: tab for tab in tabs}
    asked = next((view for view in by_name if view == request.args.get("view")), None)
    if asked:
        return asked
    return "groups" if not by_name["mine"].count and by_name["groups"].count else "mine"


def _processes(work: Work) -> list[tuple[str, str]]:
    """The processes that tasks may come from, by name."""
    found = {one["process_id"]: one["name"] for one in platform().processes.definitions(work)}
    return sorted(found.items(), key=lambda one: one[1].casefold())
