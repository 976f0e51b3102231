"""JSON bodies as RFC 8259 means them: no NaN, no name twice, no abyss; numbers keep every digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from flask import request
from flask.json.provider import DefaultJSONProvider
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

MAX_DEPTH = 32
MAX_BYTES = 1_000_000
LARGE = ("/api/v1/deployments",)
"""Bodies under these addresses may be as large as an upload."""


class StrictJson(DefaultJSONProvider):
    """The app's JSON: strict to read, readable to see."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return read_json(s)


class StrictParser(FlaskParser):
    """Reads the arguments of API calls. An empty body or an upload is an empty object; what else is not JSON is refused."""

    def load_json(self, req: Any, schema: Any) -> Any:
        if req.mimetype == "multipart/form-data":
            return {}
        raw = req.get_data(cache=True)
        if raw and not req.is_json:
            raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
        return read_json(raw) if raw.strip() else {}


def read_json(source: str | bytes) -> Any:
    """The value of a JSON text. Raises BadRequest with what is wrong."""
    try:
        value = json.loads(source, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except RecursionError as deep:
        raise BadRequest(f"The JSON nests deeper than {MAX_DEPTH} levels.") from deep
    except ValueError as wrong:
        raise BadRequest(f"The body is not JSON: {wrong}.") from wrong
    _check_depth(value)
    return value


def limit_body() -> None:
    """Run before every view: a JSON body may be one megabyte, an upload what the app allows."""
    if request.is_json and not request.path.startswith(LARGE):
        request.max_content_length = MAX_BYTES


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"the name {next(one for one in names if names.count(one) > 1)!r} stands twice in one object")
    return found


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH + 1:
            raise BadRequest(f"The JSON nests deeper than {MAX_DEPTH} levels.")
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
