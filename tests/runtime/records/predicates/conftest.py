"""Two databases for the tests of predicates, one of each kind for a whole module: every example has a table of its own, in a
transaction that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runtime.store.database import Database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path_factory.mktemp('predicates') / 'empty.db'}")
        yield opened
        opened.close()
        return
    start: Callable[[], Any] = request.getfixturevalue("postgres")
    server = start()
    name = server.create()
    opened = Database(server.address(name))
    yield opened
    opened.close()
    server.drop(name)
