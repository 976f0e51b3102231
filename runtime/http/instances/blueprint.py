"""The instance pages under /instances, in one table."""

from __future__ import annotations

from flask import Blueprint

from runtime.http.instances.labels import element_type

blueprint = Blueprint("instances", __name__, url_prefix="/instances", template_folder="templates")
blueprint.add_app_template_global(element_type)
