"""A small client for programs that do jobs from outside. It needs urllib3 and nothing else of the platform::

    worker = Worker("http://localhost:8080", token, name="printer-1")

    @worker.handles("demo.print")
    def print_it(job: ExternalJob) -> Mapping[str, Any]:
        return {"pages": 3}

    worker.run()

A handler may raise `BpmnError` for an error event of the diagram, and `JobFailure` to be asked again; anything else that it
raises counts as a failure. A job may be given out again when an answer is lost: `job.id` stays the same, use it as idempotency
key.
"""

from __future__ import annotations

import json
import logging
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from types import FrameType
from typing import Any
from uuid import uuid4

import urllib3

from runtime.sdk import BpmnError, JobFailure, retry_after

__all__ = ["BpmnError", "ExternalJob", "JobFailure", "Refused", "Worker"]

_log = logging.getLogger(__name__)

_SLOWEST = 30.0
"""Seconds between two tries to reach a platform that does not answer."""

_EXTENSIONS = 3
"""How often a lock is extended before it could end."""


@dataclass(frozen=True, kw_only=True)
class ExternalJob:
    """A job in the hands of this worker. `attempt` counts from 1; `retries` are the attempts left after this one."""

    id: str
    lock: str
    type: str
    instance_id: str
    process_id: str
    business_key: str | None
    element: str
    headers: Mapping[str, str]
    variables: Mapping[str, Any]
    attempt: int
    retries: int
    listener: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """The platform did not take a request. `code` is stable; `retry_after` is in seconds, when the platform said so."""

    def __init__(self, status: int, code: str, detail: str, after: float | None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.retry_after = after

    @property
    def passes(self) -> bool:
        """True when the same request may be taken later."""
        return self.status == 429 or self.status >= 500


Handler = Callable[[ExternalJob], Mapping[str, Any] | None]


class Worker:
    """Fetches jobs and does them, `threads` at a time. `lock` and `wait` are seconds; the lock is extended while work goes on.

    `variables` names those that the handlers need; None fetches all.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        name: str,
        threads: int = 4,
        lock: int = 60,
        wait: int = 10,
        variables: list[str] | None = None,
    ) -> None:
        self.name = name
        self._address = address.rstrip("/") + "/api/v1/jobs"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._http = urllib3.PoolManager(maxsize=threads + 2, retries=False)
        self._threads, self._lock, self._wait, self._variables = threads, lock, wait, variables
        self._handlers: dict[str, Handler] = {}
        self._stopping = threading.Event()
        self._held: dict[str, ExternalJob] = {}
        self._changed = threading.Condition()

    def handles(self, type: str) -> Callable[[Handler], Handler]:
        """Declare a function as the handler of a job type."""

        def declare(function: Handler) -> Handler:
            self._handlers[type] = function
            return function

        return declare

    def stop(self) -> None:
        """Fetch no more; `run` ends when what is in hand is done. May be called from any thread, and twice."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def run(self, *, signals: bool = True) -> None:
        """Do jobs until `stop`, or with `signals` (only in the main thread) until SIGINT or SIGTERM."""
        if signals:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._on_signal)
        keeper = threading.Thread(target=self._keep, name="ringi-keep", daemon=True)
        keeper.start()
        try:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="ringi-job") as pool:
                while not self._stopping.is_set():
                    for job in self._fetch_patiently(self._free()):
                        pool.submit(self._do, job)
        finally:
            self.stop()  # wakes the keeper, also after a signal
            keeper.join()

    def fetch(self, most: int, wait: float = 0) -> list[ExternalJob]:
        """Fetch up to `most` jobs. Raises Refused, or an error of urllib3."""
        order = {"types": sorted(self._handlers), "worker": self.name, "max_jobs": most, "lock_seconds": self._lock}
        order |= {"wait_seconds": int(wait), "variables": self._variables}
        answer = self._post("/fetch", order, key=uuid4().hex, patience=wait + 10)
        return [_job(values) for values in answer["jobs"]]

    def work_once(self) -> int:
        """Do what is there now in this thread, without waiting; how many jobs. For tests and for programs with a loop of their
        own."""
        jobs = self.fetch(self._threads)
        for job in jobs:
            self._do(job)
        return len(jobs)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # Not `stop`: a signal may come while this thread holds the lock that stop takes.
        self._stopping.set()

    def _free(self) -> int:
        """Wait for a free thread; how many are free, 0 when the worker stops."""
        with self._changed:
            while len(self._held) >= self._threads and not self._stopping.is_set():
                self._changed.wait(1)
            return 0 if self._stopping.is_set() else self._threads - len(self._held)

    def _fetch_patiently(self, most: int) -> list[ExternalJob]:
        failures = 0
        while most and not self._stopping.is_set():
            try:
                jobs = self._timed_fetch(most)
            except Refused as refusal:
                if not refusal.passes:
                    raise
                failures += 1
                self._rest(failures, refusal, refusal.retry_after)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                failures += 1
                self._rest(failures, error)
            else:
                with self._changed:
                    self._held.update({job.lock: job for job in jobs})
                return jobs
        return []

    def _timed_fetch(self, most: int) -> list[ExternalJob]:
        """Fetch; when an empty answer comes at once, the platform lets nobody wait just now: rest a little."""
        begun = time.monotonic()
        jobs = self.fetch(most, self._wait)
        if not jobs and time.monotonic() - begun < 1:
            self._stopping.wait(random.uniform(0.5, 1.5))  # noqa: S311  # spreading load
        return jobs

    def _rest(self, failures: int, error: Exception, at_least: float | None = None) -> None:
        wait = min(0.5 * 2 ** min(failures, 10), _SLOWEST) * random.uniform(0.5, 1)  # noqa: S311  # spreading load
        _log.warning("the platform cannot be reached, next try in %.0f s: %s", max(wait, at_least or 0), error)
        self._stopping.wait(max(wait, at_least or 0))

    def _do(self, job: ExternalJob) -> None:
        with self._changed:
            self._held[job.lock] = job
        try:
            what, body = self._perform(job)
            self._tell(job, what, body)
        except Exception:  # one job must not end the worker; its lock ends, and it is tried again
            _log.exception("what came of the job %s could not be told", job.id)
        finally:
            with self._changed:
                self._held.pop(job.lock, None)
                self._changed.notify_all()

    def _perform(self, job: ExternalJob) -> tuple[str, dict[str, Any]]:
        """What to tell: the operation and its body."""
        try:
            result = dict(self._handlers[job.type](job) or {})
            json.dumps(result, default=_plain)  # what cannot be sent fails the job, with a reason
            return "complete", {"variables": result}
        except BpmnError as error:
            return "error", {"code": error.code, "message": error.message, "variables": error.variables}
        except JobFailure as error:
            return "fail", {"message": error.message[:2000] or "failed", "retry_after_seconds": error.retry_after}
        except Exception as error:
            _log.exception("the handler of %s failed in %s", job.type, job.id)
            return "fail", {"message": f"{type(error).__name__}: {error}"[:2000]}

    def _tell(self, job: ExternalJob, what: str, body: dict[str, Any]) -> None:
        """Tell until it is heard, the same key each time: an answer that was lost does no harm."""
        until, failures = time.monotonic() + 10 * self._lock, 0
        while True:
            try:
                self._post(f"/{job.id}/{what}", {"lock": job.lock, **body}, key=f"{job.lock}:{what}")
            except Refused as refusal:
                if not refusal.passes:
                    self._on_refusal(job, what, refusal)
                    return
                error: Exception = refusal
            except (urllib3.exceptions.HTTPError, OSError) as lost:
                error = lost
            else:
                return
            failures += 1
            if time.monotonic() > until:
                raise error
            time.sleep(min(0.2 * 2 ** min(failures, 6), 10) * random.uniform(0.5, 1))  # noqa: S311  # spreading load

    def _on_refusal(self, job: ExternalJob, what: str, refusal: Refused) -> None:
        if refusal.status in (404, 409):
            _log.warning("the job %s is not ours any more, its result is dropped: %s", job.id, refusal)
        elif what == "complete":
            self._tell(job, "fail", {"message": f"The result was refused: {refusal}"[:2000]})
        else:
            _log.error("the platform refused what came of the job %s: %s", job.id, refusal)

    def _keep(self) -> None:
        """Extend the locks of what is in hand, until the worker has stopped and nothing is."""
        while True:
            with self._changed:
                ended = self._changed.wait_for(lambda: self._stopping.is_set() and not self._held, self._lock / _EXTENSIONS)
                held = list(self._held.values())
            if ended:
                return
            for job in held:
                try:
                    self._post(f"/{job.id}/extend", {"lock": job.lock, "lock_seconds": self._lock}, key=uuid4().hex)
                except (Refused, urllib3.exceptions.HTTPError, OSError) as error:
                    _log.warning("the lock of the job %s could not be extended: %s", job.id, error)

    def _post(self, path: str, body: Mapping[str, Any], *, key: str, patience: float = 20) -> Any:
        answer = self._http.request(
            "POST",
            self._address + path,
            body=json.dumps(body, default=_plain).encode(),
            headers={**self._headers, "Idempotency-Key": key},
            timeout=urllib3.Timeout(connect=5, read=patience),
        )
        if answer.status >= 300:
            raise _refusal(answer)
        return json.loads(answer.data, parse_float=Decimal) if answer.data else None


def _job(values: Mapping[str, Any]) -> ExternalJob:
    known = set(ExternalJob.__dataclass_fields__) - {"more"}
    fields = {name: value for name, value in values.items() if name in known}
    return ExternalJob(**fields, more={name: value for name, value in values.items() if name not in known})


def _refusal(answer: urllib3.BaseHTTPResponse) -> Refused:
    try:
        problem = json.loads(answer.data)
        code, detail = str(problem["code"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):  # a proxy on the way, which knows nothing of our problems
        code, detail = f"HTTP-{answer.status}", answer.data[:200].decode("utf-8", "replace")
    return Refused(answer.status, code, detail, retry_after(answer.headers.get("Retry-After")))


def _plain(value: Any) -> Any:
    """What JSON does not know: decimals are numbers, dates and times ISO 8601 texts."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can say")
