"""The kernel against SpiffWorkflow and camunda-python, in memory, on the same processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.api import InstanceStatus, State, advance, check_resources, commands, events
from runtime.cli.memory_run import CheckedDefinitions
from tests.benchmarks import drawings, peers
from tests.benchmarks.drawings import Dialect
from tests.benchmarks.measure import Figure, cpu

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A process to be run to its end `instances` times a round; that is `units` units of work for each."""

    what: str
    draw: Callable[[Dialect], bytes]
    variables: Mapping[str, int]
    instances: int
    units: int = 1
    rounds: int = 5


X = {"x": 0}
WORKLOADS = (
    Workload(what="one instance: 10 automatic tasks and a gateway", draw=drawings.straight, variables=X, instances=100),
    Workload(what="one instance: two user tasks", draw=drawings.two_user_tasks, variables=X, instances=100),
    Workload(
        what="one instance: 10 parallel branches and a join",
        draw=drawings.parallel,
        variables={f"x{n}": 0 for n in range(10)},
        instances=50,
    ),
    Workload(
        what="one item of a sequential multi-instance of 100",
        draw=partial(drawings.turns, number=100, sequential=True),
        variables=X,
        instances=5,
        units=100,
        rounds=3,
    ),
    Workload(
        what="one item of a parallel multi-instance of 100",
        draw=partial(drawings.turns, number=100, sequential=False),
        variables=X,
        instances=5,
        units=100,
        rounds=3,
    ),
    Workload(
        what="one turn of a loop of 400",
        draw=partial(drawings.circle, number=400),
        variables={"i": 0},
        instances=1,
        units=400,
        rounds=2,
    ),
)


def figures() -> list[Figure]:
    """Ours and theirs, for each workload."""
    return [figure for workload in WORKLOADS for figure in _of(workload)]


def _of(workload: Workload) -> list[Figure]:
    units = workload.instances * workload.units
    found = [
        cpu(workload.what, "Ringi", units, _ours(workload), rounds=workload.rounds),
        cpu(workload.what, "SpiffWorkflow 3.2", units, _spiff(workload), rounds=workload.rounds),
    ]
    peer = peers.camunda(workload.draw("camunda"), workload.variables, units, workload.instances)
    if isinstance(peer, str):
        peers.say(peer)
    else:
        found.append(Figure(what=workload.what, who="camunda-python 0.1.2", value=peer))
    return found


def _ours(workload: Workload) -> Callable[[], None]:
    checked = check_resources({"p.bpmn": workload.draw("ringi")})
    assert checked.ok, checked.problems
    definitions = CheckedDefinitions(checked)
    variables = {name: Decimal(value) for name, value in workload.variables.items()}

    def run() -> None:
        for _ in range(workload.instances):
            state = State()
            advance(definitions, state, commands.StartInstance(process="p", variables=variables), NOW)
            while state.status is InstanceStatus.ACTIVE:
                task = next(key for key in state.waits if isinstance(state.wait(key), events.UserTaskCreated))
                advance(definitions, state, commands.CompleteUserTask(task=task), NOW)
            assert state.status is InstanceStatus.COMPLETED

    return run


def _spiff(workload: Workload) -> Callable[[], None]:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(workload.draw("spiff")))
    spec, others = parser.get_spec("p"), parser.get_subprocess_specs("p")

    def run() -> None:
        for _ in range(workload.instances):
            workflow = BpmnWorkflow(spec, others)
            workflow.task_tree.data.update(workload.variables)
            workflow.do_engine_steps()
            while not workflow.completed:
                workflow.get_next_task(state=TaskState.READY, manual=True).run()
                workflow.do_engine_steps()

    return run
