"""Execution listeners: jobs before and after the work of an element, in the order of Camunda 8 (`engine.kernel.listeners`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.feel import to_plain
from engine.kernel import Code, Phase, Rejected, Verdict, commands, events, preview_migration
from engine.model.process import CompensationDefinition, ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import (
    ProcessBuilder,
    each,
    error,
    escalation,
    link,
    listening,
    message,
    repeat,
    signal,
    timer,
)


def one(kind: str = "service", **fields: object) -> Run:
    """A process of one element `s` with the listeners before it and after it."""
    builder = ProcessBuilder().start()
    fields.setdefault("listeners", listening(start=["before"], end=["after"]))
    return Run(getattr(builder, kind)("s", **fields).end().build(), reload=True)


def at_work(run: Run) -> list[tuple[str, str]]:
    """The open jobs: element and type."""
    return [(job.element, job.type) for job in run.waits(events.JobCreated)]


def local(run: Run, element: str) -> dict[str, object]:
    """The variables of the oldest instance of an element."""
    return to_plain(dict(run.instances(element)[0].variables or {}))  # type: ignore[no-any-return]


# -- the order -----------------------------------------------------------------------------------------------------------


def test_run_before_and_after_the_work_one_after_the_other() -> None:
    run = one(listeners=listening(start=["a", "b"], end=["c", "d"])).start()
    seen = []
    while not run.ended:
        ((_, kind),) = at_work(run)
        seen.append(kind)
        run.work("s")
    assert seen == ["a", "b", "work", "c", "d"]


def test_tell_what_they_listen_to_and_how_often_they_are_tried() -> None:
    run = one(listeners=listening(start=["a", "b"])).start()
    run.work("s")
    job = run.wait(events.JobCreated, "s")
    assert (job.listener, job.listener_index, job.retries) == ("start", 1, 3)
    assert [e.listener for e in run.emitted(events.ListenersCompleted)] == []
    run.work("s")
    assert [e.listener for e in run.emitted(events.ListenersCompleted)] == ["start"]


def test_a_start_listener_sees_what_was_mapped_in_and_what_it_brings_is_local() -> None:
    run = one(inputs={"b": "=a + 1"}).start(a=1)
    (made,) = run.emitted(events.JobCreated)
    assert to_plain(dict(made.variables)) == {"a": 1, "b": 2}
    run.work("s", c=3)
    assert local(run, "s") == {"b": 2, "c": 3}
    assert run.variables == {"a": 1}


def test_the_work_uses_what_a_start_listener_brought() -> None:
    run = one(type_="=kind").start().work("s", kind="mail")
    assert at_work(run) == [("s", "mail")]


def test_an_end_listener_sees_the_mapped_results_and_what_it_brings_goes_to_the_scope_around() -> None:
    run = one(outputs={"total": "=net * 2"}).start().work("s").work("s", net=5)
    made = run.emitted(events.JobCreated)[-1]
    assert to_plain(dict(made.variables)) == {"net": 5, "total": 10}
    run.work("s", total=11, paid=True)
    assert run.variables == {"total": 11, "paid": True}


def test_events_around_are_waited_for_after_the_start_listeners_and_no_more_at_the_end_listeners() -> None:
    builder = ProcessBuilder().start().service("s", listeners=listening(start=["before"], end=["after"])).end()
    builder.boundary("late", "s", timer("duration", "PT1H")).end("too_late")
    run = Run(builder.build()).start()
    assert run.waits(events.TimerScheduled) == []
    run.work("s")
    assert len(run.waits(events.TimerScheduled)) == 1
    run.work("s")
    assert at_work(run) == [("s", "after")]
    assert run.waits(events.TimerScheduled) == []
    assert run.work("s").ended


# -- where they stand ----------------------------------------------------------------------------------------------------


ELEMENTS: dict[str, Callable[[ProcessBuilder], ProcessBuilder]] = {
    "task": lambda b: b.task("s", listeners=listening(start=["before"], end=["after"])),
    "script": lambda b: b.script("s", "x", "=1", listeners=listening(start=["before"], end=["after"])),
    "throw": lambda b: b.throw("s", listeners=listening(start=["before"], end=["after"])),
    "signal": lambda b: b.throw("s", signal("go"), listeners=listening(start=["before"], end=["after"])),
    "escalation": lambda b: b.throw("s", escalation("E"), listeners=listening(start=["before"], end=["after"])),
    "compensation": lambda b: b.throw("s", CompensationDefinition(), listeners=listening(start=["before"], end=["after"])),
    "sub-process": lambda b: (
        b.sub_process("s", listeners=listening(start=["before"], end=["after"])).start("i").end("j").done()
    ),
    "ad-hoc": lambda b: b.ad_hoc("s", listeners=listening(start=["before"], end=["after"])).task("i").done(),
    "end": lambda b: b.end("s", listeners=listening(start=["before"], end=["after"])),
    "terminate": lambda b: b.terminate("s", listeners=listening(start=["before"], end=["after"])),
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_stand_at_what_has_work_or_none(kind: str) -> None:
    builder = ELEMENTS[kind](ProcessBuilder().start())
    definition = (builder if kind in {"end", "terminate"} else builder.end("e")).build()
    run = Run(definition, reload=True).start()
    assert at_work(run) == [("s", "before")]
    run.work("s")
    assert at_work(run) == [("s", "after")]
    assert run.work("s").ended


def test_an_event_that_is_waited_for_uses_what_its_start_listener_brought() -> None:
    run = Run(
        ProcessBuilder()
        .start()
        .catch("c", message("paid", "=order"), listeners=listening(start=["before"], end=["after"]))
        .end()
        .build()
    ).start()
    run.work("c", order="7")
    assert run.wait(events.MessageSubscriptionOpened, "c").correlation_key == "7"
    run.receive("c")
    assert at_work(run) == [("c", "after")]
    assert run.work("c").ended


def test_a_gateway_decides_by_what_its_start_listener_brought() -> None:
    builder = ProcessBuilder().start().exclusive("g", listeners=listening(start=["score"]))
    run = Run(builder.when("=n > 5").end("high").move_to("g").otherwise().end("low").build()).start()
    assert run.work("g", n=9).trace[-2:] == ["high", "p"]
    assert run.variables == {}


def test_an_event_based_gateway_waits_after_its_start_listener() -> None:
    builder = ProcessBuilder().start().event_based("g", listeners=listening(start=["prepare"]))
    builder.catch("a", message("yes", "=k"), listeners=listening(end=["after"])).end("e1")
    run = Run(builder.move_to("g").catch("b", timer("duration", "PT1H")).end("e2").build()).start()
    assert run.open == ["g"]
    run.work("g", k="1")
    assert run.open == ["a", "b"]
    run.receive("a")
    assert at_work(run) == [("a", "after")]
    assert run.work("a").ended


@pytest.mark.parametrize("gateway", ["parallel", "inclusive"])
def test_a_join_has_its_listener_run_once_when_all_tokens_are_there(gateway: str) -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").connect("j")
    builder.move_to("fork").user_task("b")
    run = Run(getattr(builder, gateway)("j", listeners=listening(start=["gather"])).end().build(), reload=True).start()
    run.complete("a")
    assert at_work(run) == []
    run.complete("b")
    assert at_work(run) == [("j", "gather")]
    assert run.work("j").ended


@pytest.mark.parametrize("gateway", ["parallel", "inclusive"])
def test_tokens_that_come_while_the_listener_of_a_join_is_at_work_make_the_next_join(gateway: str) -> None:
    builder = ProcessBuilder().start().parallel("fork").task("a").connect("j")
    builder.move_to("fork").task("b")
    getattr(builder, gateway)("j", listeners=listening(start=["gather"])).user_task("behind").end()
    run = Run(builder.build(), reload=True).start()
    again = commands.ModifyInstance(activate=(commands.Activation(element="a"), commands.Activation(element="b")))
    run.execute(again)
    assert at_work(run) == [("j", "gather")]
    run.work("j")
    assert len(run.waits(events.UserTaskCreated)) == 1
    run.work("j")
    assert len(run.waits(events.UserTaskCreated)) == 2


def test_the_listener_of_an_inclusive_split_that_no_flow_leaves_runs_once() -> None:
    builder = ProcessBuilder().start().parallel("fork").connect("j").move_to("fork").connect("j").move_to("fork")
    builder.inclusive("j", listeners=listening(start=["gather"]))
    run = Run(builder.when("=ok").end("e").build()).start().work("j")
    assert run.incident.code == Code.CONDITION_FAILED
    run.resolve("j", ok=True)
    assert run.ended
    assert len(run.emitted(events.JobCreated)) == 1


def test_a_link_is_followed_after_its_end_listener() -> None:
    builder = ProcessBuilder().start().throw("to", link("L"), listeners=listening(end=["after"]))
    builder.apart().catch("from", link("L"), listeners=listening(start=["before"])).end()
    run = Run(builder.build()).start()
    assert at_work(run) == [("to", "after")]
    run.work("to")
    assert at_work(run) == [("from", "before")]
    assert run.work("from").ended


def test_terminating_waits_for_the_listener_and_then_ends_the_scope() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").end("e").move_to("fork")
    run = Run(builder.terminate("t", listeners=listening(end=["after"])).build()).start()
    assert run.open == ["a", "t"]
    assert run.work("t").ended


def test_a_boundary_event_has_an_end_listener() -> None:
    builder = ProcessBuilder().start().user_task("a").end()
    builder.boundary("late", "a", timer("duration", "PT1H"), listeners=listening(end=["after"])).end("e2")
    run = Run(builder.build()).start().tick("late", hours=1)
    assert at_work(run) == [("late", "after")]
    assert run.work("late", told=True).ended
    assert run.variables == {"told": True}


def test_an_escalation_that_interrupts_leaves_no_end_listener() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("i")
    builder.end("up", escalation("E"), listeners=listening(end=["after"])).done().end()
    run = Run(builder.boundary("caught", "sub", escalation("E")).end("e2").build()).start()
    assert run.ended
    assert run.emitted(events.JobCreated) == []


# -- processes and scopes ------------------------------------------------------------------------------------------------


def process(start: object = None, **fields: object) -> ProcessBuilder:
    """A process with listeners before its start event and after all."""
    return ProcessBuilder("p", listening(start=["open"], end=["close"])).start("start", start, **fields)  # type: ignore[arg-type]


def test_a_process_has_listeners_before_its_start_and_after_its_end() -> None:
    run = Run(process().user_task("a").end().build(), reload=True).start(x=1)
    assert at_work(run) == [("p", "open")]
    assert run.instances("start") == []
    run.work("p", y=2)
    assert run.open == ["a"]
    run.complete("a")
    assert at_work(run) == [("p", "close")]
    assert run.work("p", z=3).variables == {"x": 1, "y": 2, "z": 3}


def test_what_a_message_brought_goes_through_its_mappings_after_the_start_listener() -> None:
    definition = process(message("order"), outputs={"total": "=amount * rate"}).user_task("a").end().build()
    run = Run(definition, reload=True).start("start", amount=5)
    assert run.variables == {}
    run.work("p", rate=2)
    assert run.variables == {"rate": 2, "total": 10}


def test_what_starts_an_instance_has_happened_when_the_listener_is_through() -> None:
    builder = ProcessBuilder("p", listening(start=["open"])).apart()
    builder.receive("r", message("order"), instantiates=True).user_task("a").end()
    run = Run(builder.build(), reload=True).start("r", amount=5)
    assert run.work("p").open == ["a"]


def test_a_process_that_begins_in_the_middle_listens_first() -> None:
    run = Run(process().user_task("a").sub_process("sub").start("i").user_task("b").done().end().build(), reload=True)
    run.execute(commands.StartInstance(process="p", at=("b",)))
    assert run.open == ["p", "p"]
    assert run.work("p").open == ["b"]


def test_events_that_start_event_sub_processes_are_waited_for_after_the_start_listeners() -> None:
    builder = process().user_task("a").end().event_sub_process("esp", message("stop", "=k")).end("e2").done()
    run = Run(builder.build()).start()
    assert run.waits(events.MessageSubscriptionOpened) == []
    run.work("p", k="1")
    assert run.open == ["esp_start", "a"]
    run.complete("a")
    assert at_work(run) == [("p", "close")]
    assert run.waits(events.MessageSubscriptionOpened) == []
    assert run.work("p").ended


def test_a_called_process_listens_within_its_call() -> None:
    called = ProcessBuilder("q", listening(start=["open"], end=["close"])).start("qs").end("qe").build()
    run = Run(ProcessBuilder().start().call("c", "q").end().build(), called, reload=True).start(x=1)
    assert at_work(run) == [("q", "open")]
    run.work("q", y=2).work("q", z=3)
    assert run.ended
    assert run.variables == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_listens_and_then_has_what_its_event_brought(interrupting: bool) -> None:
    builder = ProcessBuilder().start().user_task("a").end()
    builder.event_sub_process(
        "esp",
        message("stop", "=k"),
        interrupting=interrupting,
        outputs={"why": "=reason"},
        listeners=listening(start=["open"], end=["close"]),
    )
    run = Run(builder.user_task("b").end("e2").done().build(), reload=True).start(k="1").receive("esp_start", reason="late")
    assert at_work(run) == [("esp", "open")]
    run.work("esp")
    assert run.variables["why"] == "late"
    run.complete("b")
    assert at_work(run) == [("esp", "close")]
    run.work("esp")
    assert run.ended is interrupting


def test_a_compensation_event_sub_process_listens() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("i").end("j")
    builder.event_sub_process("undo", CompensationDefinition(), listeners=listening(start=["open"], end=["close"]))
    builder.user_task("u").end("ue").done().done().compensate("c").end()
    run = Run(builder.build(), reload=True).start()
    assert run.work("undo").open == ["u"]
    assert at_work(run.complete("u")) == [("undo", "close")]
    assert run.work("undo").ended


# -- loops ---------------------------------------------------------------------------------------------------------------


def test_each_turn_of_a_multi_instance_has_its_listeners_and_the_body_one_before_all() -> None:
    loop = each("=items", "item", output=("results", "=r"))
    run = one(loop=loop, listeners=listening(before_all=["prepare"], start=["before"], end=["after"])).start()
    assert at_work(run) == [("s", "prepare")]
    run.work("s", items=[1, 2])
    assert [kind for _, kind in at_work(run)] == ["before", "before"]
    run.work("s").work("s").work("s").work("s")
    assert [kind for _, kind in at_work(run)] == ["after", "after"]
    run.work("s", r="one").work("s", r="two")
    assert run.variables == {"results": ["one", "two"]}


def test_the_listener_before_all_runs_once_for_many_turns_of_a_small_budget() -> None:
    loop = each(times="=250")
    definition = ProcessBuilder().start().task("s", loop=loop, listeners=listening(before_all=["prepare"])).end().build()
    run = Run(definition, budget=50).start()
    run.attempt_unchecked(commands.CompleteJob(job=run.wait(events.JobCreated, "s").job))
    while not run.ended:
        run.attempt_unchecked(commands.ContinueInstance())
    assert len(run.emitted(events.JobCreated)) == 1


def test_each_turn_of_a_standard_loop_has_its_listeners() -> None:
    run = one("task", loop=repeat(most=2)).start()
    assert at_work(run) == [("s", "before")]
    run.work("s").work("s")
    assert at_work(run) == [("s", "before")]
    assert run.work("s").work("s").ended


# -- failing -------------------------------------------------------------------------------------------------------------


def test_a_listener_that_fails_for_good_is_an_incident_and_only_it_is_tried_again() -> None:
    builder = ProcessBuilder().start().service("s", listeners=listening(start=["a", "b"])).end()
    run = Run(builder.boundary("caught", "s", error()).end("e2").build(), reload=True).start().work("s")
    run.fail("s", retries=0, message="no route")
    assert (run.incident.code, run.incident.element) == (Code.NO_RETRIES_LEFT, "s")
    run.resolve("s")
    assert at_work(run) == [("s", "b")]
    run.work("s")
    assert at_work(run) == [("s", "work")]


def test_a_late_result_of_a_listener_resolves_its_incident() -> None:
    run = one().start().fail("s", retries=0)
    run.work("s")
    assert run.waits(events.IncidentRaised) == []
    assert at_work(run) == [("s", "work")]


@pytest.mark.parametrize(
    ("listeners", "code"),
    [
        (listening(start=["a", "=kind"]), Code.START_LISTENER_INVALID),
        (listening(end=["a", "=kind"]), Code.END_LISTENER_INVALID),
    ],
)
def test_a_listener_without_a_type_is_an_incident_after_which_all_of_its_kind_run_again(listeners: object, code: Code) -> None:
    run = one("task", listeners=listeners).start().work("s")
    assert run.incident.code == code
    assert "job type of a" in run.incident.message
    run.resolve("s", kind="b")
    assert at_work(run) == [("s", "a")]
    run.work("s")
    assert at_work(run) == [("s", "b")]
    assert run.work("s").ended


def test_a_listener_throws_no_error() -> None:
    run = one().start()
    refused = run.attempt(commands.ThrowError(job=run.wait(events.JobCreated, "s").job, code="E"))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.LISTENER_THROWS_ERROR


def test_work_that_fails_after_the_start_listener_is_tried_again_without_it() -> None:
    run = one(type_="=kind", listeners=listening(start=["a"])).start().work("s")
    assert run.incident.code == Code.JOB_INVALID
    run.resolve("s", kind="mail")
    assert at_work(run) == [("s", "mail")]


def test_flows_that_cannot_be_chosen_after_the_end_listener_are_chosen_again_without_it() -> None:
    builder = ProcessBuilder().start().task("s", listeners=listening(end=["a"])).when("=ok").end("e")
    run = Run(builder.move_to("s").when("=not(ok)").end("f").build()).start().work("s")
    assert run.incident.code == Code.CONDITION_FAILED
    assert run.resolve("s", ok=True).ended
    assert len(run.emitted(events.JobCreated)) == 1


# -- what comes from outside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [0, 2])
def test_a_scope_that_is_interrupted_takes_the_job_of_a_listener_with_it(done: int) -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("i")
    builder.service("s", listeners=listening(start=["before"], end=["after"])).end("j").done().end()
    run = Run(builder.boundary("late", "sub", timer("duration", "PT1H")).user_task("a").end("e2").build()).start()
    for _ in range(done):
        run.work("s")
    run.tick("late", hours=1)
    assert run.open == ["a"]
    assert len(run.emitted(events.JobCancelled)) == 1


def test_cancelling_does_not_wait_for_listeners() -> None:
    run = Run(process().end().build()).start()
    run.execute(commands.CancelInstance())
    assert run.state.elements == {}


def test_a_result_that_comes_while_suspended_is_taken_up_later() -> None:
    run = one().start()
    run.execute(commands.SuspendInstance())
    run.work("s")
    refused = run.attempt(commands.ThrowError(job=run.wait(events.JobCreated, "s").job, code="E"))
    assert isinstance(refused, Rejected)
    run.execute(commands.ResumeInstance())
    assert at_work(run) == [("s", "work")]


def test_continuing_does_not_run_the_work_while_a_listener_is_at_work() -> None:
    run = one("task").start()
    run.execute(commands.ContinueInstance())
    assert at_work(run) == [("s", "before")]
    assert run.instances("s")[0].phase is Phase.LISTENING


def test_a_token_can_be_moved_away_from_a_listener_and_to_an_element_with_one() -> None:
    builder = ProcessBuilder().start().task("s", listeners=listening(start=["before"])).user_task("a").end()
    run = Run(builder.build()).start()
    run.execute(commands.ModifyInstance(move=(commands.Move(element_instance=run.instances("s")[0].key, element="a"),)))
    assert run.open == ["a"]
    run.execute(commands.ModifyInstance(move=(commands.Move(element_instance=run.instances("a")[0].key, element="s"),)))
    assert at_work(run) == [("s", "before")]


def test_nothing_can_begin_in_a_scope_that_waits_for_a_listener() -> None:
    run = Run(process().user_task("a").end().build()).start()
    refused = run.attempt(commands.ModifyInstance(activate=(commands.Activation(element="a"),)))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.AT_A_LISTENER


def test_nothing_can_be_chosen_in_an_ad_hoc_sub_process_that_has_ended() -> None:
    builder = ProcessBuilder().start().ad_hoc("s", until="=true", listeners=listening(end=["after"])).task("i").done().end()
    run = Run(builder.build()).start()
    order = commands.ActivateAdHocElements(element_instance=run.instances("s")[0].key, elements=("i",))
    refused = run.attempt(order)
    assert isinstance(refused, Rejected)
    assert refused.code == Code.AT_A_LISTENER


# -- migration -----------------------------------------------------------------------------------------------------------


def version(process: str, *types: str, start: str = "start") -> ProcessDefinition:
    """A version of a process with end listeners at its task."""
    builder = ProcessBuilder(process, listening(start=["open"])).start(start)
    return builder.task("s", listeners=listening(end=types)).end().build()


def migrated(run: Run, target: ProcessDefinition) -> Verdict:
    """What migrating to the version would mean; done when it is safe."""
    run.definitions.processes[target.id] = target
    order = commands.MigrateInstance(process=target.id)
    plan = preview_migration(run.definitions, run.state, order, run.now)
    assert not isinstance(plan, Rejected)
    if plan.verdict is Verdict.SAFE:
        run.execute(order)
    return plan.verdict


def test_a_process_at_a_listener_goes_on_in_a_version_with_the_same_listeners() -> None:
    run = Run(version("p", "a", "b")).start().work("p").work("s")
    assert migrated(run, version("p2", "a", "b")) is Verdict.SAFE
    assert run.work("s").ended


def test_a_process_at_a_listener_cannot_go_on_where_other_listeners_follow() -> None:
    run = Run(version("p", "a", "b")).start().work("p")
    assert migrated(run, version("p2", "a")) is Verdict.REFUSED


def test_a_process_that_has_not_begun_cannot_go_on_where_its_start_is_not() -> None:
    run = Run(version("p", "a")).start()
    assert migrated(run, version("p2", "a", start="other")) is Verdict.REFUSED
    assert migrated(run, version("p3", "b")) is Verdict.SAFE
    assert run.wait(events.JobCreated, "p3").listener == "start"
    assert at_work(run.work("p3")) == [("s", "b")]
