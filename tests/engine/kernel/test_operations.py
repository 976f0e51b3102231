"""What operators do: cancel, continue, resolve; and the step budget."""

from __future__ import annotations

from engine.feel import from_plain
from engine.kernel import Code, InstanceStatus, Phase, Rejected, commands, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, message, timer


def busy() -> ProcessDefinition:
    """Every kind of wait at once."""
    builder = ProcessBuilder().start().parallel("f").user_task("u").move_to("f").service("s").move_to("f")
    builder.catch("m", message("m", "=1")).move_to("f").catch("d", timer("duration", "PT1H")).move_to("f")
    builder.sub_process("sub").start("s1").user_task("inner", loop=each("=[1, 2]", "i")).done()
    builder.move_to("f").script("bad", "x", "=count(for i in 1..10000, j in 1..10000 return i)")
    return builder.boundary("b", "sub", message("b", "=1"), interrupting=False).end("e").build()


def test_cancelling_ends_everything_and_closes_every_wait_with_its_own_event() -> None:
    run = Run(busy()).start()
    assert len(run.open) == 8
    run.execute(commands.CancelInstance(reason="entered twice"))
    assert run.state.status is InstanceStatus.CANCELLED
    closed = [type(e) for e in run.last]
    assert closed.count(events.UserTaskCancelled) == 3
    assert closed.count(events.JobCancelled) == 1
    assert closed.count(events.TimerCancelled) == 1
    assert closed.count(events.MessageSubscriptionClosed) == 2
    assert closed.count(events.IncidentResolved) == 1
    assert run.last[-1] == events.InstanceCancelled(reason="entered twice")


def endless() -> ProcessDefinition:
    """A loop without a wait beside a user task."""
    builder = ProcessBuilder().start().parallel("f").user_task("t").end().move_to("f").exclusive("again")
    return (
        builder.script("n", "n", "=n + 1")
        .exclusive("ask")
        .when("=stop")
        .end("out")
        .move_to("ask")
        .otherwise()
        .connect("again")
        .build()
    )


def test_a_run_away_loop_stops_at_the_step_budget_and_goes_on_when_told() -> None:
    run = Run(endless(), budget=100).start(n=0, stop=False)
    assert run.last[-1] == events.StepBudgetUsedUp(steps=100)
    before = run.variables["n"]
    run.execute(commands.ContinueInstance())
    assert run.variables["n"] > before
    run.attempt_unchecked(commands.SetVariables(variables=from_plain({"stop": True})))
    run.execute(commands.ContinueInstance())
    assert run.open == ["t"]


def test_other_commands_do_not_take_up_what_a_used_up_budget_left() -> None:
    run = Run(endless(), budget=100).start(n=0, stop=False)
    before = run.variables["n"]
    run.last = ()
    task = run.wait(events.UserTaskCreated, "t").task
    outcome = run.attempt_unchecked(commands.CompleteUserTask(task=task))
    assert not any(isinstance(e, events.IncidentRaised) for e in outcome)
    assert run.variables["n"] == before
    run.execute(commands.ContinueInstance())
    assert run.variables["n"] > before


def test_continuing_when_nothing_is_left_changes_nothing() -> None:
    run = Run(ProcessBuilder().start().user_task("t").build()).start()
    assert run.execute(commands.ContinueInstance()) == ()


def test_continuing_does_not_try_again_what_has_an_incident() -> None:
    run = Run(busy()).start()
    assert run.execute(commands.ContinueInstance()) == ()
    assert run.instances("bad")[0].phase is Phase.READY


def test_a_join_that_was_complete_when_the_budget_ended_fires_after_it() -> None:
    builder = ProcessBuilder().start().parallel("f").task("a").parallel("j").user_task("t").move_to("f").task("b").connect("j")
    for budget in range(1, 8):
        run = Run(builder.build(), budget=budget).start()
        for _ in range(20):
            if run.open:
                break
            run.execute(commands.ContinueInstance())
        assert run.open == ["t"], budget


def test_an_incident_that_is_not_open_cannot_be_resolved() -> None:
    run = Run(busy()).start()
    refused = run.attempt(commands.ResolveIncident(incident=run.wait(events.UserTaskCreated, "u").task))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.INCIDENT_NOT_FOUND


def test_an_incident_that_was_not_mended_comes_back() -> None:
    run = Run(ProcessBuilder().start().exclusive("g").when("=ok").end().build()).start()
    first = run.incident
    run.resolve("g")
    assert run.incident.incident != first.incident
    assert run.incident.code == first.code
    assert len(run.emitted(events.IncidentResolved)) == 1


def test_resolving_writes_where_the_element_sees_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"ok": "=null"}).start("s").exclusive("g").when("=ok").end()
    run = Run(builder.done().build()).start()
    run.resolve("g", ok=True)
    assert run.ended
    assert run.variables == {}
