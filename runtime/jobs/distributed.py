"""The bell between processes, on PostgreSQL: procrastinate carries it, in the transaction that made the work.

A process that makes work and does not do it (`ringi web`) rings; each process that does (`ringi worker`) gives this bell to its
`EmbeddedClock`, which starts and stops it, and looks into the table whenever it rings. One bell wakes one worker. A bell
carries nothing, so a lost, late or doubled one is no matter: the sweep finds what nobody rang for.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url, text

from runtime.errors import Invalid
from runtime.jobs.queue import Queue
from runtime.store.database import Database
from runtime.store.work import Work

if TYPE_CHECKING:
    from procrastinate import App

_log = logging.getLogger(__name__)

QUEUE = "ringi"
_LOCK = 7_240_003
"""Key of the advisory lock that lets one process make procrastinate's tables."""
LOOK = timedelta(seconds=5)
"""How often it is looked for bells at least: LISTEN tells of none that was rung for later."""

_LONGEST_REST = 30.0


def bell_between(database: Database, queue: Queue, *, poll: timedelta, listen: bool) -> PostgresBell:
    """The bell between processes, which `queue` rings from now on. Raises Invalid for an embedded database."""
    if database.dialect != "postgresql":
        raise Invalid("CFG-1004", "RINGI_DISTRIBUTED is for PostgreSQL; an embedded database belongs to one process.")
    bell = PostgresBell(database, poll=poll, listen=listen)
    queue.ring_others = bell.ring
    return bell


class PostgresBell:
    """`listen` False is for connections through a pooler that knows no LISTEN, such as PgBouncer: then it looks each `poll`."""

    def __init__(self, database: Database, *, poll: timedelta, listen: bool = True) -> None:
        self._database = database
        self._poll = poll
        self._listens = listen
        self._wake: Callable[[], None] = lambda: None
        self._app = self._made()
        self._ring = self._app.tasks[f"{QUEUE}.look"]
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = threading.Event()

    def install(self) -> None:
        """Make procrastinate's tables, unless they are there."""
        from procrastinate.schema import SchemaManager

        with self._database.writing() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
                _driver(connection).execute(SchemaManager.get_schema())

    def ring(self, work: Work, due: datetime) -> None:
        """Ring when the transaction is committed and `due` has come. What is due later than the next sweep that sweep finds."""
        if due > work.now + self._poll or (work.rung is not None and work.rung <= due):
            return
        work.rung = due
        when = due if due > work.now else None
        # Never with a lock: a job that is due later would hold up all others with the same lock.
        self._ring.configure(schedule_at=when, connection=_driver(work.connection)).defer()

    def start(self, wake: Callable[[], None]) -> None:
        """Listen in a thread, and call `wake` at each ring."""
        self._wake = wake
        self._stopping.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), name="ringi-bell", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; nothing to do when it does not."""
        self._stopping.set()
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    async def _listen(self) -> None:
        """Until `stop`; while the database is away, come back again and again."""
        self._loop = asyncio.get_running_loop()
        failures = 0
        while not self._stopping.is_set():
            self._task = self._loop.create_task(self._hear())
            try:
                await self._task
                failures = 0
            except asyncio.CancelledError:
                continue
            except Exception as error:  # whatever it is, the sweep does the work meanwhile
                failures += 1
                _log.warning("the bell cannot be heard, work is found by the sweep: %s", error)
                await asyncio.sleep(min(2.0**failures, _LONGEST_REST))

    async def _hear(self) -> None:
        seconds = min(self._poll, LOOK).total_seconds()
        async with self._app.open_async():
            await self._app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                install_signal_handlers=False,
                listen_notify=self._listens,
                fetch_job_polling_interval=seconds,
                abort_job_polling_interval=max(seconds, 60.0),
                delete_jobs="always",
            )

    def _made(self) -> App:
        from procrastinate import App, PsycopgConnector

        logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it says at each ring what it does
        url = make_url(self._database.url).set(drivername="postgresql")
        connector = PsycopgConnector(conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=3)
        app = App(connector=connector)

        @app.task(name=f"{QUEUE}.look", queue=QUEUE)
        async def look() -> None:
            self._wake()

        return app


def _driver(connection: Any) -> Any:
    """psycopg's own connection under SQLAlchemy's, in the same transaction."""
    return connection.connection.driver_connection
