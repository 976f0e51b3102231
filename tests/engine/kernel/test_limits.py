"""The limits of the kernel, one below, at and one above; and diagrams that ruin engines which predict or pile up."""

from __future__ import annotations

import pytest

from engine.bpmn import Code as Told
from engine.bpmn import read_bpmn
from engine.kernel import BUDGET, Code, InstanceStatus, State, advance, commands, events
from engine.model.process import ProcessDefinition
from tests.engine.bpmn.diagram import between
from tests.support.kernel_run import NOW, FixedDefinitions, Run
from tests.support.process_builder import ProcessBuilder, each, timer


def started(process: ProcessDefinition, *, budget: int = BUDGET) -> tuple[State, tuple[events.Event, ...]]:
    """The state and the events after the start."""
    state = State()
    outcome = advance(FixedDefinitions(process), state, commands.StartInstance(process="p"), NOW, budget=budget)
    assert isinstance(outcome, tuple)
    return state, outcome


@pytest.mark.parametrize(("turns", "runs"), [(99_999, True), (100_000, True), (100_001, False)])
@pytest.mark.parametrize("sequential", [False, True])
def test_turns_of_a_multi_instance(turns: int, runs: bool, sequential: bool) -> None:
    process = ProcessBuilder().start().task("t", loop=each(times=str(turns), sequential=sequential)).build()
    _, happened = started(process, budget=3)
    begun = [e for e in happened if isinstance(e, events.LoopStarted)]
    incidents = [e.code for e in happened if isinstance(e, events.IncidentRaised)]
    assert ([len(e.items) for e in begun], incidents) == (([turns], []) if runs else ([], [Code.LOOP_TOO_LARGE]))
    assert isinstance(happened[-1], events.StepBudgetUsedUp) is runs


@pytest.mark.parametrize(("steps", "stops"), [(BUDGET - 1, False), (BUDGET, False), (BUDGET + 1, True)])
def test_steps_in_a_transaction(steps: int, stops: bool) -> None:
    builder = ProcessBuilder().start()
    for n in range(steps - 2):
        builder.task(f"t{n}")
    process = builder.end().build()
    state, happened = started(process)
    assert isinstance(happened[-1], events.StepBudgetUsedUp) is stops
    assert (state.status is InstanceStatus.COMPLETED) is not stops
    if stops:
        advance(FixedDefinitions(process), state, commands.ContinueInstance(), NOW)
    assert state.status is InstanceStatus.COMPLETED


@pytest.mark.parametrize(("calls", "runs"), [(99, True), (100, True), (101, False)])
def test_calls_inside_calls(calls: int, runs: bool) -> None:
    builder = ProcessBuilder().start().exclusive("g").when("=n > 0").call("c", "p", inputs={"n": "=n - 1"}, give_all=False)
    run = Run(builder.end().move_to("g").otherwise().end("last").build()).start(n=calls)
    assert run.ended is runs
    assert runs or run.incident.code == Code.CALL_TOO_DEEP


@pytest.mark.parametrize(("depth", "read"), [(29, True), (30, True), (31, False)])
def test_sub_processes_inside_each_other(depth: int, read: bool) -> None:
    inner = '<task id="t"/>'
    for n in range(depth, 0, -1):
        inner = f'<subProcess id="{"n" if n == 1 else f"n{n}"}">{inner}</subProcess>'
    found = read_bpmn(between(inner), "t.bpmn")
    assert found.ok is read
    if read:
        assert Run(found.processes["p"]).start().ended
    else:
        assert [problem.code for problem in found.problems] == [Told.TOO_DEEP]


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_parallel_blocks_in_a_row_cost_the_same_each(kind: str) -> None:
    def events_of(blocks: int) -> int:
        builder = ProcessBuilder().start()
        for n in range(blocks):
            builder.add(kind, f"fork{n}").task(f"a{n}").add(kind, f"join{n}")
            builder.move_to(f"fork{n}").task(f"b{n}").connect(f"join{n}").move_to(f"join{n}")
        state, happened = started(builder.end().build())
        assert state.status is InstanceStatus.COMPLETED
        return len(happened)

    eight, sixteen, thirty_two = (events_of(blocks) for blocks in (8, 16, 32))
    assert thirty_two - sixteen == 2 * (sixteen - eight)


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_thousand_branches_cost_the_same_each(kind: str) -> None:
    def events_of(branches: int) -> int:
        builder = ProcessBuilder().start().add(kind, "fork")
        for n in range(branches):
            builder.move_to("fork").task(f"t{n}")
            builder.connect("join") if n else builder.add(kind, "join")
        state, happened = started(builder.move_to("join").end().build())
        assert state.status is InstanceStatus.COMPLETED
        return len(happened)

    few, some, many = (events_of(branches) for branches in (10, 500, 1000))
    assert (many - some) * 490 == (some - few) * 500


def test_ten_thousand_turns_of_a_drawn_loop_keep_one_token() -> None:
    builder = ProcessBuilder().start().script("zero", "n", "=0").exclusive("again").script("t", "n", "=n + 1").exclusive("ask")
    process = builder.when("=n < 10000").connect("again").otherwise().end().build()
    definitions, state = FixedDefinitions(process), State()
    outcome = advance(definitions, state, commands.StartInstance(process="p"), NOW)
    sizes = []
    while isinstance(outcome, tuple) and isinstance(outcome[-1], events.StepBudgetUsedUp):
        assert len(state.elements) == 2
        sizes.append(len(outcome))
        outcome = advance(definitions, state, commands.ContinueInstance(), NOW)
    assert state.status is InstanceStatus.COMPLETED
    assert max(sizes[1:]) - min(sizes[1:]) <= 4


def test_a_loop_without_a_wait_takes_a_transaction_after_the_other_and_grows_in_none() -> None:
    process = ProcessBuilder().start().exclusive("again").script("t", "n", "=1").connect("again").build()
    definitions, state = FixedDefinitions(process), State()
    sizes = []
    outcome = advance(definitions, state, commands.StartInstance(process="p"), NOW, budget=1000)
    for _ in range(5):
        assert isinstance(outcome, tuple)
        assert isinstance(outcome[-1], events.StepBudgetUsedUp)
        assert len(state.elements) == 2
        sizes.append(len(outcome))
        outcome = advance(definitions, state, commands.ContinueInstance(), NOW, budget=1000)
    assert max(sizes[1:]) - min(sizes[1:]) <= 4


def test_processes_that_call_each_other_stop_with_an_incident() -> None:
    one = ProcessBuilder("p").start().call("to q", "q").end().build()
    other = ProcessBuilder("q").start().call("to p", "p").end().build()
    run = Run(one, other).start()
    assert run.incident.code == Code.CALL_TOO_DEEP
    assert len(run.state.elements) < 500


@pytest.mark.parametrize("cycle", ['="R/PT0S"', '="R/PT-1H"', '="R0/PT1H"'])
def test_a_cycle_that_is_calculated_and_never_rests_is_an_incident(cycle: str) -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    run = Run(builder.boundary("b", "t", timer("cycle", cycle), interrupting=False).end("late").build()).start()
    assert run.incident.code == Code.TIMER_INVALID
