"""Diagrams for Camunda 7, Flowable and Activiti: what means the same is read, the rest is refused with its reason."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import BpmnFile, read_bpmn
from engine.bpmn.dialects import COUNTERPARTS, WITHOUT_EFFECT
from engine.bpmn.juel import feel_for
from engine.model.expression import Expression
from engine.model.process import Element, MultiInstance
from engine.problems import Severity
from tests.engine.bpmn.diagram import chain, end, flow, start

PREFIXES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
}


def read(node: str, prefix: str = "camunda", root: str = "", executable: str = ' isExecutable="true"') -> BpmnFile:
    """A file of another engine: start, then `node` (its id is ``n``), then end; ``E:`` stands for the engine's prefix."""
    nodes = start() + node + end() + chain("s", "n", "e")
    text = (
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:{prefix}="{PREFIXES[prefix]}" '
        f'targetNamespace="http://test/">{root}<process id="p"{executable}>{nodes}</process></definitions>'
    )
    return read_bpmn(text.replace("E:", f"{prefix}:").encode(), "other.bpmn")


def element(node: str, prefix: str = "camunda", name: str = "n") -> Element:
    file = read(node, prefix)
    assert file.ok, "\n".join(map(str, file.problems))
    return file.processes["p"].elements[name]


def refusals(node: str, prefix: str = "camunda") -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in read(node, prefix).problems if p.severity is Severity.ERROR]


def said(expression: Expression | None) -> str | None:
    """As one would write it here."""
    if expression is None:
        return None
    return expression.text if expression.is_fixed else f"={expression.text}"


def extended(tag: str, extensions: str, attributes: str = "", content: str = "") -> str:
    return f'<{tag} id="n" {attributes}><extensionElements>{extensions}</extensionElements>{content}</{tag}>'


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_people_of_a_user_task_are_taken_over(prefix: str) -> None:
    task = element('<userTask id="n" E:assignee="${owner}" E:candidateGroups="sales, office" E:candidateUsers="a"/>', prefix)
    assert task.user_task is not None
    assert said(task.user_task.assignee) == "=owner"
    assert said(task.user_task.candidate_groups) == "sales, office"
    assert said(task.user_task.candidate_users) == "a"


def test_each_translated_setting_is_named_once() -> None:
    file = read('<userTask id="n" E:assignee="a"/><userTask id="m" E:assignee="b"/>' + flow("n", "m"))
    told = [p.message for p in file.problems if p.code == "BPMN-3113"]
    assert told == ["camunda:assignee is read as zeebe:assignmentDefinition assignee, here and in 1 more places."]


def test_a_file_that_speaks_zeebe_is_not_translated() -> None:
    zeebe = '<extensionElements><z:userTask xmlns:z="http://camunda.org/schema/zeebe/1.0"/></extensionElements>'
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
        'xmlns:z="http://camunda.org/schema/zeebe/1.0" targetNamespace="t"><process id="p" isExecutable="true">'
        + start()
        + f'<userTask id="n" camunda:assignee="a">{zeebe}</userTask>'
        + end()
        + chain("s", "n", "e")
        + "</process></definitions>"
    )
    assert [p.code for p in read_bpmn(xml.encode(), "a.bpmn").problems] == ["BPMN-3109"]


def test_bpmn_performers_and_owners_are_taken_over() -> None:
    said_of = "<resourceAssignmentExpression><formalExpression>{}</formalExpression></resourceAssignmentExpression>"
    owners = f"<potentialOwner>{said_of.format('user(anna), group(office), sales')}</potentialOwner>"
    task = element(f'<userTask id="n"><humanPerformer>{said_of.format("${boss}")}</humanPerformer>{owners}</userTask>')
    assert task.user_task is not None
    assert said(task.user_task.assignee) == "=boss"
    assert said(task.user_task.candidate_users) == "anna"
    assert said(task.user_task.candidate_groups) == "office,sales"
    unclear = f"<potentialOwner>{said_of.format('user(anna), ${more}')}</potentialOwner>"
    assert refusals(f'<userTask id="n">{unclear}</userTask>') == [("BPMN-3218", None)]


def test_dates_and_priority_are_taken_over_and_times_from_now_are_not() -> None:
    task = element('<userTask id="n" E:dueDate="2030-01-31T09:00:00Z" E:followUpDate="${later}" E:priority="50"/>')
    assert task.user_task is not None
    assert said(task.user_task.due_date) == "2030-01-31T09:00:00Z"
    assert said(task.user_task.follow_up_date) == "=later"
    assert said(task.user_task.priority) == "50"
    assert refusals('<userTask id="n" E:dueDate="P1D"/>', "flowable") == [("BPMN-3109", "dueDate")]


def test_a_form_that_is_referred_to_is_taken_over_and_a_form_key_is_not() -> None:
    task = element('<userTask id="n" E:formRef="f1" E:formRefBinding="deployment"/>')
    assert task.user_task is not None
    assert (task.user_task.form_id, task.user_task.form_binding) == ("f1", "deployment")
    assert refusals('<userTask id="n" E:formRef="f1" E:formRefBinding="version" E:formRefVersion="2"/>') != []
    assert refusals('<userTask id="n" E:formKey="embedded:app:x.html"/>') == [("BPMN-3109", "formKey")]


@pytest.mark.parametrize(("prefix", "kind"), [("camunda", "external"), ("flowable", "external-worker")])
def test_external_work_becomes_a_job(prefix: str, kind: str) -> None:
    task = element(f'<serviceTask id="n" E:type="{kind}" E:topic="invoice"/>', prefix)
    assert task.job is not None
    assert said(task.job.type) == "invoice"


@pytest.mark.parametrize("setting", ['E:class="x.Y"', 'E:delegateExpression="${bean}"', 'E:expression="${bean.call()}"'])
def test_java_code_is_refused_by_its_name_alone(setting: str) -> None:
    (problem,) = [p for p in read(f'<serviceTask id="n" {setting}/>').problems if p.severity is Severity.ERROR]
    assert problem.code == "BPMN-3109"
    assert "Java code" in problem.message or "program code" in problem.message


def test_a_decision_is_called_when_the_shape_of_its_result_is_the_same() -> None:
    attributes = 'E:decisionRef="risk" E:resultVariable="rating" E:mapDecisionResult="{}"'
    task = element(f'<businessRuleTask id="n" {attributes.format("singleEntry")}/>')
    assert task.decision is not None
    assert (said(task.decision.decision_id), task.decision.result_variable, task.decision.binding) == (
        "risk",
        "rating",
        "latest",
    )
    assert ("BPMN-3109", "decisionRef") in refusals(f'<businessRuleTask id="n" {attributes.format("resultList")}/>')
    assert ("BPMN-3109", "decisionRef") in refusals('<businessRuleTask id="n" E:decisionRef="risk"/>')


def test_a_call_gives_and_takes_only_what_is_mapped() -> None:
    mappings = (
        '<E:in source="order" target="o"/><E:in sourceExpression="${order.id}" target="id"/><E:out source="r" target="x"/>'
    )
    call = element(extended("callActivity", mappings, 'calledElement="q" E:calledElementBinding="deployment"'))
    assert call.called is not None
    assert (call.called.propagate_all_parent_variables, call.called.propagate_all_child_variables) == (False, False)
    assert (said(call.called.process_id), call.called.binding) == ("q", "deployment")
    assert [(said(m.source), m.target) for m in call.inputs] == [("=order", "o"), ("=order.id", "id")]
    assert [(said(m.source), m.target) for m in call.outputs] == [("=r", "x")]


def test_a_call_may_give_and_take_everything() -> None:
    call = element(extended("callActivity", '<E:in variables="all"/><E:out variables="all"/>', 'calledElement="q"'))
    assert call.called is not None
    assert (call.called.propagate_all_parent_variables, call.called.propagate_all_child_variables) == (True, True)
    assert call.called.binding == "latest"
    flowable = element('<callActivity id="n" calledElement="q" E:inheritVariables="true"/>', "flowable")
    assert flowable.called is not None
    assert flowable.called.propagate_all_parent_variables


@pytest.mark.parametrize(
    "mapping", ['<E:in businessKey="#{execution.processBusinessKey}"/>', '<E:in source="a" target="b" local="true"/>']
)
def test_what_a_call_mapping_says_beyond_variables_is_refused(mapping: str) -> None:
    assert refusals(extended("callActivity", mapping, 'calledElement="q"')) == [("BPMN-3109", "in")]


def test_a_multi_instance_over_a_collection_is_taken_over() -> None:
    done = "<completionCondition>${nrOfCompletedInstances / nrOfInstances >= 0.5}</completionCondition>"
    marker = '<multiInstanceLoopCharacteristics E:collection="%s" E:elementVariable="line">' + done
    loop = element(f'<userTask id="n">{marker % "lines"}</multiInstanceLoopCharacteristics></userTask>').loop
    assert isinstance(loop, MultiInstance)
    assert (said(loop.input_collection), loop.input_element) == ("=lines", "line")
    assert said(loop.completion_condition) == "=numberOfCompletedInstances / numberOfInstances >= 0.5"
    again = element(f'<userTask id="n">{marker % "${order.lines}"}</multiInstanceLoopCharacteristics></userTask>').loop
    assert isinstance(again, MultiInstance)
    assert said(again.input_collection) == "=order.lines"


def test_input_parameters_become_inputs() -> None:
    entries = '<E:entry key="a">1</E:entry><E:entry key="b">${c}</E:entry>'
    parameters = (
        '<E:inputParameter name="text">hello</E:inputParameter><E:inputParameter name="copy">${order.id}</E:inputParameter>'
        '<E:inputParameter name="list"><E:list><E:value>x</E:value><E:value>${y}</E:value></E:list></E:inputParameter>'
        f'<E:inputParameter name="map"><E:map>{entries}</E:map></E:inputParameter>'
    )
    task = element(extended("userTask", f"<E:inputOutput>{parameters}</E:inputOutput>"))
    assert [(said(m.source), m.target) for m in task.inputs] == [
        ("hello", "text"),
        ("=order.id", "copy"),
        ('=["x", y]', "list"),
        ('={"a": "1", "b": c}', "map"),
    ]


@pytest.mark.parametrize(
    "parameter",
    [
        '<E:inputParameter name="a"><E:script scriptFormat="groovy">1</E:script></E:inputParameter>',
        '<E:inputParameter name="a">${bean.call()}</E:inputParameter>',
        '<E:inputParameter name="a">Dear ${name}</E:inputParameter>',
        '<E:inputParameter name="a"><E:list><E:script scriptFormat="groovy">1</E:script></E:list></E:inputParameter>',
        '<E:outputParameter name="a">${b}</E:outputParameter>',
    ],
)
def test_parameters_that_would_run_differently_are_refused(parameter: str) -> None:
    assert refusals(extended("userTask", f"<E:inputOutput>{parameter}</E:inputOutput>")) == [("BPMN-3109", "inputOutput")]


def test_output_parameters_of_an_element_without_results_become_outputs() -> None:
    parameter = '<E:outputParameter name="a">${b}</E:outputParameter>'
    task = element(extended("task", f"<E:inputOutput>{parameter}</E:inputOutput>"))
    assert [(said(m.source), m.target) for m in task.outputs] == [("=b", "a")]


@pytest.mark.parametrize(("language", "text"), [("feel", "a + 1"), ("juel", "${a + 1}")])
def test_a_script_in_feel_or_a_plain_expression_is_taken_over(language: str, text: str) -> None:
    task = element(f'<scriptTask id="n" scriptFormat="{language}" E:resultVariable="b"><script>{text}</script></scriptTask>')
    assert task.script is not None
    assert (said(task.script.expression), task.script.result_variable) == ("=a + 1", "b")


def test_scripts_in_other_languages_and_their_conditions_are_refused_for_their_language() -> None:
    assert ("BPMN-3221", None) in refusals('<scriptTask id="n" scriptFormat="groovy"><script>1</script></scriptTask>')
    condition = '<conditionExpression language="groovy">a == 1</conditionExpression>'
    gateway = '<exclusiveGateway id="n"/><task id="t"/>' + flow("n", "t", condition)
    assert ("BPMN-3221", "condition") in refusals(gateway)


def test_plain_conditions_and_timers_are_said_in_feel() -> None:
    condition = "<conditionExpression>${a == 'x'}</conditionExpression>"
    file = read('<exclusiveGateway id="n" default="n_e"/><task id="t"/>' + flow("n", "t", condition))
    assert file.ok
    assert said(file.processes["p"].flows["n_t"].condition) == '=a = "x"'
    timer = "<timerEventDefinition><timeDuration>${pause}</timeDuration></timerEventDefinition>"
    event = element(f'<intermediateCatchEvent id="n">{timer}</intermediateCatchEvent>').event
    assert said(getattr(event, "expression", None)) == "=pause"


def test_plain_expressions_need_no_namespace_of_an_engine() -> None:
    condition = "<conditionExpression>${a}</conditionExpression>"
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        '<process id="p" isExecutable="true">'
        + start()
        + '<exclusiveGateway id="n" default="n_e"/><callActivity id="c" calledElement="q"/>'
        + end()
        + chain("s", "n", "e")
        + flow("n", "c", condition)
        + "</process></definitions>"
    )
    process = read_bpmn(xml.encode(), "a.bpmn").processes["p"]
    assert said(process.flows["n_c"].condition) == "=a"
    assert process.elements["c"].called is not None
    assert process.elements["c"].called.propagate_all_parent_variables


@pytest.mark.parametrize(("prefix", "runs"), [("flowable", True), ("activiti", True), ("camunda", False)])
def test_a_process_that_does_not_say_runs_where_its_engine_would_run_it(prefix: str, runs: bool) -> None:
    assert read('<task id="n"/>', prefix, executable="").ok is runs
    assert not read('<task id="n"/>', prefix, executable=' isExecutable="false"').ok


def test_the_version_tag_is_taken_over() -> None:
    assert read('<task id="n"/>', executable=' isExecutable="true" E:versionTag="v2"').processes["p"].version_tag == "v2"


@pytest.mark.parametrize(
    "juel",
    [
        *(
            "${a == 'true'}",
            "${a > '5'}",
            "${a + b}",
            "${a + 'x'}",
            "${empty a}",
            "${not empty a}",
            "${a['b']}",
            "${execution.id}",
        ),
        *("${loopCounter < 3}", "${a.b()}", "${in}", "${a mod 2}", "${date(a)}", "x", "${}", "${a}${b}"),
    ],
)
def test_what_may_mean_something_else_in_feel_is_not_plain(juel: str) -> None:
    assert feel_for(juel) is None


@pytest.mark.parametrize(
    ("juel", "feel"),
    [("${!(a && b.c)}", "=not(a and b.c)"), ("${!!a}", "=a"), ("#{not a}", "=not(a)"), ("${a * 1.19 > 5}", "=a * 1.19 > 5")],
)
def test_plain_expressions_are_spelled_anew(juel: str, feel: str) -> None:
    assert feel_for(juel) == feel


KINDS = ("userTask", "serviceTask", "businessRuleTask", "callActivity", "scriptTask", "task", "sendTask")
VALUES = st.sampled_from(
    ["", "a", "a.b", "a, b", "${a}", "${a.b()}", "P1D", "true", "external", "latest", "version", "=1", "{"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(sorted({*COUNTERPARTS, *WITHOUT_EFFECT, "unheardOf"})), VALUES, max_size=6),
    st.sampled_from(sorted(PREFIXES)),
)
def test_no_setting_of_another_engine_is_dropped_in_silence(kind: str, settings_: dict[str, str], prefix: str) -> None:
    attributes = " ".join(f"E:{name}={quoteattr(value)}" for name, value in settings_.items())
    told = " ".join(problem.message for problem in read(f'<{kind} id="n" {attributes}/>', prefix).problems)
    assert [name for name in settings_ if f"{prefix}:{name}" not in told] == []


@pytest.mark.parametrize(("written", "read_as"), [("180", "P180D"), ("P30D", "P30D"), ("${days}", None), ("", None)])
def test_how_long_history_is_kept_is_a_property_of_the_process(written: str, read_as: str | None) -> None:
    given = read('<task id="n"/>', executable=f' isExecutable="true" camunda:historyTimeToLive="{written}"')
    assert given.ok
    assert given.processes["p"].time_to_live == read_as


def test_a_time_to_live_that_is_no_duration_is_refused() -> None:
    holder = (
        '<extensionElements><z:properties xmlns:z="http://camunda.org/schema/zeebe/1.0">'
        '<z:property name="ringi:historyTimeToLive" value="soon"/></z:properties></extensionElements>'
    )
    file = read_bpmn(
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://test/"><process id="p" '
        f'isExecutable="true">{holder}{start()}{end()}{chain("s", "e")}</process></definitions>'.encode(),
        "other.bpmn",
    )
    assert [(p.code, p.field) for p in file.problems] == [("BPMN-3412", "ringi:historyTimeToLive")]
