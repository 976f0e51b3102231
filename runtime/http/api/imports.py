"""Import files: send one, watch it go, read which rows are bad and why."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, fields

from runtime.errors import Invalid
from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import PageQuery, page_json, page_schema, pick
from runtime.http.current import actor, platform, reading
from runtime.records.import_progress import BadRow, ImportProgress

blueprint = ApiBlueprint("imports", __name__, url_prefix="/imports", description="Files whose rows become messages.")

_COUNTS = ("total", "ready", "done", "repeated", "invalid", "failed", "stored")
_ROW = (
    *("id", "import_name", "file_name", "status", "encoding", "delimiter", "unused_columns", "created_at", "created_by"),
    *("created_by_name", "finished_at", *_COUNTS),
)


class UploadSchema(Schema):
    """The file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary", "description": "CSV, at most 20 MB"})


class UploadQuery(Schema):
    """How to read the file; guessed when left out."""

    class Meta:
        unknown = EXCLUDE

    encoding = fields.String(load_default=None, metadata={"example": "utf-8"})
    delimiter = fields.String(load_default=None, metadata={"example": ";"})


class ImportSchema(Schema):
    """How far an import is, in numbers of rows."""

    id = fields.String(required=True)
    import_name = fields.String(required=True)
    file_name = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["staging", "running", "finished"]})
    encoding = fields.String(required=True)
    delimiter = fields.String(required=True)
    unused_columns = fields.List(fields.String(), required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    created_by_name = fields.String(required=True)
    finished_at = fields.DateTime(allow_none=True)
    total = fields.Integer(required=True)
    ready = fields.Integer(required=True, metadata={"description": "Good, still to be sent"})
    done = fields.Integer(required=True)
    repeated = fields.Integer(required=True, metadata={"description": "Imported earlier, not sent again"})
    invalid = fields.Integer(required=True, metadata={"description": "With bad values"})
    failed = fields.Integer(required=True, metadata={"description": "Refused when sent"})
    stored = fields.Integer(required=True, metadata={"description": "Of the done ones: wait for a process"})


class RowErrorSchema(Schema):
    """One reason why a row is bad."""

    field = fields.String(required=True)
    column = fields.String(required=True, metadata={"description": "Of the file; empty for the row as a whole"})
    reason = fields.String(required=True)


class BadRowSchema(Schema):
    """A row that is not imported."""

    row = fields.Integer(required=True, metadata={"description": "As a spreadsheet counts: the header is row 1"})
    state = fields.String(required=True, metadata={"enum": ["invalid", "failed"]})
    errors = fields.List(fields.Nested(RowErrorSchema), required=True)
    values = fields.Dict(required=True, metadata={"description": "What could be read"})


@blueprint.operation("GET", "", permission="record.import", query=PageQuery, answer=page_schema(ImportSchema))
def list_imports(query: dict[str, Any]) -> dict[str, Any]:
    """List the imports, the latest first."""
    with reading() as work:
        return page_json(platform().imports.list(work, **query), _progress)


@blueprint.operation(
    "POST",
    "/<name>",
    permission="record.import",
    query=UploadQuery,
    files=UploadSchema,
    answer=ImportSchema,
    status=202,
    refusals=(404, 413),
    apart=True,
)
def upload(query: dict[str, Any], files: dict[str, Any], name: str) -> dict[str, Any]:
    """Import a file.

    Every row is checked before this answers; the good ones are sent in the background, each exactly once, also over restarts
    and when the same file comes again. `auto` as the name guesses the import from the header of the file.
    """
    sent = request.files["file"]
    data = sent.read()
    if not data:
        raise Invalid("HTTP-1060", "The file is empty.", fields={"file": ["empty"]})
    service = platform().imports
    chosen = service.guess(data, encoding=query["encoding"]) if name == "auto" else name
    made = service.stage(
        platform().database,
        actor(),
        chosen,
        data,
        file_name=sent.filename or "",
        encoding=query["encoding"],
        delimiter=query["delimiter"],
    )
    with reading() as work:
        return _progress(service.progress(work, made))


@blueprint.operation("GET", "/<import_id>", permission="record.import", answer=ImportSchema, refusals=(404,))
def progress(import_id: str) -> dict[str, Any]:
    """See how far an import is."""
    with reading() as work:
        return _progress(platform().imports.progress(work, import_id))


@blueprint.operation(
    "GET", "/<import_id>/errors", permission="record.import", query=PageQuery, answer=page_schema(BadRowSchema), refusals=(404,)
)
def errors(query: dict[str, Any], import_id: str) -> dict[str, Any]:
    """Read the bad rows, with every reason, in the order of the file."""
    with reading() as work:
        return page_json(platform().imports.errors(work, import_id, **query), _bad_row)


def _progress(found: ImportProgress) -> dict[str, Any]:
    return {**pick(found, _ROW), "unused_columns": list(found.unused_columns)}


def _bad_row(row: BadRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "state": row.state,
        "errors": [pick(one, ("field", "column", "reason")) for one in row.errors],
        "values": dict(row.values),
    }
