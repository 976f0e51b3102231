"""Record screens on a platform with one small package that has nothing to do with any shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from runtime.access.actor import SYSTEM, Actor
from runtime.access.passwords import Passwords
from runtime.http.app import create_app
from runtime.platform import Config, build
from tests.support.office import PASSWORD, Person

MECHANIC = Actor(id="demo-mechanic", name="Demo Mechanic", roles=frozenset({"mechanic"}))


@pytest.fixture
def workshop(sqlite_url, tmp_path):
    platform = build(Config(database=sqlite_url, data_dir=tmp_path), packages=[Path(__file__).parent / "package"])
    platform.access.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        for user, roles, language in (
            ("demo-mechanic", ["mechanic"], "en"),
            ("demo-watcher", ["watcher"], "en"),
            ("demo-mechanic-ru", ["mechanic"], "ru"),
        ):
            name = user.replace("-", " ").title()
            platform.access.add_user(work, user, name=name, password=PASSWORD, roles=roles, language=language)
    yield platform
    platform.database.close()


@pytest.fixture
def add(workshop):
    """Makes a record as the mechanic; answers its id."""

    def make(type="machine", **values):
        with workshop.database.write(MECHANIC) as work:
            return workshop.records.create(work, type, values)["id"]

    return make


@pytest.fixture
def app(workshop):
    return create_app(workshop)


@pytest.fixture
def mechanic(app):
    return Person(app, "demo-mechanic")
