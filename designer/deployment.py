"""From a draft to a new version: what would happen, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from designer import catalogue
from designer.catalogue import Version
from designer.checking import Report, report
from designer.drafts import Draft
from engine.api import Checked
from runtime.http.instances.outline import read_outline
from runtime.processes.deployments import Definition
from runtime.store.work import Work

if TYPE_CHECKING:
    from runtime.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProcess:
    """A process of the draft: its next version, the latest deployed one, and the versions that instances run on and stay on."""

    process_id: str
    name: str
    next_version: int
    latest: Version | None
    running: tuple[Version, ...]

    @property
    def running_total(self) -> int:
        """Active instances of all its versions."""
        return sum(version.running for version in self.running)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What deploying a draft does. `newer` are versions that were deployed after the one the draft was started from."""

    draft: Draft
    processes: tuple[PlannedProcess, ...]
    others: tuple[str, ...]
    newer: tuple[Version, ...]
    report: Report

    @property
    def allowed(self) -> bool:
        """True when no finding stops it."""
        return self.report.errors == 0

    @property
    def seen(self) -> str:
        """The latest versions the plan was made from; it changes when somebody deploys meanwhile."""
        return " ".join(process.latest.key if process.latest else "-" for process in self.processes)


def files(work: Work, xml: bytes, resource: str, base: str | None) -> dict[str, bytes]:
    """The edited diagram with the files of the deployment it comes from, so that forms and decisions stay those they were."""
    beside = catalogue.files(work, base) if base else {}
    return {**beside, resource: xml}


def plan(platform: Platform, work: Work, draft: Draft) -> Plan:
    """Say what deploying the draft would do."""
    together = files(work, draft.xml, draft.resource, draft.base)
    checked = platform.processes.check(work, together)
    planned = tuple(_planned(work, id, name) for id, name in _executable(checked, draft).items())
    return Plan(
        draft=draft,
        processes=planned,
        others=tuple(name for name in together if name != draft.resource),
        newer=_newer(planned, catalogue.by_key(work, draft.base) if draft.base else None),
        report=report(draft.xml, draft.resource, checked.problems),
    )


def deploy(platform: Platform, work: Work, draft: Draft) -> Definition:
    """Deploy the draft with its files; the new version of its (first) process. Raises Invalid with the problems."""
    deployed = platform.processes.deploy(work, files(work, draft.xml, draft.resource, draft.base))
    return next(one for one in deployed.definitions if one.resource == draft.resource)


def with_report(found: Plan, refused: Report) -> Plan:
    """The plan with other findings."""
    return replace(found, report=refused)


def _executable(checked: Checked, draft: Draft) -> dict[str, str]:
    """Ids and names of the draft's processes that would be deployed; of all it shows when errors keep them from being read."""
    found = {one.id: one.name for one in checked.processes.values() if one.resource == draft.resource}
    return found or {item.id: item.name for item in read_outline(draft.xml) if item.runs}


def _planned(work: Work, process_id: str, name: str) -> PlannedProcess:
    known = catalogue.versions(work, process_id)
    latest = known[0] if known else None
    return PlannedProcess(
        process_id=process_id,
        name=name or process_id,
        next_version=latest.version + 1 if latest else 1,
        latest=latest,
        running=tuple(version for version in known if version.running),
    )


def _newer(planned: Sequence[PlannedProcess], origin: Version | None) -> tuple[Version, ...]:
    latest = [process.latest for process in planned if process.latest]
    if origin is None:
        return tuple(latest)
    return tuple(one for one in latest if one.process_id == origin.process_id and one.version > origin.version)
