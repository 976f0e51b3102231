"""Files to take away, and the files of the web build."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Response, make_response, request, send_from_directory

from designer import catalogue, drafts
from runtime.http.current import reading
from runtime.http.security import public, requires

STATIC = Path(__file__).parent.parent / "static"
_HASHED = "dist/assets/"
_FOR_EVER = "public, max-age=31536000, immutable"


@requires("designer.use")
def version_file(process_id: str, version: int) -> Response:
    """The diagram of a deployed version as it was deployed."""
    with reading() as work:
        found = catalogue.version(work, process_id, version)
        content = catalogue.files(work, found.key)[found.resource]
    return _attachment(content, found.resource)


@requires("designer.use")
def draft_file(draft_id: str) -> Response:
    """The diagram of a draft as it was last saved."""
    with reading() as work:
        found = drafts.get(work, draft_id)
    return _attachment(found.xml, found.resource)


@public
def static(name: str) -> Response:
    """A file of the web build. Names in `dist/assets` hold a hash of their content, so browsers keep them for ever."""
    packed = f"{name}.gz"
    if request.accept_encodings.quality("gzip") and (STATIC / packed).is_file():
        response = send_from_directory(STATIC, packed, mimetype=mimetypes.guess_type(name)[0], conditional=True)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(STATIC, name, conditional=True)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOR_EVER if name.startswith(_HASHED) else "no-cache"
    return response


def _attachment(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "application/xml"
    file = Path(name).name
    response.headers.set("Content-Disposition", "attachment", filename=file)
    return response
