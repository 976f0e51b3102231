"""A running workflow as JSON and back, by SpiffWorkflow's own serializer: converters of classes, never pickle.

The diagram is left out (it is pinned by the deployment), ids of tasks are given in the order in which they were made, and the
time of a change is that of the command. So the same command on the same state makes the same document.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    BpmnWorkflowConverter,
    TaskConverter,
    WorkflowConverter,
)
from SpiffWorkflow.bpmn.serializer.helpers.registry import DefaultRegistry
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import Task

from engine.feel import Range, YearMonthDuration, dump, load
from engine.spiff.specs import ADAPTED, RunningWorkflow

Json = Any

_TYPE: Final = "typename"
_PAIRS: Final = "pairs"


class Registry(DefaultRegistry):
    """Values beyond JSON are tagged; a dictionary that could be taken for a tagged one is written as pairs."""

    def __init__(self) -> None:
        super().__init__()
        for cls in (Decimal, date, datetime, time, timedelta, YearMonthDuration, Range):
            self.register(cls, lambda value: {"value": dump(value)}, lambda found: load(found["value"]))

    def convert(self, obj: Any, **options: Any) -> Json:
        """An object as JSON."""
        if type(obj) is dict and (_TYPE in obj or not all(isinstance(key, str) for key in obj)):
            return {_TYPE: _PAIRS, "items": [[self.convert(key), self.convert(value)] for key, value in obj.items()]}
        return super().convert(obj, **options)

    def restore(self, val: Json, **options: Any) -> Any:
        """The object again."""
        if isinstance(val, dict) and val.get(_TYPE) == _PAIRS:
            return {self.restore(key): self.restore(value) for key, value in val["items"]}
        return super().restore(val, **options)

    def clean(self, obj: Any) -> Any:
        """Nothing is left out in silence: what cannot be stored was refused when a script left it behind."""
        return obj


class _Tasks(TaskConverter):
    """As SpiffWorkflow's, with values beyond JSON in what a task changed of its parent's data."""

    def to_dict(self, task: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().to_dict(task)
        return {**found, "data": self.registry.convert(found["data"]), "delta": self.registry.convert(found["delta"])}

    def from_dict(self, dct: dict[str, Any], workflow: Any) -> Any:
        delta = self.registry.restore(dct["delta"])
        task = super().from_dict({**dct, "delta": {}}, workflow)
        if task.parent is not None:
            kept = {key: value for key, value in task.parent.data.items() if key not in delta["deletions"]}
            task.data = deepcopy({**kept, **delta["updates"]})
        return task


class _Correlated(WorkflowConverter):
    """Correlation values may be any values."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().to_dict(workflow)
        return {**found, "correlations": self.registry.convert(workflow.correlations)}

    def set_default_attributes(self, workflow: Any, dct: dict[str, Any]) -> None:
        super().set_default_attributes(workflow, {**dct, "correlations": self.registry.restore(dct["correlations"])})


class _SubWorkflows(_Correlated, BpmnSubWorkflowConverter):
    pass


class _Workflows(_Correlated, BpmnWorkflowConverter):
    """Without the diagram."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        found = WorkflowConverter.to_dict(self, workflow)
        correlations = self.registry.convert(workflow.correlations)
        return {**found, "correlations": correlations, "subprocesses": self.mapping_to_dict(workflow.subprocesses)}

    def read(self, dct: Mapping[str, Any], workflow: Any) -> None:
        """Fill a workflow that has its diagram."""
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dict(dct))
        self.subprocesses_from_dict(dict(dct["subprocesses"]), workflow)


def _registry() -> tuple[Registry, _Workflows]:
    registry = Registry()
    definitions = {cls: SPIFF_CONFIG[cls] for cls in SPIFF_CONFIG if cls.__name__.endswith("EventDefinition")}
    config = {**definitions, BpmnEvent: SPIFF_CONFIG[BpmnEvent], Task: _Tasks, BpmnSubWorkflow: _SubWorkflows}
    BpmnWorkflowSerializer.configure(config, registry)
    for cls, adapted in ADAPTED.items():
        SPIFF_CONFIG[cls](adapted, registry)
    return registry, _Workflows(RunningWorkflow, registry)


_REGISTRY, _WORKFLOWS = _registry()


def write_workflow(workflow: Any, before: Json, moment: float) -> tuple[Json, dict[str, str]]:
    """The workflow as JSON, and the id of each task there by the id it has in memory.

    `before` is the document of the state before, or None; `moment` the time of the command as a POSIX timestamp.
    """
    document = {key: value for key, value in _REGISTRY.convert(workflow).items() if key != _TYPE}
    known = dict(_tasks(before)) if before is not None else {}
    issued = before["issued"] if before is not None else 0
    names: dict[str, str] = {}
    for ident, task in _tasks(document):
        if ident not in known:
            issued += 1
            names[ident] = str(UUID(int=issued))
        same = ident in known and known[ident]["state"] == task["state"]
        task["last_state_change"] = known[ident]["last_state_change"] if same else moment
    return {**_renamed(document, names), "issued": issued}, names


def read_workflow(document: Json, program: Any, script_engine: Any) -> Any:
    """The workflow again; `program` has its diagram."""
    workflow = RunningWorkflow(program.spec, program.subprocess_specs, script_engine=script_engine, deserializing=True)
    _WORKFLOWS.read(document, workflow)
    return workflow


def _tasks(document: Json) -> list[tuple[str, Json]]:
    """Tasks of all depths by id, as they were made."""
    inside = (task for found in document["subprocesses"].values() for task in found["tasks"].items())
    return [*document["tasks"].items(), *inside]


def _renamed(found: Json, names: Mapping[str, str]) -> Json:
    if isinstance(found, str):
        return names.get(found, found)
    if isinstance(found, list):
        return [_renamed(item, names) for item in found]
    if isinstance(found, dict):
        return {names.get(key, key): _renamed(item, names) for key, item in found.items()}
    return found
