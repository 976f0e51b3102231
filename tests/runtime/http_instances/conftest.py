"""The instance pages on a real platform."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.http.app import create_app
from tests.support.office import Person, complete, deploy, open_office, start


@pytest.fixture
def office(sqlite_url, tmp_path):
    """A platform with the demo process deployed once."""
    platform = open_office(sqlite_url, tmp_path)
    deploy(platform)
    yield platform
    platform.database.close()


@pytest.fixture
def instance(office):
    """An instance that waits at “Check the request”."""
    return start(office, key="PR-1")


@pytest.fixture
def stuck(office):
    """An instance whose order failed for good."""
    instance = start(office, 700, key="PR-7")
    complete(office, instance)
    for _attempt in range(5):
        office.database.clock.advance(timedelta(hours=1))
        office.jobs.run_due()
    return instance


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


@pytest.fixture(scope="session")
def built():
    """The web build of these sources; quick when it is there."""
    from designer.build import build

    build()


@pytest.fixture(scope="module")
def chrome():
    """A headless browser."""
    from tests.support.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def desk(built, chrome, office):
    """The demo office in the browser; a test fails when any of its pages had trouble."""
    from tests.support.desk import desk
    from tests.support.office import served

    with served(office) as address, desk(chrome, office, address) as one:
        yield one
