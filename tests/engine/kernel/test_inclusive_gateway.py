"""Inclusive gateway: the split by conditions, and the join that waits for all that can still come (BPMN 2.0 §13.4.3)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel import Code, advance, commands, events
from engine.kernel.joins import _holds_up
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import NOW, FixedDefinitions, Run
from tests.support.process_builder import ProcessBuilder, each, error, message, timer


def choice(branches: str = "abc") -> ProcessBuilder:
    """A user task for each letter that is true, `z` when none is, then a join and the user task `after`."""
    builder = ProcessBuilder().start().inclusive("split")
    for name in branches:
        builder.move_to("split").when(f"={name}").user_task(name)
        builder.connect("join") if name != branches[0] else builder.inclusive("join")
    return builder.move_to("split").otherwise().user_task("z").connect("join").move_to("join").user_task("after").end()


@pytest.mark.parametrize("taken", ["", "a", "b", "ab", "bc", "abc"])
def test_takes_every_flow_whose_condition_holds_and_the_default_when_none_does(taken: str) -> None:
    run = Run(choice().build()).start(**{name: name in taken for name in "abc"})
    assert run.open == list(taken or "z")


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
@pytest.mark.parametrize("reload", [False, True])
def test_the_join_waits_for_the_branches_that_were_taken_and_for_no_other(order: tuple[str, ...], reload: bool) -> None:
    taken = order[:2]
    run = Run(choice().build(), reload=reload).start(**{name: name in taken for name in "abc"})
    run.complete(taken[0])
    assert run.open == [taken[1]]
    run.complete(taken[1])
    assert run.open == ["after"]
    assert run.trace.count("join") == 1


def test_without_a_condition_that_holds_and_without_default_it_is_an_incident() -> None:
    builder = ProcessBuilder().start().inclusive("g").when("=a").end("x").move_to("g").when("=b").end("y")
    run = Run(builder.build()).start(a=False, b=False)
    assert run.incident.code == Code.NO_FLOW_CHOSEN
    run.resolve("g", b=True)
    assert run.ended
    assert run.trace == ["start", "g", "y", "p"]


def test_the_default_flow_is_not_taken_beside_another() -> None:
    builder = ProcessBuilder().start().inclusive("g").otherwise().end("x").move_to("g").when("=true").end("y")
    assert "x" not in Run(builder.build()).start().trace


def test_a_join_that_is_a_split_too_decides_when_it_fires_and_keeps_its_tokens_through_an_incident() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("both").when("=x > 1").user_task("big")
    builder.move_to("both").when("=x > 2").user_task("bigger").move_to("fork").user_task("b").connect("both")
    run = Run(builder.build(), reload=True).start()
    run.complete("a").complete("b", x=0)
    assert (run.incident.code, run.incident.element) == (Code.NO_FLOW_CHOSEN, "both")
    assert run.instances("both")[0].arrived == {"a>both": 1, "b>both": 1}
    run.resolve("both", x=3)
    assert run.open == ["big", "bigger"]


def test_a_condition_that_fails_at_a_join_is_an_incident_there() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("both").when('="x"').end("e")
    builder.move_to("both").when("=true").end("f").move_to("fork").user_task("b").connect("both")
    run = Run(builder.build()).start().complete("a").complete("b")
    assert run.incident.code == Code.CONDITION_FAILED


def test_a_branch_that_ends_elsewhere_frees_the_join() -> None:
    builder = choice("ab").move_to("b").when("=skip").end("gone")
    run = Run(builder.build()).start(a=True, b=True).complete("a")
    assert run.open == ["b"]
    definition = ProcessBuilder().start().inclusive("split").when("=true").user_task("a").inclusive("join").user_task("after")
    definition.move_to("split").when("=true").user_task("b").exclusive("x").when("=gone").end("away")
    definition.move_to("x").otherwise().connect("join")
    run = Run(definition.build()).start().complete("a")
    assert run.open == ["b"]
    run.complete("b", gone=True)
    assert run.open == ["after"]


def test_an_interrupting_boundary_event_frees_the_join() -> None:
    builder = choice("ab").boundary("late", "b", timer("duration", "PT1H")).end("away")
    run = Run(builder.build(), reload=True).start(a=True, b=True).complete("a")
    assert run.open == ["b", "late"]
    run.tick("late", hours=1)
    assert run.open == ["after"]


def test_a_token_can_still_come_by_a_boundary_event() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("join").user_task("after")
    builder.move_to("fork").user_task("b").end("away")
    builder.boundary("late", "b", timer("duration", "PT1H")).connect("join")
    run = Run(builder.build()).start().complete("a")
    assert sorted(run.open) == ["b", "late"]
    assert Run(builder.build()).start().complete("a").complete("b").open == ["after"]
    assert run.tick("late", hours=1).open == ["after"]


def test_tokens_that_are_left_wait_for_the_next_round() -> None:
    """Two tokens come by one flow before the first by the other: the first firing uses up one of each."""
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("join").user_task("after").end()
    builder.move_to("fork").connect("a").connect("b").move_to("fork").user_task("b").connect("join")
    run = Run(builder.build(), reload=True).start()
    assert sorted(run.open) == ["a", "a", "b", "b"]
    run.complete("a").complete("a")
    assert run.instances("join")[0].arrived == {"a>join": 2}
    run.complete("b")
    assert run.instances("join")[0].arrived == {"a>join": 1}, "one of each is used up; the other b can still come"
    assert sorted(run.open) == ["after", "b"]
    run.complete("b")
    assert run.open == ["after", "after"]


def test_a_token_that_can_come_by_a_flow_that_has_one_is_not_waited_for() -> None:
    """BPMN 2.0 §13.4.3, last condition: there is also a path to a flow with a token."""
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("join").user_task("after")
    builder.move_to("fork").user_task("b").exclusive("x").when("=left").connect("a").otherwise().connect("join")
    run = Run(builder.build()).start().complete("a")
    assert sorted(run.open) == ["after", "b"]


@pytest.mark.parametrize("orders", list(itertools.product(list(itertools.permutations("ab")), repeat=2)))
@pytest.mark.parametrize("reload", [False, True])
def test_joins_right_in_every_round_of_a_loop(orders: tuple[tuple[str, ...], ...], reload: bool) -> None:
    builder = ProcessBuilder().start().exclusive("again").inclusive("split").when("=true").user_task("a").inclusive("join")
    builder.exclusive("ask").when("=rounds > 0").connect("again").otherwise().end()
    builder.move_to("split").when("=true").user_task("b").connect("join")
    run = Run(builder.build(), reload=reload).start(rounds=2)
    for left, order in zip((1, 0), orders, strict=True):
        for task in order:
            run.complete(task, rounds=left)
    assert run.ended
    assert run.trace.count("join") == 2


def test_every_scope_joins_for_itself() -> None:
    """The turns of a multi-instance do not wait for each other."""
    builder = ProcessBuilder().start().sub_process("sub", loop=each("=[1, 2]", "n")).start("s").inclusive("split")
    builder.when("=true").user_task("a").inclusive("join").user_task("after").move_to("split").when("=n = 2").user_task("b")
    run = Run(builder.connect("join").done().end().build(), reload=True).start()
    assert sorted(run.open) == ["a", "a", "b"]
    run.complete("a")
    assert sorted(run.open) == ["a", "after", "b"]
    run.complete("a")
    assert sorted(run.open) == ["after", "b"]
    run.complete("b").complete("after").complete("after")
    assert run.ended


def test_an_error_out_of_a_branch_takes_the_join_with_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").inclusive("split").when("=true").user_task("a")
    builder.inclusive("join").end("e").move_to("split").when("=true").service("b").connect("join").done().end()
    run = Run(builder.boundary("caught", "sub", error("E")).end("failed").build()).start().complete("a").throw("b", "E")
    assert run.ended
    assert not run.state.joins
    assert not run.state.tokens


def waiting_for_each_other() -> ProcessDefinition:
    """Each join has a token on one flow, and waits by the other for what comes out of the other join."""
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("j1").user_task("c").exclusive("x")
    builder.when("=stop").end("e").move_to("x").otherwise().connect("j2")
    builder.move_to("fork").user_task("b").inclusive("j2").user_task("d").exclusive("y")
    return builder.when("=stop").end("f").move_to("y").otherwise().connect("j1").build()


@pytest.mark.parametrize("reload", [False, True])
def test_joins_that_wait_for_each_other_are_an_incident_and_go_on_when_it_is_resolved(reload: bool) -> None:
    """By the sentence of the standard neither is activated, ever; that is told at once and a person may let the first go on."""
    run = Run(waiting_for_each_other(), reload=reload).start().complete("a").complete("b")
    assert run.incident.code == Code.JOINS_WAIT_FOR_EACH_OTHER
    assert run.incident.element == "j1"
    run.resolve("j1")
    assert run.open == ["c"]
    run.complete("c", stop=True)
    assert run.open == ["d"]
    assert run.complete("d").ended


def test_a_parallel_and_an_inclusive_join_that_wait_for_each_other_are_told() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("j1").user_task("c").parallel("j2")
    builder.exclusive("x").when("=again").connect("j1").otherwise().end().move_to("fork").user_task("b").connect("j2")
    run = Run(builder.build()).start(again=False).complete("b").complete("a")
    assert (run.incident.code, run.incident.element) == (Code.JOINS_WAIT_FOR_EACH_OTHER, "j1")
    assert run.resolve("j1").complete("c").ended


def test_an_incident_upstream_is_waited_for() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("join").user_task("after")
    builder.move_to("fork").service("b").connect("join")
    run = Run(builder.build()).start().complete("a")
    run.fail("b", 0)
    assert sorted(run.open) == ["b", "b"]
    run.resolve("b").work("b")
    assert run.open == ["after"]


def test_goes_on_after_a_step_budget_in_the_middle() -> None:
    for budget in range(1, 8):
        run = Run(choice("ab").build(), budget=budget, reload=True)
        run.start(a=True, b=True)
        while isinstance(run.last[-1], events.StepBudgetUsedUp):
            run.execute(commands.ContinueInstance())
        for task in ("a", "b"):
            run.complete(task)
            while run.last and isinstance(run.last[-1], events.StepBudgetUsedUp):
                run.execute(commands.ContinueInstance())
        assert run.open == ["after"]


def test_a_message_decides_behind_an_event_based_gateway() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").inclusive("join").user_task("after")
    builder.move_to("fork").event_based("first").catch("yes", message("yes", "=1")).connect("join")
    builder.move_to("first").catch("no", message("no", "=1")).end("away")
    assert Run(builder.build()).start().complete("a").receive("no").open == ["after"]
    assert Run(builder.build()).start().complete("a").receive("yes").open == ["after"]


def test_a_thousand_branches_join_once_and_each_arrival_looks_at_one_blocker() -> None:
    builder = ProcessBuilder().start().parallel("fork")
    for n in range(1000):
        builder.move_to("fork").user_task(f"t{n}")
        builder.connect("join") if n else builder.inclusive("join")
    definition = builder.move_to("join").end().build()
    run = Run(definition, budget=100_000)
    looked = _Counted(definition, run, definition.elements["join"].id)
    run.definitions = FixedDefinitions(definition)
    advance(run.definitions, run.state, commands.StartInstance(process="p"), NOW)
    for key in list(run.state.waits):
        advance(run.definitions, run.state, commands.CompleteUserTask(task=key), NOW)
    assert run.ended
    assert looked.count <= 3 * 1000


class _Counted:
    """Counts how often the way from an element to the join is looked up."""

    def __init__(self, definition: ProcessDefinition, run: Run, gateway: str) -> None:
        self.count = 0
        ahead = definition.ahead_of(definition.elements[gateway])
        counted = self

        class Reached(dict):  # type: ignore[type-arg]
            def get(self, key: object, default: object = None) -> object:
                counted.count += 1
                return super().get(key, default)

        object.__setattr__(ahead, "from_element", Reached(ahead.from_element))


EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12, unique=True)


def paths(edges: list[tuple[int, int]], first: int) -> Iterator[list[int]]:
    """Every directed path without a circle that begins at a node."""
    waiting = [[first]]
    while waiting:
        path = waiting.pop()
        yield path
        waiting += [[*path, target] for source, target in edges if source == path[-1] and target not in path]


@settings(max_examples=150, deadline=None)
@given(EDGES, st.integers(1, 5), st.data())
def test_agrees_with_the_sentence_of_the_standard_on_any_graph(
    edges: list[tuple[int, int]], token: int, data: st.DataObject
) -> None:
    """The paths of BPMN 2.0 §13.4.3 tried one by one, against the sets that the kernel works with. Node 0 is the gateway."""
    builder = ProcessBuilder()
    for node in range(6):
        builder.apart().add("inclusiveGateway" if node == 0 else "task", str(node))
    for source, target in edges:
        builder.move_to(str(source)).connect(str(target))
    definition = builder.build()
    gateway = definition.elements["0"]
    full = {flow for flow in gateway.incoming if data.draw(st.booleans(), label=flow)}
    ends = {f"{path[-1]}>0" for path in paths(edges, token) if 0 not in path and (path[-1], 0) in edges}
    to_empty, to_full = ends - full, ends & full
    ahead = definition.ahead_of(gateway)
    arrived = sum(ahead.of_flow[flow] for flow in full)
    assert _holds_up(ahead.from_element.get(str(token), 0), arrived) is bool(to_empty and not to_full)
