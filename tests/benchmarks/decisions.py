"""One decision table on three engines: how long a decision takes, and how much memory a process has that makes them.

`python -m tests.benchmarks.decisions WHO` makes decisions on one engine and prints the process's peak memory in KiB.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from tests.benchmarks import models
from tests.benchmarks.measure import Figure, cpu, memory, say_memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVALUATIONS = 200

Decide = Callable[[int, str], Any]
"""The tier for an amount and a region."""


def figures() -> list[Figure]:
    """Time and memory of each engine."""
    what = "one decision: 50 rules, hit policy FIRST"
    times = [cpu(what, who, EVALUATIONS, partial(decide_all, made())) for who, made in ENGINES.items()]
    return [*times, *(memory("peak memory of a process that decides so", who, __name__) for who in ENGINES)]


def decide_all(decide: Decide) -> None:
    """The decisions that every engine makes; each must come out right."""
    for number in range(EVALUATIONS):
        amount, region = number * 37 % 1000, models.REGIONS[number % len(models.REGIONS)]
        tier = decide(amount, region)
        assert tier == f"tier{amount // 100}", (tier, amount)


def _ringi() -> Decide:
    from engine.api import evaluate_decision, read_dmn

    file = read_dmn(models.table(ours=True), "tiers.dmn")
    return lambda amount, region: evaluate_decision(file, "tier", {"amount": Decimal(amount), "region": region}, now=NOW).value[
        "tier"
    ]


def _zen() -> Decide:
    import zen

    decision = zen.ZenEngine().create_decision(json.dumps(models.json_table()))
    return lambda amount, region: decision.evaluate({"amount": amount, "region": region})["result"]["tier"]


def _spiffworkflow() -> Decide:
    from lxml import etree
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
    from SpiffWorkflow.dmn.parser import BpmnDmnParser

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

    return lambda amount, region: engine.result(Task({"amount": amount, "region": region}))["tier"]


ENGINES: dict[str, Callable[[], Decide]] = {"Ringi": _ringi, "SpiffWorkflow 3.2": _spiffworkflow, "zen-engine 2.1": _zen}


if __name__ == "__main__":
    decide_all(ENGINES[sys.argv[1]]())
    say_memory()
