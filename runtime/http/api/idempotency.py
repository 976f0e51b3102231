"""The same request twice is done once: ``Idempotency-Key`` on every operation that changes something.

The answer is kept in the transaction of the work itself, so there is no moment at which one is done and the other is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from flask import Response, make_response, request

from runtime.errors import Invalid
from runtime.http.current import actor, platform, transaction
from runtime.idempotency import service as keys
from runtime.idempotency.service import HEADER, KEPT_FOR, Answer

REPLAYED = "Idempotency-Replayed"
LONGEST = 200
METHODS = frozenset({"POST", "PATCH"})
ABOUT = (
    f"Your own name for this request. The same again within {KEPT_FOR.days} days gives the first answer (with the header "
    f"`{REPLAYED}: true`) and does nothing; on another request it is refused."
)
_HEADERS = ("Content-Type", "ETag", "Location")

View = Callable[..., Any]


def given_key() -> str | None:
    """The key of this request. Raises Invalid HTTP-1020 when it is too long."""
    key = request.headers.get(HEADER)
    if key and len(key) > LONGEST:
        raise Invalid("HTTP-1020", f"{HEADER} is longer than {LONGEST} characters.")
    return key or None


def once(view: View, *, apart: bool = False, untold: tuple[str, ...] = ()) -> View:
    """Let a view honour the key of its request: all its reading and writing is one transaction with the kept answer.

    Fields named in `untold` are secrets: they are told once and not kept; a repeat has null in their place.

    `apart` is for a view whose work makes transactions of its own: its key is reserved before them and answered after them.
    Its work must stand being begun again when the process dies in between.
    """

    @wraps(view)
    def answered(*args: Any, **parts: Any) -> Response:
        key = given_key()
        if key is None:
            return make_response(view(*args, **parts))
        do = _apart if apart else _within
        return do(key, _fingerprint(), lambda: make_response(view(*args, **parts)), untold)

    return answered


class _Refused(Exception):
    """Carries a refusal out of the transaction, which is undone."""

    def __init__(self, response: Response) -> None:
        self.response = response


def _within(key: str, fingerprint: str, do: Callable[[], Response], untold: tuple[str, ...]) -> Response:
    try:
        with transaction() as work:
            kept = keys.reserve(work, key, fingerprint)
            if kept is not None:
                return _again(kept)
            response = do()
            if response.status_code >= 400:
                raise _Refused(response)
            keys.keep(work, key, _answer(response, untold))
            return response
    except _Refused as refused:
        return refused.response


def _apart(key: str, fingerprint: str, do: Callable[[], Response], untold: tuple[str, ...]) -> Response:
    database, who = platform().database, actor()
    with database.write(who) as work:
        kept = keys.reserve(work, key, fingerprint)
    if kept is not None:
        return _again(kept)
    done = False
    try:
        response = do()
        done = response.status_code < 400
    finally:
        if not done:
            with database.write(who) as work:
                keys.free(work, key)
    if done:
        with database.write(who) as work:
            keys.keep(work, key, _answer(response, untold))
    return response


def _answer(response: Response, untold: tuple[str, ...]) -> Answer:
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    body = response.get_data(as_text=True)
    if untold:
        body = json.dumps({**json.loads(body), **dict.fromkeys(untold)}, ensure_ascii=False)
    return Answer(status=response.status_code, body=body, headers=headers)


def _again(kept: Answer) -> Response:
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})


def _fingerprint() -> str:
    """SHA-256 of what is asked. The boundary of an upload is new each time; its fields and files are what counts."""
    if_match = request.headers.get("If-Match", "")
    address = [request.method, request.path, request.query_string.decode("latin-1"), if_match]
    digest = hashlib.sha256("\0".join(address).encode())
    if request.mimetype == "multipart/form-data":
        parts = [*sorted(request.form.items(multi=True)), *sorted(_files())]
        digest.update(json.dumps(parts).encode())
    else:
        digest.update(b"\0" + request.get_data(cache=True))
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, str, str]]:
    for name, file in request.files.items(multi=True):
        digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a file open for reading
        file.stream.seek(0)
        yield name, file.filename or "", digest
