"""Business rule task: a decision through the definitions port, or a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.dmn import DecisionFailed
from engine.feel import from_plain
from engine.kernel import Code, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder


def score(inputs: Mapping[str, Any]) -> Any:
    """Twice the budget."""
    if inputs.get("budget") is None:
        raise DecisionFailed("DMN-2999", "the budget is missing")
    return inputs["budget"] * 2


def test_the_result_of_the_decision_becomes_a_variable_and_is_journalled_with_its_trace() -> None:
    process = ProcessBuilder().start().decision("d", "score", "points").end().build()
    run = Run(process, decisions={"score": score}).start(budget=21)
    assert run.variables == {"budget": 21, "points": 42}
    evaluated = run.emitted(events.DecisionEvaluated)[0]
    assert (evaluated.decision, evaluated.element, evaluated.result) == ("score", "d", 42)
    assert evaluated.trace == {"hit": "score"}
    assert evaluated.inputs == from_plain({"budget": 21})


def test_the_decision_may_be_chosen_by_an_expression() -> None:
    process = ProcessBuilder().start().decision("d", '="sc" + "ore"', "points").end().build()
    assert Run(process, decisions={"score": score}).start(budget=1).variables["points"] == 2


def test_a_decision_that_fails_is_an_incident_to_be_tried_again() -> None:
    process = ProcessBuilder().start().decision("d", "score", "points").end().build()
    run = Run(process, decisions={"score": score}).start()
    assert run.incident.code == Code.DECISION_FAILED
    assert "the budget is missing (DMN-2999)" in run.incident.message
    run.resolve("d", budget=5)
    assert run.variables == {"budget": 5, "points": 10}


def test_with_a_job_type_it_is_a_job() -> None:
    run = Run(ProcessBuilder().start().service("d", "rules", kind="businessRuleTask").end().build()).start()
    assert run.waits(events.JobCreated)[0].type == "rules"


def test_the_version_that_is_meant_is_asked_for() -> None:
    process = ProcessBuilder().start().decision("d", "score", "points", binding="latest").end().build()
    run = Run(process, decisions={"score": score}).start(budget=1)
    assert run.definitions.asked == [("score", "latest", None)]
