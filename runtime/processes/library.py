"""Deployed definitions in memory. A deployment never changes, so what was read and checked once stays true."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.api import (
    DecisionFailed,
    DecisionResult,
    DmnFile,
    Known,
    ProcessDefinition,
    Value,
    WorkingCalendar,
    check_resources,
    evaluate_decision,
)
from runtime.errors import NotFound
from runtime.processes import deployment_statements as statements
from runtime.store.work import Work

SIZE = 128
"""Deployments kept in memory; the least used goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One deployment, ready to run: its processes with their definition keys, decisions and forms, pinned together."""

    id: str
    package: str | None
    keys: Mapping[str, str]
    processes: Mapping[str, ProcessDefinition]
    decisions: Mapping[str, DmnFile]
    forms: Mapping[str, Mapping[str, Any]]


class Library:
    """Bundles by deployment, and which deployment a definition key belongs to. Shared by all threads.

    `calendars` are those of the installed packages by name. They are not pinned: a holiday holds for all instances.
    """

    def __init__(self) -> None:
        self.calendars: Mapping[str, WorkingCalendar] = {}
        self._lock = threading.Lock()
        self._bundles: OrderedDict[str, Bundle] = OrderedDict()
        self._places: dict[str, tuple[str, str]] = {}

    def bundle(self, work: Work, deployment_id: str) -> Bundle:
        """The deployment; read from the database the first time. Raises NotFound."""
        with self._lock:
            found = self._bundles.get(deployment_id)
            if found is not None:
                self._bundles.move_to_end(deployment_id)
                return found
        bundle = _read(work, deployment_id)
        with self._lock:
            self._bundles[deployment_id] = bundle
            self._places.update({key: (deployment_id, process_id) for process_id, key in bundle.keys.items()})
            while len(self._bundles) > SIZE:
                self._bundles.popitem(last=False)
        return bundle

    def place(self, work: Work, definition_key: str) -> tuple[Bundle, str]:
        """The deployment of a definition, and the process id in it. Raises NotFound."""
        known = self._places.get(definition_key)
        if known is None:
            row = statements.select_definition(work.connection, definition_key)
            if row is None:
                raise NotFound("PROC-1001", f"There is no process definition {definition_key!r}.")
            known = (row["deployment_id"], row["process_id"])
        return self.bundle(work, known[0]), known[1]

    def definition(self, work: Work, definition_key: str) -> ProcessDefinition:
        """The process with this key. Raises NotFound."""
        bundle, process_id = self.place(work, definition_key)
        return bundle.processes[process_id]

    def latest_form(self, work: Work, form_id: str, tag: str | None = None) -> Mapping[str, Any] | None:
        """The form-js schema with this id in the newest deployment that has one, with the version tag if one is given."""
        deployment_id = statements.select_latest_part(work.connection, "form", form_id, tag)
        return None if deployment_id is None else self.bundle(work, deployment_id).forms[form_id]


class PinnedDefinitions:
    """What an instance may reach (`engine.api.Definitions`): what was deployed with it, else the latest deployed elsewhere."""

    def __init__(self, library: Library, work: Work) -> None:
        self._library = library
        self._work = work
        self._processes: dict[str, ProcessDefinition] = {}

    def process(self, key: str) -> ProcessDefinition:
        """The definition with this key; raises KeyError when there is none."""
        found = self._processes.get(key)
        if found is None:
            found = self._processes[key] = self._read(key)
        return found

    def _read(self, key: str) -> ProcessDefinition:
        try:
            return self._library.definition(self._work, key)
        except NotFound as error:
            raise KeyError(key) from error

    def called_process(
        self, process_id: str, caller: str, *, binding: str = "deployment", version_tag: str | None = None
    ) -> str | None:
        """The key of the definition to call: the one deployed together with the caller (else the latest), the latest, or the
        newest with the version tag."""
        if binding == "versionTag":
            row = statements.select_tagged(self._work.connection, process_id, str(version_tag))
            return None if row is None else str(row["key"])
        if binding == "deployment":
            bundle, _ = self._library.place(self._work, caller)
            pinned = bundle.keys.get(process_id)
            if pinned is not None:
                return pinned
        latest = statements.select_latest_definition(self._work.connection, process_id)
        return None if latest is None else str(latest["key"])

    def decide(
        self,
        decision_id: str,
        caller: str,
        inputs: Mapping[str, Value],
        now: datetime,
        *,
        binding: str = "deployment",
        version_tag: str | None = None,
    ) -> DecisionResult:
        """Evaluate the decision deployed together with the caller (else the latest), the latest, or the newest with the version
        tag. Raises DecisionFailed."""
        bundle, _ = self._library.place(self._work, caller)
        file = bundle.decisions.get(decision_id) if binding == "deployment" else None
        tag = version_tag if binding == "versionTag" else None
        return evaluate_decision(file or self._latest_decision(decision_id, tag), decision_id, inputs, now=now)

    def calendar(self, name: str) -> WorkingCalendar | None:
        """The calendar with this name, as the installed packages have it now."""
        return self._library.calendars.get(name)

    def _latest_decision(self, decision_id: str, tag: str | None) -> DmnFile:
        deployment_id = statements.select_latest_part(self._work.connection, "decision", decision_id, tag)
        if deployment_id is None and tag is not None:
            raise DecisionFailed("DMN-2102", f"No decision {decision_id!r} with the version tag {tag!r} is deployed.")
        if deployment_id is None:
            raise DecisionFailed("DMN-2101", f"No decision {decision_id!r} is deployed. Deploy the file that holds it.")
        return self._library.bundle(self._work, deployment_id).decisions[decision_id]


def _read(work: Work, deployment_id: str) -> Bundle:
    head = statements.select_deployment(work.connection, deployment_id)
    if head is None:
        raise NotFound("PROC-1002", f"There is no deployment {deployment_id!r}.")
    resources = statements.select_resources(work.connection, deployment_id)
    # Whether its Python may run is asked when an instance takes a step, not when the definition is read.
    checked = check_resources(resources, known=Known(python=True), advice=False)
    return Bundle(
        id=deployment_id,
        package=head["package"],
        keys=statements.select_keys(work.connection, deployment_id),
        processes=checked.processes,
        decisions=checked.decisions,
        forms=checked.forms,
    )
