"""Diagrams in SpiffWorkflow's dialect: known by their namespace, refused without Python, and what would go wrong is told."""

from __future__ import annotations

import pytest

from engine.check import Known, check_resources
from engine.problems import Severity
from engine.spiff import Code
from tests.support.spiff import HEAD, START_END, diagram, extended, flows, line, read, script, service, timer

USER = '<userTask id="u"/>'
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def codes(text: str, *more: str) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in read(text, *more).problems]


def test_without_python_the_diagram_is_refused_with_one_reason_and_a_way_out():
    checked = check_resources({"a.bpmn": diagram(line(script("a", "x = 1"))).encode()})
    (problem,) = checked.problems
    assert problem.code == Code.PYTHON_NOT_ALLOWED
    assert (problem.resource, problem.line, problem.severity) == ("a.bpmn", 1, Severity.ERROR)
    assert "RINGI_ALLOW_PYTHON" in (problem.fix or "")
    assert not checked.processes


def test_with_python_it_is_accepted_and_names_its_executor():
    checked = check_resources({"a.bpmn": diagram(line(script("a", "x = 1"))).encode()}, known=Known(python=True))
    assert checked.ok, checked.problems
    assert checked.processes["p"].executor == "spiffworkflow"
    assert checked.origin["p"] == "a.bpmn"
    assert list(checked.processes["p"].elements) == ["s", "e", "a"]


def test_a_file_of_the_native_dialect_is_not_taken_for_one_of_spiffworkflow():
    native = diagram(START_END + flows("s>e")).replace("<definitions", f"<definitions {ZEEBE}")
    native = native.replace(
        '<endEvent id="e"/>', '<endEvent id="e"><extensionElements><zeebe:properties/></extensionElements></endEvent>'
    )
    checked = check_resources({"a.bpmn": native.encode()})
    assert Code.PYTHON_NOT_ALLOWED not in [problem.code for problem in checked.problems]


def catch(definition: str) -> str:
    """An intermediate catch event."""
    return f'<intermediateCatchEvent id="a">{definition}</intermediateCatchEvent>'


def started(definition: str) -> str:
    """A start event and nothing else."""
    return f'<startEvent id="s">{definition}</startEvent><endEvent id="e"/>' + flows("s>e")


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        (line('<adHocSubProcess id="a"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (line('<complexGateway id="a"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (line('<businessRuleTask id="a"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (line('<transaction id="a"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (line('<dataStoreReference id="a"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (
            '<startEvent id="s"/><endEvent id="e"><signalEventDefinition signalRef="sg"/></endEvent>' + flows("s>e"),
            Code.EVENT_NOT_SUPPORTED,
            "e",
        ),
        (
            line('<intermediateThrowEvent id="a"><linkEventDefinition name="L"/></intermediateThrowEvent>'),
            Code.EVENT_NOT_SUPPORTED,
            "a",
        ),
        (
            line(catch("<eventDefinitionRef>T</eventDefinitionRef>")),
            Code.EVENT_NOT_SUPPORTED,
            "a",
        ),
        (
            line(f'<intermediateCatchEvent id="a">{timer("timeCycle", "1")}</intermediateCatchEvent>'),
            Code.EVENT_NOT_SUPPORTED,
            "a",
        ),
        (START_END + USER + flows("s>u", "u>e?False"), Code.CONDITION_IGNORED, "u_e"),
        (START_END + USER + flows("s>u"), Code.DEAD_END, "u"),
        (line('<userTask id="End"/>'), Code.ID_RESERVED, "End"),
        (line(USER) + '<startEvent id="s2"/>' + flows("s2>e"), Code.ONE_START_EVENT, "p"),
        (
            line('<scriptTask id="a" completionQuantity="2"><script>x = 1</script></scriptTask>'),
            Code.ATTRIBUTE_NOT_SUPPORTED,
            "a",
        ),
        (line('<userTask id="a" isForCompensation="true"/>'), Code.ELEMENT_NOT_SUPPORTED, "a"),
        (line(script("a", "x = 1\ny = (")), Code.PYTHON_BROKEN, "a"),
        (line(service("a", "mail/send", "r", "to=1 +")), Code.PYTHON_BROKEN, "a"),
        (line('<callActivity id="a" calledElement="elsewhere"/>'), Code.CALLED_ELSEWHERE, "a"),
        (line('<serviceTask id="a"/>'), Code.NOT_READ, "a"),
        (
            line('<intermediateCatchEvent id="a"><messageEventDefinition messageRef="nope"/></intermediateCatchEvent>'),
            Code.NOT_READ,
            "a",
        ),
        (
            f'<startEvent id="s">{timer("timeDuration", "wait")}</startEvent><endEvent id="e"/>' + flows("s>e"),
            Code.START_TIMER,
            "s",
        ),
        (line("<userTask/>".replace("/>", ' name="x" id=""/>')), Code.NOT_READ, None),
    ],
)
def test_what_spiffworkflow_would_get_wrong_is_refused_where_it_stands(body, code, element):
    found = [p for p in read(diagram(body, '<signal id="sg" name="sg"/>')).problems if p.code == code]
    assert found, read(diagram(body)).problems
    assert found[0].severity is Severity.ERROR
    assert (found[0].element, found[0].line is not None, bool(found[0].fix)) == (element, True, True)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (line(catch('<messageEventDefinition messageRef="no"/>')), "“a” names the message “no”, which is not there."),
        (line(USER) + flows("u>nowhere"), "The flow leads from “u” to “nowhere”; one is not there."),
        (
            line(USER) + f'<boundaryEvent id="b" attachedToRef="x">{timer("timeDuration", "1")}</boundaryEvent>' + flows("b>e"),
            "“b” is attached to “x”, which is not there.",
        ),
        (
            line('<subProcess id="sp"><startEvent id="s1"/><endEvent id="e1"/></subProcess>') + flows("s1>e1", "s>e1"),
            "The flow from “s” to “e1” crosses the border of a sub-process.",
        ),
        (line('<serviceTask id="a"/>'), "“a”: A Service Task must have an operator."),
    ],
)
def test_what_is_missing_is_told_in_words(body, message):
    assert message in [problem.message for problem in read(diagram(body)).problems]


def test_event_sub_processes_are_refused():
    inner = '<startEvent id="s2"/><endEvent id="e2"/>' + flows("s2>e2")
    body = line(USER) + f'<subProcess id="ev" triggeredByEvent="true">{inner}</subProcess>'
    assert Code.ELEMENT_NOT_SUPPORTED in codes(diagram(body))


def test_a_cardinality_with_an_output_collection_is_refused():
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><loopDataOutputRef>out</loopDataOutputRef>"
        '<outputDataItem id="x"/></multiInstanceLoopCharacteristics>'
    )
    (problem,) = read(diagram(line(f'<userTask id="u">{loop}</userTask>'))).problems
    assert (problem.code, problem.element) == (Code.ATTRIBUTE_NOT_SUPPORTED, "u")


def test_two_timers_behind_one_event_based_gateway_are_refused():
    event = f'<intermediateCatchEvent id="{{}}">{timer("timeDuration", "1")}</intermediateCatchEvent>'
    body = START_END + '<eventBasedGateway id="g"/>' + event.format("t1") + event.format("t2")
    assert codes(diagram(body + flows("s>g", "g>t1", "g>t2", "t1>e", "t2>e"))) == [Code.EVENT_NOT_SUPPORTED]


def test_blocks_in_a_row_that_spiffworkflow_would_multiply_are_refused():
    body, path = START_END, ["s"]
    pairs = []
    for n in range(16):
        body += (
            f'<parallelGateway id="g{n}"/><parallelGateway id="h{n}"/>' + script(f"a{n}", "x = 1") + script(f"b{n}", "y = 1")
        )
        pairs += [f"{path[-1]}>g{n}", f"g{n}>a{n}", f"g{n}>b{n}", f"a{n}>h{n}", f"b{n}>h{n}"]
        path.append(f"h{n}")
    assert codes(diagram(body + flows(*pairs, f"{path[-1]}>e"))) == [Code.GROWS_TOO_LARGE]


def test_a_long_row_of_tasks_is_accepted():
    assert codes(diagram(line(*(script(f"a{n}", "x = 1") for n in range(200))))) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            line(USER)
            + '<boundaryEvent id="b" attachedToRef="u" cancelActivity="false">'
            + '<signalEventDefinition signalRef="sg"/></boundaryEvent>'
            + flows("b>e"),
            Code.FIRES_ONCE,
        ),
        (line(extended("userTask", 'id="u"', "<spiffworkflow:allowGuest>true</spiffworkflow:allowGuest>")), Code.NO_EFFECT),
        (
            line(
                extended(
                    "userTask",
                    'id="u"',
                    '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="x.json"/>'
                    "</spiffworkflow:properties>",
                )
            ),
            Code.FORM_NOT_SHOWN,
        ),
        (
            line('<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'),
            Code.PAYLOAD_LOST,
        ),
    ],
)
def test_what_works_otherwise_than_one_may_think_is_a_warning(body, code):
    found = read(diagram(body, '<signal id="sg" name="sg"/><message id="m" name="m"/>'))
    assert [(problem.code, problem.severity) for problem in found.problems] == [(code, Severity.WARNING)]
    assert "p" in found.processes


def test_flows_without_ids_and_references_with_prefixes_are_read():
    body = START_END + '<sequenceFlow sourceRef="s" targetRef="c"/><sequenceFlow sourceRef="c" targetRef="e"/>'
    event = '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="ns:sg"/></intermediateCatchEvent>'
    found = read(diagram(body + event, '<signal id="sg" name="stop"/>'))
    assert found.problems == ()
    assert len(found.processes["p"].flows) == 2


def test_a_file_without_an_executable_process_is_refused():
    assert codes(f"{HEAD}</definitions>") == [Code.NO_PROCESS]


def test_the_same_sub_process_id_in_files_that_do_not_call_each_other_is_no_problem():
    inner = '<startEvent id="s1"/><endEvent id="e1"/>' + flows("s1>e1")
    body = line(f'<subProcess id="sub">{inner}</subProcess>')
    assert codes(diagram(body), diagram(body, process="q")) == []


def test_the_same_sub_process_id_in_files_that_call_each_other_is_refused_in_words():
    inner = '<startEvent id="s1"/><endEvent id="e1"/>' + flows("s1>e1")
    caller = line(f'<subProcess id="sub">{inner}</subProcess>', '<callActivity id="c" calledElement="q"/>')
    called = line(f'<subProcess id="sub">{inner}</subProcess>')
    assert codes(diagram(caller), diagram(called, process="q")) == [Code.NOT_READ]


def test_a_service_task_is_known_by_its_job_type():
    files = {"a.bpmn": diagram(line(service("a", "mail/sned"))).encode()}
    checked = check_resources(files, known=Known(python=True, job_types=("mail/send",)))
    (problem,) = checked.problems
    assert (problem.code, problem.severity) == ("CHECK-3008", Severity.WARNING)


def test_elements_that_no_flow_leads_to_are_told():
    body = line(USER) + script("lost", "x = 1") + flows("lost>e")
    checked = check_resources({"a.bpmn": diagram(body).encode()}, known=Known(python=True))
    assert [(p.code, p.element) for p in checked.problems] == [(Code.NOT_REACHED, "lost")]
