"""Deploy diagrams, decisions and forms; see what is deployed."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file
from marshmallow import Schema, fields

from runtime.errors import Invalid
from runtime.http.api.operations import ApiBlueprint, FindingSchema
from runtime.http.api.values import PageQuery, page_json, page_schema, pick
from runtime.http.current import platform, reading, writing
from runtime.http.problems import problem_json
from runtime.processes.deployments import Deployment
from runtime.processes.past_deployments import PastDeployment

blueprint = ApiBlueprint(
    "deployments", __name__, url_prefix="", description="Diagrams, decisions and forms, deployed together."
)

_DEFINITION = ("key", "process_id", "version", "name", "resource", "version_tag")


class FilesSchema(Schema):
    """Files of a deployment."""

    files = fields.List(
        fields.Raw(metadata={"type": "string", "format": "binary"}),
        metadata={"description": "The .bpmn, .dmn and .form files, all under this name"},
    )


class DeployBodySchema(Schema):
    """A deployment as JSON; or send the files as multipart/form-data under the name `files`."""

    resources = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "File content by file name", "example": {"order.bpmn": "<definitions …>"}},
    )
    why = fields.String(metadata={"description": "What was changed, for the history", "example": "Shorter approval"})


class DefinitionSchema(Schema):
    """One version of a process."""

    key = fields.String(required=True, metadata={"description": "Addresses this version"})
    process_id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    resource = fields.String(required=True, metadata={"description": "The file it stands in"})
    version_tag = fields.String(allow_none=True)


class DeploymentSchema(Schema):
    """What a deployment did."""

    id = fields.String(required=True)
    content_hash = fields.String(required=True, metadata={"description": "SHA-256 over the files and their names"})
    is_new = fields.Boolean(required=True, metadata={"description": "False: the same files were the latest already"})
    definitions = fields.List(fields.Nested(DefinitionSchema), required=True)
    problems = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "Warnings"})


class PastDeploymentSchema(Schema):
    """A deployment: what it holds, who made it, when and why."""

    id = fields.String(required=True)
    content_hash = fields.String(required=True, metadata={"description": "SHA-256 over the files and their names"})
    package = fields.String(allow_none=True, metadata={"description": "The package that brought it"})
    deployed_at = fields.DateTime(required=True)
    deployed_by = fields.String(required=True)
    why = fields.String(required=True)
    restores = fields.String(allow_none=True, metadata={"description": "The earlier deployment that it brought back"})
    definitions = fields.List(fields.Nested(DefinitionSchema), required=True)
    files = fields.List(fields.String(), required=True)


class DeploymentsQuery(PageQuery):
    """Which deployments."""

    process_id = fields.String(load_default=None, metadata={"description": "Those that hold this process"})


class RollBackSchema(Schema):
    """Why."""

    why = fields.String(load_default="", metadata={"description": "For the history", "example": "The approval is too short"})


class DefinitionsSchema(Schema):
    """The latest version of each process."""

    items = fields.List(fields.Nested(DefinitionSchema), required=True)


@blueprint.operation(
    "POST",
    "/deployments",
    permission="definition.deploy",
    body=DeployBodySchema,
    answer=DeploymentSchema,
    status=201,
    refusals=(409, 413),
)
def deploy(body: dict[str, Any]) -> dict[str, Any]:
    """Deploy files.

    All files together become one deployment: instances that start from it use exactly these forms and decisions.
    The same content again makes no new version. With errors nothing is deployed; `problems` names each with file, element, line
    and way out.
    """
    resources = _resources(body)
    with writing(body.get("why") or request.form.get("why", "")) as work:
        return _shown(platform().processes.deploy(work, resources))


@blueprint.operation(
    "GET", "/deployments", permission="definition.view", query=DeploymentsQuery, answer=page_schema(PastDeploymentSchema)
)
def list_deployments(query: dict[str, Any]) -> dict[str, Any]:
    """List deployments, the newest first."""
    with reading() as work:
        return page_json(platform().processes.past_deployments.page(work, **query), _past)


@blueprint.operation(
    "GET", "/deployments/<deployment_id>", permission="definition.view", answer=PastDeploymentSchema, refusals=(404,)
)
def get_deployment(deployment_id: str) -> dict[str, Any]:
    """Look at a deployment."""
    with reading() as work:
        return _past(platform().processes.past_deployments.get(work, deployment_id))


@blueprint.operation(
    "GET",
    "/deployments/<deployment_id>/files",
    permission="definition.view",
    media=("application/zip",),
    refusals=(404,),
)
def download_deployment(deployment_id: str) -> Response:
    """Download the files of a deployment as a zip file."""
    with reading() as work:
        archive = platform().processes.past_deployments.archive(work, deployment_id)
    name = f"deployment-{deployment_id}.zip"
    return send_file(io.BytesIO(archive), mimetype="application/zip", as_attachment=True, download_name=name, etag=False)


@blueprint.operation(
    "POST",
    "/deployments/<deployment_id>/roll-back",
    permission="definition.deploy",
    body=RollBackSchema,
    answer=DeploymentSchema,
    status=201,
    refusals=(404, 409),
)
def roll_back(body: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """Bring the files of an earlier deployment back.

    They become a new deployment, and each process in them its next version: what starts from now on, timers and messages
    included, uses it. Running instances stay on the version they have.
    """
    with writing(body["why"]) as work:
        return _shown(platform().processes.past_deployments.roll_back(work, deployment_id))


@blueprint.operation("GET", "/process-definitions", permission="definition.view", answer=DefinitionsSchema)
def list_definitions() -> dict[str, Any]:
    """List the processes, each in its latest version."""
    with reading() as work:
        return {"items": [{name: one[name] for name in _DEFINITION} for one in platform().processes.definitions(work)]}


def _resources(body: dict[str, Any]) -> dict[str, bytes]:
    uploads = request.files.getlist("files")
    if uploads:
        return {upload.filename or "": upload.read() for upload in uploads}
    if not body.get("resources"):
        raise Invalid("HTTP-1040", "Send at least one file.", fields={"resources": ["at least one file is needed"]})
    return {name: text.encode() for name, text in body["resources"].items()}


def _past(one: PastDeployment) -> dict[str, Any]:
    names = ("id", "content_hash", "package", "deployed_at", "deployed_by", "why", "restores", "files")
    return {**pick(one, names), "definitions": [pick(definition, _DEFINITION) for definition in one.definitions]}


def _shown(done: Deployment) -> dict[str, Any]:
    return {
        **pick(done, ("id", "content_hash", "is_new")),
        "definitions": [pick(one, _DEFINITION) for one in done.definitions],
        "problems": [problem_json(one) for one in done.problems],
    }
