"""Suspended instances take no step, keep what reaches them, and go on where they were."""

from __future__ import annotations

import pytest

from engine.feel import from_plain
from engine.kernel import Code, InstanceStatus, Phase, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, error, message, signal, timer


def busy() -> Run:
    """A user task, a job, a timer and a message, side by side; the job has an error boundary."""
    builder = ProcessBuilder().start().parallel("f").user_task("u").end("e1").move_to("f").service("s").end("e2")
    builder.move_to("f").catch("t", timer("duration", "PT1H")).end("e3").move_to("f").catch("m", message("m", "=1")).end("e4")
    return Run(builder.boundary("b", "s", error("E")).user_task("mend").end("e5").build()).start()


def suspended() -> Run:
    run = busy()
    run.execute(commands.SuspendInstance(reason="audit"))
    assert run.last == (events.InstanceSuspended(reason="audit"),)
    assert run.state.status is InstanceStatus.SUSPENDED
    return run


def refused(run: Run, command: commands.Command) -> Code:
    outcome = run.attempt(command)
    assert isinstance(outcome, Rejected)
    return outcome.code


def test_takes_no_step_while_it_is_suspended() -> None:
    run = suspended()
    task, fired = run.wait(events.UserTaskCreated, "u").task, run.wait(events.TimerScheduled, "t").timer
    assert refused(run, commands.CompleteUserTask(task=task)) is Code.INSTANCE_SUSPENDED
    assert refused(run, commands.TriggerTimer(timer=fired)) is Code.INSTANCE_SUSPENDED
    assert refused(run, commands.ContinueInstance()) is Code.INSTANCE_SUSPENDED
    assert refused(run, commands.SuspendInstance()) is Code.INSTANCE_SUSPENDED
    assert refused(run, commands.StartInstance(process="p")) is Code.INSTANCE_ALREADY_STARTED
    assert run.open == ["u", "s", "t", "m"]


def test_goes_on_where_it_was_when_it_is_resumed() -> None:
    run = suspended()
    run.execute(commands.ResumeInstance())
    assert run.last == (events.InstanceResumed(),)
    run.complete("u").work("s").tick("t", hours=2).receive("m")
    assert run.ended


def test_only_what_is_suspended_is_resumed() -> None:
    assert refused(busy(), commands.ResumeInstance()) is Code.INSTANCE_NOT_SUSPENDED


def test_keeps_a_message_and_takes_it_up_when_resumed() -> None:
    run = suspended()
    run.receive("m", paid=5)
    assert run.waits(events.InputKept)[0].variables == from_plain({"paid": 5})
    assert run.variables == {}
    run.execute(commands.ResumeInstance())
    assert run.variables == {"paid": 5}
    assert "e4" in run.trace


def test_keeps_one_message_for_one_subscription() -> None:
    run = suspended()
    run.receive("m")
    subscription = run.wait(events.MessageSubscriptionOpened, "m").subscription
    assert refused(run, commands.CorrelateMessage(subscription=subscription)) is Code.SUBSCRIPTION_NOT_FOUND


def test_keeps_every_message_of_a_boundary_event_that_does_not_interrupt() -> None:
    builder = ProcessBuilder().start().user_task("u").end().boundary("b", "u", message("m", "=1"), interrupting=False)
    run = Run(builder.script("s", "n", "=(if n = null then 0 else n) + 1").end("e").build()).start()
    run.execute(commands.SuspendInstance())
    run.receive("b").receive("b")
    run.execute(commands.ResumeInstance())
    assert run.variables == {"n": 2}
    assert run.open == ["u", "b"]


def test_keeps_the_result_of_work_that_was_under_way() -> None:
    run = suspended()
    run.work("s", sent=True)
    job = run.wait(events.JobCreated, "s").job
    assert refused(run, commands.CompleteJob(job=job)) is Code.JOB_NOT_FOUND
    assert refused(run, commands.ThrowError(job=job, code="E")) is Code.JOB_NOT_FOUND
    run.execute(commands.ResumeInstance())
    assert run.variables == {"sent": True}
    assert "s" in run.trace


def test_keeps_the_error_of_work_that_was_under_way() -> None:
    run = suspended()
    run.throw("s", "E")
    run.execute(commands.ResumeInstance())
    assert "mend" in run.open


def test_an_error_without_a_code_is_refused_at_once() -> None:
    run = suspended()
    job = run.wait(events.JobCreated, "s").job
    assert refused(run, commands.ThrowError(job=job, code="")) is Code.ERROR_CODE_EMPTY


def test_what_is_kept_for_an_element_that_an_earlier_input_ended_is_dropped() -> None:
    builder = ProcessBuilder().start().service("s").end().boundary("b", "s", message("m", "=1")).end("out")
    run = Run(builder.build()).start()
    run.execute(commands.SuspendInstance())
    run.receive("b").work("s", late=True)
    run.execute(commands.ResumeInstance())
    assert run.ended
    assert run.variables == {}
    assert len(run.emitted(events.InputReleased)) == 2


@pytest.mark.parametrize("budget", [1, 2, 10_000])
def test_what_is_kept_is_taken_up_when_all_that_came_before_has_been_done(budget: int) -> None:
    """The first message completes the sub-process, so the second one, which would interrupt it, has come too late."""
    builder = ProcessBuilder().start().sub_process("sub").start("in").catch("m", message("m", "=1")).task("t").end("out").done()
    builder.end().boundary("b", "sub", message("stop", "=1")).end("stopped")
    run = Run(builder.build(), budget=budget).start()
    go_on(run)
    run.execute(commands.SuspendInstance())
    run.receive("m").receive("b")
    run.execute(commands.ResumeInstance())
    go_on(run)
    assert run.ended
    assert "end" in run.trace
    assert "stopped" not in run.trace


def test_a_signal_reaches_all_that_waited_for_it_before_anything_goes_on() -> None:
    """As it does while the instance is not suspended: what the first begins has done nothing when the second interrupts it."""
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("note", signal("s"), interrupting=False, start="n").task("noted").end("n1").done()
    builder.event_sub_process("stop", signal("s"), start="b").user_task("stopping").end("b1").done()
    run = Run(builder.build()).start()
    run.execute(commands.SuspendInstance())
    run.signal("s")
    run.execute(commands.ResumeInstance())
    assert "noted" not in run.trace
    run.complete("stopping")
    assert run.ended


def go_on(run: Run) -> None:
    while isinstance(run.last[-1], events.StepBudgetUsedUp):
        run.execute(commands.ContinueInstance())


def test_a_failure_is_noted_but_the_incident_waits_for_the_end_of_the_suspension() -> None:
    run = suspended()
    run.fail("s", retries=0)
    assert refused(run, commands.ResolveIncident(incident=run.incident.incident)) is Code.INSTANCE_SUSPENDED
    run.execute(commands.ResumeInstance())
    run.resolve("s")
    assert run.waits(events.JobCreated, "s")


def test_variables_and_assignments_may_be_mended_and_the_instance_cancelled() -> None:
    run = suspended()
    run.execute(commands.SetVariables(variables=from_plain({"x": 1})))
    run.execute(commands.AssignUserTask(task=run.wait(events.UserTaskCreated, "u").task, assignee="ann"))
    run.receive("m")
    assert run.variables == {"x": 1}
    run.execute(commands.CancelInstance())
    assert run.state.status is InstanceStatus.CANCELLED


@pytest.mark.parametrize("budget", [1, 2, 3, 4])
def test_what_a_used_up_budget_left_goes_on_after_the_suspension(budget: int) -> None:
    builder = ProcessBuilder().start().parallel("f").task("a").parallel("j").user_task("t").move_to("f").task("b").connect("j")
    run = Run(builder.build(), budget=budget)
    run.start()
    run.attempt_unchecked(commands.SuspendInstance())
    assert any(e.phase is Phase.READY for e in run.state.elements.values())
    run.attempt_unchecked(commands.ResumeInstance())
    for _ in range(10):
        run.attempt_unchecked(commands.ContinueInstance())
    assert run.open == ["t"]
