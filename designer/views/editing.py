"""The editor page: a deployed version, a draft, or a new diagram on the canvas; and the check while editing."""

from __future__ import annotations

import re
import secrets

from flask import Response, jsonify, render_template, request

from designer import catalogue, drafts
from designer.catalogue import Version
from designer.checking import Report, report
from designer.deployment import files
from designer.drafts import Draft, DraftRow
from designer.page import island
from designer.views.forms import sent_diagram
from runtime.http.current import platform, reading
from runtime.http.security import allow_inline_styles, requires
from runtime.i18n import _
from runtime.store.work import Work


@requires("designer.use")
def process(process_id: str) -> str:
    """A deployed process on the canvas: the latest version, or the one in the query. The first change makes a draft."""
    number = request.args.get("version", type=int)
    with reading() as work:
        version = catalogue.version(work, process_id, number)
        latest = catalogue.version(work, process_id)
        xml = catalogue.files(work, version.key)[version.resource]
        checked = _report(work, xml, version.resource, version.key)
        mine = drafts.mine(work, process_id)
    data = island(xml=xml, resource=version.resource, base=version.key, draft=None, report=checked)
    return _page(data, checked, title=version.name or process_id, version=version, latest=latest, mine=mine)


@requires("designer.use")
def draft(draft_id: str) -> str:
    """A draft of the signed-in person on the canvas."""
    with reading() as work:
        found = drafts.get(work, draft_id)
        checked = _report(work, found.xml, found.resource, found.base)
        version = catalogue.by_key(work, found.base) if found.base else None
        latest = catalogue.version(work, version.process_id) if version else None
    data = island(xml=found.xml, resource=found.resource, base=found.base, draft=(found.id, found.revision), report=checked)
    return _page(data, checked, title=found.name or found.process_id, version=version, latest=latest, draft=found)


@requires("designer.use")
def new() -> str:
    """An empty process with the name of the query on the canvas."""
    name = request.args.get("name", "").strip() or _("New process")
    process_id = new_process_id(name)
    xml = render_template("designer/starter.xml", name=name, process_id=process_id).encode()
    resource = f"{process_id}.bpmn"
    with reading() as work:
        checked = _report(work, xml, resource, None)
    data = island(xml=xml, resource=resource, base=None, draft=None, report=checked)
    return _page(data, checked, title=name)


@requires("designer.use")
def check() -> Response:
    """Check the diagram that was sent, with the files of the deployment it comes from. JSON for the canvas and the lists."""
    xml, base = sent_diagram(), request.form.get("base") or None
    with reading() as work:
        origin = catalogue.by_key(work, base) if base else None
        resource, known = (origin.resource, origin.key) if origin else ("diagram.bpmn", None)
        checked = _report(work, xml, resource, known)
    return jsonify(
        problems=checked.as_json(),
        summary=checked.summary,
        problemsHtml=render_template("designer/problems.html", report=checked),
        outlineHtml=render_template("designer/outline.html", report=checked),
    )


def new_process_id(name: str) -> str:
    """An id from the letters of a name; a random one for a name without Latin letters."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if plain and plain[0].isalpha() else f"process_{secrets.token_hex(4)}"


def _report(work: Work, xml: bytes, resource: str, base: str | None) -> Report:
    problems = platform().processes.check(work, files(work, xml, resource, base)).problems
    return report(xml, resource, problems)


def _page(
    data: dict[str, object],
    checked: Report,
    *,
    title: str,
    version: Version | None = None,
    latest: Version | None = None,
    draft: Draft | None = None,
    mine: list[DraftRow] | None = None,
) -> str:
    allow_inline_styles()
    return render_template(
        "designer/editor.html",
        data=data,
        report=checked,
        title=title,
        version=version,
        latest=latest,
        draft=draft,
        mine=mine or [],
    )
