"""Activities that several tokens begin, and that send several (BPMN 2.0 table 10.3, §13.3.2)."""

from __future__ import annotations

from engine.kernel import Code, Rejected, commands, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, message, repeat, timer


def fork(*ways: str) -> ProcessBuilder:
    """So many user tasks in parallel, each leading to `take`, which is to be added."""
    builder = ProcessBuilder().start().parallel("g")
    for way in ways:
        builder.move_to("g").user_task(way).connect("take")
    return builder.apart()


def taking(quantity: int, *ways: str, **fields: object) -> ProcessDefinition:
    return fork(*ways).user_task("take", start_quantity=quantity, **fields).end().build()


def test_it_begins_when_enough_tokens_have_come_by_whatever_flows() -> None:
    run = Run(taking(3, "a", "b", "c"), reload=True).start()
    run.complete("a").complete("c")
    assert run.open == ["b"]
    run.complete("b")
    assert run.open == ["take"]
    run.complete("take")
    assert run.ended


def test_it_begins_once_for_each_such_number_of_tokens() -> None:
    run = Run(taking(2, "a", "b", "c", "d"), reload=True).start()
    run.complete("a").complete("b").complete("c")
    assert run.open == ["d", "take"]
    run.complete("take").complete("d").complete("take")
    assert run.ended
    assert run.trace.count("take") == 2


def test_tokens_that_come_while_it_runs_are_for_the_next_time() -> None:
    run = Run(taking(2, "a", "b", "c", "d"), reload=True).start()
    for way in ("a", "b", "c", "d"):
        run.complete(way)
    assert run.open == ["take", "take"]


def test_its_boundary_events_and_loops_begin_with_it() -> None:
    builder = fork("a", "b").user_task("take", start_quantity=2, loop=each("=[1, 2]", "n", sequential=True)).end()
    run = Run(
        builder.boundary("b1", "take", timer("duration", "PT1H")).user_task("late").end("e1").build(), reload=True
    ).start()
    run.complete("a")
    assert run.open == ["b"]
    run.complete("b")
    assert run.open == ["b1", "take"]
    assert run.complete("take").complete("take").ended


def test_a_sub_process_and_a_standard_loop_can_take_several_too() -> None:
    builder = fork("a", "b").sub_process("take", start_quantity=2, loop=repeat(most=2)).start("s").user_task("t").done().end()
    run = Run(builder.build(), reload=True).start().complete("a").complete("b")
    assert run.complete("t").complete("t").ended


def test_when_no_more_tokens_can_come_it_is_an_incident() -> None:
    run = Run(taking(3, "a", "b")).start().complete("a").complete("b")
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE
    assert "2 of the 3 tokens" in run.incident.message
    run.execute(commands.ModifyInstance(activate=(commands.Activation(element="a"),)))
    run.complete("a").resolve("take")
    assert run.open == ["take"]


def test_what_collects_is_ended_with_its_scope() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("g").connect("take")
    builder.move_to("g").user_task("a").connect("take").apart().user_task("take", start_quantity=2).done().end()
    run = Run(builder.boundary("b", "sub", timer("duration", "PT1H")).user_task("late").end("e").build()).start()
    run.tick("b", hours=1)
    assert run.open == ["late"]


def test_an_inclusive_join_waits_for_what_collects() -> None:
    builder = ProcessBuilder().start().inclusive("g").when("=true").user_task("x").connect("join")
    for way in ("a", "b"):
        builder.move_to("g").when("=true").user_task(way).connect("take")
    builder.apart().user_task("take", start_quantity=2).connect("join")
    run = Run(builder.apart().inclusive("join").user_task("after").end().build(), reload=True).start()
    run.complete("x").complete("a")
    assert run.open == ["b"]
    run.complete("b").complete("take")
    assert run.open == ["after"]


def test_a_step_budget_may_end_while_it_collects() -> None:
    builder = ProcessBuilder().start().task("t", completion_quantity=20).user_task("take", start_quantity=5).end()
    run = Run(builder.build(), budget=3)
    run.attempt_unchecked(commands.StartInstance(process="p", variables={}))
    for _ in range(20):
        run.attempt_unchecked(commands.ContinueInstance())
    assert run.open == ["take"] * 4


def test_it_sends_so_many_tokens_by_each_flow_that_it_takes() -> None:
    builder = ProcessBuilder().start().user_task("t", completion_quantity=3).when("=n > 1").user_task("a").end("ea")
    builder.move_to("t").when("=n > 5").user_task("b").end("eb").move_to("t").otherwise().user_task("c").end("ec")
    run = Run(builder.build(), reload=True).start(n=2).complete("t")
    assert run.open == ["a", "a", "a"]
    assert len(run.emitted(events.FlowTaken)) == 4


def test_a_multi_instance_sends_them_once() -> None:
    builder = ProcessBuilder().start().user_task("t", completion_quantity=2, loop=each("=[1, 2, 3]", "n")).user_task("a").end()
    run = Run(builder.build()).start()
    assert run.complete("t").complete("t").complete("t").open == ["a", "a"]


def test_an_interrupting_boundary_event_sends_one() -> None:
    builder = ProcessBuilder().start().user_task("t", completion_quantity=2).end()
    run = Run(builder.boundary("b", "t", message("m", "=1")).user_task("a").end("e2").build()).start()
    assert run.receive("b").open == ["a"]


def test_a_parallel_join_takes_one_of_them_for_each_of_another_flow() -> None:
    builder = ProcessBuilder().start().parallel("g").task("t", completion_quantity=2).connect("join")
    builder.move_to("g").user_task("u").connect("join").apart().parallel("join").user_task("after").end()
    run = Run(builder.build(), reload=True).start().complete("u")
    assert run.open == ["after"]
    run.complete("after")
    assert run.incident.element == "join"


def test_tokens_migrate_to_an_activity_that_takes_as_many() -> None:
    for quantity, target in ((2, "q"), (3, "r")):
        builder = ProcessBuilder(target).start().parallel("g")
        for way in ("a", "b", "c"):
            builder.move_to("g").user_task(way).connect("take")
        other = builder.apart().user_task("take", start_quantity=quantity).end().build()
        run = Run(taking(2, "a", "b", "c"), other).start().complete("a")
        answer = run.attempt(commands.MigrateInstance(process=target))
        if quantity == 2:
            assert run.complete("b").open == ["c", "take"]
        else:
            assert isinstance(answer, Rejected)
            assert answer.code == Code.MIGRATION_REFUSED
