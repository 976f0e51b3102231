"""Undoing what was completed: which handlers run, in which order, and with which variables (BPMN 2.0 §13.5.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.check import check_resources
from engine.feel import from_plain
from engine.kernel import Rejected, commands, events
from engine.model.process import CancelDefinition, CompensationDefinition
from engine.problems import Severity
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, error, message


def undone(run: Run) -> list[str]:
    """Complete every handler that waits, one after the other; their names in that order."""
    order = []
    while handlers := [t for t in run.waits(events.UserTaskCreated) if t.element.startswith("undo")]:
        assert len(handlers) == 1, "handlers run one after the other"
        order.append(handlers[0].element)
        run.complete(handlers[0].element)
    return order


def trip() -> ProcessBuilder:
    """hotel → flight → undo → after; both have handlers."""
    builder = ProcessBuilder().start().user_task("hotel").user_task("flight").compensate("throw").user_task("after").end()
    return builder.undone_by("undo_hotel", "hotel").undone_by("undo_flight", "flight")


def test_undoes_what_was_done_last_first_then_goes_on() -> None:
    run = Run(trip().build()).start().complete("hotel").complete("flight")
    assert undone(run) == ["undo_flight", "undo_hotel"]
    assert run.open == ["after"]
    run.complete("after")
    assert run.ended


def test_undoes_only_what_was_done() -> None:
    builder = ProcessBuilder().start().parallel("f").user_task("a").compensate("throw").end("e1")
    builder.move_to("f").user_task("b").end("e2").undone_by("undo_a", "a").undone_by("undo_b", "b")
    run = Run(builder.build()).start().complete("a")
    assert undone(run) == ["undo_a"]
    run.complete("b")
    assert run.ended


def test_undoes_nothing_twice() -> None:
    builder = ProcessBuilder().start().user_task("a").compensate("one").compensate("two").end().undone_by("undo_a", "a")
    run = Run(builder.build()).start().complete("a")
    assert undone(run) == ["undo_a"]
    assert run.ended


def test_an_activity_is_named() -> None:
    builder = ProcessBuilder().start().user_task("a").user_task("b").compensate("one", "a").compensate("rest").end()
    run = Run(builder.undone_by("undo_a", "a").undone_by("undo_b", "b").build()).start().complete("a").complete("b")
    assert run.open == ["undo_a"]
    assert undone(run) == ["undo_a", "undo_b"]
    assert run.ended


def test_an_end_event_compensates_before_it_ends() -> None:
    builder = ProcessBuilder().start().user_task("a").end("throw", CompensationDefinition()).undone_by("undo_a", "a")
    run = Run(builder.build()).start().complete("a")
    assert run.open == ["undo_a"]
    undone(run)
    assert run.ended


def test_goes_on_at_once_when_it_does_not_wait() -> None:
    builder = ProcessBuilder().start().user_task("a").compensate("throw", wait=False).user_task("after").end()
    run = Run(builder.undone_by("undo_a", "a").build()).start().complete("a")
    assert sorted(run.open) == ["after", "undo_a"]
    run.complete("after")
    assert not run.ended
    undone(run)
    assert run.ended


def test_nothing_to_undo_is_no_reason_to_wait() -> None:
    run = Run(ProcessBuilder().start().compensate("throw").user_task("after").end().build()).start()
    assert run.open == ["after"]


def test_every_turn_of_a_loop_in_the_flow_is_undone() -> None:
    builder = ProcessBuilder().start().exclusive("again").user_task("a").exclusive("ask").when("=more").connect("again")
    builder.move_to("ask").otherwise().compensate("throw").end().undone_by("undo_a", "a")
    run = Run(builder.build()).start().complete("a", more=True).complete("a", more=False)
    assert undone(run) == ["undo_a", "undo_a"]


@pytest.mark.parametrize("sequential", [False, True])
def test_every_turn_of_a_multi_instance_is_undone_with_its_own_variables(sequential: bool) -> None:
    loop = each("=[10, 20]", "i", sequential=sequential)
    builder = ProcessBuilder().start().user_task("a", loop=loop).compensate("throw").end().undone_by("undo_a", "a")
    run = Run(builder.build()).start().complete("a").complete("a")
    seen = []
    while handlers := run.instances("undo_a"):
        seen.append(handlers[0].variables["i"])  # type: ignore[index]
        run.complete("undo_a")
    assert [int(i) for i in seen] == [20, 10]  # type: ignore[call-overload]
    assert run.ended


def test_a_handler_has_the_variables_of_the_activity_as_they_were() -> None:
    builder = ProcessBuilder().start().user_task("a", inputs={"booking": "=n"}).script("s", "n", "=n + 1").compensate("throw")
    run = Run(builder.end().undone_by("undo_a", "a").build()).start(n=1).complete("a")
    assert run.instances("undo_a")[0].variables == from_plain({"booking": 1})
    assert run.variables == {"n": 2}


def nested() -> ProcessBuilder:
    """sub(a → b) → c → throw; all but the sub-process have handlers."""
    builder = ProcessBuilder().start().sub_process("sub", inputs={"own": "=n"}).start("s").user_task("a").user_task("b")
    builder.undone_by("undo_a", "a").undone_by("undo_b", "b").done().user_task("c").undone_by("undo_c", "c")
    return builder.compensate("throw").user_task("after").end()


def test_a_completed_sub_process_is_undone_from_within() -> None:
    run = Run(nested().build()).start(n=7).complete("a").complete("b").complete("c")
    run.execute(commands.SetVariables(variables=from_plain({"n": 8})))
    assert run.open == ["undo_c"]
    run.complete("undo_c")
    assert run.instances("sub")[0].variables == from_plain({"own": 7})
    assert undone(run) == ["undo_b", "undo_a"]
    assert run.open == ["after"]


def test_a_handler_of_a_sub_process_takes_the_place_of_those_in_it() -> None:
    run = Run(nested().undone_by("undo_sub", "sub").build()).start(n=7).complete("a").complete("b").complete("c")
    assert undone(run) == ["undo_c", "undo_sub"]


def test_the_turns_of_a_sub_process_are_undone_each_on_its_own() -> None:
    builder = ProcessBuilder().start().sub_process("sub", loop=each("=[1, 2]", "i")).start("s").user_task("a").user_task("b")
    builder.undone_by("undo_a", "a").undone_by("undo_b", "b").done().compensate("throw").end()
    run = Run(builder.build()).start().complete("a").complete("a").complete("b").complete("b")
    assert undone(run) == ["undo_b", "undo_a", "undo_b", "undo_a"]
    assert run.ended


def test_what_was_interrupted_is_not_undone() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").user_task("b").undone_by("undo_a", "a")
    builder.done().end().boundary("stop", "sub", message("m", "=1")).compensate("throw").end("e2")
    run = Run(builder.build()).start().complete("a").receive("stop")
    assert run.ended


def test_a_throw_inside_a_sub_process_reaches_only_what_lies_in_it() -> None:
    builder = ProcessBuilder().start().user_task("a").undone_by("undo_a", "a").sub_process("sub").start("s").user_task("b")
    builder.undone_by("undo_b", "b").compensate("throw").end("e1").done().user_task("after").end()
    run = Run(builder.build()).start().complete("a").complete("b")
    assert undone(run) == ["undo_b"]
    assert run.open == ["after"]


def test_an_event_sub_process_compensates_the_scope_it_lies_in() -> None:
    builder = ProcessBuilder().start().user_task("a").undone_by("undo_a", "a").end("bad", error("E"))
    builder.event_sub_process("on", error("E"), start="go").compensate("throw").end("e2").done()
    run = Run(builder.build()).start().complete("a")
    assert undone(run) == ["undo_a"]
    assert run.ended


def with_event_sub_process() -> ProcessBuilder:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"own": "=n"}).start("s").user_task("a")
    builder.undone_by("undo_a", "a")
    builder.event_sub_process("comp", CompensationDefinition(), start="go").user_task("undo_all").compensate("rest", "a")
    return builder.end("e2").done().done().compensate("throw").user_task("after").end()


def test_a_compensation_event_sub_process_decides_what_is_undone() -> None:
    run = Run(with_event_sub_process().build()).start(n=7).complete("a")
    assert run.instances("sub")[0].variables == from_plain({"own": 7})
    assert undone(run) == ["undo_all", "undo_a"]
    assert run.open == ["after"]


def test_a_compensation_event_sub_process_does_not_run_by_itself() -> None:
    run = Run(with_event_sub_process().build()).start(n=7)
    assert run.open == ["a"]


def test_a_handler_that_fails_is_resolved_and_the_rest_is_undone() -> None:
    builder = ProcessBuilder().start().user_task("a").user_task("b").compensate("throw").end().undone_by("undo_a", "a")
    run = Run(builder.undone_by("undo_b", "b", candidate_groups="=groups").build()).start(groups=5).complete("a").complete("b")
    assert run.incident.element == "undo_b"
    run.resolve("undo_b", groups=["clerks"])
    assert undone(run) == ["undo_b", "undo_a"]
    assert run.ended


def test_a_handler_that_an_operator_ends_counts_as_done() -> None:
    run = Run(trip().build()).start().complete("hotel").complete("flight")
    run.execute(commands.ModifyInstance(terminate=(run.instances("undo_flight")[0].key,)))
    assert undone(run) == ["undo_hotel"]
    assert run.open == ["after"]


def test_an_error_in_a_handler_leaves_the_scope_that_compensates() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").compensate("throw").end("e1")
    builder.boundary("a_undo", "a", CompensationDefinition()).apart()
    builder.service("undo_a", for_compensation=True)
    builder._elements["a"] = replace(builder._elements["a"], handler="undo_a")
    builder.done().end().boundary("caught", "sub", error("E")).user_task("mend").end("e2")
    run = Run(builder.build()).start().complete("a").throw("undo_a", "E")
    assert run.open == ["mend"]


def test_what_can_be_undone_is_migrated_with_its_handlers() -> None:
    def version(done: str, undo: str, *, handler: bool = True) -> ProcessBuilder:
        builder = ProcessBuilder().start().user_task(done).user_task("b").compensate("throw").end()
        return builder.undone_by(undo, done) if handler else builder

    run = Run(version("a", "undo_a").build()).start().complete("a")
    run.definitions.processes["v2"] = version("c", "undo_c").build()
    run.definitions.processes["v3"] = version("c", "undo_c", handler=False).build()
    for process, mapping in (("v2", {}), ("v3", {"a": "c"})):
        assert isinstance(run.attempt(commands.MigrateInstance(process=process, mapping=mapping)), Rejected)
    run.execute(commands.MigrateInstance(process="v2", mapping={"a": "c"}))
    run.complete("b")
    assert undone(run) == ["undo_c"]
    assert run.ended


def test_what_a_called_process_did_is_undone_by_a_handler_of_the_call() -> None:
    child = ProcessBuilder("child").start().user_task("c").end().undone_by("undo_c", "c").build()
    builder = ProcessBuilder().start().call("call", "child").undone_by("undo_call", "call").compensate("throw").end()
    run = Run(builder.build(), child).start().complete("c")
    assert undone(run) == ["undo_call"]
    assert run.ended


def test_costs_nothing_where_there_is_no_handler() -> None:
    run = Run(ProcessBuilder().start().user_task("a").user_task("b").end().build()).start().complete("a")
    assert not run.emitted(events.CompensationKept)
    assert run.state.elements[1].kept is None


@pytest.mark.parametrize("reload", [False, True])
def test_survives_being_stored_in_the_middle(reload: bool) -> None:
    run = Run(nested().build(), reload=reload).start(n=7).complete("a").complete("b").complete("c")
    assert undone(run) == ["undo_c", "undo_b", "undo_a"]
    run.complete("after")
    assert run.ended


@pytest.mark.parametrize("budget", [1, 2, 3])
def test_goes_on_after_a_used_up_budget(budget: int) -> None:
    run = Run(trip().build(), budget=budget)
    run.attempt_unchecked(commands.StartInstance(process="p"))
    order = []
    for _ in range(30):
        tasks = run.waits(events.UserTaskCreated)
        if tasks:
            order.append(tasks[0].element)
            run.attempt_unchecked(commands.CompleteUserTask(task=tasks[0].task))
        if not run.state.elements:
            break
        run.attempt_unchecked(commands.ContinueInstance())
    assert order == ["hotel", "flight", "undo_flight", "undo_hotel", "after"]


# --- transactions


def booking() -> ProcessBuilder:
    """A transaction of two bookings that may cancel itself, beside a task that goes on meanwhile."""
    builder = ProcessBuilder().start().add("transaction", "tx")
    builder._inside.append("tx")
    builder._scopes.append("tx")
    builder.start("s").parallel("f").user_task("a").user_task("b").exclusive("ok").when("=fine").end("done")
    builder.move_to("ok").otherwise().end("cancel", CancelDefinition()).move_to("f").user_task("beside").end("e1")
    builder.undone_by("undo_a", "a").undone_by("undo_b", "b").done().user_task("after").end()
    builder.boundary("cancelled", "tx", CancelDefinition()).user_task("sorry").end("e2")
    return builder.boundary("hazard", "tx", error()).user_task("broken").end("e3")


def test_a_transaction_that_succeeds_goes_on() -> None:
    run = Run(booking().build()).start(fine=True).complete("a").complete("b").complete("beside")
    assert run.open == ["after"]


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    run = Run(booking().build()).start(fine=False).complete("a").complete("b")
    assert run.open == ["undo_b"]
    assert undone(run) == ["undo_b", "undo_a"]
    assert run.open == ["sorry"]
    run.complete("sorry")
    assert run.ended


def test_a_cancelled_transaction_with_nothing_done_is_left_at_once() -> None:
    builder = ProcessBuilder().start().add("transaction", "tx")
    builder._inside.append("tx")
    builder._scopes.append("tx")
    builder.start("s").end("cancel", CancelDefinition()).done().end()
    run = Run(builder.boundary("cancelled", "tx", CancelDefinition()).user_task("sorry").end("e2").build()).start()
    assert run.open == ["sorry"]


# --- from the diagram


DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="p" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="tx"/>
    <transaction id="tx">
      <startEvent id="s2"/><sequenceFlow id="f2" sourceRef="s2" targetRef="book"/>
      <userTask id="book"/><sequenceFlow id="f3" sourceRef="book" targetRef="cancel"/>
      <boundaryEvent id="b" attachedToRef="book"><compensateEventDefinition waitForCompletion="false"/></boundaryEvent>
      <userTask id="undo_book" isForCompensation="true"/>
      <association id="a" sourceRef="b" targetRef="undo_book" associationDirection="One"/>
      <endEvent id="cancel"><cancelEventDefinition/></endEvent>
    </transaction>
    <sequenceFlow id="f4" sourceRef="tx" targetRef="e"/><endEvent id="e"/>
    <boundaryEvent id="c" attachedToRef="tx"><cancelEventDefinition/></boundaryEvent>
    <sequenceFlow id="f5" sourceRef="c" targetRef="pay"/>
    <userTask id="pay"/><sequenceFlow id="f6" sourceRef="pay" targetRef="throw"/>
    <boundaryEvent id="b2" attachedToRef="pay"><compensateEventDefinition/></boundaryEvent>
    <userTask id="undo_pay" isForCompensation="true"/>
    <association id="a2" sourceRef="b2" targetRef="undo_pay"/>
    <intermediateThrowEvent id="throw"><compensateEventDefinition activityRef="pay"/></intermediateThrowEvent>
    <sequenceFlow id="f7" sourceRef="throw" targetRef="e2"/><endEvent id="e2"/>
  </process>
</definitions>"""


def test_a_diagram_with_a_transaction_and_compensation_runs() -> None:
    checked = check_resources({"p.bpmn": DIAGRAM.encode()})
    assert not [problem for problem in checked.problems if problem.severity is Severity.ERROR], checked.problems
    assert not [problem for problem in checked.problems if "path" in problem.message], checked.problems
    run = Run(checked.processes["p"]).start().complete("book")
    assert undone(run) == ["undo_book"]
    run.complete("pay")
    assert undone(run) == ["undo_pay"]
    assert run.ended
