"""The kernel against SpiffWorkflow, in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from engine.api import InstanceStatus, State, advance, check_resources, commands
from runtime.cli.memory_run import CheckedDefinitions
from tests.benchmarks import models
from tests.benchmarks.measure import Figure, cpu

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INSTANCES = 100


def figures() -> list[Figure]:
    """Ours and theirs, for each workload."""
    process = "one instance: 10 script tasks and a gateway"
    return [
        cpu(process, "Ringi", INSTANCES, _our_instances()),
        cpu(process, "SpiffWorkflow 3.2", INSTANCES, _their_instances()),
    ]


def _our_instances() -> partial[None]:
    checked = check_resources({"p.bpmn": models.straight_through(ours=True)})
    assert checked.ok, checked.problems
    definitions = CheckedDefinitions(checked)

    def run() -> None:
        for _ in range(INSTANCES):
            state = State()
            advance(definitions, state, commands.StartInstance(process="p", variables={"x": Decimal(0)}), NOW)
            assert state.status is InstanceStatus.COMPLETED

    return partial(run)


def _their_instances() -> partial[None]:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(models.straight_through(ours=False)))
    spec, others = parser.get_spec("p"), parser.get_subprocess_specs("p")

    def run() -> None:
        for _ in range(INSTANCES):
            workflow = BpmnWorkflow(spec, others)
            workflow.task_tree.data["x"] = 0
            workflow.do_engine_steps()
            assert workflow.completed

    return partial(run)
