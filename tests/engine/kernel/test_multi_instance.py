"""Multi-instance activities, parallel and sequential."""

from __future__ import annotations

import pytest

from engine.feel import from_plain, to_plain
from engine.kernel import Code, events
from engine.kernel.commands import CompleteUserTask, ContinueInstance
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, timer


def tasks(**loop: object) -> ProcessDefinition:
    """A user task `t` for each item of `items`, then the user task `after`."""
    return ProcessBuilder().start().user_task("t", loop=each("=items", "item", **loop)).user_task("after").end().build()  # type: ignore[arg-type]


def items_of(run: Run) -> list[object]:
    """The items whose tasks are open."""
    return [to_plain(e.variables["item"]) for e in run.instances("t") if e.loop_index]  # type: ignore[index]


def test_parallel_runs_all_items_at_once() -> None:
    run = Run(tasks()).start(items=["a", "b", "c"])
    assert run.open == ["t", "t", "t"]
    assert items_of(run) == ["a", "b", "c"]
    assert [e.variables["loopCounter"] for e in run.instances("t") if e.loop_index] == [1, 2, 3]  # type: ignore[index]
    for left in (["t", "t"], ["t"], ["after"]):
        run.complete("t")
        assert run.open == left


def test_sequential_runs_one_item_after_the_other() -> None:
    run = Run(tasks(sequential=True)).start(items=["a", "b"])
    assert items_of(run) == ["a"]
    run.complete("t")
    assert items_of(run) == ["b"]
    run.complete("t")
    assert run.open == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_outputs_stand_in_the_order_of_the_items(sequential: bool) -> None:
    run = Run(tasks(sequential=sequential, output=("results", "=item + got"))).start(items=[1, 2, 3])
    if not sequential:
        last = max(run.waits(events.UserTaskCreated), key=lambda task: task.task)
        run.execute(_complete(last.task, got=30))
    for got in (10, 20, 30)[: 3 if sequential else 2]:
        run.complete("t", got=got)
    assert run.variables["results"] == [11, 22, 33]


def _complete(task: int, **variables: int) -> CompleteUserTask:
    return CompleteUserTask(task=task, variables=from_plain(variables))


def test_the_result_of_a_turn_stays_in_it_when_it_is_the_output() -> None:
    process = ProcessBuilder().start().service("s", loop=each("=[1, 2]", "i", output=("all", "=r.v"))).end().build()
    run = Run(process).start()
    run.work("s", r={"v": "one"}).work("s", r={"v": "two"})
    assert run.variables == {"all": ["one", "two"]}


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("times", ["0", "=0", "=[]"])
def test_no_items_are_done_at_once(sequential: bool, times: str) -> None:
    loop = (
        each(times, "item", sequential=sequential, output=("results", "=1"))
        if times == "=[]"
        else each(times=times, sequential=sequential, output=("results", "=1"))
    )
    run = Run(ProcessBuilder().start().user_task("t", loop=loop).user_task("after").build()).start()
    assert run.open == ["after"]
    assert run.variables == {"results": []}


def test_a_cardinality_counts_turns() -> None:
    process = (
        ProcessBuilder().start().script("t", "x", "=loopCounter", loop=each(times="=n + 1", output=("all", "=loopCounter * 2")))
    )
    assert Run(process.end().build()).start(n=2).variables == {"n": 2, "x": 3, "all": [2, 4, 6]}


@pytest.mark.parametrize("sequential", [True, False])
def test_the_completion_condition_ends_it_early(sequential: bool) -> None:
    run = Run(tasks(sequential=sequential, until="=ok", output=("results", "=ok"))).start(items=[1, 2, 3], ok=False)
    run.complete("t", ok=False)
    assert run.open == (["t"] if sequential else ["t", "t"])
    run.complete("t", ok=True)
    assert run.open == ["after"]
    assert run.variables["results"] == [False, True, None]
    assert len(run.emitted(events.UserTaskCancelled)) == (0 if sequential else 1)


@pytest.mark.parametrize(
    "condition",
    [
        "=numberOfCompletedInstances >= 2",
        "=numberOfActiveInstances <= 1",
        "=numberOfCompletedInstances / numberOfInstances > 0.5",
        "=numberOfTerminatedInstances = 0 and loopCounter = 2",
    ],
)
def test_the_completion_condition_sees_the_counters(condition: str) -> None:
    run = Run(tasks(until=condition)).start(items=[1, 2, 3])
    run.complete("t")
    assert run.open == ["t", "t"]
    run.complete("t")
    assert run.open == ["after"]


@pytest.mark.parametrize(
    ("loop", "words"),
    [
        (each("=items", "i"), "The input collection of 't' must be a list, but `=items` gave a number (5)."),
        (each("=missing", "i"), "gave null"),
        (each(times="=-1"), "The loop cardinality of 't' must be a whole number, at least 0"),
        (each(), "has neither an input collection nor a cardinality"),
    ],
)
def test_a_collection_that_is_none_is_an_incident(loop: object, words: str) -> None:
    run = Run(ProcessBuilder().start().user_task("t", loop=loop).end().build()).start(items=5)
    assert run.incident.code == Code.LOOP_INVALID
    assert words in run.incident.message


def test_a_mended_collection_is_run() -> None:
    run = Run(tasks()).start(items=5)
    run.resolve("t", items=[1])
    assert run.open == ["t"]


def test_more_than_a_hundred_thousand_turns_are_refused() -> None:
    process = ProcessBuilder().start().task("t", loop=each(times="=n")).end().build()
    run = Run(process).start(n=100_001)
    assert run.incident.code == Code.LOOP_TOO_LARGE
    assert "100001 items" in run.incident.message


def test_a_failed_condition_waits_at_the_turn_and_goes_on_when_resolved() -> None:
    run = Run(tasks(until="=ok")).start(items=[1, 2])
    run.complete("t")
    assert run.incident.code == Code.LOOP_CONDITION_FAILED
    run.resolve("t", ok=False)
    assert run.open == ["t"]
    run.complete("t")
    assert run.open == ["after"]


def test_a_failed_output_waits_at_the_turn() -> None:
    text = "=if ok then 1 else count(for i in 1..10000, j in 1..10000 return i)"
    run = Run(tasks(output=("results", text))).start(items=[1], ok=False)
    run.complete("t")
    assert run.incident.code == Code.LOOP_OUTPUT_FAILED
    run.resolve("t", ok=True)
    assert run.variables["results"] == [1]


def test_mappings_belong_to_each_turn() -> None:
    builder = ProcessBuilder().start()
    builder.user_task("t", loop=each("=items", "item"), inputs={"twice": "=item * 2"}, outputs={"last": "=twice"}).end()
    run = Run(builder.build()).start(items=[1, 2])
    run.complete("t").complete("t")
    assert run.variables == {"items": [1, 2], "last": 4}


def test_an_output_mapping_may_make_the_output_of_a_turn() -> None:
    loop = each("=items", "item", output=("done", "=packed"))
    process = ProcessBuilder().start().user_task("t", loop=loop, outputs={"packed": "=item + got"}).end().build()
    run = Run(process).start(items=[1, 2])
    run.complete("t", got=10).complete("t", got=20)
    assert run.variables == {"items": [1, 2], "done": [11, 22]}


def test_a_boundary_event_stands_on_the_whole() -> None:
    builder = ProcessBuilder().start().user_task("t", loop=each("=items", "item", sequential=True)).end()
    run = Run(builder.boundary("b", "t", timer("duration", "PT1H")).end("late").build()).start(items=[1, 2, 3])
    run.complete("t")
    assert run.open == ["b", "t"]
    run.tick("b", hours=1)
    assert run.ended
    assert run.trace[-2:] == ["late", "p"]
    assert len(run.emitted(events.TimerScheduled)) == 1


def test_sub_processes_keep_their_variables_apart() -> None:
    builder = ProcessBuilder().start().sub_process("sub", loop=each("=[1, 2]", "i"), inputs={"own": "=i"}).start("s")
    builder.user_task("t").script("x", "own", "=own * 10").user_task("u").done().end()
    run = Run(builder.build()).start()
    run.complete("t").complete("t")
    assert [to_plain(e.variables["own"]) for e in run.instances("sub") if e.loop_index] == [10, 20]  # type: ignore[index]
    assert run.variables == {}


def test_loops_in_loops() -> None:
    builder = ProcessBuilder().start().sub_process("sub", loop=each("=[1, 2]", "i", output=("all", "=inner"))).start("s")
    builder.script("x", "y", "=i", loop=each("=[10, 20]", "j", output=("inner", "=i * j"))).done().end()
    assert Run(builder.build()).start().variables["all"] == [[10, 20], [20, 40]]


def test_ten_thousand_items_are_started_within_step_budgets() -> None:
    run = Run(ProcessBuilder().start().task("t", loop=each(times="=10000")).end().build(), budget=2_000)
    run.start()
    rounds = 0
    while not run.ended:
        run.execute(ContinueInstance())
        rounds += 1
    assert rounds == 5
    assert run.trace.count("t") == 10_001


def test_items_are_dropped_once_each_turn_holds_its_own() -> None:
    run = Run(tasks()).start(items=[1, 2])
    body = next(e for e in run.instances("t") if e.loop is not None)
    assert body.loop is not None
    assert (body.loop.items, body.loop.outputs, body.loop.total) == ((), [], 2)
