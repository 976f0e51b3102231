"""The views under /instances."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from runtime.errors import Invalid
from runtime.http import notices
from runtime.http.business_fields import PREFIX
from runtime.http.current import actor, platform, reading, writing
from runtime.http.instances.orders import variables_of
from runtime.http.instances.page import instance_page
from runtime.http.instances.wanted import FILTERS, filters_of, instances_of
from runtime.http.security import allow_inline_styles, requires
from runtime.http.tasks_view import record_links
from runtime.i18n import _
from runtime.store.work import Work

PAGE = 50
LONGEST_REASON = 500


@requires("instance.view")
def index() -> str:
    """Instances, the newest first, narrowed by process, status, keys and linked record; the filter stands in the address."""
    chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
    wanted, filters = instances_of(request.args), filters_of(request.args)
    with reading() as work:
        processes = platform().processes
        page = processes.instances(work, wanted, after=request.args.get("after") or None, limit=PAGE)
        record = wanted.record
        return render_template(
            "instances/index.html",
            page=page,
            chosen=chosen,
            filtered=bool(filters),
            count=processes.count_instances(work, wanted),
            fields=_fields(work, chosen["process"]),
            batch=f"/batches/new?{urlencode(filters)}" if may_operate() else "",
            first_page=not request.args.get("after"),
            about=record and record_links(work, [record]).get(record),
            processes=_processes(work),
            starters=platform().access.names(work, {row.started_by for row in page.rows}),
        )


@requires("instance.view")
def show(instance_id: str) -> str:
    """One instance: diagram, waits, incidents, variables, journal."""
    allow_inline_styles()
    with reading() as work:
        after = max(request.args.get("after", 0, type=int), 0)
        page = instance_page(work, instance_id, after=after, diagram=request.args.get("diagram", ""))
        links = record_links(work, page.detail.records)
        people = {page.detail.instance.started_by, *(task.assignee for task in page.detail.tasks if task.assignee)}
        return render_template(
            "instances/show.html",
            page=page,
            now=work.now,
            records=[links[record] for record in page.detail.records if record in links],
            names=platform().access.names(work, people),
            has_designer="designer" in current_app.blueprints,
        )


@requires("instance.operate")
def resolve(instance_id: str, incident_id: str) -> BaseResponse:
    """Try again what failed, after writing the variables of the form. The next page says what came of it."""
    with writing(request.form.get("reason", "").strip()[:LONGEST_REASON]) as work:
        variables = variables_of(request.form, work.now)
        _belongs(work, instance_id, incident_id)
        resolution = platform().processes.resolve_incident(work, incident_id, variables)
    if resolution.solved:
        notices.say(_("Tried again. What happened stands in the journal."))
    else:
        notices.say(_("Tried again, and it failed again: %(message)s", message=resolution.message), "trouble")
    return redirect(url_for("instances.show", instance_id=instance_id), 303)


@requires("instance.operate")
def cancel(instance_id: str) -> BaseResponse:
    """End the instance; nothing that it did is undone. A reason is required."""
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        detail = _("Say why the instance is cancelled; the journal keeps it.")
        raise Invalid("INST-1001", detail, fields={"reason": [detail]})
    with writing(reason) as work:
        platform().processes.cancel(work, instance_id, reason)
    notices.say(_("The instance is cancelled."))
    return redirect(url_for("instances.show", instance_id=instance_id), 303)


def _processes(work: Work) -> list[tuple[str, str]]:
    """Ids and names of the deployed processes, by name."""
    found = {one["process_id"]: one["name"] for one in platform().processes.definitions(work)}
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _fields(work: Work, process_id: str) -> list[tuple[str, str]]:
    """The business fields to find by, once a process is chosen, each with what was asked of it."""
    if process_id not in {known for known, _name in _processes(work)}:
        return []
    names = platform().processes.business_fields(work, process_id)
    return [(name, request.args.get(f"{PREFIX}{name}", "")) for name in names]


def may_operate() -> bool:
    """Whether this person may do something to instances."""
    return platform().access.permits(actor(), "instance.operate")


def _belongs(work: Work, instance_id: str, incident_id: str) -> None:
    if incident_id not in {incident.id for incident in platform().processes.incidents(work, instance_id)}:
        raise Invalid("INST-1003", _("This incident is not open any more. It may have been resolved already."))
