"""A short storm on each database: processes are killed, paused and cut off, and what was promised holds.

`make faults` runs the long one; docs/reliability.md has its figures. A failure names its seed, and the folder with the
database and the log.
"""

from __future__ import annotations

import pytest

from tests.faults.faults import Plan
from tests.faults.rounds import POSTGRESQL, SQLITE, play

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(280)]


@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgres)])
def test_nothing_is_lost_or_doubled_in_a_storm_of_faults(database: str) -> None:
    figures = play(database, seed=5, plan=Plan(starts=20, kills=60, crashes=6, seconds=60))
    assert figures.kills >= 20, "a very slow machine"
    assert figures.instances >= 12
    assert figures.promises >= 24
