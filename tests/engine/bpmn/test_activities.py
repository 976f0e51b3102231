"""Sub-processes, call activities and multi-instance."""

from __future__ import annotations

import pytest

from engine.bpmn import Code
from engine.model.process import ErrorDefinition, MultiInstance, ProcessDefinition, SignalDefinition, StandardLoop
from tests.engine.bpmn.diagram import MESSAGE, between, chain, end, errors, extended, flow, node, process, read, start, warnings


def loop(extensions: str, content: str = "", attributes: str = "") -> str:
    inside = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    return f"<multiInstanceLoopCharacteristics {attributes}>{inside}{content}</multiInstanceLoopCharacteristics>"


def test_a_sub_process_holds_its_contents() -> None:
    inner = start("is") + '<userTask id="it"/>' + end("ie") + chain("is", "it", "ie")
    process_ = read(between(f'<subProcess id="n">{inner}</subProcess>'))
    assert process_.contents == ("s", "n", "e")
    assert process_.contents_of("n") == ("is", "it", "ie")
    assert process_.elements["it"].parent == "n"
    assert [event.id for event in process_.start_events("n")] == ["is"]
    assert list(process_.elements) == ["s", "n", "is", "it", "ie", "e"]


def test_a_call_activity_names_a_process() -> None:
    called = node(
        between(
            extended(
                "callActivity",
                '<zeebe:calledElement processId="=which" propagateAllChildVariables="false" propagateAllParentVariables="0" '
                'bindingType="latest"/>',
            )
        )
    ).called
    assert called is not None
    assert (called.process_id.text, called.process_id.is_fixed, called.binding) == ("which", False, "latest")
    assert (called.propagate_all_child_variables, called.propagate_all_parent_variables) == (False, False)


def test_the_called_element_of_the_standard_is_understood() -> None:
    called = node(between('<callActivity id="n" calledElement="tns:billing"/>')).called
    assert called is not None
    assert called.process_id.text == "billing"
    assert (called.propagate_all_child_variables, called.propagate_all_parent_variables) == (True, True)


def test_a_multi_instance_runs_over_a_collection() -> None:
    detail = (
        '<zeebe:loopCharacteristics inputCollection="=lines" inputElement="line" outputCollection="results" '
        'outputElement="=result"/>'
    )
    done = '<completionCondition xsi:type="tFormalExpression">= numberOfCompletedInstances &gt; 2</completionCondition>'
    found = node(between(extended("userTask", content=loop(detail, done, 'isSequential="true"')))).loop
    assert isinstance(found, MultiInstance)
    assert found.sequential
    assert found.input_collection is not None
    assert (found.input_collection.text, found.input_element) == ("lines", "line")
    assert found.output_element is not None
    assert (found.output_collection, found.output_element.text) == ("results", "result")
    assert found.completion_condition is not None
    assert found.completion_condition.text == "numberOfCompletedInstances > 2"


@pytest.mark.parametrize(("text", "fixed"), [("3", True), ("=count(lines)", False), ("0", True)])
def test_a_multi_instance_may_be_a_number_of_turns(text: str, fixed: bool) -> None:
    found = node(between(extended("task", content=loop("", f"<loopCardinality>{text}</loopCardinality>")))).loop
    assert found is not None
    assert not found.sequential
    assert found.cardinality is not None
    assert (found.cardinality.text, found.cardinality.is_fixed) == (text.removeprefix("="), fixed)


@pytest.mark.parametrize("text", ["-1", "100001", "2.5", "many", "1" * 5000])
def test_a_fixed_number_of_turns_is_a_whole_number_within_the_limit(text: str) -> None:
    xml = between(extended("task", content=loop("", f"<loopCardinality>{text}</loopCardinality>")))
    assert [problem.code for problem in errors(xml)] == ["BPMN-3414"]


def test_multi_instance_is_for_every_activity() -> None:
    turns = loop("", "<loopCardinality>2</loopCardinality>")
    inner = start("is") + end("ie") + flow("is", "ie")
    assert node(between(f'<subProcess id="n">{turns}{inner}</subProcess>')).loop is not None
    assert node(between(f'<callActivity id="n" calledElement="other">{turns}</callActivity>')).loop is not None


def test_sub_processes_may_be_nested_thirty_deep_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        inner = '<task id="t"/>'
        last = "t"
        for level in range(depth):
            inner = start(f"s{level}") + inner + flow(f"s{level}", last)
            last = f"sub{level}"
            inner = f'<subProcess id="{last}">{inner}</subProcess>'
        return process(start() + inner + flow("s", last))

    assert not errors(nested(29))
    assert not errors(nested(30))
    assert [problem.code for problem in errors(nested(31))] == ["BPMN-3005"]
    assert [problem.code for problem in errors(nested(200))] == ["BPMN-3005"]


def event_sub(start_event: str) -> ProcessDefinition:
    inner = start_event + end("z") + flow("x", "z")
    sub = f'<subProcess id="sub" triggeredByEvent="true">{inner}</subProcess>'
    return read(between('<task id="n"/>', '<error id="err" errorCode="E"/>' + MESSAGE, sub))


def test_an_event_sub_process_is_started_by_its_event() -> None:
    process_ = event_sub('<startEvent id="x"><messageEventDefinition messageRef="m"/></startEvent>')
    assert process_.elements["sub"].triggered_by_event
    assert process_.event_starts == ("x",)
    assert process_.elements["x"].interrupting
    assert process_.elements["sub"].event_starts == ()


def test_an_event_sub_process_can_run_beside_the_scope() -> None:
    timer = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
    assert not event_sub(f'<startEvent id="x" isInterrupting="false">{timer}</startEvent>').elements["x"].interrupting


def test_an_error_can_start_an_event_sub_process() -> None:
    process_ = event_sub('<startEvent id="x"><errorEventDefinition errorRef="err"/></startEvent>')
    assert isinstance(process_.elements["x"].event, ErrorDefinition)


def test_an_event_sub_process_lies_in_a_sub_process_too() -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    inner = f'<startEvent id="x">{timer}</startEvent>' + end("z") + flow("x", "z")
    inner = f'<subProcess id="sub" triggeredByEvent="true">{inner}</subProcess>'
    outer = f'<subProcess id="n">{start("is")}{end("ie")}{flow("is", "ie")}{inner}</subProcess>'
    process_ = read(between(outer))
    assert process_.elements["n"].event_starts == ("x",)
    assert process_.event_starts == ()


@pytest.mark.parametrize("text", ["n &lt; 3", "=n &lt; 3"])
def test_the_condition_of_a_standard_loop_is_feel_with_or_without_the_sign(text: str) -> None:
    loop = f'<standardLoopCharacteristics testBefore="true" loopMaximum="7"><loopCondition>{text}</loopCondition>'
    found = node(between(f'<task id="n">{loop}</standardLoopCharacteristics></task>')).loop
    assert isinstance(found, StandardLoop)
    assert found.condition is not None
    assert (found.condition.text, found.test_before, found.maximum) == ("n < 3", True, 7)


def test_quantities_are_one_unless_the_diagram_says_so() -> None:
    activity = node(between('<task id="n" startQuantity="2" completionQuantity="1000"/>'))
    assert (activity.start_quantity, activity.completion_quantity) == (2, 1000)
    plain = node(between('<task id="n"/>'))
    assert (plain.start_quantity, plain.completion_quantity) == (1, 1)


SIGNAL = '<signal id="g" name="go"/><signalEventDefinition id="d" signalRef="g"/>'
THREE = "<loopCardinality>3</loopCardinality>"


def multi_instance(attributes: str, content: str = "") -> bytes:
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{THREE}{content}</multiInstanceLoopCharacteristics>"
    return between(f'<task id="n">{loop}</task>', SIGNAL)


@pytest.mark.parametrize(("behavior", "first"), [("One", True), ("None", False)])
def test_a_multi_instance_tells_of_the_first_end_or_of_each(behavior: str, first: bool) -> None:
    loop = node(multi_instance(f'behavior="{behavior}" {behavior.lower()}BehaviorEventRef="d"')).loop
    assert isinstance(loop, MultiInstance)
    (thrown,) = loop.throws
    assert (thrown.first_only, thrown.condition) == (first, None)
    assert [type(one) for one in thrown.definitions] == [SignalDefinition]


def test_a_multi_instance_tells_by_conditions() -> None:
    content = (
        "<complexBehaviorDefinition><condition>=numberOfCompletedInstances = 2</condition>"
        '<event><signalEventDefinition signalRef="g"/></event></complexBehaviorDefinition>'
    )
    loop = node(multi_instance('behavior="Complex"', content * 2)).loop
    assert isinstance(loop, MultiInstance)
    assert [one.condition.text for one in loop.throws if one.condition] == ["numberOfCompletedInstances = 2"] * 2


def test_what_means_nothing_with_this_behavior_is_told() -> None:
    told = warnings(multi_instance('behavior="All" oneBehaviorEventRef="d"'))
    assert [problem.code for problem in told] == [Code.LOOP_DATA]
