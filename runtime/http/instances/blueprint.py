"""The instance pages under /instances, in one table."""

from __future__ import annotations

from flask import Blueprint

from runtime.http.instances import migrating, operating, views
from runtime.http.instances.labels import element_type
from runtime.http.instances.values import format_value
from runtime.http.tasks_view import role_label

blueprint = Blueprint("instances", __name__, url_prefix="/instances", template_folder="templates")
blueprint.add_app_template_global(element_type)
blueprint.add_app_template_filter(format_value)
blueprint.add_app_template_filter(role_label)

blueprint.add_url_rule("", view_func=views.index)
blueprint.add_url_rule("/<instance_id>", view_func=views.show)
blueprint.add_url_rule("/<instance_id>/incidents/<incident_id>/resolve", view_func=views.resolve, methods=["POST"])
blueprint.add_url_rule("/<instance_id>/migrate", view_func=migrating.migrate, methods=["GET", "POST"])
blueprint.add_url_rule("/<instance_id>/operate/<operation>", view_func=operating.operate, methods=["GET", "POST"])
blueprint.add_url_rule("/<instance_id>/cancel", view_func=views.cancel, methods=["POST"])
