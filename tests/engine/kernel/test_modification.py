"""Tokens moved by hand: activated, terminated, moved; and instances that start in the middle."""

from __future__ import annotations

import pytest

from engine.feel import from_plain
from engine.kernel import Code, InstanceStatus, Rejected, commands
from engine.kernel.preview import Effect, preview
from tests.support.kernel_run import Run, comparable, stored
from tests.support.process_builder import ProcessBuilder, each, error, message, timer

Modify = commands.ModifyInstance
Activate = commands.Activation


def nested(**sub: object) -> ProcessBuilder:
    """first → sub(start → a → b) → last, with a timer at the border of the sub-process."""
    builder = ProcessBuilder().start().user_task("first").sub_process("sub", **sub).start("s").user_task("a").user_task("b")
    builder.done().user_task("last").end()
    return builder.boundary("late", "sub", timer("duration", "PT1H")).user_task("hurry").end("e2")


def key_of(run: Run, element: str) -> int:
    return run.instances(element)[0].key


def refused(run: Run, command: commands.Command) -> Code:
    outcome = run.attempt(command)
    assert isinstance(outcome, Rejected)
    return outcome.code


def test_activates_an_element_as_if_a_token_had_reached_it() -> None:
    run = Run(nested().build()).start()
    run.execute(Modify(activate=(Activate(element="last", variables=from_plain({"x": 1})),), variables=from_plain({"y": 2})))
    assert run.open == ["first", "last"]
    assert run.instances("last")[0].variables == from_plain({"x": 1})
    assert run.variables == {"y": 2}
    run.complete("last").complete("first").complete("a").complete("b").complete("last")
    assert run.ended


def test_opens_the_scopes_around_it_without_their_start_events() -> None:
    run = Run(nested(inputs={"local": "=1"}).build()).start()
    run.execute(Modify(activate=(Activate(element="b"),), terminate=(key_of(run, "first"),)))
    assert run.open == ["late", "b"]
    assert run.instances("sub")[0].variables == from_plain({"local": 1})
    assert "s" not in run.trace
    run.complete("b").complete("last")
    assert run.ended


def test_two_elements_share_the_scope_that_the_first_one_opens() -> None:
    run = Run(nested().build()).start()
    run.execute(Modify(activate=(Activate(element="a"), Activate(element="b"))))
    assert len(run.instances("sub")) == 1
    assert [e.parent for e in run.instances("a") + run.instances("b")] == [key_of(run, "sub")] * 2


def test_takes_the_scope_that_runs() -> None:
    run = Run(nested().build()).start().complete("first")
    run.execute(Modify(activate=(Activate(element="b"),)))
    assert len(run.instances("sub")) == 1
    assert run.open == ["late", "a", "b"]


def test_asks_which_scope_is_meant_when_several_run() -> None:
    run = Run(nested().build()).start().complete("first")
    run.execute(Modify(activate=(Activate(element="sub"),)))
    assert refused(run, Modify(activate=(Activate(element="b"),))) is Code.SCOPE_NOT_CLEAR
    second = run.instances("sub")[1].key
    run.execute(Modify(activate=(Activate(element="b", scope=second),)))
    assert run.instances("b")[0].parent == second


def test_an_input_mapping_that_fails_is_an_incident_of_the_opened_scope() -> None:
    endless = "=if x then 1 else count(for i in 1..10000, j in 1..10000 return i)"
    run = Run(nested(inputs={"local": endless}).build()).start(x=False)
    run.execute(Modify(activate=(Activate(element="b"),)))
    assert run.incident.element == "sub"
    run.resolve("sub", x=True)
    assert run.open == ["first", "b", "late"]
    run.complete("b")
    assert run.open == ["first", "last"]


def test_what_is_terminated_closes_its_waits_and_empty_scopes_end_with_it() -> None:
    run = Run(nested().build()).start().complete("first")
    run.execute(Modify(activate=(Activate(element="last"),), terminate=(key_of(run, "a"),)))
    assert run.open == ["last"]
    assert not run.instances("sub")


def test_nothing_left_is_a_cancelled_instance() -> None:
    run = Run(nested().build()).start().complete("first")
    run.execute(Modify(terminate=(key_of(run, "a"),)))
    assert run.state.status is InstanceStatus.CANCELLED


def test_moves_a_token_within_its_scopes() -> None:
    run = Run(nested().build()).start().complete("first")
    sub = key_of(run, "sub")
    run.execute(Modify(move=(commands.Move(element_instance=key_of(run, "a"), element="b"),)))
    assert run.open == ["late", "b"]
    assert key_of(run, "sub") == sub


def test_moves_a_token_out_of_its_scope_which_then_ends() -> None:
    run = Run(nested().build()).start().complete("first")
    run.execute(Modify(move=(commands.Move(element_instance=key_of(run, "a"), element="last"),)))
    assert run.open == ["last"]


def test_a_moved_token_stays_in_the_turn_of_its_multi_instance() -> None:
    run = Run(nested(loop=each("=[1, 2]", "i")).build()).start().complete("first")
    second = run.instances("a")[1]
    run.execute(Modify(move=(commands.Move(element_instance=second.key, element="b"),)))
    assert run.instances("b")[0].parent == second.parent
    assert refused(run, Modify(activate=(Activate(element="a"),))) is Code.SCOPE_NOT_CLEAR


@pytest.mark.parametrize("sequential", [False, True])
def test_a_terminated_turn_is_done_without_an_output(sequential: bool) -> None:
    loop = each("=[1, 2]", "i", sequential=sequential, output=("all", "=i"))
    run = Run(ProcessBuilder().start().user_task("u", loop=loop).user_task("after").end().build()).start()
    first = next(e for e in run.instances("u") if e.loop_index == 1)
    run.execute(Modify(terminate=(first.key,)))
    run.complete("u")
    assert run.open == ["after"]
    assert run.variables == {"all": [None, 2]}


def test_the_last_token_of_a_turn_ends_the_turn() -> None:
    run = Run(nested(loop=each("=[1]", "i")).build()).start().complete("first")
    run.execute(Modify(terminate=(key_of(run, "a"),)))
    assert run.open == ["last"]


def test_the_turns_of_a_multi_instance_that_does_not_run_cannot_be_entered() -> None:
    run = Run(nested(loop=each("=[1, 2]", "i")).build()).start()
    assert refused(run, Modify(activate=(Activate(element="a"),))) is Code.ELEMENT_NOT_ACTIVATABLE
    run.execute(Modify(activate=(Activate(element="sub"),)))
    assert len(run.instances("a")) == 2


def test_works_inside_a_called_process_and_ends_the_call_that_runs_empty() -> None:
    child = ProcessBuilder("child").start().user_task("c").user_task("d").end().build()
    run = Run(ProcessBuilder().start().call("call", "child").user_task("after").end().build(), child).start()
    run.execute(Modify(activate=(Activate(element="d", scope=key_of(run, "c")),)))
    assert run.open == ["c", "d"]
    keys = (key_of(run, "c"), key_of(run, "d"))
    run.execute(Modify(activate=(Activate(element="after"),), terminate=keys))
    assert run.open == ["after"]
    run.complete("after")
    assert run.ended


def test_an_activated_join_goes_on_at_once() -> None:
    builder = ProcessBuilder().start().parallel("f").user_task("a").parallel("j").user_task("t").end()
    run = Run(builder.move_to("f").user_task("b").connect("j").build()).start()
    run.execute(Modify(activate=(Activate(element="j"),)))
    assert run.open == ["a", "b", "t"]


def test_an_event_gateway_can_be_left_by_hand() -> None:
    builder = ProcessBuilder().start().event_based("g").catch("m", message("m", "=1")).end("e1").move_to("g")
    run = Run(builder.catch("t", timer("duration", "PT1H")).user_task("u").end("e2").build()).start()
    run.execute(Modify(move=(commands.Move(element_instance=key_of(run, "g"), element="u"),)))
    assert run.open == ["u"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Modify(activate=(Activate(element="nothing"),)), Code.ELEMENT_NOT_FOUND),
        (Modify(activate=(Activate(element="late"),)), Code.ELEMENT_NOT_ACTIVATABLE),
        (Modify(activate=(Activate(element="b", scope=99),)), Code.ELEMENT_INSTANCE_NOT_FOUND),
        (Modify(terminate=(99,)), Code.ELEMENT_INSTANCE_NOT_FOUND),
        (Modify(terminate=(1,)), Code.ELEMENT_NOT_ACTIVATABLE),
        (Modify(move=(commands.Move(element_instance=99, element="b"),)), Code.ELEMENT_INSTANCE_NOT_FOUND),
    ],
)
def test_refuses_what_makes_no_sense_and_changes_nothing(command: commands.Command, code: Code) -> None:
    run = Run(nested().build()).start()
    assert refused(run, command) is code


def test_nothing_is_activated_in_what_is_terminated() -> None:
    run = Run(nested().build()).start().complete("first")
    order = Modify(activate=(Activate(element="b"),), terminate=(key_of(run, "sub"),))
    assert refused(run, order) is Code.SCOPE_NOT_CLEAR


def test_a_suspended_instance_is_modified_and_begins_when_resumed() -> None:
    run = Run(nested().build()).start()
    run.execute(commands.SuspendInstance())
    run.execute(Modify(activate=(Activate(element="b"),), terminate=(key_of(run, "first"),)))
    assert run.open == ["late"]
    run.execute(commands.ResumeInstance())
    assert run.open == ["late", "b"]


def test_scopes_that_run_empty_while_suspended_are_left() -> None:
    loop = each("=[1]", "i")
    run = Run(ProcessBuilder().start().sub_process("sub").start("s").user_task("u", loop=loop).done().end().build()).start()
    run.execute(commands.SuspendInstance())
    turn = next(e for e in run.instances("u") if e.loop_index == 1)
    run.execute(Modify(terminate=(turn.key,)))
    run.execute(commands.ResumeInstance())
    assert run.ended


def test_shows_the_effect_before_it_is_done() -> None:
    run = Run(nested().build()).start()
    before = comparable(stored(run.state))
    order = Modify(activate=(Activate(element="b"),), terminate=(key_of(run, "first"),))
    shown = preview(run.definitions, run.state, order, run.now)
    assert comparable(run.state) == before
    assert isinstance(shown, Effect)
    assert [e.element for e in shown.begins] == ["sub", "b"]
    assert [e.element for e in shown.ends] == ["first"]
    assert shown.events == run.execute(order)
    assert isinstance(preview(run.definitions, run.state, order, run.now), Rejected)


def test_an_effect_tells_the_incidents_it_would_make() -> None:
    run = Run(ProcessBuilder().start().user_task("u").end("e1").apart().end("e2", error("E")).build()).start()
    shown = preview(run.definitions, run.state, Modify(activate=(Activate(element="e2"),)), run.now)
    assert isinstance(shown, Effect)
    assert [i.code for i in shown.incidents] == [Code.ERROR_UNCAUGHT]


def test_an_instance_starts_in_the_middle() -> None:
    run = Run(nested().build())
    run.execute(commands.StartInstance(process="p", variables=from_plain({"x": 1}), at=("b", "last")))
    assert run.open == ["late", "b", "last"]
    assert run.variables == {"x": 1}
    run.complete("b").complete("last").complete("last")
    assert run.ended


@pytest.mark.parametrize(("at", "code"), [("nothing", Code.ELEMENT_NOT_FOUND), ("late", Code.ELEMENT_NOT_ACTIVATABLE)])
def test_an_instance_does_not_start_where_nothing_can_begin(at: str, code: Code) -> None:
    run = Run(nested().build())
    outcome = run.attempt_unchecked(commands.StartInstance(process="p", at=(at,)))
    assert isinstance(outcome, Rejected)
    assert outcome.code is code


def test_an_opened_scope_waits_for_the_events_that_start_event_sub_processes_in_it() -> None:
    builder = ProcessBuilder().start().user_task("first").sub_process("sub").start("s").user_task("a")
    builder.event_sub_process("on", message("m", "=1"), start="go").user_task("handle").done()
    run = Run(builder.done().end().build()).start()
    run.execute(Modify(activate=(Activate(element="a"),)))
    assert run.open == ["first", "go", "a"]
    assert refused(run, Modify(activate=(Activate(element="handle"),))) is Code.ELEMENT_NOT_ACTIVATABLE
    assert refused(run, Modify(activate=(Activate(element="on"),))) is Code.ELEMENT_NOT_ACTIVATABLE
    run.receive("go")
    run.execute(Modify(activate=(Activate(element="handle"),)))
    assert run.open == ["first", "handle", "handle"]
