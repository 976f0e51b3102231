"""The one door to what happened: read models, and what keeps them up to date."""

from __future__ import annotations

from runtime.history.projection import Projection
from runtime.history.retention import Retention
from runtime.processes.library import Library
from runtime.store.database import Database


class History:
    """The history of an installation. `projection` keeps its read models, `retention` removes what was kept long enough."""

    def __init__(self, database: Database, library: Library, retention: Retention) -> None:
        self.projection = Projection(database, library)
        self.retention = retention

    def tend(self) -> None:
        """What has to be done from time to time, in small transactions."""
        try:
            self.projection.catch_up()
        finally:
            self.retention.clean()
