"""Stable codes of the SpiffWorkflow executor: 2xxx stop an element instance with an incident, 3xxx are about files."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Incident(StrEnum):
    """Why an element instance cannot go on."""

    PYTHON_FAILED = "SPIFF-2001"
    VALUE_NOT_STORABLE = "SPIFF-2002"
    STALLED = "SPIFF-2003"
    PATH_TOO_LONG = "SPIFF-2004"
    TOO_MANY_TASKS = "SPIFF-2005"


class Code(StrEnum):
    """What stands in the way of a diagram in SpiffWorkflow's dialect."""

    PYTHON_NOT_ALLOWED = "SPIFF-3001"
    NOT_READ = "SPIFF-3002"
    ELEMENT_NOT_SUPPORTED = "SPIFF-3003"
    EVENT_NOT_SUPPORTED = "SPIFF-3004"
    CONDITION_IGNORED = "SPIFF-3005"
    DEAD_END = "SPIFF-3006"
    ID_RESERVED = "SPIFF-3007"
    ONE_START_EVENT = "SPIFF-3008"
    ATTRIBUTE_NOT_SUPPORTED = "SPIFF-3009"
    GROWS_TOO_LARGE = "SPIFF-3010"
    PYTHON_BROKEN = "SPIFF-3011"
    FORM_NOT_SHOWN = "SPIFF-3012"
    FIRES_ONCE = "SPIFF-3013"
    NO_EFFECT = "SPIFF-3014"
    CALLED_ELSEWHERE = "SPIFF-3015"
    START_TIMER = "SPIFF-3016"
    PAYLOAD_LOST = "SPIFF-3017"
    NO_PROCESS = "SPIFF-3018"
    NOT_REACHED = "SPIFF-3019"
    SEVERAL_FLOWS = "SPIFF-3020"


_CONVERT: Final = "convert the diagram to the native dialect (docs/spiffworkflow.md)"

CODES: Final[Mapping[str, tuple[str, str]]] = {
    Code.PYTHON_NOT_ALLOWED: (
        "The diagram is in SpiffWorkflow's dialect: its scripts and expressions are Python, which does not run here.",
        f"Have the operator allow it (RINGI_ALLOW_PYTHON=yes), or {_CONVERT}.",
    ),
    Code.NOT_READ: ("SpiffWorkflow cannot read the diagram.", "Correct the element that it names."),
    Code.ELEMENT_NOT_SUPPORTED: (
        "SpiffWorkflow does not run this element, or not as BPMN says.",
        f"Draw it with other elements, or {_CONVERT}.",
    ),
    Code.EVENT_NOT_SUPPORTED: (
        "SpiffWorkflow does not run this event here, or not as BPMN says.",
        f"Use another event, or {_CONVERT}.",
    ),
    Code.CONDITION_IGNORED: (
        "SpiffWorkflow would take this flow whether its condition holds or not.",
        "Put an exclusive or inclusive gateway before it.",
    ),
    Code.DEAD_END: ("Nothing follows the element, so an instance would never end.", "Connect it with an end event."),
    Code.ID_RESERVED: ("SpiffWorkflow uses this id for itself.", "Give the element another id."),
    Code.ONE_START_EVENT: (
        "On SpiffWorkflow a process or sub-process begins with one start event.",
        "Keep one, or make several processes.",
    ),
    Code.ATTRIBUTE_NOT_SUPPORTED: ("SpiffWorkflow ignores this attribute.", f"Leave it out, or {_CONVERT}."),
    Code.GROWS_TOO_LARGE: (
        "SpiffWorkflow works out all paths ahead, and here they are too many: they double with every parallel block in a row.",
        "Put each of the parallel blocks into a sub-process of its own.",
    ),
    Code.PYTHON_BROKEN: ("A script or expression is no Python.", "Correct the named line of the script."),
    Code.FORM_NOT_SHOWN: (
        "Forms of JSON schema are not shown; the task is done without one (warning).",
        "Draw it in the form editor and deploy it with the diagram, its id the file's name without “.json”.",
    ),
    Code.FIRES_ONCE: (
        "On SpiffWorkflow a boundary event that does not interrupt happens once, later ones are not caught (warning).",
        f"If it has to happen each time, {_CONVERT}.",
    ),
    Code.NO_EFFECT: ("This setting of SpiffArena has no effect here (warning).", "Leave it out."),
    Code.CALLED_ELSEWHERE: (
        "A call activity names a process that is not among the files in SpiffWorkflow's dialect.",
        "Deploy both files together.",
    ),
    Code.START_TIMER: (
        "The timer of a start event is worked out by Python, and nothing runs before it.",
        'Write the text itself, such as "R/PT1H".',
    ),
    Code.PAYLOAD_LOST: (
        "What the message brings is not kept, since no variable is named for it (warning).",
        "Add <spiffworkflow:messageVariable>.",
    ),
    Code.NOT_REACHED: ("No flow leads to the element, so SpiffWorkflow leaves it out (warning).", "Connect it or delete it."),
    Code.SEVERAL_FLOWS: ("SpiffWorkflow lets only one flow leave a task or event.", "Put a gateway behind it."),
    Code.NO_PROCESS: ("The file has no executable process.", 'Mark one with isExecutable="true".'),
}
"""Code to (meaning, way out)."""
