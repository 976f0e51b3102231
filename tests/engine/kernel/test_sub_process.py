"""Embedded sub-processes."""

from __future__ import annotations

from engine.kernel import Code
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, message


def nested() -> ProcessDefinition:
    """A sub-process in a sub-process, a user task in each."""
    builder = ProcessBuilder().start().sub_process("outer").start("s1").user_task("a").sub_process("inner").start("s2")
    return builder.user_task("b").end("e2").done().end("e1").done().end().build()


def test_runs_its_contents_and_goes_on_when_they_are_done() -> None:
    run = Run(nested()).start()
    run.complete("a").complete("b")
    assert run.trace == ["start", "s1", "a", "s2", "b", "e2", "inner", "e1", "outer", "end", "p"]


def test_ends_without_end_event_when_its_last_token_is_gone() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("f").user_task("a").move_to("f").user_task("b")
    run = Run(builder.done().end().build()).start()
    run.complete("a")
    assert not run.ended
    run.complete("b")
    assert run.ended


def test_without_start_event_everything_that_no_flow_leads_to_begins() -> None:
    builder = ProcessBuilder().start().sub_process("sub").user_task("a").apart().user_task("b").done().end()
    assert Run(builder.build()).start().open == ["a", "b"]


def test_an_empty_one_is_passed_through() -> None:
    assert Run(ProcessBuilder().start().sub_process("sub").done().end().build()).start().trace == ["start", "sub", "end", "p"]


def test_one_that_can_only_begin_by_a_message_is_an_incident() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s", message("m", "=1")).done().end()
    run = Run(builder.build()).start()
    assert run.incident.code == Code.START_NOT_POSSIBLE


def test_its_inputs_are_local_and_its_outputs_are_what_leaves() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"x": "=y + 1"}, outputs={"z": "=x * 10"}).start("s")
    run = Run(builder.script("inc", "x", "=x + 1").done().end().build()).start(y=1)
    assert run.variables == {"y": 1, "z": 30}


def test_a_variable_nobody_has_is_made_in_the_process() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").script("a", "x", "=1").done().user_task("t")
    assert Run(builder.build()).start().variables == {"x": 1}


def test_two_hundred_and_fifty_levels_are_no_trouble() -> None:
    builder = ProcessBuilder().start()
    for n in range(250):
        builder.sub_process(f"sub{n}").start(f"s{n}")
    builder.user_task("t")
    for _ in range(250):
        builder.done()
    run = Run(builder.end().build()).start()
    run.complete("t", x=1)
    assert run.ended
    assert run.variables == {"x": 1}
