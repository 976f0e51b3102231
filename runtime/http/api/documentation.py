"""The OpenAPI document, and a page that tells it to people without fetching anything from outside."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from runtime.forms.words import html
from runtime.http.api.reading import groups_of, schemas_of
from runtime.http.security import SIGNED_IN, requires

blueprint = Blueprint("api_documentation", __name__)


@blueprint.get("/api/v1/openapi.json")
@requires(SIGNED_IN)
def openapi() -> Response:
    """The API of this installation, with its record types."""
    return jsonify(specification(current_app))


@blueprint.get("/api/docs")
@requires(SIGNED_IN)
def page() -> str:
    """The same for people."""
    document = specification(current_app)
    about = html(document["info"]["description"], lambda text: None)
    groups, schemas = groups_of(document), schemas_of(document)
    shown = {"document": document, "groups": groups, "schemas": schemas, "about": about}
    return render_template("screens/api_docs.html", names={name for name, _text, _lines in schemas}, **shown)


def specification(app: Flask) -> dict[str, Any]:
    """The document as plain data."""
    document: dict[str, Any] = json.loads(json.dumps(app.extensions["ringi-openapi"].spec.to_dict()))
    return document
