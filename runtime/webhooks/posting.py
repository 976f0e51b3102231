"""One POST to somebody else's server: to a checked address, without following it anywhere, within bounds of time and size."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from runtime.webhooks.addresses import Refused, Resolve, Rules, Target

TIME_LIMIT = timedelta(seconds=10)
LARGEST_ANSWER = 1_000_000
_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of a POST: a `status`, or None with an `error`. `retry_after` is in seconds, when the other side asked."""

    status: int | None = None
    error: str = ""
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """True when the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, rules: Rules, resolve: Resolve, limit: timedelta = TIME_LIMIT
) -> Reply:
    """Send a body. Every failure of the other side, or on the way, is a Reply; so is an address that is not allowed."""
    try:
        target = rules.target(url)
        address = rules.addresses(target, resolve)[0]
        return _exchange(target, address, body, headers, limit.total_seconds())
    except Refused as refused:
        return Reply(error=refused.detail)
    except (OSError, HTTPError, ValueError) as failure:
        return Reply(error=f"{type(failure).__name__}: {failure}"[:_TOLD])


def _exchange(target: Target, address: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Reply:
    connection = _connection(target, address, seconds)
    # A server that sends a byte now and then would never run into a time-out of the socket.
    over = threading.Event()
    watch = threading.Timer(seconds, _cut, (connection, over))
    watch.daemon = True
    watch.start()
    try:
        sent = {"Host": target.authority, "User-Agent": "Ringi", "Accept-Encoding": "identity", **headers}
        connection.request("POST", target.path, body=body, headers=sent, preload_content=False)
        response = connection.getresponse()
        said = response.read(LARGEST_ANSWER, decode_content=False)
        if over.is_set():
            raise TimeoutError
        return _reply(response, said)
    except (OSError, HTTPError, ValueError) as failure:
        if over.is_set():
            raise TimeoutError(f"no answer within {seconds:g} seconds") from failure
        raise
    finally:
        watch.cancel()
        connection.close()


def _connection(target: Target, address: str, seconds: float) -> HTTPConnection:
    """To the very address that was checked; the certificate must be for the name."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds)
    host = target.host
    options: dict[str, Any] = {"server_hostname": host, "assert_hostname": host, "cert_reqs": "CERT_REQUIRED"}
    return HTTPSConnection(address, target.port, timeout=seconds, **options)


def _cut(connection: HTTPConnection, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _reply(response: BaseHTTPResponse, said: bytes) -> Reply:
    text = re.sub(r"[^ -~]+", " ", said[:_TOLD].decode("utf-8", "replace")).strip()
    error = "" if 200 <= response.status < 300 else f"{response.status} {text}".strip()
    if 300 <= response.status < 400:
        error = f"{response.status}: redirects are not followed"
    return Reply(status=response.status, error=error, retry_after=_seconds(response.headers.get("Retry-After")))


def _seconds(header: str | None) -> float | None:
    """``Retry-After`` in seconds (RFC 9110 §10.2.3); a date is not honoured."""
    return float(header) if header and re.fullmatch(r"\d{1,6}", header.strip()) else None
