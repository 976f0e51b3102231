"""Links: a jump from a throw event to the catch event of the same name in the same scope."""

from __future__ import annotations

from engine.kernel import Code
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, link


def test_the_token_goes_on_at_the_other_end() -> None:
    builder = ProcessBuilder().start().throw("go", link("x")).apart().catch("come", link("x")).user_task("t").end()
    run = Run(builder.build()).start()
    assert run.open == ["t"]
    assert run.trace == ["start", "go", "come"]
    assert run.complete("t").ended


def test_several_can_lead_to_one_end() -> None:
    builder = ProcessBuilder().start().parallel("g").throw("one", link("x")).move_to("g").throw("two", link("x"))
    run = Run(builder.apart().catch("come", link("x")).user_task("t").end().build()).start()
    assert run.open == ["t", "t"]
    assert run.complete("t").complete("t").ended


def test_the_same_name_in_another_scope_is_another_link() -> None:
    builder = ProcessBuilder().start().throw("go", link("x")).apart().catch("come", link("x")).sub_process("sub").start("s")
    builder.throw("inner go", link("x")).apart().catch("inner come", link("x")).user_task("t").end("e").done().end()
    run = Run(builder.build()).start()
    assert run.trace == ["start", "go", "come", "s", "inner go", "inner come"]
    assert run.complete("t").ended


def test_a_loop_of_links_stops_at_the_step_budget_and_keeps_little() -> None:
    builder = ProcessBuilder().start().throw("go", link("x")).apart().catch("come", link("x")).connect("go")
    run = Run(builder.build(), budget=50).start()
    assert len(run.state.elements) == 2


def test_it_ends_a_scope_as_a_flow_does() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").throw("go", link("x")).apart()
    builder.catch("come", link("x")).end("e").done().end()
    assert Run(builder.build()).start().ended


def test_an_end_that_is_not_there_is_an_incident() -> None:
    run = Run(ProcessBuilder().start().throw("go", link("x")).build()).start()
    assert run.incident.code == Code.ELEMENT_NOT_SUPPORTED
