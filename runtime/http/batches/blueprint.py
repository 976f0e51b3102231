"""The batch pages under /batches, in one table."""

from __future__ import annotations

from flask import Blueprint

from runtime.http.batches import views
from runtime.http.batches.words import operation_name, state_name, status_name

blueprint = Blueprint("batch_screens", __name__, url_prefix="/batches", template_folder="templates")
blueprint.add_app_template_filter(operation_name)
blueprint.add_app_template_filter(state_name)
blueprint.add_app_template_filter(status_name)

blueprint.add_url_rule("", view_func=views.index)
blueprint.add_url_rule("/new", view_func=views.new)
blueprint.add_url_rule("", view_func=views.create, methods=["POST"])
blueprint.add_url_rule("/<batch_id>", view_func=views.show)
blueprint.add_url_rule("/<batch_id>/<move>", view_func=views.move, methods=["POST"])
