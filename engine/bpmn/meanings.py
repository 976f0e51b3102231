"""What each problem code of the diagram reader means, and the way out. `docs/problems.md` is made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn.codes import Code
from engine.bpmn.structure_meanings import STRUCTURE

CODES: Final[Mapping[str, tuple[str, str]]] = {
    Code.NOT_BPMN: (
        "The file is no BPMN 2.0 diagram.",
        "Export it as BPMN 2.0 XML; the root is <definitions> of http://www.omg.org/spec/BPMN/20100524/MODEL.",
    ),
    Code.NO_EXECUTABLE_PROCESS: (
        "No process of the file is marked as executable.",
        'Tick “Executable” on the process or pool, or write isExecutable="true".',
    ),
    Code.PROCESS_NOT_EXECUTABLE: (
        "A process beside the executable ones is a drawing only and is left out (warning).",
        "Mark it as executable if it is meant to run.",
    ),
    Code.TOO_MANY_ELEMENTS: (
        "The file has more than 5,000 elements and flows.",
        "Split it and connect the parts with call activities.",
    ),
    Code.TOO_DEEP: ("Sub-processes are nested deeper than 30.", "Move inner parts to processes of their own and call them."),
    Code.ID_MISSING: ("A process, node or definition has no id, so nothing can refer to it.", "Give it an id."),
    Code.ID_TWICE: ("Two elements have the same id.", "Rename one of them; ids are unique in the file."),
    Code.IMPORT_NOT_LOADED: (
        "The file imports another one. Nothing is loaded from outside (warning).",
        "Put what is needed into this file or deploy it beside this one.",
    ),
    Code.MORE_PROBLEMS: (
        "The file has more than 1,000 problems; the rest is not listed.",
        "Mend those that are, then check again.",
    ),
    Code.ELEMENT_UNKNOWN: ("BPMN has no element of this name.", "Correct the name or delete the element."),
    Code.ELEMENT_MISPLACED: ("The element has no meaning at this place.", "Move or delete it."),
    Code.ATTRIBUTE_UNKNOWN: ("The element has no attribute of this name.", "Correct the name or delete the attribute."),
    Code.ATTRIBUTE_VALUE: ("The attribute does not take this value.", "Use one of the named values."),
    Code.FOREIGN_ATTRIBUTE: (
        "An attribute of another product is not looked at (warning).",
        "Delete it if it was meant to do something.",
    ),
    Code.FOREIGN_ELEMENT: (
        "An extension of another product is not looked at (warning).",
        "Delete it if it was meant to do something.",
    ),
    Code.ZEEBE_UNKNOWN: ("There is no such zeebe: element or attribute.", "Correct the name or delete it."),
    Code.ZEEBE_MISPLACED: (
        "This zeebe: element has no meaning at this element.",
        "Delete it or move it to the element it is meant for.",
    ),
    Code.OTHER_ENGINE: (
        "The diagram tells another engine (Camunda 7, Activiti, Flowable, SpiffWorkflow) what to do; here it would be ignored.",
        "Say it with the zeebe: element that is named in the message, or delete it.",
    ),
    Code.OTHER_ENGINE_WITHOUT_EFFECT: (
        "A setting of another engine that is not needed here (warning).",
        "Delete it; every step is durable and retried here without it.",
    ),
    Code.ZEEBE_WITHOUT_EFFECT: (
        "A setting of Camunda 8 that changes nothing here (warning).",
        "Delete it if it was meant to do something.",
    ),
    Code.ZEEBE_NOT_RUN: (
        "A setting of Camunda 8 that is not run here; without it the process would do something else.",
        "Say it as the message names, or delete it.",
    ),
    Code.EXTENSION_TWICE: ("The same setting is made twice.", "Keep one of the two."),
    Code.MUST_UNDERSTAND: (
        "The file declares an extension that must be understood, and it is not known here.",
        "Remove the extension.",
    ),
    Code.TRANSLATED: (
        "A setting of another engine means the same as one of here, and is read as that (warning).",
        "Nothing to do; write it as it is read to keep the file for here alone.",
    ),
    Code.SETTING_UNKNOWN: (
        "A setting of our own (an extension property whose name begins with ringi:) is not one that the element has.",
        "Correct its name, or move it to the element that it is meant for.",
    ),
    Code.CONDITIONAL_EVENT: (
        "A condition cannot start a process, whose variables are not there yet; nor can it be asked only when variables are "
        "made, or only when they change.",
        "Start the process by a message, or delete variableEvents: a condition is asked whenever a variable is written.",
    ),
    Code.MULTIPLE_EVENT: (
        "These triggers cannot stand together in one event.",
        "Draw an event of its own for the trigger that the message names.",
    ),
    Code.DATA_NOT_RUN: (
        "Data that is filled while its element runs, alternative sets that depend on each other, and properties of events do "
        "not run.",
        "Fill data before its element begins; choose between alternatives with a gateway; give the property to the process.",
    ),
    Code.DATA_STORE: (
        "A data store lies outside of the process, so nothing is copied from it or into it. It may be drawn.",
        "Read and write it with a service task, and connect the data association with a data object.",
    ),
    Code.CHOREOGRAPHY: ("Choreographies cannot be executed.", "Draw a process for each participant."),
    Code.GLOBAL_TASK: ("Global tasks do not run.", "Put the task into a process and call that."),
    Code.RESOURCE_ROLE: (
        "Performers and owners of BPMN are not looked at.",
        "Use zeebe:assignmentDefinition on the user task, or lanes.",
    ),
    Code.CORRELATION: (
        "Correlation properties, keys and subscriptions of BPMN do not run.",
        'Put <zeebe:subscription correlationKey="=…"/> on the message.',
    ),
    Code.OPERATION: (
        "Web service operations and implementations are not called.",
        "Use zeebe:taskDefinition with the type of a job handler.",
    ),
    Code.SCRIPT_LANGUAGE: (
        "The script is not FEEL. No program code from a diagram is run.",
        "Write it in FEEL (zeebe:script) or as a job (zeebe:taskDefinition).",
    ),
    Code.LOOP_DATA: (
        "This part of the BPMN loop definition does not run, is not complete, or means nothing here (then a warning).",
        "Use zeebe:loopCharacteristics with inputCollection, inputElement, outputCollection and outputElement; what a turn "
        "throws is named by behavior and its event definitions.",
    ),
    Code.INSTANTIATING: (
        "What starts an instance stands where it cannot: behind a flow, inside a sub-process, with a loop marker, or waiting "
        "for all events of a parallel event-based gateway.",
        "Use a message start event, or correct what the message names.",
    ),
    Code.TOKEN_QUANTITY: (
        "An activity needs several tokens where one comes or none, or sends several where no flow leaves it (a warning).",
        "Draw the missing sequence flow, or delete the quantity.",
    ),
    Code.LISTENERS: (
        "A listener stands where it would never run, or listens to something that is not told.",
        "Move it to the element that the message names, or draw a service task before or after.",
    ),
    **STRUCTURE,
    Code.REFERENCE_UNKNOWN: ("The element refers to something that is not in the file.", "Choose an existing one, or add it."),
    Code.MESSAGE_WITHOUT_NAME: ("A message has no name, so none can ever arrive.", "Give the message a name."),
    Code.NO_CORRELATION_KEY: (
        "Who waits for a message must say whose message it is.",
        'Set the correlation key of the message: <zeebe:subscription correlationKey="=…"/>.',
    ),
    Code.ERROR_WITHOUT_CODE: (
        "An error is thrown or caught without a code.",
        "Give the error an errorCode; to catch all errors, name no error.",
    ),
    Code.EVENT_WITHOUT_DEFINITION: ("The event says not what it waits for.", "Choose a trigger, such as a message or a timer."),
    Code.TIMER_NOT_ONE: ("A timer needs exactly one of date, duration and cycle.", "Fill in one of them."),
    Code.TIMER_KIND: ("A repeating timer stands where it can fire once only (warning).", "Use a date or a duration."),
    Code.NOTHING_TO_RUN: ("The task says not what to run.", "Fill in what the message names."),
    Code.TWO_THINGS_TO_RUN: ("The task says two different things to run.", "Keep one of them."),
    Code.FORM_KIND: (
        "This way to name a form is not supported.",
        "Use zeebe:formDefinition with the formId of a deployed form.",
    ),
    Code.VALUE_MISSING: ("A value that is needed is empty.", "Fill it in."),
    Code.VALUE_UNKNOWN: ("The value is none of those that are allowed.", "Use one of the named values."),
    Code.VARIABLE_NAME: (
        "This is no name for a variable.",
        "Begin with a letter, go on with letters, digits and _; parts are joined by a dot.",
    ),
    Code.NUMBER_RANGE: ("The number is outside its range or no number.", "Use a number of the named range, or FEEL."),
    Code.LOOP_WITHOUT_ITEMS: (
        "The multi-instance says not how often.",
        "Give an inputCollection or a loopCardinality, not both.",
    ),
    Code.OUTPUT_HALF: (
        "outputCollection and outputElement go together.",
        "Fill in both, or neither.",
    ),
    Code.ESCALATION_WITHOUT_CODE: (
        "An escalation is thrown or caught without a code.",
        "Give the escalation an escalationCode; to catch all escalations, name no escalation.",
    ),
    Code.SIGNAL_WITHOUT_NAME: ("A signal event names no signal, or its signal has no name.", "Choose a signal with a name."),
    Code.LINK_WITHOUT_NAME: ("A link event names no link.", "Give both ends of the link the same name."),
    Code.LOOP_WITHOUT_END: (
        "The loop marker says neither while what, nor how often at most.",
        "Give a loopCondition (FEEL) or a loopMaximum.",
    ),
    Code.ACTIVATION_MISSING: (
        "A complex gateway with several incoming flows says not when it goes on.",
        "Give it an activationCondition, such as activationCount >= 2, or use an inclusive gateway.",
    ),
    Code.INITIAL_VALUE: (
        "The initial value of data is no constant of its type.",
        "Write a constant such as =0 or =[]; fill it later by a script task or a mapping if it depends on something.",
    ),
    Code.FEEL_BROKEN: ("An expression does not compile.", "Correct the expression at the named place."),
    Code.FEEL_REQUIRED: ("Here only an expression makes sense, and the text is fixed.", "Begin with “=” and write FEEL."),
    Code.JUEL: ("${…} is the expression language of other engines.", "Write it in FEEL, beginning with “=”."),
    Code.TIMER_TEXT: ("The timer's text is no usable date, duration or cycle.", "Correct it as the message says."),
    Code.DATE_WITHOUT_OFFSET: (
        "A date has no offset, so it is read in the time zone of the server (warning).",
        "Add Z or an offset such as +09:00.",
    ),
    Code.FAST_CYCLE: (
        "An endless timer fires more often than once a minute (warning).",
        "Choose a longer interval or a number of repetitions.",
    ),
}
"""Code to (meaning, way out)."""
