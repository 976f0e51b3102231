"""Run jobs inside the serving process. APScheduler rings at the next due time and every few seconds; the table says what to do.

A bell that is lost, early or doubled makes no difference but a moment's delay: whoever hears it looks into the table.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler

from runtime.errors import Unavailable
from runtime.jobs.queue import Queue
from runtime.jobs.service import Jobs
from runtime.jobs.statements import INSIDE, LANES, OUTSIDE
from runtime.store.types import Row

_log = logging.getLogger(__name__)

_WAKE, _SWEEP, _HOUSEKEEPING = "wake", "sweep", "housekeeping"
_BATCH = 50


class Timers(Protocol):
    """`runtime.timers.due.DueTimers`."""

    def fire(self) -> int:
        """Fire some that are due; how many."""
        ...

    def pause(self) -> float | None:
        """Seconds after which to fire more; None when none is due."""
        ...


class Bell(Protocol):
    """Rung by other processes, see `runtime.jobs.distributed.PostgresBell`."""

    def start(self, wake: Callable[[], None]) -> None:
        """Call `wake` at each ring, until `stop`."""
        ...

    def stop(self) -> None:
        """Listen no more."""
        ...


class EmbeddedClock:
    """One thread does the jobs inside transactions, `threads` more those outside, so that a slow one holds up nothing.

    With a `bell` other processes ring, too, and share the work: each takes what is due in an order of its own, so that they
    seldom meet at the same job.
    """

    def __init__(
        self,
        jobs: Jobs,
        timers: Timers,
        queue: Queue,
        *,
        housekeeping: Callable[[], None],
        offset: Callable[[], timedelta],
        threads: int = 4,
        bell: Bell | None = None,
    ) -> None:
        self._others = bell
        self._jobs = jobs
        self._timers = timers
        self._queue = queue
        self._housekeeping = housekeeping
        self._offset = offset
        self._threads = threads
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._idle = threading.Condition(self._guard)
        self._next: datetime | None = None
        self._pause: float | None = None
        self._in_hand: set[str] = set()
        self._started = False

    def start(self, *, sweep: timedelta = timedelta(seconds=5), cleaning: timedelta = timedelta(minutes=5)) -> None:
        """Begin. What became due while nobody looked is done first."""
        # Memory store only: rows of the job table are the truth. A late bell must ring all the same, and once is enough.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_job(self._bell.set, "interval", seconds=sweep.total_seconds(), id=_SWEEP)
        self._scheduler.add_job(self._housekeeping, "interval", seconds=cleaning.total_seconds(), id=_HOUSEKEEPING)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="ringi-call")
        worker = self._worker = threading.Thread(target=self._work, name="ringi-jobs", daemon=True)
        self._queue.ring = self.ring
        self._scheduler.start()
        self._bell.set()
        worker.start()
        if self._others is not None:
            self._others.start(self._bell.set)
        self._started = True

    def stop(self, within: timedelta = timedelta(seconds=20)) -> bool:
        """Take no more, and wait for what is in hand; whether all of it ended in time. What is left stays in the table.

        Nothing to do when it does not run.
        """
        if not self._started:
            return True
        self._started = False
        until = time.monotonic() + within.total_seconds()
        with self._guard:
            self._stopping.set()
        self._bell.set()
        if self._others is not None:
            self._others.stop()
        self._scheduler.shutdown(wait=False)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._worker.join(max(0.0, until - time.monotonic()))
        with self._idle:
            idle = self._idle.wait_for(lambda: not self._in_hand, max(0.0, until - time.monotonic()))
        return idle and not self._worker.is_alive()

    def ring(self, due: datetime) -> None:
        """Something is due then, by the database's clock."""
        host = due - self._offset()
        if host <= datetime.now(UTC):
            self._bell.set()
            return
        with self._guard:
            if not self._stopping.is_set() and (self._next is None or host < self._next):
                self._next = host
                self._scheduler.add_job(self._bell.set, "date", run_date=host, id=_WAKE, replace_existing=True)

    def _work(self) -> None:
        while True:
            self._bell.wait(self._pause)
            if self._stopping.is_set():
                return
            self._bell.clear()
            try:
                self._do_due()
            except Unavailable as error:  # the database is gone for a while; the sweep rings again
                _log.warning("due jobs could not be run: %s", error.detail)
            except Exception:
                _log.exception("due jobs could not be run")

    def _do_due(self) -> None:
        with self._guard:
            self._next = None
        self._pause = None
        progress = True
        while progress and not self._stopping.is_set():
            handed_out = self._hand_out()
            heads = self._in_own_order(self._jobs.due(INSIDE, _BATCH))
            done = sum(self._jobs.run(head) for head in heads if not self._stopping.is_set())
            progress = done + handed_out + self._timers.fire() > 0
        self._pause = self._timers.pause()
        following = self._jobs.next_due(LANES if self._pause is None else (INSIDE, OUTSIDE))
        if following is not None:
            self.ring(max(following, datetime.now(UTC) + self._offset() + timedelta(milliseconds=50)))

    def _in_own_order(self, heads: Sequence[Row]) -> Sequence[Row]:
        return heads if self._others is None else random.sample(heads, len(heads))

    def _hand_out(self) -> int:
        """Give jobs of the outside lane to the free threads; how many."""
        with self._guard:
            busy = set(self._in_hand)
        free = self._threads - len(busy)
        if free <= 0:
            return 0
        heads = [head for head in self._jobs.due(OUTSIDE, free + len(busy)) if head["id"] not in busy][:free]
        for head in self._in_own_order(heads):
            with self._guard:
                if self._stopping.is_set():
                    return 0
                self._in_hand.add(head["id"])
                future = self._pool.submit(self._do_outside, dict(head))
            future.add_done_callback(partial(self._forget_cancelled, head["id"]))
        return len(heads)

    def _do_outside(self, head: dict[str, str]) -> None:
        try:
            self._jobs.run(head)
        except Unavailable as error:  # as in `_work`
            _log.warning("job %s could not be run: %s", head["id"], error.detail)
        except Exception:
            _log.exception("job %s could not be run", head["id"])
        finally:
            self._let_go(head["id"])
            self._bell.set()

    def _forget_cancelled(self, job_id: str, future: Future[None]) -> None:
        if future.cancelled():
            self._let_go(job_id)

    def _let_go(self, job_id: str) -> None:
        with self._guard:
            self._in_hand.discard(job_id)
            self._idle.notify_all()
