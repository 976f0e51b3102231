"""Memory of an instance that waits at a user task, definitions not counted: ours and SpiffWorkflow's."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from engine.api import State, advance, check_resources, commands
from runtime.cli.memory_run import CheckedDefinitions
from tests.benchmarks import drawings
from tests.benchmarks.in_memory import NOW
from tests.benchmarks.measure import Figure

INSTANCES = 500


def figures() -> list[Figure]:
    """Bytes of one instance, out of many."""
    what = "memory of one instance that waits at a user task"
    return [
        Figure(what=what, who="Ringi", value=_bytes(_ours()), unit="B"),
        Figure(what=what, who="SpiffWorkflow 3.2", value=_bytes(_spiff()), unit="B"),
    ]


def _bytes(start: Callable[[], Any]) -> float:
    start()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [start() for _ in range(INSTANCES)]
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / len(kept)


def _ours() -> Callable[[], State]:
    checked = check_resources({"p.bpmn": drawings.two_user_tasks("ringi")})
    definitions = CheckedDefinitions(checked)

    def start() -> State:
        state = State()
        advance(definitions, state, commands.StartInstance(process="p", variables={"x": Decimal(0)}), NOW)
        state.touched.clear()
        return state

    return start


def _spiff() -> Callable[[], BpmnWorkflow]:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(drawings.two_user_tasks("spiff")))
    spec, others = parser.get_spec("p"), parser.get_subprocess_specs("p")

    def start() -> BpmnWorkflow:
        workflow = BpmnWorkflow(spec, others)
        workflow.task_tree.data["x"] = 0
        workflow.do_engine_steps()
        return workflow

    return start
