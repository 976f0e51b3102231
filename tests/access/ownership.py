"""Routes where it matters whose the thing is: who may use their own, who may use another person's, and how it is tried.

Every route with an argument whose permission is `task.work` or no more than being signed in has an entry here. The words in
braces are fields of `Belongings`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.access.people import DEPUTY, ROLES

WORKERS: Final = frozenset({"staff", "lead", "analyst", "administrator"})
"""Who works on tasks."""
GRANTED: Final = frozenset({"staff", "lead", "administrator"})
"""Who has a grant on the record type at all; staff on their own records only."""
WIDELY: Final = frozenset({"lead", "administrator"})
"""Who has a grant on all records of the type."""
ADMINISTRATOR: Final = frozenset({"administrator"})
NOBODY: Final = frozenset[str]()
EVERYBODY: Final = frozenset(ROLES)
"""Who has signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Who may, by whose the thing is (`others` is None where nothing can be another's), and a request that is in order."""

    own: frozenset[str]
    others: frozenset[str] | None
    values: dict[str, str] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    because: str = ""


_TASK: Final = {"task_id": "{task_id}"}
_DONE: Final = {"task_id": "{done_id}"}
_SIGNED: Final = {"task_id": "{co_signature_id}"}
_CASE: Final = {"type": "case", "record_id": "{record_id}", "id": "{record_id}"}
_AWAY: Final = {"substitute_id": "{substitute_id}"}
_SPAN: Final = {"starts_at": "2099-01-01T00:00:00Z", "ends_at": "2099-02-01T00:00:00Z"}
_DAYS: Final = {"from": "2099-01-01", "until": "2099-01-31"}
_WHY: Final = {"why": "tried"}
_TAKE_OVER: Final = "an administrator takes it over first"
_SEEN: Final = "only those that one may read"
_OWN_HAND: Final = "only who completed it"


def _api(own: frozenset[str], others: frozenset[str] | None, values: dict[str, str], body: Any = None, why: str = "") -> Whose:
    return Whose(own=own, others=others, values=values, json=body, because=why)


def _page(own: frozenset[str], others: frozenset[str] | None, values: dict[str, str], form: Any = None, why: str = "") -> Whose:
    return Whose(own=own, others=others, values=values, form=form, because=why)


_T: Final = "/api/v1/user-tasks/<task_id>"
_R: Final = "/api/v1/records/<type>"
OWNED: Final[dict[str, Whose]] = {
    f"GET {_T}": _api(WORKERS, ADMINISTRATOR, _TASK),
    f"POST {_T}/claim": _api(WORKERS, ADMINISTRATOR, _TASK, {"take_over": True}),
    f"POST {_T}/release": _api(WORKERS, ADMINISTRATOR, _TASK, {}),
    f"POST {_T}/complete": _api(WORKERS, NOBODY, _TASK, {}, _TAKE_OVER),
    f"POST {_T}/send-back": _api(WORKERS, NOBODY, _TASK, {"element": "first", "reason": "tried"}, _TAKE_OVER),
    f"POST {_T}/hand-over": _api(WORKERS, ADMINISTRATOR, _TASK, {"user": DEPUTY, "reason": "tried"}),
    f"POST {_T}/co-signers": _api(WORKERS, NOBODY, _TASK, {"user": DEPUTY, "reason": "tried"}, _TAKE_OVER),
    f"POST {_T}/refuse": _api(WORKERS, NOBODY, _SIGNED, {"reason": "tried"}, _TAKE_OVER),
    f"POST {_T}/withdraw": _api(WORKERS, NOBODY, _DONE, {"reason": "tried"}, _OWN_HAND),
    "POST /api/v1/substitutes": _api(WORKERS, ADMINISTRATOR, {}, {"absent": "{user}", "deputy": DEPUTY, **_SPAN}),
    "DELETE /api/v1/substitutes/<substitute_id>": _api(WORKERS, ADMINISTRATOR, _AWAY),
    "GET /api/v1/record-types/<type>": _api(GRANTED, None, _CASE),
    f"GET {_R}": _api(EVERYBODY, None, _CASE, why=_SEEN),
    f"POST {_R}": _api(GRANTED, WIDELY, _CASE, {"subject": "Tried", "owner": "{user}"}),
    f"GET {_R}/<record_id>": _api(GRANTED, WIDELY, _CASE),
    f"PATCH {_R}/<record_id>": _api(GRANTED, WIDELY, _CASE, {"subject": "Tried"}),
    f"POST {_R}/<record_id>/transition": _api(GRANTED, WIDELY, _CASE, {"stage": "done"}),
    f"POST {_R}/<record_id>/assign": _api(GRANTED, WIDELY, _CASE, {"owner": DEPUTY}),
    f"GET {_R}/<record_id>/timeline": _api(GRANTED, WIDELY, _CASE),
    "GET /tasks/<task_id>": _page(WORKERS, ADMINISTRATOR, _TASK),
    "POST /tasks/<task_id>/claim": _page(WORKERS, ADMINISTRATOR, _TASK, {"take_over": "1"}),
    "POST /tasks/<task_id>/release": _page(WORKERS, ADMINISTRATOR, _TASK, {}),
    "POST /tasks/<task_id>/complete": _page(WORKERS, NOBODY, _TASK, {}, _TAKE_OVER),
    "POST /tasks/<task_id>/send-back": _page(WORKERS, NOBODY, _TASK, {"element": "first", **_WHY}, _TAKE_OVER),
    "POST /tasks/<task_id>/hand-over": _page(WORKERS, ADMINISTRATOR, _TASK, {"to": f"user:{DEPUTY}", **_WHY}),
    "POST /tasks/<task_id>/co-signers": _page(WORKERS, NOBODY, _TASK, {"user": DEPUTY, **_WHY}, _TAKE_OVER),
    "POST /tasks/<task_id>/refuse": _page(WORKERS, NOBODY, _SIGNED, _WHY, _TAKE_OVER),
    "POST /tasks/<task_id>/withdraw": _page(WORKERS, NOBODY, _DONE, _WHY, _OWN_HAND),
    "POST /deputies": _page(WORKERS, ADMINISTRATOR, {}, {"absent": "{user}", "deputy": DEPUTY, **_DAYS}),
    "POST /deputies/<substitute_id>/end": _page(WORKERS, ADMINISTRATOR, _AWAY, {}),
    "GET /records/<type>": _page(EVERYBODY, None, _CASE, why=_SEEN),
    "GET /records/<type>/new": _page(GRANTED, None, _CASE),
    "POST /records/<type>/new": _page(GRANTED, None, _CASE, {"subject": "Tried"}),
    "GET /records/<type>/<id>": _page(GRANTED, WIDELY, _CASE),
    "GET /records/<type>/<id>/edit": _page(GRANTED, WIDELY, _CASE),
    "POST /records/<type>/<id>/edit": _page(GRANTED, WIDELY, _CASE, {"subject": "Tried", "version": "1"}),
    "POST /records/<type>/<id>/move": _page(GRANTED, WIDELY, _CASE, {"stage": "done"}),
    "POST /records/<type>/<id>/note": _page(GRANTED, WIDELY, _CASE, {"text": "Tried"}),
    "POST /records/<type>/<id>/assign": _page(GRANTED, WIDELY, _CASE, {"owner": DEPUTY}),
}
