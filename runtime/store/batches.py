"""Cleaning in bounded transactions, so that a large heap neither blocks others nor keeps the cleaning from going forward."""

from __future__ import annotations

from collections.abc import Callable

from runtime.access.actor import SYSTEM
from runtime.store.database import Database
from runtime.store.work import Work

BATCH = 500
MOST_ROUNDS = 200
"""What is still left then is for the next time."""


def in_batches(database: Database, clean: Callable[[Work, int], int], *, batch: int = BATCH, rounds: int = MOST_ROUNDS) -> int:
    """Call `clean(work, batch)`, which says how many rows it dealt with, in transactions of their own; how many in all.

    It ends when there is less than a batch left, or after so many rounds.
    """
    total = 0
    for _ in range(rounds):
        with database.write(SYSTEM, "housekeeping") as work:
            done = clean(work, batch)
        total += done
        if done < batch:
            break
    return total
