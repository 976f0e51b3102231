"""The REST API of a platform with something of everything, as its OpenAPI description tells it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from tests.access.people import ROLES, STRANGER, give_belongings, open_shop, user_of
from tests.api.calling import Described

ADMINISTRATOR = user_of("administrator")


@pytest.fixture
def described(sqlite_template: Path, tmp_path: Path) -> Iterator[Described]:
    """The description with the application behind it, and the ids of what is there."""
    shutil.copy(sqlite_template, tmp_path / "ringi.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'ringi.db'}", tmp_path)
    people = [user_of(role) for role in ROLES] + [STRANGER]
    belongings = [give_belongings(shop, user) for user in (ADMINISTRATOR, STRANGER)]
    with shop.database.write(SYSTEM, "for tests") as work:
        ended, stuck = (shop.processes.start(work, name, {"who": STRANGER}) for name in ("chore", "stuck"))
        shop.processes.cancel(work, ended, "for tests")
        _token, secret = shop.access.create_token(work, ADMINISTRATOR, "tests")
    shop.jobs.run_due()
    with shop.database.read(SYSTEM) as work:
        incidents = [one.id for one in shop.processes.incidents(work, stuck)]
    app = create_app(shop)
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    made = Described(schema, headers, shop)
    made.learn("instance_id", *(one.task_id.partition(".")[0] for one in belongings), ended, stuck)
    made.learn("task_id", *(task for one in belongings for task in (one.task_id, one.done_id, one.co_signature_id)))
    made.learn("record_id", *(one.record_id for one in belongings))
    made.learn("substitute_id", *(one.substitute_id for one in belongings))
    made.learn("incident_id", *incidents)
    for name in ("user", "deputy", "absent", "owner"):
        made.learn(name, *people)
    yield made
    shop.database.close()
