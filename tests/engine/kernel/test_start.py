"""Starting instances."""

from __future__ import annotations

import pytest

from engine.kernel import Code, Rejected, State, advance, commands, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import NOW, FixedDefinitions, Run
from tests.support.process_builder import ProcessBuilder, message, timer


def several() -> ProcessDefinition:
    """Starts: none, message, timer."""
    builder = ProcessBuilder().start("plain").user_task("a").start("told", message("lead.new")).user_task("b")
    return builder.start("daily", timer("cycle", "R/P1D")).user_task("c").build()


@pytest.mark.parametrize(("start_event", "task"), [(None, "a"), ("plain", "a"), ("told", "b"), ("daily", "c")])
def test_begins_at_the_event_named_else_at_the_none_start_event(start_event: str | None, task: str) -> None:
    run = Run(several()).start(start_event, x=1)
    assert run.open == [task]
    assert run.variables == {"x": 1}


def test_outputs_of_a_message_start_event_choose_what_the_message_brings() -> None:
    builder = ProcessBuilder().start("told", message("lead.new"), outputs={"lead.name": "=name"}).user_task("t")
    run = Run(builder.build()).start("told", name="n", secret=1)
    assert run.variables == {"lead": {"name": "n"}}


def test_without_outputs_a_message_brings_everything() -> None:
    run = Run(ProcessBuilder().start("told", message("lead.new")).user_task("t").build()).start("told", name="n")
    assert run.variables == {"name": "n"}


@pytest.mark.parametrize(
    ("process", "start_event", "code"),
    [
        ("p", "nowhere", Code.START_EVENT_NOT_FOUND),
        ("p", "a", Code.START_EVENT_NOT_FOUND),
        ("q", None, Code.START_EVENT_REQUIRED),
        ("two", None, Code.START_EVENT_REQUIRED),
        ("r", None, Code.PROCESS_NOT_FOUND),
    ],
)
def test_what_cannot_be_started_is_rejected(process: str, start_event: str | None, code: Code) -> None:
    only_message = ProcessBuilder("q").start("s", message("m")).end().build()
    two = ProcessBuilder("two").start("s1").end("e1").start("s2").end("e2").build()
    state = State()
    definitions = FixedDefinitions(several(), only_message, two)
    refused = advance(definitions, state, commands.StartInstance(process=process, start_event=start_event), NOW)
    assert isinstance(refused, Rejected)
    assert refused.code is code
    assert state == State()


def test_an_instance_starts_once_and_ends_once() -> None:
    run = Run(ProcessBuilder().start().user_task("t").end().build())
    refused = run.attempt(commands.CompleteUserTask(task=1))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.INSTANCE_NOT_STARTED
    run.start()
    refused = run.attempt(commands.StartInstance(process="p"))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.INSTANCE_ALREADY_STARTED
    run.complete("t")
    for command in (commands.StartInstance(process="p"), commands.CancelInstance(), commands.ContinueInstance()):
        refused = run.attempt(command)
        assert isinstance(refused, Rejected)
        assert refused.code is Code.INSTANCE_ENDED
        assert "completed" in refused.detail


def test_the_end_tells_the_variables_of_the_process() -> None:
    run = Run(ProcessBuilder().start().script("s", "y", "=x + 1").end().build()).start(x=1)
    assert run.journal[-1] == events.InstanceCompleted(variables=run.emitted(events.InstanceCompleted)[0].variables)
    assert run.variables == {"x": 1, "y": 2}


def test_the_time_of_a_command_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        advance(FixedDefinitions(several()), State(), commands.StartInstance(process="p"), NOW.replace(tzinfo=None))
