"""The end of a server: what is in hand is finished within a bound, whatever told it to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.platform import Platform

_log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""What a supervisor sends, and Ctrl+C. A shell lets the processes that it starts in the background ignore the latter."""


class Stop:
    """Becomes true when the process is told to stop."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def listen(self) -> None:
        """Let the signals stop this process in order from now on. Only in the main thread."""
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._tell)

    def wait(self) -> None:
        """Return when it is told to stop."""
        self._told.wait()

    def _tell(self, _signal: int, _frame: FrameType | None) -> None:
        self._told.set()


def finish(platform: Platform) -> None:
    """Stop the platform. When work does not end in time, others go on with it, and this process ends here and now."""
    if platform.stop():
        return
    _log.warning("work in hand did not end within %s; others go on with it", platform.config.grace)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # its threads cannot be stopped, and whatever they come to now is dropped
