"""Call activities: another process as a scope in the same instance."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, message


def called(result: str = "=n + 1") -> ProcessDefinition:
    """A process that waits for a user task and writes `m`."""
    return ProcessBuilder("q").start("s").user_task("t").script("x", "m", result).end("e").build()


def caller(**fields: object) -> ProcessDefinition:
    """A process that calls `q`."""
    return ProcessBuilder().start().call("c", "q", **fields).end().build()


def test_runs_the_called_process_and_takes_over_its_variables() -> None:
    run = Run(caller(), called()).start(n=1)
    assert run.open == ["t"]
    run.complete("t")
    assert run.variables == {"n": 1, "m": 2}
    assert run.trace == ["start", "s", "t", "x", "e", "q", "c", "end", "p"]
    assert run.emitted(events.ProcessCalled)[0].process == "q"


def test_the_called_process_has_variables_of_its_own() -> None:
    run = Run(caller(outputs={"answer": "=m"}), called()).start(n=1)
    run.complete("t", n=41)
    assert run.variables == {"n": 1, "answer": 42}


def test_only_mapped_variables_go_in_when_the_rest_is_held_back() -> None:
    run = Run(caller(give_all=False, inputs={"n": "=k * 2"}), called("=[n, k]")).start(k=5)
    run.complete("t")
    assert run.variables["m"] == [10, None]


def test_nothing_comes_out_when_it_is_held_back() -> None:
    run = Run(caller(take_all=False), called()).start(n=1)
    run.complete("t")
    assert run.variables == {"n": 1}


def test_outputs_see_the_result_even_when_the_rest_is_held_back() -> None:
    run = Run(caller(take_all=False, outputs={"r": "=m"}), called()).start(n=1)
    run.complete("t")
    assert run.variables == {"n": 1, "r": 2}


def test_the_process_may_be_chosen_by_an_expression() -> None:
    run = Run(ProcessBuilder().start().call("c", "=which").end().build(), called()).start(which="q", n=1)
    assert run.open == ["t"]


@pytest.mark.parametrize("name", ["=which", "nobody"])
def test_a_process_that_is_not_there_is_an_incident(name: str) -> None:
    run = Run(ProcessBuilder().start().call("c", name).end().build(), called()).start(n=1)
    assert run.incident.code == Code.CALLED_PROCESS_NOT_FOUND
    assert run.incident.element == "c"


def test_a_process_that_cannot_begin_by_itself_is_an_incident() -> None:
    other = ProcessBuilder("q").start("s", message("m")).end().build()
    assert Run(caller(), other).start().incident.code == Code.START_NOT_POSSIBLE


def test_a_process_that_calls_itself_without_end_is_stopped() -> None:
    run = Run(ProcessBuilder().start().call("c", "p").end().build()).start()
    assert run.incident.code == Code.CALL_TOO_DEEP
    assert len(run.instances("p")) == 101


def test_processes_that_call_each_other_without_end_are_stopped() -> None:
    other = ProcessBuilder("q").start("s").call("back", "p").end("e").build()
    assert Run(caller(), other).start().incident.code == Code.CALL_TOO_DEEP


def test_an_empty_process_returns_at_once() -> None:
    assert Run(caller(), ProcessBuilder("q").build()).start().ended


def test_calls_in_a_multi_instance_run_side_by_side() -> None:
    process = ProcessBuilder().start().call("c", "q", loop=each("=[1, 2]", "n", output=("all", "=m"))).end().build()
    run = Run(process, called()).start()
    assert run.open == ["t", "t"]
    run.complete("t").complete("t")
    assert run.variables == {"all": [2, 3]}


@pytest.mark.parametrize(("binding", "tag"), [("deployment", None), ("latest", None), ("versionTag", "spring")])
def test_the_version_that_is_meant_is_asked_for(binding: str, tag: str | None) -> None:
    run = Run(caller(binding=binding, version_tag=tag), called()).start(n=1)
    assert run.definitions.asked == [("q", binding, tag)]
