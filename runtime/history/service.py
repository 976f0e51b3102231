"""The one door to what happened: read models, and what keeps them up to date."""

from __future__ import annotations

from runtime.history.projection import Projection
from runtime.processes.library import Library
from runtime.store.database import Database


class History:
    """The history of an installation. `projection` keeps its read models."""

    def __init__(self, database: Database, library: Library) -> None:
        self.projection = Projection(database, library)

    def tend(self) -> None:
        """What has to be done from time to time, in small transactions."""
        self.projection.catch_up()
