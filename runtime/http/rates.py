"""How often one address may send what anybody may send. A bucket for each, which fills again with time (a token bucket)."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from runtime.access.throttle import address_key
from runtime.errors import TooOften
from runtime.i18n import _

View = TypeVar("View", bound=Callable[..., Any])

MOST = 10_000
"""So many addresses are remembered; the one that was heard of longest ago is forgotten first."""

_MARK = "_ringi_rated"
_MINUTE = 60.0


class Rates:
    """`per_minute` may come at once from an address, and as many in each minute after; zero means no limit."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._guard = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Zero when it may be done now, else the seconds until it may."""
        if not self._per_minute:
            return 0
        with self._guard:
            now = self._clock()
            filled, since = self._buckets.pop(key, (float(self._per_minute), now))
            filled = min(float(self._per_minute), filled + (now - since) * self._per_minute / _MINUTE)
            allowed = filled >= 1
            self._buckets[key] = (filled - 1 if allowed else filled, now)
            if len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - filled) * _MINUTE / self._per_minute)


def rated(view: View) -> View:
    """Let an address call the view so often only."""
    setattr(view, _MARK, True)
    return view


def set_up(app: Flask, per_minute: int) -> None:
    """Put it before every view."""
    rates = Rates(per_minute)

    def check() -> None:
        if request.endpoint is None or not hasattr(current_app.view_functions[request.endpoint], _MARK):
            return
        wait = rates.take(address_key(request.remote_addr or ""))
        if wait:
            raise TooOften(
                "HTTP-1042", _("Too many were sent from here. Try again in %(n)s seconds.", n=wait), retry_after=wait
            )

    app.before_request(check)
