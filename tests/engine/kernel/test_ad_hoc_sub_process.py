"""Ad-hoc sub-process: parallel and sequential, its completion condition, and what people choose (BPMN 2.0 §13.3.5)."""

from __future__ import annotations

import pytest

from engine.bpmn import read_bpmn
from engine.feel import from_plain
from engine.kernel import Code, Rejected, commands, events
from tests.engine.bpmn.diagram import between, flow
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, error, repeat, timer


def case(**fields: object) -> ProcessBuilder:
    """User tasks a, b and c, of which c has a follower d, in an ad-hoc sub-process; then `after`."""
    builder = ProcessBuilder().start().ad_hoc("sub", **fields).user_task("a").apart().user_task("b").apart().user_task("c")
    return builder.user_task("d").done().user_task("after").end()


def choose(run: Run, *elements: str) -> Run:
    """Begin elements by hand."""
    key = run.instances("sub")[0].key
    run.execute(commands.ActivateAdHocElements(element_instance=key, elements=elements, by="ann"))
    return run


@pytest.mark.parametrize("reload", [False, True])
def test_everything_that_no_flow_leads_to_begins_and_is_done_in_any_order(reload: bool) -> None:
    run = Run(case().build(), reload=reload).start()
    assert run.open == ["a", "b", "c"]
    run.complete("c").complete("a").complete("d")
    assert run.open == ["b"]
    assert run.complete("b").open == ["after"]


@pytest.mark.parametrize("reload", [False, True])
def test_a_sequential_one_does_one_after_the_other(reload: bool) -> None:
    run = Run(case(sequential=True).build(), reload=reload).start()
    for task in "abcd":
        assert run.open == [task]
        run.complete(task)
    assert run.open == ["after"]


def test_the_completion_condition_ends_it_and_cancels_the_rest() -> None:
    run = Run(case(until="=enough").build()).start(enough=False).complete("b")
    assert run.open == ["a", "c"]
    assert run.complete("a", enough=True).open == ["after"]
    assert "c" not in run.trace


def test_it_may_wait_for_what_is_active_and_begin_nothing_more() -> None:
    run = Run(case(until="=enough", cancel=False).build(), reload=True).start(enough=False).complete("b", enough=True)
    assert run.open == ["a", "c"]
    run.complete("a").complete("c")
    assert run.open == ["d"]
    assert run.complete("d").open == ["after"]
    sequential = Run(case(until="=enough", cancel=False, sequential=True).build()).start(enough=False)
    assert sequential.complete("a", enough=True).open == ["after"]


def test_only_the_named_elements_begin_and_a_person_begins_others() -> None:
    run = Run(case(begin="=[first]").build(), reload=True).start(first="b")
    assert run.open == ["b"]
    assert choose(run, "a", "c").open == ["b", "a", "c"]
    assert [chosen.by for chosen in run.emitted(events.AdHocElementsChosen)] == [None, "ann"]
    run.complete("a").complete("b").complete("c").complete("d")
    assert run.open == ["after"]


def test_what_was_done_may_be_done_again_and_waits_its_turn_in_a_sequential_one() -> None:
    run = Run(case(begin='=["a"]', sequential=True).build(), reload=True).start()
    choose(run, "b", "a")
    for task in "aba":
        assert run.open == [task]
        run.complete(task)
    assert run.open == ["after"]


def test_with_nothing_active_and_an_open_condition_a_person_is_asked() -> None:
    run = Run(case(begin="=[]", until="=enough").build(), reload=True).start(enough=False)
    assert run.incident.code == Code.AD_HOC_NOTHING_ACTIVE
    assert "Begin one of a, b, c" in run.incident.message
    assert choose(run, "b").open == ["b"]
    run.complete("b")
    assert run.incident.code == Code.AD_HOC_NOTHING_ACTIVE
    assert run.resolve("sub", enough=True).open == ["after"]


def test_with_nothing_to_begin_and_no_condition_it_is_done() -> None:
    assert Run(case(begin="=[]").build()).start().open == ["after"]


@pytest.mark.parametrize("elements", [("d",), ("nobody",), ()])
def test_what_cannot_be_begun_is_refused(elements: tuple[str, ...]) -> None:
    run = Run(case().build()).start()
    key = run.instances("sub")[0].key
    refused = run.attempt(commands.ActivateAdHocElements(element_instance=key, elements=elements))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.AD_HOC_ELEMENT_UNKNOWN
    refused = run.attempt(commands.ActivateAdHocElements(element_instance=1, elements=("a",)))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.AD_HOC_NOT_ACTIVE


def test_wrong_names_of_active_elements_are_an_incident() -> None:
    run = Run(case(begin="=names").build(), reload=True).start(names=["d"])
    assert run.incident.code == Code.AD_HOC_ELEMENTS_INVALID
    assert run.resolve("sub", names=["a"]).open == ["a"]


def test_a_condition_that_fails_is_an_incident_and_nothing_is_done_twice() -> None:
    run = Run(case(until="=enough").build(), reload=True).start(enough=None).complete("a")
    assert run.incident.code == Code.AD_HOC_CONDITION_FAILED
    run.complete("b")
    assert run.resolve("sub", enough=False).open == ["c"]


def test_a_boundary_event_and_an_error_end_it() -> None:
    builder = case().boundary("late", "sub", timer("duration", "PT1H")).end("away")
    assert Run(builder.build()).start().tick("late", hours=1).ended
    builder = ProcessBuilder().start().ad_hoc("sub").service("a").apart().user_task("b").done().end()
    assert Run(builder.boundary("e", "sub", error("E")).end("failed").build()).start().throw("a", "E").ended


def test_it_may_repeat_and_be_done_many_times() -> None:
    for loop in (each("=[1, 2]", "n"), repeat("=loopCounter < 2")):
        builder = ProcessBuilder().start().ad_hoc("sub", loop=loop).user_task("a").apart().user_task("b").done().end()
        run = Run(builder.build(), reload=True).start()
        for _ in range(2):
            run.complete("a").complete("b")
        assert run.ended


def test_goes_on_after_a_step_budget_in_the_middle() -> None:
    run = Run(case(sequential=True).build(), budget=1, reload=True)
    run.start()
    for task in ("", *"abcd", "after"):
        if task:
            run.complete(task)
        while run.last and isinstance(run.last[-1], events.StepBudgetUsedUp):
            run.execute(commands.ContinueInstance())
    assert run.ended


@pytest.mark.parametrize("condition", ["n &gt; 1", "=n &gt; 1"])
def test_is_read_from_a_diagram(condition: str) -> None:
    inner = '<extensionElements><zeebe:adHoc activeElementsCollection="=[&quot;a&quot;]"/></extensionElements>'
    inner += '<userTask id="a"/><userTask id="b"/><userTask id="c"/>' + flow("b", "c")
    inner += f"<completionCondition>{condition}</completionCondition>"
    node = f'<adHocSubProcess id="n" ordering="Sequential" cancelRemainingInstances="false">{inner}</adHocSubProcess>'
    found = read_bpmn(between(node), "t.bpmn")
    assert not found.problems
    detail = found.processes["p"].elements["n"].ad_hoc
    assert detail is not None
    assert (detail.sequential, detail.cancel_remaining) == (True, False)
    run = Run(found.processes["p"]).start(n=1)
    run.execute(commands.CompleteUserTask(task=run.wait(events.UserTaskCreated, "a").task, variables=from_plain({"n": 2})))
    assert run.ended
