"""The database and its two kinds of transaction: one that writes, one that only reads."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from runtime.access.actor import SYSTEM, Actor
from runtime.clock import Clock
from runtime.errors import Unavailable
from runtime.store.patience import left
from runtime.store.prepared import execute
from runtime.store.trouble import may_try_again, translated, unavailable
from runtime.store.types import dump_json
from runtime.store.work import Work

T = TypeVar("T")

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
"""How long a writer waits for another before it gives up with `Unavailable`."""

_POOL_PATIENCE = 5
"""Seconds that one waits for a connection of the pool."""

_POSTGRES_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server whose network is cut says nothing: after these seconds (the last: milliseconds) it counts as gone (libpq)."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "wal_autocheckpoint=4000",
    "cache_size=-16384",
)
"""Pages are copied out of the log when it has 4,000 of them (16 MB): the same one was changed many times then."""

_POSTGRES_OPTIONS = "-c lock_timeout={patience}ms -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"


class Database:
    """One database, embedded (``sqlite:///file``) or a server (``postgresql://…``). `dialect` is sqlite or postgresql."""

    def __init__(self, url: str, *, clock: Clock | None = None, connections: int = 16, patience: timedelta = PATIENCE) -> None:
        self.url = url
        self.clock = clock or Clock()
        self.engine = _open(url, connections, patience)
        self._patience = patience
        self.dialect = self.engine.dialect.name
        self._readers = _reading(self.engine)
        self._turn = threading.Lock()
        self._thread = threading.local()
        self._writer: Connection | None = None

    @contextmanager
    def write(self, actor: Actor, why: str = "") -> Iterator[Work]:
        """A transaction that may write: all of it is on disk when the block ends, or none of it when the block raises.

        SQLite takes its one write lock at once (``BEGIN IMMEDIATE``); PostgreSQL runs READ COMMITTED and services lock rows.
        Raises Unavailable when the database is busy for too long, full, or gone.
        """
        with self._alone(), translated(writes=True), self._writing() as connection:
            work = Work(connection=connection, now=self.clock.now(connection), actor=actor, why=why)
            yield work
        _run_after_commit(work)

    @contextmanager
    def read(self, actor: Actor = SYSTEM) -> Iterator[Work]:
        """A transaction that sees one moment of the database and cannot change it."""
        with translated(writes=False), _begun(self._readers, writes=False) as connection:
            yield Work(connection=connection, now=self.clock.now(connection), actor=actor)

    def run(self, actor: Actor, why: str, function: Callable[[Work], T], *, attempts: int = 3) -> T:
        """`function(work)` in a write transaction, again from the start when the database undid it for the sake of another.

        Only for functions whose every effect is in the database.
        """
        for _ in range(attempts - 1):
            try:
                with self.write(actor, why) as work:
                    return function(work)
            except Unavailable as error:
                if not may_try_again(error.__cause__):
                    raise
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311  # so that two do not undo each other again
        with self.write(actor, why) as work:
            return function(work)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A bare connection in a transaction that may write, for what changes the tables themselves."""
        with _begun(self.engine, writes=True) as connection:
            yield connection

    def upgrade(self) -> None:
        """Bring the tables to this version of the code. Quick when they are. Raises Conflict when a newer version made them."""
        from runtime.store.migrations import upgrade

        upgrade(self)

    def close(self) -> None:
        """Give all connections back. The database may be used again afterwards."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.engine.dispose()

    def forked(self) -> None:
        """In a child process: leave the connections of the parent alone, and open others."""
        self._writer = None
        self.engine.dispose(close=False)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The connection of the transaction that writes. On SQLite, where one does at a time, it is kept for the next."""
        if self.dialect != "sqlite":
            with _begun(self.engine, writes=True) as connection:
                yield connection
            return
        kept, self._writer = self._writer or self.engine.connect(), None
        try:
            with _transaction(kept, writes=True):
                yield kept
        except BaseException:
            kept.close()
            raise
        self._writer = kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Refuse a write transaction inside another of the same thread; on SQLite let the threads of this process take turns.

        The turn is fair and wakes at once, while SQLite's own busy handler polls.
        """
        if getattr(self._thread, "writes", False):
            raise RuntimeError("a write transaction is open in this thread: pass its Work on instead of opening another")
        if self.dialect == "sqlite" and not self._turn.acquire(timeout=left(self._patience.total_seconds())):
            raise unavailable("another writer holds the database")
        self._thread.writes = True
        try:
            yield
        finally:
            self._thread.writes = False
            if self.dialect == "sqlite":
                self._turn.release()


def _open(url: str, connections: int, patience: timedelta) -> Engine:
    address = make_url(url)
    settings: dict[str, Any] = {"json_serializer": dump_json, "hide_parameters": True}
    settings |= {"pool_size": connections, "max_overflow": connections, "pool_timeout": _POOL_PATIENCE}
    if address.get_backend_name() == "sqlite":
        if address.database in {None, "", ":memory:"}:
            raise ValueError("Ringi needs a database file, for example sqlite:///ringi.db")
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, connect_args={"timeout": patience.total_seconds()}, **settings)
        _prepare_sqlite(engine)
        return engine
    if address.get_backend_name() != "postgresql":
        raise ValueError(f"{address.get_backend_name()!r} is not supported: use sqlite:///… or postgresql://…")
    options = _POSTGRES_OPTIONS.format(patience=int(patience.total_seconds() * 1000))
    return create_engine(address, connect_args={"options": options, **_POSTGRES_NETWORK}, pool_pre_ping=True, **settings)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _begun(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """A connection in a transaction. Not by a listener of the engine, for which every statement would pay."""
    with engine.connect() as connection, _transaction(connection, writes=writes):
        yield connection


@contextmanager
def _transaction(connection: Connection, *, writes: bool) -> Iterator[None]:
    with connection.begin():
        if connection.dialect.name == "sqlite":
            if connection.info.get("writes") is not writes:
                execute(connection, f"PRAGMA query_only={'OFF' if writes else 'ON'}")
                connection.info["writes"] = writes
            if writes:
                _wait_no_longer(connection)
            execute(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
        yield


def _wait_no_longer(connection: Connection) -> None:
    """Let SQLite wait for other processes only as long as whoever asks is there; a statement only when time is short."""
    longest = PATIENCE.total_seconds()
    found = left(longest)
    wanted = longest if found > longest / 2 else found
    if connection.info.get("patience", longest) != wanted:
        execute(connection, f"PRAGMA busy_timeout={int(wanted * 1000)}")
        connection.info["patience"] = wanted


def _reading(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _run_after_commit(work: Work) -> None:
    for callback in work.after_commit:
        try:
            callback()
        except Exception:  # what was committed stays true; a lost doorbell is repaired by the sweep
            _log.exception("a callback after commit failed")
