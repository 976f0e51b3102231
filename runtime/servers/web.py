"""`ringi web`: gunicorn, several processes that answer requests and run no jobs. They share one socket."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from runtime.observe import meters
from runtime.servers.admission import Application, Limits
from runtime.servers.stopping import finish

if TYPE_CHECKING:
    from runtime.platform import Platform

HANGS_AFTER = 60
"""Seconds without a sign of life after which a process is replaced. Slow requests are no reason: its main loop lives."""

KEEP_ALIVE = 30
"""Seconds that a connection without a request stays open; longer than the intervals of a browser that asks again and again."""


def serve_from_many(
    platform: Platform,
    front: tuple[Application, Limits],
    listening: socket.socket,
    *,
    ready: Callable[[], None],
    jobs: bool = False,
) -> None:
    """Serve until told to stop; raises SystemExit at the end. `ready` is called when requests can come.

    The application is made before the processes are forked, which share its memory; each opens connections of its own. With
    `jobs` each runs jobs, too.
    """
    platform.database.close()
    _Server(_Gunicorn(_Hooks(platform, ready, jobs), front, listening)).run()


class _Hooks:
    """What happens to the platform in the life of the processes."""

    def __init__(self, platform: Platform, ready: Callable[[], None], jobs: bool) -> None:
        self.platform = platform
        self._ready = ready
        self._jobs = jobs

    def when_ready(self, _server: Any) -> None:
        """In the parent, when it listens."""
        self._ready()

    def post_fork(self, _server: Any, _worker: Any) -> None:
        """First in a child."""
        self.platform.database.forked()

    def post_worker_init(self, _worker: Any) -> None:
        """In a child that is about to serve. Ctrl+C reaches all processes of a terminal; only the parent heeds it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self._jobs:
            self.platform.start()

    def worker_exit(self, _server: Any, worker: Any) -> None:
        """Last in a child, and in the parent for one that died."""
        meters.process_ended(worker.pid)
        finish(self.platform)


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's view of the platform; its settings come from ours, from no file and no variable."""

    def __init__(self, hooks: _Hooks, front: tuple[Application, Limits], listening: socket.socket) -> None:
        self._hooks = hooks
        self._application, self._limits = front
        self._listening = listening
        super().__init__(prog="ringi")

    def load_config(self) -> None:
        """See docs.gunicorn.org/en/stable/settings.html."""
        config = self._hooks.platform.config
        settings = {
            "bind": f"fd://{self._listening.detach()}",
            "workers": config.web_processes,
            "threads": self._limits.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": HANGS_AFTER,
            "graceful_timeout": ceil(config.grace.total_seconds()),
            "keepalive": KEEP_ALIVE,
            "control_socket_disable": True,
            "logger_class": _Log,
            "when_ready": self._hooks.when_ready,
            "post_fork": self._hooks.post_fork,
            "post_worker_init": self._hooks.post_worker_init,
            "worker_exit": self._hooks.worker_exit,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        """The WSGI application."""
        return self._application


class _Server(Arbiter):  # type: ignore[misc]
    """Ctrl+C ends it as SIGTERM does: what is in hand is answered. A second one breaks it off."""

    def handle_int(self) -> None:
        """SIGINT, which a terminal sends to all; only this one hears it. The arbiter's own way would break requests off."""
        self.handle_term()


class _Log(Logger):  # type: ignore[misc]
    """Gunicorn speaks through the log of the installation."""

    def setup(self, cfg: Any) -> None:
        """Let records go up to the root logger; no handlers and no access log of its own."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log = logging.getLogger("gunicorn.error")
        self.access_log = logging.getLogger("gunicorn.access")
        self.error_log.propagate = True
