"""The journal of an instance in plain words, in the user's language.

A row of the journal is one transaction: who did what through which door, and the kernel's events. Events that only move tokens
are left out; what remains is what a person would tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.http.instances.facts import fact, variables_written
from runtime.http.instances.names import Names
from runtime.i18n import N_, gettext
from runtime.processes.views import JournalRow

_COMMANDS = {
    "StartInstance": N_("Started"),
    "CompleteUserTask": N_("Completed a task"),
    "AssignUserTask": N_("Assigned a task"),
    "CompleteJob": N_("Automatic work was done"),
    "FailJob": N_("Automatic work failed"),
    "ThrowError": N_("Automatic work ended in an error"),
    "TriggerTimer": N_("A timer went off"),
    "CorrelateMessage": N_("A message arrived"),
    "ResolveIncident": N_("Tried again"),
    "SetVariables": N_("Changed variables"),
    "CancelInstance": N_("Cancelled"),
    "SuspendInstance": N_("Suspended"),
    "ResumeInstance": N_("Resumed"),
    "ModifyInstance": N_("Moved tokens"),
    "MigrateInstance": N_("Migrated to another version"),
    "SendBackUserTask": N_("Sent a task back"),
    "WithdrawUserTask": N_("Took a task back"),
    "HandOverUserTask": N_("Handed a task over"),
    "AddCoSigner": N_("Asked for a co-signature"),
    "RefuseCoSignature": N_("Refused to co-sign"),
    "ContinueInstance": N_("Went on"),
    "ActivateAdHocElements": N_("Began steps"),
}

_HEADS = {
    "CompleteUserTask": "UserTaskCompleted",
    "AssignUserTask": "UserTaskAssigned",
    "SendBackUserTask": "UserTaskSentBack",
    "WithdrawUserTask": "UserTaskWithdrawn",
    "HandOverUserTask": "UserTaskHandedOver",
    "AddCoSigner": "CoSignerAdded",
    "RefuseCoSignature": "CoSignatureGiven",
    "CompleteJob": "JobCompleted",
    "FailJob": "JobFailed",
    "TriggerTimer": "TimerTriggered",
    "CorrelateMessage": "MessageCorrelated",
}
"""The event that says what a command did better than the command's name; it becomes the headline."""

_DOORS = {
    "ui": N_("on the screen"),
    "api": N_("through the API"),
    "import": N_("by import"),
    "process": N_("by a process"),
    "cli": N_("on the command line"),
    "system": N_("automatically"),
    "public": N_("through a public form"),
}


_REASONS = (
    (re.compile(r"message (.+)"), N_("by the message %(name)s")),
    (re.compile(r"(timer) start event"), N_("by a timer")),
    (re.compile(r"task .+|job .+|timer due|continued after .+"), ""),
)
"""Reasons that the platform writes itself, and how a person reads them; "" where the headline says it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What happened in one transaction. `trouble` marks rows in which an incident was raised."""

    seq: int
    at: datetime
    who: str
    door: str
    headline: str
    why: str
    facts: tuple[str, ...]
    trouble: bool


def tell(rows: Iterable[JournalRow], names: Names) -> list[Line]:
    """The rows in words, in their order."""
    return [_line(row, names) for row in rows]


def learn(rows: Iterable[JournalRow], names: Names) -> None:
    """Learn names from rows that are not shown."""
    for row in rows:
        for event in row.events:
            names.learn(event)


def _line(row: JournalRow, names: Names) -> Line:
    for event in row.events:
        names.learn(event)
    head = next((event for event in row.events if event["event"] == _HEADS.get(row.command)), None)
    told = (fact(event, names) for event in row.events if event is not head)
    written = variables_written(row.events)
    return Line(
        seq=row.seq,
        at=row.at,
        who=row.actor_name or row.actor,
        door=gettext(_DOORS[row.via]) if row.via in _DOORS else row.via,
        headline=_headline(row.command) if head is None else fact(head, names),
        why=_reason(row.why),
        facts=tuple(dict.fromkeys(one for one in (*told, written) if one)),
        trouble=any(event["event"] == "IncidentRaised" for event in row.events),
    )


def _headline(command: str) -> str:
    return gettext(_COMMANDS[command]) if command in _COMMANDS else command


def _reason(why: str) -> str:
    for pattern, text in _REASONS:
        found = pattern.fullmatch(why)
        if found:
            return gettext(text, name=found.group(1)) if text else ""
    return why


def path(rows: Sequence[JournalRow], definition_key: str) -> tuple[dict[str, int], set[str]]:
    """How often each element of the diagram ended, and the flows that were taken; called processes are other diagrams."""
    own: dict[int, str] = {}
    ended: dict[str, int] = {}
    flows: set[str] = set()
    for event in (event for row in rows for event in row.events):
        if event["event"] == "ElementActivated" and event["process"] == definition_key:
            own[event["key"]] = event["element"]
        elif event["event"] == "ElementCompleted" and event["key"] in own:
            ended[own[event["key"]]] = ended.get(own[event["key"]], 0) + 1
        elif event["event"] == "FlowTaken" and event["scope"] in own:
            flows.add(event["flow"])
    return ended, flows
