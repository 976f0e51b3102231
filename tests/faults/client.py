"""The people and systems outside: they start instances, do user tasks and send messages over HTTP, and write down every answer.

A driver repeats each request with the same Idempotency-Key until it is answered. What it wrote down was promised by the server.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from tests.faults.shapes import NEVER, SHAPES, Shape

GIVE_UP = 90.0
"""Seconds after which an answer that does not come is a failure of its own."""

DAYS_30 = 30 * 24 * 3600
ONCE_MORE = (0, 429, 502, 503)
"""No answer, or one that says: come again."""


class NotAnswered(Exception):
    """A request got no proper answer however often it was repeated."""


@dataclass(kw_only=True)
class Driver:
    """One of several; `enough` tells when to start no more. `pace` is how many instances it keeps under way."""

    number: int
    address: str
    token: str
    ledger: Path
    seed: int
    enough: Callable[[], bool]
    note_start: Callable[[], None]
    pace: int = 8
    shapes: tuple[Shape, ...] = SHAPES
    chance: random.Random = field(init=False)
    outbox: list[tuple[str, str]] = field(default_factory=list)
    started: int = 0
    requests: int = 0

    def run(self) -> None:
        """Until there is enough and nothing is left to do."""
        self.chance = random.Random(self.seed * 1000 + self.number)
        self.http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=15))
        while True:
            self._send_some()
            open_tasks = self._do_tasks()
            active = len(self._get("/process-instances?status=active&limit=50")["items"])
            if not self.enough():
                for _ in range(max(0, self.pace - active)):
                    self._begin()
            elif not (active or open_tasks or self.outbox):
                return
            time.sleep(0.01)

    def _begin(self) -> None:
        shape = self.shapes[(self.started * 5 + self.number) % len(self.shapes)]
        me = f"{self.number}.{self.started}"
        self.started += 1
        deliveries = [(name, me) for name in shape.messages for _ in range(self.chance.choice((1, 1, 2, 5)))]
        early = [one for one in deliveries if self.chance.random() < 0.5]
        for one in early:
            self._deliver(*one)
        body = {"process_id": shape.name, "variables": {"me": me}, "business_key": me}
        _, answer, _ = self._post("/process-instances", body, f"start {me}")
        self.note_start()
        self._write(did="start", me=me, shape=shape.name, id=answer["id"])
        self.outbox += deliveries  # each once more at least: the first may have come before anybody waited

    def _send_some(self) -> None:
        self.chance.shuffle(self.outbox)
        for _ in range(min(len(self.outbox), 5)):
            self._deliver(*self.outbox.pop())

    def _deliver(self, name: str, me: str) -> None:
        body = {"correlation_key": me, "variables": {"paid": me}, "ttl_seconds": DAYS_30, "delivery_id": f"{name} {me}"}
        _, answer, _ = self._post(f"/messages/{name}", body, None)
        self._write(did="message", name=name, me=me, answer=answer)

    def _do_tasks(self) -> int:
        tasks = [one for one in self._get("/user-tasks?view=all&limit=50")["items"] if one["element"] != NEVER]
        self.chance.shuffle(tasks)
        for task in tasks[: self.pace]:
            if task["element"] != "slow" or self.chance.random() < 0.3:
                self._complete(task["id"])
        return len(tasks)

    def _complete(self, task: str) -> None:
        key = f"complete {task} {self.number}.{self.requests}"
        status, _, repeated = self._post(f"/user-tasks/{task}/complete", {"variables": {"by": str(self.number)}}, key)
        if status == 204:
            self._write(did="complete", task=task, repeated=repeated)

    def _get(self, path: str) -> dict[str, Any]:
        return self._ask("GET", path, None, {})[1]

    def _post(self, path: str, body: Mapping[str, Any], key: str | None) -> tuple[int, dict[str, Any], bool]:
        return self._ask("POST", path, body, {"Idempotency-Key": key} if key else {})

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, headers: dict[str, str]) -> tuple[int, Any, bool]:
        """Status, body, and whether it had to be repeated."""
        end, tries = time.monotonic() + GIVE_UP, 0
        while time.monotonic() < end:
            tries += 1
            status, answer = self._try(method, path, body, headers)
            if status in ONCE_MORE:
                time.sleep(self.chance.uniform(0.01, 0.05))
                continue
            if status >= 500 or status not in (200, 201, 204, 404, 409):
                raise NotAnswered(f"{method} {path}: {status} {answer}")
            return status, answer, tries > 1
        raise NotAnswered(f"{method} {path}: no answer for {GIVE_UP} seconds")

    def _try(self, method: str, path: str, body: Mapping[str, Any] | None, headers: dict[str, str]) -> tuple[int, Any]:
        """Status 0 when there was no whole answer."""
        self.requests += 1
        whole = {**headers, "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body).encode()
        try:
            answer = self.http.request(method, f"{self.address}/api/v1{path}", body=text, headers=whole)
            return answer.status, json.loads(answer.data) if answer.data else {}
        except (urllib3.exceptions.HTTPError, ConnectionError, ValueError):
            return 0, {}

    def _write(self, **line: Any) -> None:
        with self.ledger.open("a") as ledger:
            ledger.write(json.dumps({"driver": self.number, **line}) + "\n")
