"""Every element and attribute of the `zeebe:` schema that the designer writes is run, kept as a note, or told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bpmn import Code
from tests.engine.bpmn.diagram import MESSAGE, between, parsed, process

WEB = Path(__file__).parents[3] / "designer" / "web"
PACKAGE = "node_modules/zeebe-bpmn-moddle"
VERSION = "2.0.0"
"""The version of the schema that the table below was made from, by looking at each line of it."""

RUN, EDITOR, REFUSED, WARNED, PART = "run", "of editors", "refused", "warned of", "holds others"

TABLE: dict[str, dict[str, str]] = {
    "ZeebeServiceTask": {"retryCounter": REFUSED},
    "IoMapping": {"ioMapping": PART, "inputParameters": PART, "outputParameters": PART},
    "InputOutputParameter": {"source": RUN, "target": RUN},
    "Subscription": {"correlationKey": RUN},
    "Input": {},
    "Output": {},
    "TaskHeaders": {"values": PART},
    "Header": {"id": EDITOR, "key": RUN, "value": RUN},
    "TaskDefinition": {"type": RUN, "retries": RUN},
    "LoopCharacteristics": {"inputCollection": RUN, "inputElement": RUN, "outputCollection": RUN, "outputElement": RUN},
    "CalledElement": {
        "processId": RUN,
        "processIdExpression": REFUSED,
        "propagateAllChildVariables": RUN,
        "propagateAllParentVariables": RUN,
        "businessId": REFUSED,
    },
    "UserTaskForm": {"id": REFUSED, "body": REFUSED},
    "FormDefinition": {"formKey": REFUSED, "formId": RUN, "externalReference": REFUSED},
    "LinkedResource": {"resourceId": REFUSED, "resourceType": REFUSED, "linkName": REFUSED},
    "LinkedResources": {"values": REFUSED},
    "UserTask": {},
    "CalledDecision": {"decisionId": RUN, "resultVariable": RUN},
    "AssignmentDefinition": {"assignee": RUN, "candidateGroups": RUN, "candidateUsers": RUN},
    "PriorityDefinition": {"priority": RUN},
    "JobPriorityDefinition": {"priority": WARNED},
    "TaskSchedule": {"dueDate": RUN, "followUpDate": RUN},
    "Properties": {"properties": PART},
    "Property": {"name": EDITOR, "value": EDITOR},
    "TemplateSupported": {"modelerTemplate": EDITOR, "modelerTemplateVersion": EDITOR, "modelerTemplateIcon": EDITOR},
    "ConfigurationSupported": {"modelerConfigurationTemplate": EDITOR, "modelerConfigurationName": EDITOR},
    "TemplatedRootElement": {"modelerTemplate": EDITOR},
    "Script": {"expression": RUN, "resultVariable": RUN},
    "ExecutionListeners": {"listeners": PART},
    "ExecutionListener": {"eventType": RUN, "retries": RUN, "type": RUN, "headers": PART},
    "TaskListeners": {"listeners": PART},
    "TaskListener": {"eventType": RUN, "retries": RUN, "type": RUN},
    "VersionTag": {"value": RUN},
    "BindingTypeSupported": {"bindingType": RUN, "versionTag": RUN},
    "AdHoc": {"activeElementsCollection": RUN, "outputCollection": REFUSED, "outputElement": REFUSED},
    "ConditionalFilter": {"variableNames": RUN, "variableEvents": REFUSED},
    "AgentDefinition": {"agentType": REFUSED},
}
"""What becomes of each attribute or part, by the types of the schema."""

TOLD = (Code.ZEEBE_NOT_RUN, Code.FORM_KIND, Code.CONDITIONAL_EVENT)
UNHEARD_OF = (Code.ZEEBE_UNKNOWN, Code.ZEEBE_MISPLACED, *TOLD, Code.ZEEBE_WITHOUT_EFFECT)

_JOB = '<zeebe:taskDefinition type="work"/>'
_LOOP = "<multiInstanceLoopCharacteristics><extensionElements>{}</extensionElements></multiInstanceLoopCharacteristics>"
_CONDITION = "<conditionalEventDefinition>{}<condition>=x</condition></conditionalEventDefinition>"


def _host(tag: str, more: str = "") -> str:
    return f'<{tag} id="n"><extensionElements>{more}{{}}</extensionElements></{tag}>'


HOSTS: dict[str, tuple[str, str]] = {
    "ZeebeServiceTask": ("", f'<serviceTask id="n" {{}}><extensionElements>{_JOB}</extensionElements></serviceTask>'),
    "InputOutputParameter": ("input", _host("task").format("<zeebe:ioMapping>{}</zeebe:ioMapping>")),
    "Subscription": ("subscription", ""),
    "Header": ("header", _host("serviceTask", _JOB).format("<zeebe:taskHeaders>{}</zeebe:taskHeaders>")),
    "TaskDefinition": ("taskDefinition", _host("serviceTask")),
    "LoopCharacteristics": ("loopCharacteristics", f'<task id="n">{_LOOP}</task>'),
    "CalledElement": ("calledElement", _host("callActivity")),
    "UserTaskForm": ("userTaskForm", ""),
    "FormDefinition": ("formDefinition", _host("userTask")),
    "LinkedResource": (
        "linkedResource",
        _host("serviceTask", _JOB).format("<zeebe:linkedResources>{}</zeebe:linkedResources>"),
    ),
    "LinkedResources": ("linkedResources", _host("serviceTask", _JOB)),
    "CalledDecision": ("calledDecision", _host("businessRuleTask")),
    "AssignmentDefinition": ("assignmentDefinition", _host("userTask")),
    "PriorityDefinition": ("priorityDefinition", _host("userTask")),
    "JobPriorityDefinition": ("jobPriorityDefinition", _host("serviceTask", _JOB)),
    "TaskSchedule": ("taskSchedule", _host("userTask")),
    "Property": ("property", _host("task").format("<zeebe:properties>{}</zeebe:properties>")),
    "TemplateSupported": ("", '<task id="n" {}/>'),
    "ConfigurationSupported": ("input", _host("task").format("<zeebe:ioMapping>{}</zeebe:ioMapping>")),
    "TemplatedRootElement": ("", ""),
    "Script": ("script", _host("scriptTask")),
    "ExecutionListener": (
        "executionListener",
        _host("task").format("<zeebe:executionListeners>{}</zeebe:executionListeners>"),
    ),
    "TaskListener": ("taskListener", _host("userTask").format("<zeebe:taskListeners>{}</zeebe:taskListeners>")),
    "VersionTag": ("versionTag", ""),
    "BindingTypeSupported": ("calledDecision", _host("businessRuleTask")),
    "AdHoc": ("adHoc", _host("adHocSubProcess")),
    "ConditionalFilter": ("conditionalFilter", f'<intermediateCatchEvent id="n">{_CONDITION}</intermediateCatchEvent>'),
    "AgentDefinition": ("agentDefinition", _host("serviceTask", _JOB)),
}
"""Where each stands: the name of its element ("" for an attribute of the BPMN element), and the node around it."""

ROWS = [(name, part, what) for name in HOSTS for part, what in TABLE[name].items() if what != PART]


def diagram(name: str, part: str) -> bytes:
    """A diagram that holds the attribute."""
    tag, node = HOSTS[name]
    if not tag:
        held = f'zeebe:{part}="x"'
        return (
            between(node.format(held)) if node else between('<task id="n"/>', MESSAGE.replace("<message ", f"<message {held} "))
        )
    held = f'<zeebe:{tag} {part}="x"/>'
    if name == "ConditionalFilter":
        held = f"<extensionElements>{held}</extensionElements>"
    if name == "Subscription":
        return between('<task id="n"/>', MESSAGE.replace('correlationKey="=order.id"', 'correlationKey="=x"'))
    if not node:
        return process(f"<extensionElements>{held}</extensionElements><startEvent id='s'/><endEvent id='e'/>")
    return between(node.format(held))


def test_the_table_is_that_of_the_schema_in_the_lock_file() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][PACKAGE]["version"] == VERSION, (
        "look through the new schema, and say in the table what becomes of it"
    )


@pytest.mark.skipif(not (WEB / PACKAGE).exists(), reason="the designer's packages are not installed")
def test_each_attribute_and_part_of_the_schema_is_in_the_table() -> None:
    schema = json.loads((WEB / PACKAGE / "resources" / "zeebe.json").read_text(encoding="utf-8"))
    found = {one["name"]: {part["name"] for part in one.get("properties", ())} for one in schema["types"]}
    assert found == {name: set(parts) for name, parts in TABLE.items()}


def test_every_type_with_attributes_is_tried() -> None:
    tried = {name for name, parts in TABLE.items() if any(what != PART for what in parts.values())}
    assert tried == set(HOSTS)


@pytest.mark.parametrize(("name", "part", "what"), ROWS, ids=[f"{name}.{part}" for name, part, _ in ROWS])
def test_what_is_not_run_is_told(name: str, part: str, what: str) -> None:
    told = {problem.code for problem in parsed(diagram(name, part)).problems}
    if what == WARNED:
        assert Code.ZEEBE_WITHOUT_EFFECT in told
    elif what == REFUSED:
        assert told & set(TOLD)
    else:
        assert not told & set(UNHEARD_OF), told


def test_a_form_of_a_start_event_is_refused_with_the_way_to_a_public_form() -> None:
    node = "<startEvent id='s'><extensionElements><zeebe:formDefinition formId='f'/></extensionElements></startEvent>"
    (problem,) = [p for p in parsed(process(node + "<endEvent id='e'/>")).problems if p.code == Code.ZEEBE_MISPLACED]
    assert "public form" in (problem.fix or "")
