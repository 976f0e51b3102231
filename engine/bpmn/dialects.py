"""What diagrams of Camunda 7, Activiti, Flowable and SpiffWorkflow say in their own namespaces, and how it is said here."""

from __future__ import annotations

from typing import Final

from engine.bpmn.vocabulary import words

_JOB = 'Use <zeebe:taskDefinition type="…"/> and a job handler of that type.'
_ASSIGN = "Use <zeebe:assignmentDefinition>."
_FORM = 'Use <zeebe:formDefinition formId="…"/>.'
_MAPPING = "Use <zeebe:ioMapping> with FEEL."
_CALL = "Use <zeebe:calledElement>; mappings are <zeebe:ioMapping>."
_DECISION = 'Use <zeebe:calledDecision decisionId="…" resultVariable="…"/>.'
_LOOP = "Use <zeebe:loopCharacteristics>."
_SCRIPT = "Write it in FEEL (zeebe:script) or as a job (zeebe:taskDefinition)."
_LISTENER = 'Use <zeebe:executionListener eventType="start" type="…"/>, or end, and a job handler of that type.'
_TASK_LISTENER = 'Use <zeebe:taskListener eventType="completing" type="…"/>, or assigning, and a job handler of that type.'
_EVENT_LISTENER = "Use execution listeners at the elements that are meant; what happens in an instance is in its journal."
_START_RIGHTS = "Who may start a process is set in the package's roles."

WITHOUT_EFFECT: Final = words(
    "asyncBefore asyncAfter async exclusive asyncLeave asyncLeaveExclusive jobPriority taskPriority historyTimeToLive "
    "modelerTemplate modelerTemplateVersion modelerTemplateIcon properties property diagramRelationId isStartableInTasklist "
    "category failedJobRetryTimeCycle jobRetryTimeCycle formFieldValidation"
)
"""Settings that need no counterpart: steps are durable and retried without them; `category` and `properties` are notes."""

COUNTERPARTS: Final = {
    "assignee": 'Use <zeebe:assignmentDefinition assignee="…"/>.',
    "candidateGroups": 'Use <zeebe:assignmentDefinition candidateGroups="…"/>.',
    "candidateUsers": 'Use <zeebe:assignmentDefinition candidateUsers="…"/>.',
    "humanPerformer": _ASSIGN,
    "dueDate": 'Use <zeebe:taskSchedule dueDate="…"/>.',
    "followUpDate": 'Use <zeebe:taskSchedule followUpDate="…"/>.',
    "businessCalendarName": 'Use <zeebe:taskSchedule dueDate="…"/> with a calculated date.',
    "priority": 'Use <zeebe:priorityDefinition priority="…"/>.',
    "formKey": _FORM,
    "formRef": _FORM,
    "formRefBinding": 'Use <zeebe:formDefinition formId="…" bindingType="…"/>.',
    "formData": _FORM,
    "formField": _FORM,
    "formProperty": _FORM,
    "formHandlerClass": _FORM,
    "initiator": "The user who started the instance is known to the platform; write it to a variable with the start form.",
    "class": _JOB,
    "delegateExpression": _JOB,
    "expression": _JOB,
    "type": _JOB,
    "topic": _JOB,
    "connector": _JOB,
    "field": _JOB,
    "triggerable": _JOB,
    "serviceTaskOperator": _JOB,
    "resource": _SCRIPT,
    "script": _SCRIPT,
    "preScript": _SCRIPT,
    "postScript": _SCRIPT,
    "resultVariable": "Name the variable in zeebe:script or zeebe:calledDecision, or map the result with <zeebe:output>.",
    "resultVariableName": "Map the result with <zeebe:output>.",
    "inputOutput": _MAPPING,
    "inputParameter": _MAPPING,
    "outputParameter": _MAPPING,
    "decisionRef": _DECISION,
    "decisionRefBinding": _DECISION,
    "mapDecisionResult": "The result of a decision is its plain value; shape it with <zeebe:output>.",
    "calledElementBinding": 'Use <zeebe:calledElement bindingType="…"/>.',
    "calledElementVersion": 'Use <zeebe:calledElement bindingType="versionTag" versionTag="…"/>.',
    "calledElementVersionTag": 'Use <zeebe:calledElement bindingType="versionTag" versionTag="…"/>.',
    "in": _CALL,
    "out": _CALL,
    "inheritVariables": _CALL,
    "caseRef": "CMMN cases do not run; call a process.",
    "collection": 'Use <zeebe:loopCharacteristics inputCollection="=…"/>.',
    "elementVariable": 'Use <zeebe:loopCharacteristics inputElement="…"/>.',
    "elementIndexVariable": "Each turn has the variable loopCounter.",
    "variableAggregation": _LOOP,
    "executionListener": _LISTENER,
    "taskListener": _TASK_LISTENER,
    "eventListener": _EVENT_LISTENER,
    "candidateStarterGroups": _START_RIGHTS,
    "candidateStarterUsers": _START_RIGHTS,
    "versionTag": 'Use <zeebe:versionTag value="…"/> at the process.',
    "errorCodeVariable": "Map what the error brings with <zeebe:output> at the boundary event.",
    "errorMessageVariable": "Map what the error brings with <zeebe:output> at the boundary event.",
    "eventType": "Use a message with a correlation key.",
    "variableName": "Use a message that is sent when the variable changes.",
    "skipExpression": "Put an exclusive gateway before the task.",
    "terminateAll": "A terminate end event ends its own scope; call it in the outermost one.",
}
"""Attribute or element to the way out."""

MEANT_FOR_ANOTHER: Final = "is meant for another engine, and nothing here does the same"
NOT_PLAIN: Final = "holds an expression that calls program code, or cannot be said in FEEL with the same meaning for certain"
_JAVA: Final = "names Java code, which does not run here"
_BESIDE: Final = "runs Java code or a script of the other engine at an event of the element"
_PAGE: Final = "names or describes a form of the other engine"
_CASE: Final = "calls a CMMN case"
_ALL_OUT: Final = "says more than which variable goes where, or stands where other results would no longer leave the task"

REASONS: Final = {
    "class": _JAVA,
    "delegateExpression": _JAVA,
    "expression": _JAVA,
    "variableMappingClass": _JAVA,
    "variableMappingDelegateExpression": _JAVA,
    "formHandlerClass": _JAVA,
    "connector": "calls a connector of the other engine",
    "executionListener": _BESIDE,
    "taskListener": _BESIDE,
    "eventListener": _BESIDE,
    "formKey": _PAGE,
    "formData": _PAGE,
    "formField": _PAGE,
    "formProperty": _PAGE,
    "dueDate": "is a time from now on, or no date that can be read here",
    "followUpDate": "is a time from now on, or no date that can be read here",
    "formRef": "names a form by an expression or a version number",
    "caseRef": _CASE,
    "caseBinding": _CASE,
    "caseDefinitionKey": _CASE,
    "initiator": "keeps who started the instance in a variable",
    "type": "chooses a built-in task of the other engine",
    "topic": "is no topic of external work that can be read here",
    "field": "sets a field of Java code or of a built-in task",
    "resultVariable": "keeps the result of what does not run here",
    "decisionRef": "asks for a result of a shape that cannot be promised here, or keeps none",
    "mapDecisionResult": "shapes the result in a way that depends on the decision table",
    "inputOutput": _ALL_OUT,
    "in": "says more than which variable goes into the called process",
    "out": "says more than which variable comes out of the called process",
    "candidateStarterGroups": "says who may start the process, which a diagram does not decide here",
    "candidateStarterUsers": "says who may start the process, which a diagram does not decide here",
    "collection": "is no variable or plain expression",
    "errorCodeVariable": "keeps the code of an error in a variable, which no event does here",
    "errorMessageVariable": "keeps the message of an error in a variable, which no event does here",
}
"""Setting to why it is refused, where it was not translated."""
