"""Script task: a FEEL expression, its value in a variable."""

from __future__ import annotations

from engine.kernel import Code, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, error


def test_its_value_becomes_a_variable() -> None:
    run = Run(ProcessBuilder().start().script("s", "total", "=sum(items)").end().build()).start(items=[1, 2.5])
    assert run.ended
    assert run.variables["total"] == 3.5


def test_null_is_a_value() -> None:
    run = Run(ProcessBuilder().start().script("s", "y", "=x").user_task("t").build()).start()
    assert run.variables == {"y": None}


def test_an_endless_script_is_an_incident_and_not_a_hang() -> None:
    text = "=count(for i in 1..10000, j in 1..10000 return i * j)"
    run = Run(ProcessBuilder().start().script("s", "y", text).end().build()).start()
    assert run.incident.code == Code.SCRIPT_FAILED
    assert "FEEL-2" in run.incident.message


def test_outputs_keep_the_result_from_leaving() -> None:
    process = ProcessBuilder().start().script("s", "r", "={a: 1, b: 2}", outputs={"kept": "=r.b"}).end().build()
    assert Run(process).start().variables == {"kept": 2}


def test_with_a_job_type_it_is_a_job() -> None:
    run = Run(ProcessBuilder().start().service("s", "python", kind="scriptTask").end().build()).start()
    assert run.waits(events.JobCreated)[0].type == "python"


def test_ten_thousand_turns_of_a_loop_need_no_depth() -> None:
    builder = ProcessBuilder().start().exclusive("again").script("s", "n", "=n + 1").exclusive("ask").when("=n < 10000")
    run = Run(builder.connect("again").otherwise().end().build(), budget=10**6)
    run.start(n=0)
    assert run.ended
    assert run.variables == {"n": 10_000}


def test_a_boundary_event_on_a_script_that_ends_at_once_never_waits() -> None:
    builder = ProcessBuilder().start().script("s", "y", "=1").end().boundary("b", "s", error("E")).end("caught")
    assert Run(builder.build()).start().trace == ["start", "s", "end", "p"]
