"""What Camunda 8 has in the `zeebe:` dialect and is not run here, with the reason and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.bpmn.codes import Code


@dataclass(frozen=True, slots=True)
class NotRun:
    """`why` goes on with “zeebe:name”; what only would be quicker or slower elsewhere is a warning."""

    code: Code
    why: str
    fix: str


ELEMENTS: Final[Mapping[str, NotRun]] = {
    "userTaskForm": NotRun(
        Code.FORM_KIND,
        "holds a form inside the diagram, which is not read",
        "Make it a form file of its own and name it by zeebe:formDefinition.",
    ),
    "linkedResources": NotRun(
        Code.ZEEBE_NOT_RUN,
        "links files with the job, and no files are handed to jobs",
        "Name the file in zeebe:taskHeaders; the job handler's package brings it.",
    ),
    "agentDefinition": NotRun(
        Code.ZEEBE_NOT_RUN,
        "makes an AI agent of the element, and none is run",
        "Have a job handler ask the model, and choose the activities by activeElementsCollection.",
    ),
    "jobPriorityDefinition": NotRun(
        Code.ZEEBE_WITHOUT_EFFECT,
        "puts some jobs before others; here they are done in the order in which they are due",
        "Delete it if the order matters to nobody.",
    ),
}
"""Extension elements."""

_COLLECT: Final = NotRun(
    Code.ZEEBE_NOT_RUN,
    "collects the results of the activities inside, which is not done",
    "Let each activity write its result by a zeebe:output, such as results = append(results, result).",
)

ATTRIBUTES: Final[Mapping[tuple[str, str], NotRun]] = {
    ("adHoc", "outputCollection"): _COLLECT,
    ("adHoc", "outputElement"): _COLLECT,
    ("calledElement", "processIdExpression"): NotRun(
        Code.ZEEBE_NOT_RUN, "is an old way to calculate the process", "Write processId with “=” before the expression."
    ),
    ("calledElement", "businessId"): NotRun(
        Code.ZEEBE_NOT_RUN,
        "gives the called process a business key of its own; it has that of the instance around it",
        "Delete it, or hand the key over as a variable.",
    ),
}
"""Attributes of extension elements, by both names."""

BPMN_ATTRIBUTES: Final[Mapping[str, NotRun]] = {
    "retryCounter": NotRun(
        Code.ZEEBE_NOT_RUN, "is an old way to say how often a job is tried", "Write the retries at zeebe:taskDefinition."
    )
}
"""Attributes of the dialect at BPMN elements."""

ELSEWHERE: Final[Mapping[tuple[str, str], str]] = {
    ("startEvent", "formDefinition"): "Offer the form as a public form of a package, or begin with a user task that has it.",
}
"""Extension elements at BPMN elements where they mean something in Camunda 8 only: the way out."""
