"""The page of an instance tells how long each step took, and which decisions were made."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from tests.runtime.history.test_reading import RATED, TABLE
from tests.support.office import Person, complete, open_office


def test_steps_and_decisions_stand_on_the_page(sqlite_url: str, tmp_path: Path) -> None:
    platform = open_office(sqlite_url, tmp_path)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"rated.bpmn": RATED, "rate.dmn": TABLE})
        instance = platform.processes.start(work, "rated", {"amount": Decimal(12)})
    person = Person(create_app(platform), "demo-analyst")
    page = person.get(f"/instances/{instance}").get_data(as_text=True)
    assert "goes on" in page
    assert "Rate → 2" in page
    assert '<dt>Amount</dt><dd class="mono">12</dd>' in page
    assert "<dt>Rules that were hit</dt><dd>2</dd>" in page
    complete(platform, instance)
    ended = person.get(f"/instances/{instance}").get_data(as_text=True)
    assert "goes on" not in ended
    assert '<td data-label="Who">Demo Admin</td>' in ended
    platform.database.close()
