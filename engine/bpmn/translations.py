"""What settings of Camunda 7, Flowable and Activiti mean here. Only what runs the same is translated; a row for each.

`docs/other-engines.md` is made from these rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.bpmn import translation_rules as rules
from engine.bpmn.names import kind
from engine.bpmn.other_engine import Place, dialect_of
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import Words, words

_JOBS: Final = words("serviceTask sendTask businessRuleTask messageEventDefinition")
_EXPRESSIONS: Final = words("conditionExpression completionCondition loopCardinality timeDate timeDuration timeCycle condition")


@dataclass(frozen=True, slots=True)
class Translation:
    """The settings `names` at elements of the kinds `at`; `apply` takes away those that it can say here.

    What is `anywhere` needs no namespace of an engine to be known: all of them write ``${…}`` alike.
    """

    names: str
    at: Words
    becomes: str
    apply: Callable[[Place], None]
    anywhere: bool = False


def translate(reading: Reading) -> None:
    """Say in the words of here what the file says in those of another engine."""
    spaces = dialect_of(reading.root)
    if spaces is None:
        return
    for element in list(reading.root.iter()):
        for row in _BY_KIND.get(kind(element), ()):
            if spaces or row.anywhere:
                row.apply(Place(reading, element, spaces))


_TASK: Final = words("userTask")
_ASSIGNMENT: Final = "zeebe:assignmentDefinition"

TRANSLATIONS: Final = (
    Translation("no isExecutable (Flowable, Activiti)", words("process"), 'isExecutable="true"', rules.executable),
    Translation("versionTag", words("process"), "zeebe:versionTag", rules.simple("versionTag", "versionTag", "value")),
    Translation(
        "historyTimeToLive: days or a duration", words("process"), "the property ringi:historyTimeToLive", rules.time_to_live
    ),
    Translation("assignee", _TASK, _ASSIGNMENT, rules.simple("assignee", "assignmentDefinition", "assignee")),
    *(
        Translation(name, _TASK, _ASSIGNMENT, rules.simple(name, "assignmentDefinition", name))
        for name in ("candidateGroups", "candidateUsers")
    ),
    Translation("BPMN's humanPerformer, potentialOwner with user(…), group(…) or a group", _TASK, _ASSIGNMENT, rules.owners),
    Translation("dueDate: a date or a plain expression", _TASK, "zeebe:taskSchedule", rules.moment("dueDate")),
    Translation("followUpDate: a date or a plain expression", _TASK, "zeebe:taskSchedule", rules.moment("followUpDate")),
    Translation("priority", _TASK, "zeebe:priorityDefinition", rules.simple("priority", "priorityDefinition", "priority")),
    Translation("formRef with formRefBinding latest or deployment", _TASK, "zeebe:formDefinition", rules.form),
    Translation("topic with type external or external-worker", _JOBS, "zeebe:taskDefinition type", rules.topic),
    Translation(
        "decisionRef with resultVariable and mapDecisionResult singleEntry or collectEntries",
        words("businessRuleTask"),
        "zeebe:calledDecision; the hit policy of the table says whether the result is a list",
        rules.decision,
    ),
    Translation(
        "calledElement with in, out, inheritVariables, calledElementBinding latest, deployment or versionTag",
        words("callActivity"),
        "zeebe:calledElement that gives and takes only what is mapped",
        rules.call,
    ),
    Translation(
        "collection: a variable or plain expression; elementVariable",
        words("multiInstanceLoopCharacteristics"),
        "zeebe:loopCharacteristics",
        rules.loop,
    ),
    Translation(
        "inputOutput of texts, plain expressions, lists and maps; outputs where the element has no other results",
        words("userTask serviceTask sendTask scriptTask businessRuleTask task manualTask subProcess transaction"),
        "zeebe:ioMapping",
        rules.parameters,
    ),
    Translation("resultVariable of a script in feel, or plain in juel", words("scriptTask"), "zeebe:script", rules.script),
    Translation("plain ${…}", _EXPRESSIONS, "FEEL", rules.expression, anywhere=True),
    Translation("plain ${…} as a name", words("message signal"), "FEEL", rules.name_of, anywhere=True),
)
"""Every setting that is translated, on the conditions that its row names."""

_BY_KIND: Final = {name: [row for row in TRANSLATIONS if name in row.at] for row in TRANSLATIONS for name in row.at}
