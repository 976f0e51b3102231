"""Events with several definitions: any of them, or all (BPMN 2.0 §10.5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.kernel import Code, commands, events
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    EscalationDefinition,
    EventDefinition,
    ProcessDefinition,
    SingleDefinition,
    TerminateDefinition,
)
from tests.support.kernel_run import NOW, Run
from tests.support.process_builder import (
    ProcessBuilder,
    any_of,
    conditional,
    each,
    error,
    escalation,
    message,
    signal,
    these,
    timer,
)

PAID, STOP, HOUR, RICH = message("paid", "=id"), signal("stop"), timer("duration", "PT1H"), conditional("=money > 10")


def happens(run: Run, definition: SingleDefinition, element: str) -> None:
    """What the definition waits for happens."""
    if definition is PAID:
        run.receive(element, who="ann")
    elif definition is STOP:
        run.signal("stop")
    elif definition is HOUR:
        run.tick(element, hours=1)
    else:
        run.write(money=11)


def catching(event: EventDefinition, **fields: object) -> ProcessDefinition:
    return ProcessBuilder().start().catch("c", event, **fields).user_task("after").end().build()


def on_task(event: EventDefinition, *, interrupting: bool = True) -> ProcessDefinition:
    builder = ProcessBuilder().start().user_task("t").end()
    return builder.boundary("b", "t", event, interrupting=interrupting).user_task("handle").end("handled").build()


def beside(event: EventDefinition, *, interrupting: bool = True) -> ProcessDefinition:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("sub", event, interrupting=interrupting, start="b").user_task("handle").end("handled").done()
    return builder.build()


# -- any of them --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [PAID, STOP, HOUR, RICH], ids=["message", "signal", "timer", "condition"])
def test_the_first_that_happens_goes_on_and_the_others_are_no_longer_waited_for(first: SingleDefinition) -> None:
    run = Run(catching(any_of(PAID, STOP, HOUR, RICH)), reload=True).start(id=7, money=1)
    assert run.open == ["c"] * 4
    happens(run, first, "c")
    assert run.open == ["after"]
    assert run.trace == ["start", "c"]


@pytest.mark.parametrize("first", [PAID, STOP, HOUR, RICH], ids=["message", "signal", "timer", "condition"])
@pytest.mark.parametrize("place", [on_task, beside], ids=["boundary", "event sub-process"])
def test_any_of_them_interrupts(place: object, first: SingleDefinition) -> None:
    run = Run(place(any_of(PAID, STOP, HOUR, RICH)), reload=True).start(id=7, money=1)  # type: ignore[operator]  # both are functions
    happens(run, first, "b")
    assert run.open == ["handle"]
    run.complete("handle")
    assert run.ended


@pytest.mark.parametrize("place", [on_task, beside], ids=["boundary", "event sub-process"])
def test_each_of_them_happens_beside_what_goes_on_and_again(place: object) -> None:
    run = Run(place(any_of(PAID, STOP, HOUR, RICH), interrupting=False), reload=True).start(id=7, money=1)  # type: ignore[operator]  # as above
    for definition in (PAID, STOP, HOUR, RICH):
        happens(run, definition, "b")
    assert run.open.count("handle") == 4
    run.signal("stop").receive("b")
    assert run.open.count("handle") == 6
    assert run.open.count("t") == 1


def test_of_two_timers_each_has_its_own_cycle() -> None:
    event = any_of(timer("cycle", "R2/PT1H"), timer("cycle", "R/PT5H"))
    run = Run(on_task(event, interrupting=False)).start()
    run.tick("b", hours=1)
    assert sorted(wait.due - NOW for wait in run.waits(events.TimerScheduled)) == [timedelta(hours=2), timedelta(hours=5)]
    assert [wait.definition for wait in run.waits(events.TimerScheduled)] == [1, 0]


def test_an_error_or_an_escalation_can_be_one_of_them() -> None:
    for thrown, definition in ((error("E"), error("E")), (escalation("E"), escalation("E"))):
        builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("t").end("x", thrown).done().end()
        builder.boundary("b", "sub", any_of(STOP, definition)).user_task("handle").end("handled")
        run = Run(builder.build()).start().complete("t")
        assert run.open == ["handle"]


def test_a_transaction_can_be_left_by_cancel_or_by_another_event() -> None:
    builder = ProcessBuilder().start().add("transaction", "tx")
    builder._inside.append("tx")
    builder._scopes.append("tx")
    builder.start("s").user_task("t").end("x", CancelDefinition()).done().end()
    process = builder.boundary("b", "tx", any_of(CancelDefinition(), STOP)).user_task("handle").end("handled").build()
    assert Run(process).start().complete("t").open == ["handle"]
    assert Run(process).start().signal("stop").open == ["handle"]


def test_behind_an_event_based_gateway_any_of_them_decides() -> None:
    builder = ProcessBuilder().start().event_based("g").catch("c", any_of(PAID, STOP)).user_task("yes").end()
    process = builder.move_to("g").catch("late", HOUR).user_task("no").end("e2").build()
    for definition, element, way in ((PAID, "c", "yes"), (STOP, "c", "yes"), (HOUR, "late", "no")):
        run = Run(process, reload=True).start(id=7)
        happens(run, definition, element)
        assert run.open == [way]


def test_what_cannot_be_waited_for_opens_none_of_them() -> None:
    run = Run(catching(any_of(STOP, message("paid", "=nobody")))).start()
    assert run.incident.code == Code.MESSAGE_INVALID
    assert run.open == ["c"]
    run.resolve("c", nobody="7")
    assert run.open == ["c", "c"]


def test_each_trigger_of_a_start_event_starts_an_instance_and_brings_its_variables() -> None:
    builder = ProcessBuilder().start("s", any_of(message("a"), signal("b"), HOUR), outputs={"got": "=who"})
    run = Run(builder.user_task("t").end().build()).start("s", who="ann")
    assert run.open == ["t"]
    assert run.variables == {"got": "ann"}


# -- all of them --------------------------------------------------------------------------------------------------------

ORDERS = [(PAID, STOP, HOUR, RICH), (RICH, HOUR, STOP, PAID), (HOUR, PAID, RICH, STOP)]


@pytest.mark.parametrize("order", ORDERS)
def test_it_goes_on_when_the_last_has_happened_in_whatever_order(order: tuple[SingleDefinition, ...]) -> None:
    run = Run(catching(these(PAID, STOP, HOUR, RICH)), reload=True).start(id=7, money=1)
    for definition in order[:-1]:
        happens(run, definition, "c")
        assert set(run.open) == {"c"}
    happens(run, order[-1], "c")
    assert run.open == ["after"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("place", [on_task, beside], ids=["boundary", "event sub-process"])
def test_it_interrupts_when_the_last_has_happened(place: object, order: tuple[SingleDefinition, ...]) -> None:
    run = Run(place(these(PAID, STOP, HOUR, RICH)), reload=True).start(id=7, money=1)  # type: ignore[operator]  # both are functions
    for definition in order[:-1]:
        happens(run, definition, "b")
        assert "t" in run.open
        assert "handle" not in run.open
    happens(run, order[-1], "b")
    assert run.open == ["handle"]


def test_what_happened_is_forgotten_with_the_activity() -> None:
    run = Run(on_task(these(PAID, STOP))).start(id=7).signal("stop")
    run.complete("t")
    assert run.ended
    assert len(run.emitted(events.TriggerReleased)) == 1


@pytest.mark.parametrize("place", [on_task, beside], ids=["boundary", "event sub-process"])
def test_without_interrupting_it_happens_each_time_that_all_have(place: object) -> None:
    run = Run(place(these(PAID, STOP), interrupting=False), reload=True).start(id=7)  # type: ignore[operator]  # both are functions
    for times in (1, 2):
        run.signal("stop")
        assert run.open.count("handle") == times - 1
        run.receive("b")
        assert run.open.count("handle") == times


def test_a_message_that_comes_again_is_kept_and_a_signal_is_not() -> None:
    run = Run(on_task(these(PAID, STOP), interrupting=False)).start(id=7)
    run.receive("b").receive("b").signal("stop")
    assert run.open.count("handle") == 1
    run.signal("stop")
    assert run.open.count("handle") == 2
    run.signal("stop").signal("stop").receive("b")
    assert run.open.count("handle") == 3
    run.receive("b")
    assert run.open.count("handle") == 3


def test_a_cycle_that_waits_for_the_rest_counts_once() -> None:
    run = Run(on_task(these(timer("cycle", "R/PT1H"), STOP), interrupting=False)).start()
    for _ in range(3):
        run.tick("b", hours=1)
    assert len(run.waits(events.TriggerKept)) == 1
    run.signal("stop")
    assert run.open.count("handle") == 1
    run.signal("stop")
    assert run.open.count("handle") == 1
    run.tick("b", hours=1)
    assert run.open.count("handle") == 2


def test_the_variables_of_all_arrive_together_those_of_the_last_on_top() -> None:
    run = Run(catching(these(PAID, STOP), outputs={"sum": "=a + b", "who": "=who"})).start(id=7)
    run.signal("stop", a=1, who="first")
    assert run.variables == {"id": 7}
    run.receive("c", b=2, who="last")
    assert run.variables == {"id": 7, "sum": 3, "who": "last"}


def test_an_escalation_can_be_one_of_all() -> None:
    builder = (
        ProcessBuilder().start().sub_process("sub").start("s").throw("x", escalation("LATE")).user_task("t").end("e").done()
    )
    builder.end().boundary("b", "sub", these(escalation("LATE"), STOP), interrupting=False).user_task("handle").end("handled")
    run = Run(builder.build(), reload=True).start()
    assert run.open == ["b", "b", "t"]
    run.signal("stop")
    assert run.open == ["b", "t", "handle"]


def test_suspended_it_keeps_what_comes() -> None:
    run = Run(catching(these(PAID, STOP)), reload=True).start(id=7)
    run.execute(commands.SuspendInstance())
    run.signal("stop").receive("c", a=1)
    run.execute(commands.ResumeInstance())
    assert run.open == ["after"]


def test_migrated_it_keeps_what_happened_where_the_event_stays_the_same() -> None:
    old, new = catching(these(PAID, STOP)), ProcessBuilder("q").start().catch("d", these(PAID, STOP)).user_task("after").end()
    run = Run(old, new.build(), reload=True).start(id=7).signal("stop")
    run.execute(commands.MigrateInstance(process="q", mapping={"c": "d"}))
    assert run.open == ["d", "d"]
    run.receive("d")
    assert run.open == ["after"]


def test_migrated_to_other_triggers_it_waits_anew_once_for_each() -> None:
    old, new = catching(these(PAID, STOP)), ProcessBuilder("q").start().catch("c", these(PAID, HOUR)).user_task("after").end()
    run = Run(old, new.build(), reload=True).start(id=7).signal("stop")
    run.execute(commands.MigrateInstance(process="q"))
    assert [type(run.state.wait(key)).__name__ for key in sorted(run.state.waits)] == [
        "MessageSubscriptionOpened",
        "TimerScheduled",
    ]


# -- throwing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["throw", "end"])
def test_all_is_thrown_with_the_mapped_variables(kind: str) -> None:
    event = any_of(signal("a"), signal("b"), message("m", "=id"), escalation("E"))
    builder = ProcessBuilder().start()
    getattr(builder, kind)("x", event, inputs={"why": '="late"'})
    run = Run((builder.end() if kind == "throw" else builder).build()).start(id=7)
    assert run.ended
    assert [one.signal for one in run.emitted(events.SignalThrown)] == ["a", "b"]
    (sent,) = run.emitted(events.MessageThrown)
    assert (sent.message, sent.correlation_key, dict(sent.variables)) == ("m", "7", {"why": "late"})
    assert [one.code for one in run.emitted(events.EscalationThrown)] == ["E"]


def test_those_who_are_on_the_way_hear_it_whichever_branch_is_drawn_first() -> None:
    builder = ProcessBuilder().start().parallel("g").throw("x", any_of(signal("a"), signal("b"))).end()
    builder.move_to("g").task("slow").task("slower").catch("c", signal("a")).user_task("ta").end("e1")
    builder.move_to("g").catch("d", signal("b")).user_task("tb").end("e2")
    assert sorted(Run(builder.build()).start().open) == ["ta", "tb"]


def test_nothing_is_thrown_when_one_of_them_cannot_be() -> None:
    run = Run(ProcessBuilder().start().throw("x", any_of(signal("a"), message("=nobody"))).end().build()).start()
    assert run.incident.code == Code.MESSAGE_INVALID
    assert not run.emitted(events.SignalThrown)
    run.resolve("x", nobody="m")
    assert run.ended
    assert len(run.emitted(events.SignalThrown)) == len(run.emitted(events.MessageThrown)) == 1


def test_of_several_escalations_only_the_first_begins_an_event_sub_process_that_interrupts() -> None:
    builder = ProcessBuilder().start().user_task("t").end("x", any_of(escalation("A"), escalation("B")))
    caught = EscalationDefinition()
    builder.event_sub_process("sub", caught, start="b").user_task("handle").end("handled").done()
    run = Run(builder.build(), reload=True).start()
    run.complete("t")
    assert [(one.code, one.caught_by) for one in run.emitted(events.EscalationThrown)] == [("A", "b"), ("B", None)]
    assert run.open == ["handle"]
    assert len([one for one in run.emitted(events.ElementActivated) if one.element == "sub"]) == 1


def test_an_escalation_that_interrupts_keeps_back_no_signal() -> None:
    builder = ProcessBuilder().start().parallel("g")
    builder.sub_process("sub").start("s").end("x", any_of(signal("a"), escalation("E"), message("m"))).done().end()
    builder.boundary("b", "sub", escalation("E")).user_task("handle").end("handled")
    run = Run(builder.move_to("g").catch("c", signal("a")).user_task("heard").end("e2").build()).start()
    assert sorted(run.open) == ["handle", "heard"]
    assert run.emitted(events.MessageThrown)


def test_the_rest_is_thrown_before_the_scope_ends() -> None:
    for ending, left in ((error("E"), ["handle"]), (TerminateDefinition(), ["next"])):
        builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("g").user_task("t")
        builder.move_to("g").end("x", any_of(ending, message("m"), signal("a"))).done().user_task("next").end()
        run = Run(builder.boundary("b", "sub", error("E")).user_task("handle").end("handled").build()).start()
        assert run.open == left
        assert len(run.emitted(events.MessageThrown)) == len(run.emitted(events.SignalThrown)) == 1


def test_an_error_that_nobody_catches_throws_nothing_else() -> None:
    run = Run(ProcessBuilder().start().end("x", any_of(message("m"), error("E"))).build()).start()
    assert run.incident.code == Code.ERROR_UNCAUGHT
    assert not run.emitted(events.MessageThrown)


def test_it_undoes_all_that_it_names_the_last_first_and_goes_on_after_that() -> None:
    event = any_of(CompensationDefinition(activity="b"), signal("a"), CompensationDefinition(activity="c"))
    builder = ProcessBuilder().start()
    for name in ("b", "c", "d"):
        builder.user_task(name).undone_by(f"undo_{name}", name)
    run = Run(builder.throw("x", event).user_task("after").end().build(), reload=True).start()
    for name in ("b", "c", "d"):
        run.complete(name)
    assert run.open == ["undo_c"]
    assert run.emitted(events.SignalThrown)
    run.complete("undo_c").complete("undo_b")
    assert run.open == ["after"]
    assert len(run.emitted(events.SignalThrown)) == 1


def test_what_ends_a_scope_waits_for_what_is_undone_in_it() -> None:
    event = any_of(error("E"), CompensationDefinition(wait=False))
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").undone_by("undo_a", "a")
    builder.end("x", event).done().end().boundary("b", "sub", error("E")).user_task("handle").end("handled")
    run = Run(builder.build(), reload=True).start().complete("a")
    assert run.open == ["undo_a"]
    run.complete("undo_a")
    assert run.open == ["handle"]


def test_without_waiting_for_what_is_undone_the_token_goes_on_at_once() -> None:
    event = any_of(CompensationDefinition(wait=False), signal("a"))
    builder = ProcessBuilder().start().user_task("a").undone_by("undo_a", "a").throw("x", event).user_task("after").end()
    run = Run(builder.build(), reload=True).start().complete("a")
    assert sorted(run.open) == ["after", "undo_a"]
    run.complete("undo_a").complete("after")
    assert run.ended


def test_on_a_multi_instance_it_ends_all_its_turns() -> None:
    builder = ProcessBuilder().start().user_task("t", loop=each("=[1, 2, 3]", "n")).end()
    run = Run(builder.boundary("b", "t", these(PAID, STOP)).user_task("handle").end("handled").build()).start(id=7)
    run.signal("stop").receive("b")
    assert run.open == ["handle"]
