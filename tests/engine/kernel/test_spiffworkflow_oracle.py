"""A second opinion: SpiffWorkflow 3.2 on the subset where it is right.

That is sequences and nested exclusive and parallel gateways of user tasks, without loops.
"""

from __future__ import annotations

import logging
from random import Random
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.model.process import Element, ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.structured_drawing import Diagram
from tests.support.structured_process import And, Block, Condition, Seq, User, Xor

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("spiff").setLevel(logging.CRITICAL)


def xml_of(process: ProcessDefinition) -> bytes:
    """The process as BPMN; the conditions read the same in FEEL and in Python."""
    parts = [_element(element) for element in process.elements.values()]
    for flow in process.flows.values():
        condition = ""
        if flow.condition is not None:
            condition = f"<conditionExpression>{escape(flow.condition.text)}</conditionExpression>"
        ends = f"sourceRef={quoteattr(flow.source)} targetRef={quoteattr(flow.target)}"
        parts.append(f"<sequenceFlow id={_id(flow.id)} {ends}>{condition}</sequenceFlow>")
    head = f'<definitions xmlns="{BPMN}" id="d" targetNamespace="t">'
    return f'{head}<process id={quoteattr(process.id)} isExecutable="true">{"".join(parts)}</process></definitions>'.encode()


def _element(element: Element) -> str:
    default = f" default={_id(element.default_flow)}" if element.default_flow else ""
    return f"<{element.type} id={quoteattr(element.id)}{default}/>"


def _id(flow: str) -> str:
    return quoteattr(flow.replace(">", "-to-"))


class Spiff:
    """An instance on SpiffWorkflow."""

    def __init__(self, process: ProcessDefinition, **variables: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(xml_of(process))
        self.workflow = BpmnWorkflow(parser.get_spec(process.id), parser.get_subprocess_specs(process.id))
        self.workflow.task_tree.set_data(**variables)
        self.workflow.do_engine_steps()

    @property
    def open(self) -> list[str]:
        """The user tasks that are ready."""
        return sorted(task.task_spec.name for task in self.workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual)

    def complete(self, name: str) -> None:
        """Complete one of them."""
        ready = self.workflow.get_tasks(state=TaskState.READY)
        next(task for task in ready if task.task_spec.name == name).run()
        self.workflow.do_engine_steps()


def composites(inside: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """The subset."""
    some = st.lists(inside, min_size=2, max_size=3).map(tuple)
    conditions = st.builds(Condition, st.just("a"), st.integers(0, 3))
    branches = st.lists(st.tuples(conditions, inside), min_size=1, max_size=2).map(tuple)
    return st.one_of(st.builds(Seq, some), st.builds(And, some), st.builds(Xor, branches, inside))


SUBSET: st.SearchStrategy[Block] = st.recursive(st.just(User()), composites, max_leaves=10)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(SUBSET, st.integers(0, 4), st.integers(0, 2**16))
def test_the_same_user_tasks_are_open_after_every_step(block: Block, a: int, seed: int) -> None:
    process = Diagram(block).processes[0]
    ours, theirs, random = Run(process).start(a=a), Spiff(process, a=a), Random(seed)
    while not ours.ended:
        assert sorted(ours.open) == theirs.open
        name = random.choice(theirs.open)
        ours.complete(name)
        theirs.complete(name)
    assert theirs.workflow.completed
