"""Where variables live, and input and output mappings."""

from __future__ import annotations

import pytest

from engine.feel import from_plain, to_plain
from engine.kernel import Code, Rejected, commands, events, visible_variables
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each


def test_inputs_make_local_variables_that_end_with_the_element() -> None:
    run = Run(ProcessBuilder().start().user_task("t", inputs={"a": "=x + 1", "b": "=a * 10"}).user_task("u").build()).start(x=1)
    task = run.instances("t")[0]
    assert to_plain(task.variables) == {"a": 2, "b": 20}
    assert to_plain(visible_variables(run.definitions, run.state, task.key)) == {"x": 1, "a": 2, "b": 20}
    run.complete("t")
    assert run.variables == {"x": 1}


def test_an_input_may_go_into_a_place_inside_a_variable() -> None:
    inputs = {"mail.to": "=to", "mail.subject.text": "=1", "mail.subject.lang": '="en"'}
    run = Run(ProcessBuilder().start().user_task("t", inputs=inputs).build()).start(to="a", mail={"old": 1})
    assert to_plain(run.instances("t")[0].variables) == {"mail": {"to": "a", "subject": {"text": 1, "lang": "en"}}}
    assert run.variables["mail"] == {"old": 1}


def test_a_result_goes_to_the_nearest_scope_that_has_the_variable() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"x": "=0"}).start("s").user_task("t").user_task("u").done()
    run = Run(builder.end().build()).start(y=0)
    run.complete("t", x=1, y=2, z=3)
    assert to_plain(run.instances("sub")[0].variables) == {"x": 1}
    assert run.variables == {"y": 2, "z": 3}


def test_a_result_that_has_the_name_of_an_input_ends_with_the_element() -> None:
    run = Run(ProcessBuilder().start().user_task("t", inputs={"x": "=0"}).user_task("u").build()).start()
    run.complete("t", x=1)
    assert run.variables == {}


def test_with_outputs_only_what_they_say_leaves() -> None:
    outputs = {"order.paid": "=amount > 5", "order.by": "=who", "n": "=amount"}
    run = Run(ProcessBuilder().start().user_task("t", outputs=outputs).user_task("u").build()).start(order={"id": 7})
    run.complete("t", amount=6, who="ann")
    assert run.variables == {"order": {"id": 7, "paid": True, "by": "ann"}, "n": 6}


def test_a_later_output_sees_an_earlier_one() -> None:
    run = Run(ProcessBuilder().start().user_task("t", outputs={"a": "=r + 1", "b": "=a * 2"}).user_task("u").build()).start(
        a=100
    )
    run.complete("t", r=1)
    assert run.variables == {"a": 2, "b": 4}


def test_what_stands_in_the_way_of_a_place_inside_is_replaced() -> None:
    run = Run(ProcessBuilder().start().task("t", outputs={"a.b": "=1"}).user_task("u").build()).start(a="text")
    assert run.variables == {"a": {"b": 1}}


def test_an_output_is_written_where_the_variable_is() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"x": "=0"}).start("s")
    run = Run(builder.user_task("t", outputs={"x": "=1", "y": "=2"}).user_task("u").done().build()).start()
    run.complete("t")
    assert to_plain(run.instances("sub")[0].variables) == {"x": 1}
    assert run.variables == {"y": 2}


TOO_MUCH = "count(for i in 1..10000, j in 1..10000 return i)"


def test_a_failed_input_is_tried_again_from_the_start() -> None:
    inputs = {"a": "=n + 1", "b": f"=if ok then a else {TOO_MUCH}"}
    run = Run(ProcessBuilder().start().user_task("t", inputs=inputs).build()).start(n=1, ok=False)
    assert run.incident.code == Code.INPUT_MAPPING_FAILED
    assert "The input mapping to 'b'" in run.incident.message
    run.resolve("t", ok=True, n=5)
    assert to_plain(run.instances("t")[0].variables) == {"a": 6, "b": 6}


def test_a_failure_after_the_inputs_does_not_map_them_twice() -> None:
    run = Run(ProcessBuilder().start().user_task("t", inputs={"n": "=n + 1"}, assignee="=who").build()).start(n=1, who=1)
    run.resolve("t", who="ann")
    assert to_plain(run.instances("t")[0].variables) == {"n": 2}


def test_a_failed_output_keeps_the_result_until_it_is_mended() -> None:
    outputs = {"b": f"=if ok then r else {TOO_MUCH}"}
    run = Run(ProcessBuilder().start().user_task("t", outputs=outputs).end().build()).start(ok=False)
    run.complete("t", r=42)
    assert run.incident.code == Code.OUTPUT_MAPPING_FAILED
    run.resolve("t", ok=True)
    assert run.ended
    assert run.variables == {"ok": True, "b": 42}


# -- set variables -------------------------------------------------------------------------------------------------------


def in_a_scope() -> Run:
    """A user task in a sub-process with a variable `x` of its own."""
    builder = ProcessBuilder().start().sub_process("sub", inputs={"x": "=1"}).start("s").user_task("t").done().end()
    return Run(builder.build()).start(y=1)


def put(run: Run, element: str | None, *, local: bool = False, **variables: object) -> None:
    """Set variables at an element."""
    key = None if element is None else run.instances(element)[0].key
    run.execute(commands.SetVariables(variables=from_plain(variables), element_instance=key, local=local))


def test_variables_are_set_where_they_are() -> None:
    run = in_a_scope()
    put(run, "t", x=2, y=2, z=2)
    assert to_plain(run.instances("sub")[0].variables) == {"x": 2}
    assert run.variables == {"y": 2, "z": 2}


def test_variables_can_be_set_locally() -> None:
    run = in_a_scope()
    put(run, "t", local=True, x=9)
    assert to_plain(run.instances("t")[0].variables) == {"x": 9}
    assert to_plain(run.instances("sub")[0].variables) == {"x": 1}


def test_variables_can_be_set_in_the_process() -> None:
    run = in_a_scope()
    put(run, None, x=3)
    assert run.variables == {"y": 1, "x": 3}


def test_variables_of_what_is_not_there_cannot_be_set() -> None:
    run = in_a_scope()
    refused = run.attempt(commands.SetVariables(variables={}, element_instance=99))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.ELEMENT_INSTANCE_NOT_FOUND


@pytest.mark.parametrize("name", ["event", "$feel", "@type", "typename", "__class__", "element", "len"])
def test_a_variable_may_have_any_name(name: str) -> None:
    """SpiffWorkflow 3.2 can never load an instance again whose form has a field `typename`."""
    run = Run(ProcessBuilder().start().user_task("t", loop=each("=[1]", "i")).user_task("u").build()).start(
        **{name: {name: name}}
    )
    task = run.wait(events.UserTaskCreated, "t").task
    run.execute(commands.CompleteUserTask(task=task, variables={name: [name]}))
    assert run.variables == {name: [name]}
