"""The harness bites: each of ten bugs that others had is found when it is put in."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.rounds import POSTGRESQL, Violated, play
from tests.faults.seeded import BUGS

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(280)]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.postgres] if bug.database == POSTGRESQL else []) for name, bug in BUGS.items()],
)
def test_a_seeded_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = BUGS[name]
    bug.put_in(monkeypatch)
    with pytest.raises(Violated) as found:
        play(bug.database, seed=3, plan=bug.plan, small_disk=False, **bug.options)
    shutil.rmtree(found.value.place)
    assert bug.found_by & set(found.value.told), found.value
