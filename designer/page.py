"""What the editor page tells its script, as data: the diagram, addresses, texts in the user's language."""

from __future__ import annotations

from typing import Any

from flask import url_for

from designer.checking import Report
from designer.palette import DRAWN, EVENT_SUB_PROCESS_STARTS, RUNNABLE
from runtime.http.csrf import csrf_token
from runtime.i18n import _, current_language

_ID = "ID"
"""Stands for the draft's id in addresses; the script puts it in once the draft exists."""


def island(*, xml: bytes, resource: str, base: str | None, draft: tuple[str, int] | None, report: Report) -> dict[str, Any]:
    """The JSON data of the editor page. `draft` is id and revision of a draft that exists already."""
    return {
        "xml": xml.decode("utf-8", "replace"),
        "resource": resource,
        "language": current_language(),
        "token": csrf_token(),
        "runnable": [*RUNNABLE, *DRAWN, *(f"EventSubProcess:{kind}" for kind in EVENT_SUB_PROCESS_STARTS)],
        "draft": {"id": draft and draft[0], "revision": draft and draft[1], "base": base},
        "problems": report.as_json(),
        "urls": {
            "check": url_for("designer.check"),
            "create": url_for("designer.create_draft"),
            "save": url_for("designer.save_draft", draft_id=_ID),
            "deploy": url_for("designer.plan", draft_id=_ID),
        },
        "strings": _strings(),
        "messages": {},
        "hints": _hints(),
    }


def _strings() -> dict[str, str]:
    return {
        "unsaved": _("Not saved yet"),
        "saving": _("Saving …"),
        "saved": _("Draft saved {time}"),
        "offline": _("The server does not answer. Your changes stay in this window and are saved as soon as it does."),
        "refused": _("The server refused this. Load the page again; your draft is kept."),
        "unreadable": _("This diagram cannot be drawn."),
    }


def _hints() -> dict[str, str]:
    """Sentences under fields of the properties panel, by the field's id there."""
    expression = _("A fixed text, or a FEEL expression that starts with =.")
    return {
        "assignmentDefinitionAssignee": _("A user's sign-in name. {expression}").format(expression=expression),
        "assignmentDefinitionCandidateGroups": _("Names of roles, separated by commas. Empty: the name of the lane."),
        "taskScheduleDueDate": _("A date and time such as 2026-03-31T17:00:00+09:00, or an expression that gives one."),
        "conditionExpression": _("A FEEL expression that is true or false, for example: amount > 1000"),
        "messageSubscriptionCorrelationKey": _("Which instance a message is for: an expression over its variables."),
        "formId": _("The id inside the form's file, which is deployed together with this diagram."),
    }
