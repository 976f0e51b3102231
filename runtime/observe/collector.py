"""The numbers of the whole installation, asked of the database when Prometheus asks, and kept for some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from runtime.access.actor import SYSTEM
from runtime.errors import Unavailable
from runtime.observe import statements
from runtime.store.database import Database
from runtime.store.patience import within
from runtime.store.work import Work

KEPT = 5.0
"""Seconds for which one answer of the database serves all who ask."""


class DatabaseNumbers(Collector):
    """Open instances, incidents, tasks and jobs. While the database does not answer, only that is told."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._kept: tuple[float, list[Metric]] = (0.0, [])

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The numbers of now, or of some seconds ago."""
        with self._guard:
            asked, found = self._kept
            if not found or time.monotonic() - asked > KEPT:
                found = self._ask()
                self._kept = (time.monotonic(), found)
            return found

    def _ask(self) -> list[Metric]:
        up = GaugeMetricFamily("ringi_database_up", "1 while the database answers.")
        try:
            with within(2), self._database.read(SYSTEM) as work:
                found = _numbers(work)
        except Unavailable:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *found]


def _numbers(work: Work) -> list[Metric]:
    connection = work.connection
    instances = GaugeMetricFamily("ringi_instances_open", "Process instances that have not ended.", labels=["process"])
    for process, count in statements.count_open_instances(connection).items():
        instances.add_metric([process], count)
    jobs = GaugeMetricFamily("ringi_jobs", "Jobs by status.", labels=["status"])
    for status, count in statements.count_jobs_by_status(connection).items():
        jobs.add_metric([status], count)
    backlog = GaugeMetricFamily("ringi_jobs_due", "Jobs that are due and not begun.", labels=["lane"])
    age = GaugeMetricFamily("ringi_oldest_due_job_seconds", "How long the first of them is due.", labels=["lane"])
    for lane, (count, since) in statements.jobs_by_lane(connection, work.now).items():
        backlog.add_metric([lane], count)
        age.add_metric([lane], (work.now - since).total_seconds() if since else 0)
    incidents = GaugeMetricFamily("ringi_incidents_open", "Incidents that nobody has resolved.")
    incidents.add_metric([], statements.count_incidents(connection))
    tasks = GaugeMetricFamily("ringi_user_tasks_open", "User tasks that wait for people.")
    tasks.add_metric([], statements.count_open_tasks(connection))
    return [instances, jobs, backlog, age, incidents, tasks]
