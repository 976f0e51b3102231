"""Static files: our own, with a hash in the address so that browsers keep them for ever, and those of the web build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_from_directory, url_for

from runtime.http.security import public

FOLDER = Path(__file__).with_name("static")
BUILD_URL = "/designer/static/dist/"
_FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<path:name>")
@public
def file(name: str) -> Response:
    """One of our static files. With the right hash it never has to be asked for again, without it the browser asks by ETag."""
    response = send_from_directory(FOLDER, name, conditional=True)
    exact = request.args.get("v") is not None and request.args["v"] == digest(name)
    response.headers["Cache-Control"] = _FOR_EVER if exact else "no-cache"
    return response


def digest(name: str) -> str:
    """A hash of the content of one of our static files; "" when there is none."""
    path = FOLDER / name
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else ""


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


class WebBuild:
    """The manifest that Vite writes. Without a build every look-up is empty, and the pages do without those scripts."""

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        self._read: tuple[int, Mapping[str, Any]] = (0, {})

    def entry(self, name: str) -> Mapping[str, Any] | None:
        """The chunk of an entry point, by its source path, its file name or its name without suffix."""
        chunks = self._chunks()
        wanted = {name, name.removesuffix(".js")}
        for source, chunk in chunks.items():
            if source == name or {chunk.get("name"), Path(source).name, Path(source).stem} & wanted:
                return chunk if isinstance(chunk, Mapping) else None
        return None

    def styles(self, name: str) -> list[str]:
        """The addresses of the style sheets that an entry point needs, those of its imports first."""
        chunks, waiting = self._chunks(), [self.entry(name)]
        found: list[str] = []
        seen: set[str] = set()
        while waiting:
            chunk = waiting.pop()
            if chunk is None or chunk["file"] in seen:
                continue
            seen.add(chunk["file"])
            found = [*chunk.get("css", ()), *found]
            waiting += [chunks.get(one) for one in chunk.get("imports", ())]
        return [BUILD_URL + one for one in dict.fromkeys(found)]

    def _chunks(self) -> Mapping[str, Any]:
        try:
            changed = self._manifest.stat().st_mtime_ns
            if changed != self._read[0]:
                self._read = (changed, json.loads(self._manifest.read_text("utf-8")))
        except (OSError, ValueError):
            return {}
        return self._read[1]


def asset(build: WebBuild, name: str) -> str:
    """The address of a static file of ours, or of an entry point of the web build; "" when there is none."""
    if digest(name):
        return url_for("assets.file", name=name, v=digest(name))
    chunk = build.entry(name)
    return BUILD_URL + str(chunk["file"]) if chunk else ""
