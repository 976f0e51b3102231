"""Running instances that go on in another version of their diagram."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.kernel import Code, Rejected, commands, events
from engine.kernel.migration import ElementPlan, MigrationPlan, Verdict
from engine.kernel.preview import preview_migration
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run, comparable, stored
from tests.support.process_builder import ProcessBuilder, each, message, timer


def versions(old: ProcessBuilder, new: ProcessBuilder, *others: ProcessDefinition) -> Run:
    """An instance of `old`, with `new` under the definition key ``v2``."""
    run = Run(old.build(), *others)
    run.definitions.processes["v2"] = replace(new.build(), id="p", resource="v2.bpmn")
    return run


def migrate(run: Run, **mapping: str) -> Run:
    order = commands.MigrateInstance(process="v2", mapping=mapping)
    shown = plan(run, **mapping)
    assert shown.verdict is Verdict.SAFE, shown
    run.execute(order)
    assert all(e.process != "p" for e in run.state.elements.values() if e.process in ("p", "v2"))
    return run


def plan(run: Run, **mapping: str) -> MigrationPlan:
    before = comparable(stored(run.state))
    found = preview_migration(run.definitions, run.state, commands.MigrateInstance(process="v2", mapping=mapping), run.now)
    assert comparable(run.state) == before, "a dry run changed the state"
    assert isinstance(found, MigrationPlan)
    return found


def stopped(run: Run, **mapping: str) -> ElementPlan:
    """The one element that is in the way; the command must refuse, too."""
    (found,) = [one for one in plan(run, **mapping).elements if one.verdict is not Verdict.SAFE]
    outcome = run.attempt(commands.MigrateInstance(process="v2", mapping=mapping))
    assert isinstance(outcome, Rejected)
    needs = found.verdict is Verdict.NEEDS_MAPPING
    assert outcome.code is (Code.MIGRATION_NEEDS_MAPPING if needs else Code.MIGRATION_REFUSED)
    assert found.reason in outcome.detail
    return found


def test_goes_on_in_the_new_version() -> None:
    run = versions(ProcessBuilder().start().user_task("a").end(), ProcessBuilder().start().user_task("a").user_task("b").end())
    migrate(run.start()).complete("a")
    assert run.open == ["b"]
    run.complete("b")
    assert run.ended


def test_an_element_that_is_gone_needs_a_mapping() -> None:
    old, new = ProcessBuilder().start().user_task("a").end(), ProcessBuilder().start().user_task("x", form="f", name="X").end()
    run = versions(old, new).start()
    assert stopped(run).verdict is Verdict.NEEDS_MAPPING
    assert stopped(run, a="nowhere").verdict is Verdict.NEEDS_MAPPING
    task = run.wait(events.UserTaskCreated, "a").task
    migrate(run, a="x")
    found = run.wait(events.UserTaskCreated, "x")
    assert (found.task, found.name, found.form_id) == (task, "X", "f")


def test_a_task_keeps_its_people() -> None:
    old = ProcessBuilder().start().user_task("a", candidate_groups="sales").end()
    run = versions(old, ProcessBuilder().start().user_task("a", candidate_groups="support").end()).start()
    migrate(run)
    assert run.wait(events.UserTaskCreated, "a").candidate_groups == ("sales",)
    assert not run.emitted(events.UserTaskRevised)


def test_an_element_of_another_kind_is_refused() -> None:
    run = versions(ProcessBuilder().start().user_task("a").end(), ProcessBuilder().start().service("a").end()).start()
    assert "userTask" in stopped(run).reason
    old = ProcessBuilder().start().catch("a", timer("duration", "PT1H")).end()
    run = versions(old, ProcessBuilder().start().catch("a", message("m", "=1")).end()).start()
    assert "timer" in stopped(run).reason


def test_a_job_stays_as_it_was_made() -> None:
    old = ProcessBuilder().start().service("a", "one").end()
    run = versions(old, ProcessBuilder().start().service("b", "two").end()).start()
    migrate(run, a="b")
    assert run.wait(events.JobCreated, "b").type == "one"
    run.work("b")
    assert run.ended


def test_a_sub_process_goes_with_what_is_in_it() -> None:
    old = ProcessBuilder().start().sub_process("sub", inputs={"x": "=1"}).start("s").user_task("a").done().end()
    new = ProcessBuilder().start().sub_process("part").start("s").user_task("a").user_task("b").done().user_task("c").end()
    run = versions(old, new).start()
    shown = plan(run)
    assert [one.verdict for one in shown.elements] == [Verdict.SAFE, Verdict.NEEDS_MAPPING, Verdict.REFUSED]
    assert shown.verdict is Verdict.REFUSED
    migrate(run, sub="part").complete("a").complete("b")
    assert run.open == ["c"]


def test_a_token_does_not_change_its_scope() -> None:
    old = ProcessBuilder().start().user_task("a").end()
    new = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").done().end()
    assert "another sub-process" in stopped(versions(old, new).start()).reason


def boundaries(*events_: tuple[str, object, bool]) -> ProcessBuilder:
    builder = ProcessBuilder().start().user_task("a").end()
    for id_, event, interrupting in events_:
        builder.boundary(id_, "a", event, interrupting=interrupting).user_task(f"after_{id_}").end(f"end_{id_}")  # type: ignore[arg-type]
    return builder


def test_boundary_events_stay_open_close_and_move() -> None:
    old = boundaries(
        ("t1", timer("duration", "PT1H"), True), ("gone", message("g", "=1"), True), ("m", message("m", "=1"), True)
    )
    new = boundaries(
        ("t2", timer("duration", "PT1H"), True), ("new", timer("duration", "PT5M"), False), ("m", message("m", "=1"), True)
    )
    run = versions(old, new).start()
    due = run.wait(events.TimerScheduled, "t1").due
    run.now += (due - run.now) / 2
    migrate(run, t1="t2")
    assert sorted(run.open) == ["a", "m", "new", "t2"]
    assert run.wait(events.TimerScheduled, "t2").due == due
    run.tick("new", minutes=5)
    assert "after_new" in run.open
    run.tick("t2", hours=1)
    assert sorted(run.open) == ["after_new", "after_t2"]


def test_an_event_that_says_something_else_is_waited_for_anew() -> None:
    old = boundaries(("t", timer("duration", "PT1H"), True), ("m", message("m", "=1"), True))
    new = boundaries(("t", timer("duration", "PT2H"), True), ("m", message("m", "=1"), False))
    run = versions(old, new).start()
    shown = plan(run)
    assert {"The event 't' is waited for anew.", "The event 'm' is waited for anew."} <= set(shown.elements[1].notes)
    migrate(run).receive("m").receive("m")
    assert (run.wait(events.TimerScheduled, "t").due - run.now).total_seconds() == 7200
    assert run.open.count("after_m") == 2


def test_a_boundary_timer_that_has_fired_does_not_fire_again() -> None:
    old = boundaries(("t", timer("duration", "PT1H"), False))
    run = versions(old, boundaries(("t", timer("duration", "PT1H"), False))).start().tick("t", hours=1)
    migrate(run)
    assert run.open == ["a", "after_t"]


def test_an_event_that_cannot_be_waited_for_is_refused() -> None:
    run = versions(boundaries(), boundaries(("t", timer("duration", "=unknown"), True))).start()
    assert "cannot be waited for" in stopped(run).reason


def test_an_event_gateway_waits_for_the_events_of_the_new_version() -> None:
    def gateway(*waits: tuple[str, object]) -> ProcessBuilder:
        builder = ProcessBuilder().start().event_based("g")
        for id_, event in waits:
            builder.move_to("g").catch(id_, event).user_task(f"u_{id_}").end(f"e_{id_}")  # type: ignore[arg-type]
        return builder

    old = gateway(("m", message("m", "=1")), ("t", timer("duration", "PT1H")))
    new = gateway(("m2", message("m", "=1")), ("n", message("n", "=1")))
    run = versions(old, new).start()
    migrate(run, m="m2")
    assert sorted(run.open) == ["m2", "n"]
    run.receive("m2")
    assert run.open == ["u_m2"]


def test_event_sub_processes_of_the_new_version_wait() -> None:
    old = ProcessBuilder().start().user_task("a").end()
    new = ProcessBuilder().start().user_task("a").end()
    new.event_sub_process("on", message("m", "=1"), start="go").user_task("handle").done()
    run = versions(old, new).start()
    migrate(run)
    assert sorted(run.open) == ["a", "go"]
    run.receive("go")
    assert run.open == ["handle"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_multi_instance_goes_on_with_its_turns(sequential: bool) -> None:
    loop = each("=[1, 2]", "i", sequential=sequential, output=("all", "=i"))
    old = ProcessBuilder().start().user_task("a", loop=loop).end()
    new = ProcessBuilder().start().user_task("b", loop=loop).boundary("late", "b", timer("duration", "PT1H"))
    new = new.end("e2").move_to("b").user_task("after").end()
    run = versions(old, new).start()
    migrate(run, a="b")
    assert len(run.waits(events.TimerScheduled, "late")) == 1
    run.complete("b").complete("b")
    assert run.open == ["after"]
    assert run.variables == {"all": [1, 2]}


def test_a_multi_instance_that_repeats_otherwise_is_refused() -> None:
    old = ProcessBuilder().start().user_task("a", loop=each("=[1, 2]", "i")).end()
    for loop in (None, each("=[1, 2]", "i", sequential=True), each("=[1, 2]", "i", output=("all", "=i"))):
        run = versions(old, ProcessBuilder().start().user_task("a", loop=loop).end()).start()
        assert {one.verdict for one in plan(run).elements[1:]} == {Verdict.REFUSED}


def test_a_called_process_stays_in_its_version_until_it_is_migrated_itself() -> None:
    child = ProcessBuilder("child").start().user_task("c").end().build()
    old = ProcessBuilder().start().call("call", "child").end()
    run = versions(old, ProcessBuilder().start().call("call", "child").user_task("after").end(), child).start()
    run.definitions.processes["child2"] = ProcessBuilder("child").start().user_task("c").user_task("d").end().build()
    migrate(run)
    called = run.instances("child")[0]
    assert called.process == "child"
    run.execute(commands.MigrateInstance(process="child2", element_instance=called.key))
    run.complete("c").complete("d")
    assert run.open == ["after"]


def joined(*branches: str) -> ProcessBuilder:
    builder = ProcessBuilder().start().parallel("f")
    for i, branch in enumerate(branches):
        builder.move_to("f").user_task(branch)
        builder.parallel("j") if i == 0 else builder.connect("j")
    return builder.move_to("j").user_task("t").end()


def test_a_join_keeps_its_tokens() -> None:
    run = versions(joined("a", "b"), joined("a", "b", "c")).start().complete("a")
    migrate(run).complete("b")
    assert isinstance(run.attempt(commands.ContinueInstance()), tuple)
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE


def test_a_join_that_has_all_its_tokens_in_the_new_version_goes_on() -> None:
    run = versions(joined("a", "b", "c"), joined("a", "b")).start().complete("a").complete("b")
    assert stopped(run).element == "c"
    migrate(run, c="b")
    assert run.open == ["b", "t"]


def test_a_join_with_an_incident_is_resolved_in_the_new_version() -> None:
    run = versions(joined("a", "b", "c"), joined("a", "b")).start().complete("a").complete("b")
    run.execute(commands.ModifyInstance(terminate=(run.instances("c")[0].key,)))
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE
    migrate(run).resolve("j")
    assert run.open == ["t"]


def test_a_token_on_a_flow_that_is_gone_needs_a_mapping() -> None:
    run = versions(joined("a", "b"), joined("x", "b")).start().complete("a")
    assert "a>j" in stopped(run).reason
    migrate(run, **{"a>j": "x>j"}).complete("b")
    assert run.open == ["t"]


def test_what_is_stuck_is_mended_by_a_better_version() -> None:
    old = ProcessBuilder().start().exclusive("g").when("=x > 1").end()
    run = versions(old, ProcessBuilder().start().exclusive("g").when("=true").end()).start()
    migrate(run).resolve("g")
    assert run.ended


def test_a_suspended_instance_is_migrated_with_what_was_kept() -> None:
    old = ProcessBuilder().start().catch("m", message("m", "=1")).end()
    run = versions(old, ProcessBuilder().start().catch("n", message("m", "=1")).user_task("t").end()).start()
    run.execute(commands.SuspendInstance())
    run.receive("m", paid=1)
    migrate(run, m="n")
    run.execute(commands.ResumeInstance())
    assert run.open == ["t"]
    assert run.variables == {"paid": 1}


def test_an_unknown_version_or_process_is_refused() -> None:
    run = versions(boundaries(), boundaries()).start()
    for order, code in (
        (commands.MigrateInstance(process="v3"), Code.PROCESS_NOT_FOUND),
        (commands.MigrateInstance(process="v2", element_instance=99), Code.ELEMENT_INSTANCE_NOT_FOUND),
        (commands.MigrateInstance(process="v2", element_instance=run.instances("a")[0].key), Code.ELEMENT_INSTANCE_NOT_FOUND),
    ):
        outcome = run.attempt(order)
        assert isinstance(outcome, Rejected)
        assert outcome.code is code
