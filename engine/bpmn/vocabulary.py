"""Every word of BPMN 2.0 and of the `zeebe:` dialect that a diagram may hold, and what becomes of it (BPMN 2.0 §10).

A word is in exactly one place: run (`engine.bpmn.table` and `PARTS`), known and harmless (`HARMLESS`), or refused (`REFUSED`).
What is nowhere is unknown and refused too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.bpmn.codes import Code

Words = frozenset[str]


def words(text: str) -> Words:
    """A set of names, written with blanks between them."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at an element: attributes besides `id` and `name`, BPMN children, `zeebe:` extensions."""

    attributes: Words = field(default_factory=frozenset)
    children: Words = field(default_factory=frozenset)
    extensions: Words = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Values:
    """An attribute that may only keep the value that changes nothing."""

    allowed: Words
    code: Code


@dataclass(frozen=True, slots=True)
class ZeebeShape:
    """The attributes and parts of a `zeebe:` element."""

    attributes: Words = field(default_factory=frozenset)
    required: Words = field(default_factory=frozenset)
    children: Words = field(default_factory=frozenset)


HARMLESS: Final = words(
    "documentation extensionElements incoming outgoing auditing monitoring categoryValueRef association textAnnotation group"
)
"""Known everywhere and looked at no further: documentation, drawing, and what other readers treat (extensions, flow lists)."""

DRAWN_DATA: Final = words("dataStoreReference dataState")
"""Data that is only drawn: what lies outside of the process, and the name of a state."""

REFUSED: Final[Mapping[str, Code]] = {
    "implicitThrowEvent": Code.LOOP_DATA,
    "ioBinding": Code.DATA_NOT_RUN,
    "choreography": Code.CHOREOGRAPHY,
    "globalChoreographyTask": Code.CHOREOGRAPHY,
    "choreographyTask": Code.CHOREOGRAPHY,
    "callChoreography": Code.CHOREOGRAPHY,
    "subChoreography": Code.CHOREOGRAPHY,
    "globalTask": Code.GLOBAL_TASK,
    "globalUserTask": Code.GLOBAL_TASK,
    "globalManualTask": Code.GLOBAL_TASK,
    "globalScriptTask": Code.GLOBAL_TASK,
    "globalBusinessRuleTask": Code.GLOBAL_TASK,
    "resourceRole": Code.RESOURCE_ROLE,
    "performer": Code.RESOURCE_ROLE,
    "humanPerformer": Code.RESOURCE_ROLE,
    "potentialOwner": Code.RESOURCE_ROLE,
    "rendering": Code.FORM_KIND,
    "correlationProperty": Code.CORRELATION,
    "correlationSubscription": Code.CORRELATION,
    "operationRef": Code.OPERATION,
    "script": Code.SCRIPT_LANGUAGE,
}
"""BPMN elements that exist and do not run."""

ROOT_CHILDREN: Final = words(
    "process message error import itemDefinition interface resource category dataStore collaboration signal escalation "
    "partnerEntity partnerRole endPoint relationship extension messageEventDefinition timerEventDefinition "
    "errorEventDefinition escalationEventDefinition signalEventDefinition terminateEventDefinition "
    "compensateEventDefinition cancelEventDefinition conditionalEventDefinition globalConversation "
    "eventDefinition"
)
"""What may stand under `definitions`. Definitions that nothing refers to (types, resources, signals) have no influence."""

_ACTIVITY = words("isForCompensation startQuantity completionQuantity default")
_TASK = words("multiInstanceLoopCharacteristics standardLoopCharacteristics")
_TIMER_OR_MESSAGE = words("timerEventDefinition messageEventDefinition eventDefinitionRef")
_ANY_EVENT = _TIMER_OR_MESSAGE | words(
    "errorEventDefinition escalationEventDefinition signalEventDefinition linkEventDefinition terminateEventDefinition "
    "conditionalEventDefinition compensateEventDefinition cancelEventDefinition"
)

FLOW_NODES: Final = words(
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent task userTask serviceTask scriptTask "
    "businessRuleTask sendTask receiveTask manualTask exclusiveGateway parallelGateway inclusiveGateway complexGateway "
    "eventBasedGateway subProcess transaction adHocSubProcess callActivity"
)
"""The flow nodes that run; the same names as in `engine.bpmn.table.READERS`."""

_SCOPE = FLOW_NODES | words("sequenceFlow laneSet dataObject dataObjectReference property")
_DATA = words("property dataInputAssociation dataOutputAssociation")
_WORK = _TASK | _DATA | words("ioSpecification")
_CAUGHT = _ANY_EVENT | words("property dataOutput dataOutputAssociation outputSet")
_THROWN = _ANY_EVENT | words("property dataInput dataInputAssociation inputSet")
_DECISION = words("calledDecision")
_JOB = words("taskDefinition taskHeaders")
_LISTENERS = words("executionListeners")
_IO = words("ioMapping") | _LISTENERS

NODES: Final[Mapping[str, Shape]] = {
    "startEvent": Shape(words("isInterrupting parallelMultiple"), _CAUGHT, _IO),
    "endEvent": Shape(children=_THROWN, extensions=_IO | _JOB),
    "intermediateCatchEvent": Shape(words("parallelMultiple"), _CAUGHT, _IO),
    "intermediateThrowEvent": Shape(children=_THROWN, extensions=_IO | _JOB),
    "boundaryEvent": Shape(words("attachedToRef cancelActivity parallelMultiple"), _CAUGHT, _IO),
    "task": Shape(_ACTIVITY, _WORK, _IO),
    "manualTask": Shape(_ACTIVITY, _WORK, _IO),
    "userTask": Shape(
        _ACTIVITY | words("implementation"),
        _WORK,
        _IO | words("formDefinition userTask assignmentDefinition taskSchedule priorityDefinition taskListeners taskHeaders"),
    ),
    "serviceTask": Shape(_ACTIVITY | words("implementation operationRef"), _WORK, _IO | _JOB),
    "scriptTask": Shape(_ACTIVITY | words("scriptFormat"), _WORK, _IO | words("script") | _JOB),
    "businessRuleTask": Shape(_ACTIVITY | words("implementation"), _WORK, _IO | _DECISION | _JOB),
    "sendTask": Shape(_ACTIVITY | words("implementation operationRef messageRef"), _WORK, _IO | _JOB),
    "receiveTask": Shape(_ACTIVITY | words("implementation operationRef messageRef instantiate"), _WORK, _IO),
    "callActivity": Shape(_ACTIVITY | words("calledElement"), _WORK, _IO | words("calledElement")),
    "subProcess": Shape(_ACTIVITY | words("triggeredByEvent"), _TASK | _DATA | _SCOPE, _IO),
    "adHocSubProcess": Shape(
        _ACTIVITY | words("triggeredByEvent ordering cancelRemainingInstances"),
        (_TASK | _DATA | _SCOPE | words("completionCondition")) - words("startEvent endEvent"),
        _IO | words("adHoc"),
    ),
    "transaction": Shape(_ACTIVITY | words("triggeredByEvent method"), _TASK | _DATA | _SCOPE, _IO),
    "exclusiveGateway": Shape(words("gatewayDirection default"), extensions=_LISTENERS),
    "parallelGateway": Shape(words("gatewayDirection"), extensions=_LISTENERS),
    "inclusiveGateway": Shape(words("gatewayDirection default"), extensions=_LISTENERS),
    "complexGateway": Shape(words("gatewayDirection default"), words("activationCondition")),
    "eventBasedGateway": Shape(words("gatewayDirection instantiate eventGatewayType"), extensions=_LISTENERS),
}
"""The flow nodes that run, with what may stand at them."""

_BODY = words("language evaluatesToTypeRef")
_DATUM = Shape(words("itemSubjectRef isCollection"))
_ASSOCIATION = Shape(children=words("sourceRef targetRef transformation assignment"))
_REFERENCES = words(
    "sourceRef targetRef dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs dataOutputRefs "
    "optionalOutputRefs whileExecutingOutputRefs inputSetRefs"
)
PARTS: Final[Mapping[str, Shape]] = {
    "process": Shape(
        words("isExecutable isClosed processType definitionalCollaborationRef"),
        _SCOPE | words("ioSpecification"),
        words("versionTag executionListeners"),
    ),
    "sequenceFlow": Shape(words("sourceRef targetRef isImmediate"), words("conditionExpression")),
    "conditionExpression": Shape(_BODY),
    "laneSet": Shape(children=words("lane")),
    "lane": Shape(words("partitionElementRef"), words("flowNodeRef childLaneSet partitionElement")),
    "childLaneSet": Shape(children=words("lane")),
    "flowNodeRef": Shape(),
    "messageEventDefinition": Shape(words("messageRef"), extensions=_JOB),
    "timerEventDefinition": Shape(children=words("timeDate timeDuration timeCycle")),
    "errorEventDefinition": Shape(words("errorRef")),
    "escalationEventDefinition": Shape(words("escalationRef")),
    "signalEventDefinition": Shape(words("signalRef")),
    "conditionalEventDefinition": Shape(children=words("condition"), extensions=words("conditionalFilter")),
    "condition": Shape(_BODY),
    "linkEventDefinition": Shape(words("name"), words("source target")),
    "source": Shape(),
    "target": Shape(),
    "terminateEventDefinition": Shape(),
    "compensateEventDefinition": Shape(words("activityRef waitForCompletion")),
    "cancelEventDefinition": Shape(),
    "eventDefinitionRef": Shape(),
    "timeDate": Shape(_BODY),
    "timeDuration": Shape(_BODY),
    "timeCycle": Shape(_BODY),
    "multiInstanceLoopCharacteristics": Shape(
        words("isSequential behavior oneBehaviorEventRef noneBehaviorEventRef"),
        words(
            "loopCardinality completionCondition complexBehaviorDefinition loopDataInputRef inputDataItem loopDataOutputRef "
            "outputDataItem"
        ),
        words("loopCharacteristics"),
    ),
    "dataObject": Shape(words("itemSubjectRef isCollection")),
    "dataObjectReference": Shape(words("itemSubjectRef dataObjectRef")),
    "property": Shape(words("itemSubjectRef")),
    "ioSpecification": Shape(children=words("dataInput dataOutput inputSet outputSet")),
    "dataInput": _DATUM,
    "dataOutput": _DATUM,
    "inputDataItem": _DATUM,
    "outputDataItem": _DATUM,
    "inputSet": Shape(children=words("dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs")),
    "outputSet": Shape(children=words("dataOutputRefs optionalOutputRefs whileExecutingOutputRefs inputSetRefs")),
    "dataInputAssociation": _ASSOCIATION,
    "dataOutputAssociation": _ASSOCIATION,
    "transformation": Shape(_BODY),
    "assignment": Shape(children=words("from to")),
    "from": Shape(_BODY),
    "to": Shape(_BODY),
    "loopDataInputRef": Shape(),
    "loopDataOutputRef": Shape(),
    **dict.fromkeys(_REFERENCES, Shape()),
    "complexBehaviorDefinition": Shape(children=words("condition event")),
    "event": Shape(children=_ANY_EVENT),
    "standardLoopCharacteristics": Shape(words("testBefore loopMaximum"), words("loopCondition")),
    "loopCondition": Shape(_BODY),
    "activationCondition": Shape(_BODY),
    "loopCardinality": Shape(_BODY),
    "completionCondition": Shape(_BODY),
    "message": Shape(words("itemRef"), extensions=words("subscription")),
    "error": Shape(words("errorCode structureRef")),
    "escalation": Shape(words("escalationCode structureRef")),
    "signal": Shape(words("structureRef")),
}
"""What is not a flow node and runs: the process itself, flows, event definitions, loops, data, messages and errors."""

ROOT_SHAPE: Final = Shape(words("targetNamespace expressionLanguage typeLanguage exporter exporterVersion"), ROOT_CHILDREN)
"""`definitions`."""

ATTRIBUTE_VALUES: Final[Mapping[str, Values]] = {
    "isForCompensation": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
    "waitForCompletion": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
    "triggeredByEvent": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
    "parallelMultiple": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
    "ordering": Values(words("Parallel Sequential"), Code.ATTRIBUTE_VALUE),
    "instantiate": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
    "eventGatewayType": Values(words("Exclusive"), Code.INSTANTIATING),
    "implementation": Values(words("##unspecified ##WebService"), Code.OPERATION),
    "operationRef": Values(frozenset(), Code.OPERATION),
    "behavior": Values(words("None One All Complex"), Code.ATTRIBUTE_VALUE),
    "processType": Values(words("None Private Public executable nonExecutable private public none"), Code.ATTRIBUTE_VALUE),
    "gatewayDirection": Values(words("Unspecified Converging Diverging Mixed"), Code.ATTRIBUTE_VALUE),
    "isInterrupting": Values(words("true false 1 0"), Code.ATTRIBUTE_VALUE),
}
"""Attributes that are known, and refused with any other value."""

_BINDING = words("bindingType versionTag")
_TEMPLATE = words("modelerConfigurationTemplate modelerConfigurationName")
ZEEBE_SHAPES: Final[Mapping[str, ZeebeShape]] = {
    "taskDefinition": ZeebeShape(words("type retries"), words("type")),
    "taskHeaders": ZeebeShape(children=words("header")),
    "header": ZeebeShape(words("id key value"), words("key")),
    "ioMapping": ZeebeShape(children=words("input output")),
    "input": ZeebeShape(words("source target") | _TEMPLATE, words("source target")),
    "output": ZeebeShape(words("source target"), words("source target")),
    "formDefinition": ZeebeShape(words("formId formKey externalReference") | _BINDING),
    "userTask": ZeebeShape(),
    "assignmentDefinition": ZeebeShape(words("assignee candidateGroups candidateUsers")),
    "taskSchedule": ZeebeShape(words("dueDate followUpDate")),
    "priorityDefinition": ZeebeShape(words("priority"), words("priority")),
    "script": ZeebeShape(words("expression resultVariable"), words("expression resultVariable")),
    "calledDecision": ZeebeShape(words("decisionId resultVariable") | _BINDING, words("decisionId resultVariable")),
    "calledElement": ZeebeShape(
        words("processId propagateAllChildVariables propagateAllParentVariables") | _BINDING, words("processId")
    ),
    "loopCharacteristics": ZeebeShape(words("inputCollection inputElement outputCollection outputElement")),
    "conditionalFilter": ZeebeShape(words("variableNames variableEvents")),
    "subscription": ZeebeShape(words("correlationKey"), words("correlationKey")),
    "adHoc": ZeebeShape(words("activeElementsCollection")),
    "executionListeners": ZeebeShape(children=words("executionListener")),
    "executionListener": ZeebeShape(words("eventType type retries"), words("eventType type"), words("taskHeaders")),
    "taskListeners": ZeebeShape(children=words("taskListener")),
    "taskListener": ZeebeShape(words("eventType type retries"), words("eventType type")),
    "versionTag": ZeebeShape(words("value"), words("value")),
    "properties": ZeebeShape(children=words("property")),
    "property": ZeebeShape(words("name value") | _TEMPLATE),
}
"""The `zeebe:` elements of the dialect. `properties` are notes of the analyst; they are kept in the diagram and do nothing."""

ZEEBE_EVERYWHERE: Final = words("properties")
ZEEBE_ATTRIBUTES: Final = words("modelerTemplate modelerTemplateVersion modelerTemplateIcon")
"""`zeebe:` attributes on BPMN elements: which element template an editor applied. No influence on the run."""
