"""The instance pages on a real platform."""

from __future__ import annotations

import pytest

from runtime.http.app import create_app
from tests.support.office import Person, deploy, open_office


@pytest.fixture
def office(sqlite_url, tmp_path):
    """A platform with the demo process deployed once."""
    platform = open_office(sqlite_url, tmp_path)
    deploy(platform)
    yield platform
    platform.database.close()


@pytest.fixture
def app(office):
    return create_app(office)


@pytest.fixture
def admin(app):
    """Somebody who may operate instances."""
    return Person(app, "demo-admin")


@pytest.fixture
def guest(app):
    """Somebody without any role."""
    return Person(app, "demo-guest")
