"""The tests are tested: each of these faults in the kernel is found by the comparison with the reference interpreter."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.support.seeded_faults import FAULTS, Fault
from tests.support.structured_driver import check
from tests.support.structured_random import DEPTH, random_block

MOST_PROCESSES = 1_000
"""A fault that these do not show counts as not found; they are those that every test run runs."""

BROKEN = (AttributeError, NameError, TypeError, ImportError)
"""What would show that the fault itself is badly written."""


def found_by() -> int | None:
    """The number of the first process that shows a fault; None when there is none."""
    for number in range(MOST_PROCESSES):
        try:
            check(number, random_block(Random(number), DEPTH))
        except BROKEN:
            raise
        except Exception:  # a difference, nothing left to do, a key that is gone
            return number
    return None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_seeded_fault_is_found(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert found_by() is not None


def test_without_a_fault_nothing_is_found() -> None:
    assert found_by() is None


def test_all_faults_are_told_in_the_documentation() -> None:
    told = (Path(__file__).parents[3] / "docs" / "oracle.md").read_text(encoding="utf-8")
    assert [fault.__name__ for fault in FAULTS if f"| `{fault.__name__}` | {fault.__doc__} |" not in told] == []
