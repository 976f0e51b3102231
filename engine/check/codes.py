"""The problem codes of the deployment checker: CHECK-3… for files together, FORM-3… for forms. None is ever reused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """What fails later, said now."""

    FILE_KIND = "CHECK-3001"
    PROCESS_TWICE = "CHECK-3002"
    DECISION_TWICE = "CHECK-3003"
    FORM_TWICE = "CHECK-3004"
    NO_SUCH_FORM = "CHECK-3005"
    NO_SUCH_DECISION = "CHECK-3006"
    NO_SUCH_PROCESS = "CHECK-3007"
    NO_SUCH_JOB_TYPE = "CHECK-3008"
    UNREACHABLE = "CHECK-3009"
    JOIN_MAY_WAIT_FOREVER = "CHECK-3010"
    CALLS_WITHOUT_END = "CHECK-3011"
    CALLS_ITSELF = "CHECK-3012"
    NOT_CALLABLE = "CHECK-3013"
    TOO_LARGE_TO_CHECK = "CHECK-3014"
    PATHS_NOT_JOINED = "CHECK-3015"
    NAME_MISSPELT = "CHECK-3016"
    CALL_WITHOUT_INPUT = "CHECK-3017"
    NEVER_HAPPENS = "CHECK-3018"
    ERROR_UNCAUGHT = "CHECK-3019"
    NOTHING_TO_UNDO = "CHECK-3020"
    CONDITION_CONSTANT = "CHECK-3021"
    NO_LIST = "CHECK-3022"
    ENDLESS = "CHECK-3023"
    DATE_PASSED = "CHECK-3024"
    FIELD_UNKNOWN = "CHECK-3025"
    CALL_DATA = "CHECK-3040"
    NO_SUCH_TAG = "CHECK-3041"
    NO_SUCH_CALENDAR = "CHECK-3042"

    FORM_NOT_JSON = "FORM-3001"
    FORM_SHAPE = "FORM-3002"
    FORM_WITHOUT_ID = "FORM-3003"
    FORM_TOO_LARGE = "FORM-3004"
    COMPONENT_UNKNOWN = "FORM-3005"
    COMPONENT_NOT_SHOWN = "FORM-3006"
    KEY_MISSING = "FORM-3007"
    KEY_NAME = "FORM-3008"
    KEY_TWICE = "FORM-3009"
    FORM_FEEL = "FORM-3010"
    FORM_KEY_TWICE = "FORM-3011"


CODES: Final[Mapping[str, tuple[str, str]]] = {
    Code.FILE_KIND: ("The file is none of .bpmn, .dmn and .form.", "Deploy diagrams, decisions and forms only."),
    Code.PROCESS_TWICE: ("Two files hold a process of the same id.", "Rename one of the processes."),
    Code.DECISION_TWICE: ("Two files hold a decision of the same id.", "Rename one of the decisions."),
    Code.FORM_TWICE: ("Two files hold a form of the same id.", "Rename one of the forms."),
    Code.NO_SUCH_FORM: (
        "A user task names a form that does not exist.",
        "Deploy the form with the diagram, or correct the formId.",
    ),
    Code.NO_SUCH_DECISION: (
        "A business rule task names a decision that does not exist.",
        "Deploy the decision with the diagram, or correct the decisionId.",
    ),
    Code.NO_SUCH_PROCESS: (
        "A call activity names a process that does not exist.",
        "Deploy the process with the diagram, or correct the processId.",
    ),
    Code.NO_SUCH_JOB_TYPE: (
        "No installed handler does jobs of this type (warning).",
        "Correct the type, install the package that does it, or run an external worker.",
    ),
    Code.NO_SUCH_CALENDAR: (
        "A timer or a user task names a calendar that does not exist.",
        "Correct ringi:calendar, or install the package that has the calendar.",
    ),
    Code.UNREACHABLE: ("No path from a start event leads here (warning).", "Connect it or delete it."),
    Code.JOIN_MAY_WAIT_FOREVER: (
        "A join waits for a path that a choice can leave untaken (warning).",
        "Merge the branches of a choice with an exclusive gateway, then join.",
    ),
    Code.PATHS_NOT_JOINED: (
        "Paths that run at the same time come together without a join, so what follows runs once for each (warning).",
        "If it shall run once, join the paths with a parallel gateway first, or an inclusive one if not all are always taken.",
    ),
    Code.CALLS_WITHOUT_END: (
        "Processes call each other in a circle with neither a wait nor a choice on the way, so the calls would never end.",
        "Put a gateway with a way out before the call.",
    ),
    Code.CALLS_ITSELF: (
        "Processes call each other in a circle without waiting for anybody (warning).",
        "Make sure that a condition ends it; calls deeper than 100 stop with an incident.",
    ),
    Code.NOT_CALLABLE: ("The called process has no start event without a trigger.", "Add one to the called process."),
    Code.NO_SUCH_TAG: (
        "A version tag is asked for that no deployed process, decision or form of this id has (a warning for processes and "
        "decisions, which may follow).",
        "Deploy the version with that tag, or correct the tag.",
    ),
    Code.CALL_DATA: (
        "The data inputs and outputs of a call activity are not those of the process it calls (BPMN 2.0 §10.3.6).",
        "Give both the same ioSpecification, or delete that of the call activity: then it hands over all variables.",
    ),
    Code.TOO_LARGE_TO_CHECK: (
        "The diagram is so entangled that its joins were not all checked (warning).",
        "Split it with sub-processes and call activities.",
    ),
    Code.NAME_MISSPELT: (
        "A variable is read that nobody sets, and another one has nearly the same name (warning).",
        "Correct the spelling.",
    ),
    Code.CALL_WITHOUT_INPUT: (
        "A call that gives only its inputs leaves out a variable that the called process reads (warning).",
        "Add an input to the call, or let it give all variables.",
    ),
    Code.FIELD_UNKNOWN: (
        "A field of a decision's result is read that the decision does not give, so the value is null (warning).",
        "Use one of the fields that the message names.",
    ),
    Code.NEVER_HAPPENS: (
        "An event waits for an error or escalation that nothing it watches over throws (warning).",
        "Correct the code, throw it inside, or delete the event.",
    ),
    Code.ERROR_UNCAUGHT: (
        "An error is thrown that no event of the process catches, nor of a calling one among the files (warning).",
        "Catch it at the border of a sub-process or in an event sub-process, or end with a terminate event.",
    ),
    Code.NOTHING_TO_UNDO: (
        "A compensation event undoes its scope, in which nothing has a compensation handler (warning).",
        "Give an activity a compensation boundary event with a handler, or delete the event.",
    ),
    Code.CONDITION_CONSTANT: (
        "A condition has the same value whatever happens (warning).",
        "Correct the condition; for a path that is taken when nothing else holds, use the default flow.",
    ),
    Code.NO_LIST: ("A multi-instance repeats over a value that is no list.", "Give a list, such as =[1, 2, 3] or a variable."),
    Code.ENDLESS: (
        "A loop turns without end, and nobody waits in it (warning).",
        "Lead a flow out of it, or let it wait for a person, a timer or a message.",
    ),
    Code.DATE_PASSED: (
        "A timer's date has passed, so it fires at once (warning).",
        "Choose a date in the future, or calculate it.",
    ),
    Code.FORM_NOT_JSON: ("The form is no JSON.", "Mend the named line, or export the form again from the form editor."),
    Code.FORM_SHAPE: ("The file is no form.", "A form is an object with an id and a list “components”."),
    Code.FORM_WITHOUT_ID: ("The form has no id, so no user task can name it.", 'Add "id" at the top of the form.'),
    Code.FORM_TOO_LARGE: (
        "The form is larger than 1 MB, or has more than 500 components or 2,000 expressions.",
        "Split it into several.",
    ),
    Code.COMPONENT_UNKNOWN: ("There is no component of this type.", "Use one of the components of the form editor."),
    Code.COMPONENT_NOT_SHOWN: ("This component is not shown yet.", "Use another component, or a link in a text."),
    Code.KEY_MISSING: (
        "An input has no key, so its value would go nowhere.",
        "Give the field a key: the variable for its value.",
    ),
    Code.KEY_NAME: (
        "The key cannot be the name of a variable.",
        "Use letters, digits and _, a letter first; parts are joined by a dot.",
    ),
    Code.KEY_TWICE: ("Two inputs write to the same variable.", "Give each field its own key."),
    Code.FORM_FEEL: ("An expression of the form does not compile.", "Correct the expression."),
    Code.FORM_KEY_TWICE: ("The JSON gives the same property twice in one object.", "Keep one of the two."),
}
"""Code to (meaning, way out)."""
