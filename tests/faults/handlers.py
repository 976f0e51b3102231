"""The job handlers of the shapes: one that calls the peer over HTTP, and three that work inside the transaction."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import zlib
from decimal import Decimal
from typing import Any

from runtime.sdk import Handler, Job, JobFailure
from tests.faults.shapes import CALL, PUBLISH, ROLL, TURN

PATIENCE = 0.4
"""Seconds that a call may take in all, however slowly it drips."""


def caller(address: tuple[str, int]) -> Handler:
    """Posts to the peer with the job's key; anything but a whole answer of 200 is a failure."""

    def call(job: Job) -> dict[str, Any]:
        about = {"key": job.key, "instance": job.instance, "element": job.element}
        try:
            return {"said": _post(address, json.dumps(about).encode(), job.key)}
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise JobFailure(f"the peer failed: {type(error).__name__}: {error}") from error

    return Handler(type=CALL, kind="call", function=call)


def _post(address: tuple[str, int], body: bytes, key: str) -> str:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    connection.connect()
    too_late = threading.Timer(PATIENCE, connection.sock.shutdown, [socket.SHUT_RDWR])
    too_late.daemon = True
    too_late.start()
    try:
        connection.request("POST", "/", body, {"Idempotency-Key": key, "Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            after = answer.headers.get("Retry-After")
            raise JobFailure(f"the peer answered {answer.status}", retry_after=float(after) if after else None)
        return str(json.loads(answer.read())["said"])
    finally:
        too_late.cancel()
        connection.close()


def _roll(job: Job) -> dict[str, Any]:
    return {"n": Decimal(zlib.crc32(str(job.variables["me"]).encode()) % 4)}


def _turn(job: Job) -> dict[str, Any]:
    return {"turn": job.variables.get("turn", Decimal(0)) + 1}


def _publish(job: Job) -> None:
    me = job.variables["me"]
    job.publish(job.headers["message"], str(me), {"me": me})


LOCAL = tuple(
    Handler(type=type, kind="local", function=does) for type, does in ((ROLL, _roll), (TURN, _turn), (PUBLISH, _publish))
)
