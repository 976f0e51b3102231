"""Drafts over HTTP: the canvas saves them while its user draws, the upload form makes one of a file."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from designer import catalogue, drafts
from designer.drafts import DraftRow
from designer.views.forms import contents, sent_diagram
from runtime.errors import Invalid
from runtime.http import notices
from runtime.http.current import reading, writing
from runtime.http.security import requires
from runtime.i18n import _, format_time


@requires("designer.use")
def create_draft() -> Response:
    """Keep the diagram of the canvas as a new draft; `base` is the key of the definition it was started from."""
    xml, base = sent_diagram(), request.form.get("base") or None
    with reading() as work:
        origin = catalogue.by_key(work, base) if base else None
    wanted = contents(xml, "", base if origin else None)
    resource = origin.resource if origin else f"{wanted.process_id}.bpmn"
    with writing("design a process") as work:
        row = drafts.create(work, contents(xml, resource, wanted.base))
    return _saved(row)


@requires("designer.use")
def save_draft(draft_id: str) -> Response:
    """Save the canvas to the draft. `revision` is the one the canvas last heard of; 409 when another window was first."""
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise Invalid("DESIGN-1004", _("The revision of the draft is missing. Load the page again."))
    xml = sent_diagram()
    with writing("design a process") as work:
        known = drafts.get(work, draft_id)
        row = drafts.save(work, draft_id, revision, contents(xml, known.resource, known.base))
    return _saved(row)


@requires("designer.use")
def upload() -> BaseResponse:
    """Make a draft of a diagram file and open it."""
    xml = sent_diagram()
    name = PurePosixPath((request.files["xml"].filename or "").replace("\\", "/")).name
    resource = name if name.endswith(".bpmn") else f"{PurePosixPath(name).stem or 'diagram'}.bpmn"
    with writing("design a process") as work:
        first = contents(xml, resource, None)
        known = catalogue.versions(work, first.process_id)
        base = known[0] if known else None
        row = drafts.create(work, contents(xml, base.resource if base else resource, base.key if base else None))
    return redirect(url_for("designer.draft", draft_id=row.id), 303)


@requires("designer.use")
def discard(draft_id: str) -> BaseResponse:
    """Throw a draft away."""
    with writing("design a process") as work:
        found = drafts.get(work, draft_id)
        drafts.discard(work, draft_id)
    notices.say(_("The draft of %(name)s is discarded.", name=found.name or found.process_id))
    return redirect(url_for("designer.processes"), 303)


def _saved(row: DraftRow) -> Response:
    return jsonify(
        id=row.id,
        revision=row.revision,
        savedAt=format_time(row.updated_at),
        url=url_for("designer.draft", draft_id=row.id),
    )
