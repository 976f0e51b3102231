"""Migration where one structure lies in another: turns, sub-processes, boundary events, event gateways, called processes."""

from __future__ import annotations

from engine.kernel import Rejected, commands, events
from engine.kernel.migration import Verdict
from tests.engine.kernel.test_migration import migrate, plan, stopped, versions
from tests.support.process_builder import ProcessBuilder, each, message, timer


def repeated(sub: str, task: str, *more: str, sequential: bool = False) -> ProcessBuilder:
    """A multi-instance sub-process with tasks in it, and a task behind it."""
    loop = each("=[1, 2]", "i", sequential=sequential, output=("all", "=done"))
    builder = ProcessBuilder().start().sub_process(sub, loop=loop).start("s")
    for name in (task, *more):
        builder.user_task(name)
    return builder.done().user_task("after").end()


def test_each_turn_of_a_sub_process_goes_on_where_it_is() -> None:
    run = versions(repeated("sub", "a", "b"), repeated("part", "a", "x", "b")).start()
    run.complete("a")
    assert sorted(run.open) == ["a", "b"]
    assert plan(run).verdict is not Verdict.SAFE
    migrate(run, sub="part")
    run.complete("a")
    assert sorted(run.open) == ["b", "x"]
    run.complete("x").complete("b", done=1).complete("b", done=2)
    assert run.open == ["after"]


def test_a_turn_that_has_not_begun_begins_in_the_new_version() -> None:
    run = versions(repeated("sub", "a", sequential=True), repeated("sub", "a", "b", sequential=True)).start()
    migrate(run)
    run.complete("a").complete("b").complete("a")
    assert run.open == ["b"]


def test_every_turn_is_told_when_its_task_is_gone() -> None:
    run = versions(repeated("sub", "a"), repeated("sub", "b")).start()
    missing = [one for one in plan(run).elements if one.verdict is Verdict.NEEDS_MAPPING]
    assert [one.element for one in missing] == ["a", "a"]
    migrate(run, a="b")
    assert run.open == ["b", "b"]


def nested(outer: str, inner: str) -> ProcessBuilder:
    builder = ProcessBuilder().start().sub_process(outer).start("s1").sub_process(inner).start("s2").user_task("a").done()
    return builder.done().end()


def test_sub_processes_in_each_other_are_renamed_together() -> None:
    run = versions(nested("o", "i"), nested("outer", "inner")).start()
    stops = [one.element for one in plan(run).elements if one.verdict is not Verdict.SAFE]
    assert stops == ["o", "i", "a"], "nothing in a scope goes on without it"
    migrate(run, o="outer", i="inner").complete("a")
    assert run.ended


def test_variables_of_a_sub_process_go_with_it() -> None:
    def with_local(name: str) -> ProcessBuilder:
        builder = ProcessBuilder().start().sub_process(name, inputs={"x": "=7"}).start("s").user_task("a")
        return builder.script("read", "seen", "=x").done().end()

    run = versions(with_local("sub"), with_local("part")).start()
    migrate(run, sub="part").complete("a")
    assert run.variables == {"seen": 7}


def guarded(event: str, task: str = "a", *, interrupting: bool = True) -> ProcessBuilder:
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task(task).done().end()
    return builder.boundary(event, "sub", message("stop", "=1"), interrupting=interrupting).user_task("stopped").end("e2")


def test_a_boundary_event_of_a_sub_process_ends_what_was_migrated_in_it() -> None:
    run = versions(guarded("old", "a"), guarded("new", "b")).start()
    opened = run.wait(events.MessageSubscriptionOpened, "old").subscription
    migrate(run, old="new", a="b")
    assert run.wait(events.MessageSubscriptionOpened, "new").subscription == opened, "nothing that comes meanwhile is lost"
    run.receive("new")
    assert run.open == ["stopped"]


def test_a_boundary_event_that_interrupts_no_more_is_waited_for_anew() -> None:
    run = versions(guarded("on"), guarded("on", interrupting=False)).start()
    migrate(run).receive("on")
    assert sorted(run.open) == ["a", "on", "stopped"]


def test_a_boundary_event_that_is_gone_is_not_waited_for() -> None:
    new = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").done().end()
    run = versions(guarded("on"), new).start()
    assert any("no longer waited for" in note for one in plan(run).elements for note in one.notes)
    migrate(run)
    assert run.open == ["a"]


def choice(gateway: str, **waits: object) -> ProcessBuilder:
    builder = ProcessBuilder().start().sub_process("sub").start("s").event_based(gateway)
    for name, event in waits.items():
        builder.move_to(gateway).catch(name, event).user_task(f"u_{name}").end(f"e_{name}")  # type: ignore[arg-type]
    return builder.done().end()


def test_an_event_gateway_in_a_sub_process_goes_to_the_one_it_is_mapped_to() -> None:
    old = choice("g", m=message("m", "=1"), t=timer("duration", "PT1H"))
    new = choice("h", m=message("m", "=1"), t=timer("duration", "PT2H"))
    run = versions(old, new).start()
    assert stopped(run).verdict is Verdict.NEEDS_MAPPING
    due = run.wait(events.TimerScheduled, "t").due
    migrate(run, g="h")
    assert sorted(run.open) == ["m", "t"]
    assert run.wait(events.TimerScheduled, "t").due > due, "another duration counts from now"
    run.tick("t", hours=2)
    assert run.open == ["u_t"]


def test_an_event_gateway_becomes_no_other_gateway() -> None:
    old = ProcessBuilder().start().event_based("g").catch("m", message("m", "=1")).end()
    new = ProcessBuilder().start().parallel("g").user_task("m").end()
    assert "cannot become" in stopped(versions(old, new).start()).reason


def calling(call: str, process: str = "child", **fields: object) -> ProcessBuilder:
    return ProcessBuilder().start().call(call, process, **fields).user_task("after").end()  # type: ignore[arg-type]


CHILD = ProcessBuilder("child").start().user_task("c").end().build()


def test_a_call_activity_that_is_gone_needs_a_mapping_and_what_it_called_goes_on() -> None:
    run = versions(calling("old"), calling("new"), CHILD).start()
    assert stopped(run).element == "old"
    migrate(run, old="new").complete("c")
    assert run.open == ["after"]


def test_a_call_activity_of_another_process_keeps_the_one_it_has_called() -> None:
    run = versions(calling("call"), calling("call", "other"), CHILD).start()
    migrate(run)
    assert run.open == ["c"]


def test_turns_of_a_call_activity_are_migrated_with_the_mapping_of_their_results() -> None:
    loop = each("=[1, 2]", "i", output=("all", "=i"))
    run = versions(calling("old", loop=loop), calling("new", loop=loop), CHILD).start()
    migrate(run, old="new").complete("c").complete("c")
    assert run.open == ["after"]
    assert run.variables == {"all": [1, 2]}


def test_a_boundary_event_is_added_to_a_call_activity() -> None:
    new = calling("call").boundary("late", "call", timer("duration", "PT1H")).user_task("told").end("e2")
    run = versions(calling("call"), new, CHILD).start()
    migrate(run).tick("late", hours=1)
    assert run.open == ["told"]


def test_a_called_process_is_refused_for_a_process_that_has_no_such_element() -> None:
    run = versions(calling("call"), calling("call"), CHILD).start()
    run.definitions.processes["child2"] = ProcessBuilder("child").start().user_task("d").end().build()
    called = run.instances("child")[0].key
    order = commands.MigrateInstance(process="child2", element_instance=called)
    refused = run.attempt(order)
    assert isinstance(refused, Rejected)
    assert "no element 'c'" in refused.detail
    run.execute(commands.MigrateInstance(process="child2", element_instance=called, mapping={"c": "d"}))
    assert run.open == ["d"]


def test_a_task_with_co_signers_goes_on_with_them() -> None:
    run = versions(ProcessBuilder().start().user_task("a").end(), ProcessBuilder().start().user_task("b").end()).start()
    task = run.wait(events.UserTaskCreated, "a").task
    run.execute(commands.AddCoSigner(task=task, user="bob"))
    migrate(run, a="b").complete("b", by="ann")
    assert [one.assignee for one in run.waits(events.UserTaskCreated, "b")] == ["bob"]
    run.complete("b", by="bob")
    assert run.ended
