"""The pages under /designer, in one table. Mounted by the web application through the entry point `ringi.screens`."""

from __future__ import annotations

from flask import Blueprint, url_for

from designer.views import deploying, drafts, editing, files, lists

blueprint = Blueprint("designer", __name__, url_prefix="/designer", template_folder="templates")
blueprint.context_processor(lambda: {"style": url_for("designer.static", name="designer.css")})

_PROCESS = "/processes/<process_id>"
_DRAFT = "/drafts/<draft_id>"

blueprint.add_url_rule("/", view_func=lists.processes)
blueprint.add_url_rule("/new", view_func=editing.new)
blueprint.add_url_rule("/upload", view_func=drafts.upload, methods=["POST"])
blueprint.add_url_rule("/check", view_func=editing.check, methods=["POST"])
blueprint.add_url_rule(_PROCESS, view_func=editing.process)
blueprint.add_url_rule(f"{_PROCESS}/versions", view_func=lists.versions)
blueprint.add_url_rule(f"{_PROCESS}/<int:version>/file", view_func=files.version_file)
blueprint.add_url_rule("/drafts", view_func=drafts.create_draft, methods=["POST"])
blueprint.add_url_rule(_DRAFT, view_func=editing.draft)
blueprint.add_url_rule(_DRAFT, view_func=drafts.save_draft, methods=["POST"])
blueprint.add_url_rule(f"{_DRAFT}/file", view_func=files.draft_file)
blueprint.add_url_rule(f"{_DRAFT}/discard", view_func=drafts.discard, methods=["POST"])
blueprint.add_url_rule(f"{_DRAFT}/deploy", view_func=deploying.plan)
blueprint.add_url_rule(f"{_DRAFT}/deploy", view_func=deploying.deploy, methods=["POST"])
blueprint.add_url_rule("/static/<path:name>", endpoint="static", view_func=files.static)
