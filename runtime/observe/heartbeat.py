"""A process that runs jobs tells the database every few seconds that it lives, so that others see when none does."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version

from runtime.access.actor import SYSTEM
from runtime.errors import Unavailable
from runtime.observe import statements
from runtime.store.database import Database
from runtime.store.ids import new_id

_log = logging.getLogger(__name__)

EVERY = timedelta(seconds=15)
DEAD_AFTER = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)


class Heartbeat:
    """Beats in a thread of its own while the process runs jobs, and does `also` at each beat."""

    def __init__(self, database: Database, also: Callable[[], object] = lambda: None) -> None:
        self._database = database
        self._also = also
        self._id = new_id()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._beat_on, name="ringi-heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and say so; nothing to do when it does not beat."""
        if self._thread is None:
            return
        self._stopping.set()
        self._thread.join(EVERY.total_seconds())
        self._thread = None
        try:
            with self._database.write(SYSTEM, "this process ends") as work:
                statements.delete_heartbeat(work.connection, self._id)
        except Unavailable as error:  # the row grows old instead
            _log.info("the end of this process was not noted: %s", error.detail)

    def beat(self) -> None:
        """Say once that this process lives, and forget those that are long dead."""
        who = {"host": socket.gethostname(), "process": os.getpid(), "version": version("ringi")}
        with self._database.write(SYSTEM, "heartbeat") as work:
            statements.save_heartbeat(work.connection, self._id, work.now, who)
            statements.forget_heartbeats(work.connection, work.now - FORGOTTEN_AFTER)

    def _beat_on(self) -> None:
        while not self._stopping.is_set():
            try:
                self.beat()
                self._also()
            except Exception as error:  # the thread must live on, whatever the database says
                _log.warning("this process could not say that it lives, or look after the others: %s", type(error).__name__)
            self._stopping.wait(EVERY.total_seconds())
