"""So many requests at once, so many more that wait for a moment, and a clear answer to all others: come again in some seconds.

Work that is begun is finished in good time, instead of all work being late. Stands in front of the application (PEP 3333); how
a refusal looks is the application's matter, which finds it in the environment of the request.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from werkzeug.http import parse_cookie
from werkzeug.wsgi import ClosingIterator

from runtime.errors import Overloaded, RingiError, TooOften
from runtime.i18n import N_
from runtime.store.patience import begin_anew, within

Application = Callable[..., Iterable[bytes]]
Environment = dict[str, Any]

ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Whoever watches the service hears of it also, and above all, when it is busy."""

_REFUSAL, _TICKET = "ringi.refusal", "ringi.ticket"
_BUSY = N_("More is asked than can be done now. Nothing was changed; try again in a moment.")
_GREEDY = N_("You ask for too much at once. Nothing was changed; wait for answers before you ask for more.")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`at_once` requests are worked on and `waiting` wait for `patience` seconds; of one client `per_client` of both together.

    `aside` requests more may wait for something to happen (a long poll). An admitted request may wait for locks and
    connections until `deadline` seconds have passed.
    """

    at_once: int = 16
    waiting: int = 32
    per_client: int = 24
    aside: int = 8
    patience: float = 2.0
    deadline: float = 20.0

    @classmethod
    def of(cls, at_once: int) -> Limits:
        """The limits of a server that works on so many requests at once."""
        return cls(at_once=at_once, waiting=2 * at_once, per_client=max(2, at_once * 3 // 2), aside=max(1, at_once // 2))

    @property
    def threads(self) -> int:
        """So many threads see all of that, and some are left that refuse."""
        return 4 * self.at_once


class Admission:
    """The door. One for each process."""

    def __init__(self, application: Application, limits: Limits) -> None:
        self._application = application
        self._limits = limits
        self.gate = Gate(limits)

    def __call__(self, environ: Environment, start_response: Any) -> Iterable[bytes]:
        """Let the request in, or have the application refuse it."""
        if environ.get("PATH_INFO") in ALWAYS:
            return self._application(environ, start_response)
        client = _client(environ)
        refusal = self.gate.enter(client)
        if refusal is not None:
            environ[_REFUSAL] = refusal
            return self._application(environ, start_response)
        leave = Ticket(self.gate, client).leave
        environ[_TICKET] = self.gate
        try:
            with within(self._limits.deadline):
                answer = self._application(environ, start_response)
        except BaseException:
            leave()
            raise
        return ClosingIterator(answer, leave)


class Gate:
    """Counts who is in. `running` and `waiting` are for those who watch."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._room = threading.Condition()
        self._of: Counter[str] = Counter()
        self.running = self.waiting = self.aside = 0

    def enter(self, client: str) -> RingiError | None:
        """Come in, perhaps after a moment; the refusal, as a value, when there is no room."""
        with self._room:
            if self._of[client] >= self._limits.per_client:
                return TooOften("HTTP-1041", _GREEDY, retry_after=_soon())
            if not self._has_room() and self.waiting >= self._limits.waiting:
                return Overloaded("HTTP-1040", _BUSY, retry_after=_soon())
            self._of[client] += 1
            if self._comes_in():
                return None
            self._forget(client)
            return Overloaded("HTTP-1040", _BUSY, retry_after=_soon())

    def leave(self, client: str) -> None:
        """Make room for the next."""
        with self._room:
            self.running -= 1
            self._forget(client)
            self._room.notify()

    @contextmanager
    def set_aside(self) -> Iterator[bool]:
        """In the block the request only waits for something, and others are worked on; False when too many do so already.

        The time that it waits does not count.
        """
        with self._room:
            allowed = self.aside < self._limits.aside
            if allowed:
                self._move_aside(1)
        try:
            yield allowed
        finally:
            if allowed:
                with self._room:
                    self._move_aside(-1)
                begin_anew(self._limits.deadline)

    def _move_aside(self, by: int) -> None:
        self.aside += by
        self.running -= by
        self._room.notify()

    def _has_room(self) -> bool:
        return self.running < self._limits.at_once

    def _comes_in(self) -> bool:
        if self.waiting or not self._has_room():
            self.waiting += 1
            found = self._room.wait_for(self._has_room, self._limits.patience)
            self.waiting -= 1
            if not found:
                return False
        self.running += 1
        return True

    def _forget(self, client: str) -> None:
        self._of[client] -= 1
        if not self._of[client]:
            del self._of[client]


class Ticket:
    """The right to be in, given back once."""

    def __init__(self, gate: Gate, client: str) -> None:
        self._gate = gate
        self._client = client
        self._valid = True

    def leave(self) -> None:
        """Give it back; a second time nothing happens."""
        if self._valid:
            self._valid = False
            self._gate.leave(self._client)


def refusal(environ: Environment) -> RingiError | None:
    """Why the request is not to be worked on; None when it is."""
    found: RingiError | None = environ.get(_REFUSAL)
    return found


@contextmanager
def set_aside(environ: Environment) -> Iterator[bool]:
    """For a request that waits for something to happen (a long poll): see `Gate.set_aside`. True without a door."""
    gate: Gate | None = environ.get(_TICKET)
    if gate is None:
        yield True
        return
    with gate.set_aside() as allowed:
        yield allowed


def _client(environ: Environment) -> str:
    """Whose request it is, as far as can be said without looking into the database: a token, a session, an address."""
    told = environ.get("HTTP_AUTHORIZATION") or _session(environ.get("HTTP_COOKIE", ""))
    return sha256(told.encode("latin-1", "replace")).hexdigest() if told else str(environ.get("REMOTE_ADDR", ""))


def _session(cookies: str) -> str:
    return next((value for name, value in parse_cookie(cookies).items() if name.endswith("session")), "") if cookies else ""


def _soon() -> int:
    """Seconds; not the same for all, who would all come back together."""
    return random.randint(1, 4)  # noqa: S311
