"""How much an analysis may cost: counted steps, so that no table can take long and every machine finds the same."""

from __future__ import annotations


class Spent(Exception):
    """The steps are used up; what was found so far is true, but not all."""


class Work:
    """`steps` is what was done so far; a step is about a microsecond."""

    def __init__(self, limit: int) -> None:
        self.limit, self.steps = limit, 0

    def charge(self, steps: int) -> None:
        """Do so many steps, or raise Spent."""
        self.steps += steps
        if self.steps > self.limit:
            raise Spent
