"""Every route × role × ownership: the page says who may, and each cell of it is tried."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from runtime.http.app import create_app
from runtime.platform import Platform
from tests.access import matrix
from tests.access.ownership import OWNED
from tests.access.people import ANONYMOUS, ROLES, STRANGER, Belongings, give_belongings, open_shop, user_of
from tests.access.trying import Caller, undo_writes

MADE_BY = "Run `make pages`, look at the new line of docs/access-matrix.md, and commit it."


@dataclass(frozen=True)
class Shop:
    """The platform, its application, and what belongs to whom."""

    platform: Platform
    app: Flask
    belongings: dict[str, Belongings]


@pytest.fixture(scope="module")
def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("access")
    shutil.copy(sqlite_template, folder / "ringi.db")
    platform = open_shop(f"sqlite:///{folder / 'ringi.db'}", folder)
    belongings = {who: give_belongings(platform, user_of(who)) for who in ROLES}
    belongings[STRANGER] = give_belongings(platform, STRANGER)
    yield Shop(platform, create_app(platform), belongings)
    platform.database.close()


@pytest.fixture(scope="module")
def written() -> dict[tuple[str, str], matrix.Line]:
    return {line.key: line for line in matrix.read_page(matrix.PAGE.read_text())}


def test_every_route_has_a_line_and_every_line_a_route(shop, written):
    needed = {line.key for line in matrix.lines(shop.platform, shop.app)}
    new = [f"{name} ({whose or 'anybody'}) has no line. {MADE_BY}" for name, whose in sorted(needed - written.keys())]
    old = [f"{name} ({whose or 'anybody'}) is no route any more. {MADE_BY}" for name, whose in sorted(written.keys() - needed)]
    assert not new + old, "\n".join(new + old)


def test_every_route_about_what_belongs_to_somebody_says_whose(shop):
    known = {route.name for route in matrix.routes(shop.app)}
    silent = [
        f"{route.name} takes what may be somebody's. Add to tests/access/ownership.py who may use their own, who another's."
        for route in matrix.routes(shop.app)
        if route.must_say_whose and route.name not in OWNED
    ]
    gone = [f"{name} in tests/access/ownership.py is no route any more. Take it out." for name in OWNED if name not in known]
    assert not silent + gone, "\n".join(silent + gone)


def test_the_page_is_what_the_routes_declare(shop):
    assert matrix.PAGE.read_text() == matrix.page(shop.platform, shop.app), MADE_BY


def test_every_cell_of_the_page_is_true(shop, written, monkeypatch):
    monkeypatch.setattr(shop.platform.database, "write", shop.platform.database.write)
    callers = {who: Caller(shop.platform, shop.app, who) for who in (ANONYMOUS, *ROLES)}
    undo_writes(shop.platform)
    wrong = []
    for line in written.values():
        for who, caller in callers.items():
            is_stranger = line.whose == "another's" or who == ANONYMOUS
            let_in, status = caller.is_let_in(line, shop.belongings[STRANGER if is_stranger else who])
            if let_in is not (who in line.allowed):
                wrong.append(f"{line.name} {line.whose}: {who} is {'let in' if let_in else 'refused'} ({status})")
    assert not wrong, "\n".join(wrong)
