"""The kernel and the decision tables against SpiffWorkflow, in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser import BpmnDmnParser

from engine.api import InstanceStatus, State, advance, check_resources, commands, evaluate_decision, read_dmn
from runtime.cli.memory_run import CheckedDefinitions
from tests.benchmarks import models
from tests.benchmarks.measure import Figure, cpu

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INSTANCES = 100
EVALUATIONS = 200


def figures() -> list[Figure]:
    """Ours and theirs, for each workload."""
    process, table = "one instance: 10 script tasks and a gateway", "one decision: 50 rules, hit policy FIRST"
    return [
        cpu(process, "Ringi", INSTANCES, _our_instances()),
        cpu(process, "SpiffWorkflow 3.2", INSTANCES, _their_instances()),
        cpu(table, "Ringi", EVALUATIONS, _our_decisions()),
        cpu(table, "SpiffWorkflow 3.2", EVALUATIONS, _their_decisions()),
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


def _inputs(number: int) -> tuple[int, str]:
    return number * 37 % 1000, models.REGIONS[number % len(models.REGIONS)]


def _our_decisions() -> partial[None]:
    file = read_dmn(models.table(ours=True), "tiers.dmn")

    def run() -> None:
        for number in range(EVALUATIONS):
            amount, region = _inputs(number)
            value = evaluate_decision(file, "tier", {"amount": Decimal(amount), "region": region}, now=NOW).value
            assert value["tier"] == f"tier{amount // 100}"

    return partial(run)


def _their_decisions() -> partial[None]:
    parser = BpmnDmnParser()
    parser.add_dmn_xml(etree.fromstring(models.table(ours=False)), "tiers.dmn")
    found = parser.dmn_parsers["tier"]
    found.parse()
    engine, script = DMNEngine(found.decision.decisionTables[0]), PythonScriptEngine()

    class Task:
        """What the decision engine wants to know of a task."""

        def __init__(self, data: dict[str, object]) -> None:
            self.data = data
            self.workflow = type("Workflow", (), {"script_engine": script})()

    def run() -> None:
        for number in range(EVALUATIONS):
            amount, region = _inputs(number)
            assert engine.result(Task({"amount": amount, "region": region}))["tier"] == f"tier{amount // 100}"

    return partial(run)
