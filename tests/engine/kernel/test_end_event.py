"""End events: none, terminate, error, message."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, error, message


def test_a_none_end_event_ends_its_token_only() -> None:
    builder = ProcessBuilder().start().parallel("fork").end("e1").move_to("fork").user_task("t").end("e2")
    run = Run(builder.build()).start()
    assert not run.ended
    run.complete("t")
    assert run.ended


def test_terminate_ends_its_process_and_everything_in_it() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").terminate().move_to("fork").service("b")
    run = Run(builder.build()).start()
    run.complete("a")
    assert run.ended
    assert len(run.emitted(events.JobCancelled)) == 1


def test_terminate_in_a_sub_process_lets_the_process_go_on() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("fork").user_task("a").terminate()
    builder.move_to("fork").user_task("b").done().user_task("c")
    run = Run(builder.build()).start()
    run.complete("a")
    assert run.open == ["c"]


def test_terminate_in_a_turn_of_a_multi_instance_ends_that_turn() -> None:
    builder = ProcessBuilder().start().sub_process("sub", loop=each("=[1, 2]", "i")).start("s").user_task("a").terminate()
    run = Run(builder.done().user_task("c").build()).start()
    run.complete("a")
    assert run.open == ["a"]
    run.complete("a")
    assert run.open == ["c"]


def test_terminate_in_a_called_process_ends_the_called_process() -> None:
    called = ProcessBuilder("q").start().parallel("fork").user_task("a").terminate().move_to("fork").user_task("b").build()
    run = Run(ProcessBuilder().start().call("c", "q").user_task("after").build(), called).start()
    run.complete("a")
    assert run.open == ["after"]


def test_an_error_end_event_throws_out_of_its_sub_process() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("fork").user_task("t").end("fail", error("E"))
    builder.move_to("fork").user_task("other").done().end().boundary("b", "sub", error("E")).end("caught")
    run = Run(builder.build()).start()
    run.complete("t")
    assert run.ended
    assert run.trace == ["start", "s", "fork", "t", "b", "caught", "p"]


def test_an_uncaught_error_end_event_is_an_incident_there() -> None:
    run = Run(ProcessBuilder().start().parallel("f").end("fail", error("=code")).move_to("f").user_task("t").build()).start(
        code="E"
    )
    assert run.incident.code == Code.ERROR_UNCAUGHT
    assert run.incident.element == "fail"
    assert sorted(run.open) == ["fail", "t"]


@pytest.mark.parametrize("definition", [error(), error("=null")])
def test_an_error_without_code_cannot_be_thrown(definition: object) -> None:
    run = Run(ProcessBuilder().start().end("fail", definition).build()).start()  # type: ignore[arg-type]
    assert run.incident.code == Code.ERROR_INVALID


@pytest.mark.parametrize("kind", ["endEvent", "intermediateThrowEvent", "sendTask"])
def test_a_message_is_thrown_with_the_variables_of_its_inputs(kind: str) -> None:
    inputs = {"lead.id": "=id", "lead.name": '="n"'}
    builder = ProcessBuilder().start().add(kind, "m", event=message("lead.new", "=id"), inputs=inputs)
    run = Run(builder.build()).start(id=7, secret=1)
    assert run.ended
    thrown = run.emitted(events.MessageThrown)[0]
    assert (thrown.message, thrown.correlation_key) == ("lead.new", "7")
    assert thrown.variables == {"lead": {"id": 7, "name": "n"}}


def test_without_inputs_a_message_carries_nothing() -> None:
    run = Run(ProcessBuilder().start().throw("m", message("ping")).end().build()).start(secret=1)
    thrown = run.emitted(events.MessageThrown)[0]
    assert (thrown.correlation_key, thrown.variables) == ("", {})


def test_a_message_event_with_a_job_type_is_a_job() -> None:
    process = ProcessBuilder().start().service("m", "mail", kind="endEvent", event=message("x")).build()
    run = Run(process).start()
    assert run.open == ["m"]
    run.work("m")
    assert run.ended
    assert not run.emitted(events.MessageThrown)


def test_a_message_whose_key_fails_is_an_incident() -> None:
    run = Run(ProcessBuilder().start().throw("m", message("x", "=missing")).end().build()).start()
    assert run.incident.code == Code.MESSAGE_INVALID
    run.resolve("m", missing="k")
    assert run.ended
