"""The deployment page: what would happen, then doing it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from designer import deployment, drafts
from designer.checking import report
from designer.deployment import Plan
from runtime.errors import Invalid
from runtime.http import notices
from runtime.http.current import platform, reading, writing
from runtime.http.security import requires
from runtime.i18n import _
from runtime.store.work import Work


class _Refused(Exception):
    """The plan is no longer as it was shown, or has errors; nothing is written."""

    def __init__(self, plan: Plan, why: str) -> None:
        super().__init__(why)
        self.plan = plan
        self.why = why


@requires("definition.deploy")
def plan(draft_id: str) -> str:
    """What deploying the draft would do: problems, next versions, instances that stay on theirs, files that go with it."""
    with reading() as work:
        found = deployment.plan(platform(), work, drafts.get(work, draft_id))
    return _page(found)


@requires("definition.deploy")
def deploy(draft_id: str) -> BaseResponse:
    """Deploy the draft and drop it. The page comes again (409, 422) when somebody deployed meanwhile or the check fails."""
    note = request.form.get("note", "").strip()
    try:
        with writing(note) as work:
            found = _planned_as_shown(work, draft_id)
            made = deployment.deploy(platform(), work, found.draft)
            drafts.discard(work, draft_id)
    except _Refused as refused:
        return make_response(_page(refused.plan, refused.why), 409 if refused.plan.allowed else 422)
    except Invalid as error:
        return make_response(_page(_with_problems(draft_id, error), error.detail), 422)
    notices.say(_("Version %(version)s of %(name)s is deployed.", version=made.version, name=made.name))
    return redirect(url_for("designer.process", process_id=made.process_id), 303)


def _planned_as_shown(work: Work, draft_id: str) -> Plan:
    found = deployment.plan(platform(), work, drafts.get(work, draft_id))
    if not found.allowed:
        raise _Refused(found, _("The check found errors. Mend them first; nothing was deployed."))
    if request.form.get("seen") != found.seen:
        raise _Refused(found, _("Somebody deployed another version meanwhile. Look at the page again; nothing was deployed."))
    if found.newer and not request.form.get("replace"):
        raise _Refused(found, _("Confirm that the newer version is replaced; nothing was deployed."))
    return found


def _with_problems(draft_id: str, error: Invalid) -> Plan:
    """The plan with what the deployment itself found, for the page."""
    with reading() as work:
        found = deployment.plan(platform(), work, drafts.get(work, draft_id))
    if found.report.errors or not error.problems:
        return found
    refused = report(found.draft.xml, found.draft.resource, error.problems)
    return deployment.with_report(found, refused)


def _page(found: Plan, trouble: str = "") -> str:
    return render_template("designer/deploy.html", plan=found, trouble=trouble, note=request.form.get("note", ""))
