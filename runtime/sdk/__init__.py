"""The door for packages: job handlers and what they may touch. It imports nothing else of the platform.

A handler is a function with the decorator `handler`; the package's manifest names the modules that hold them::

    @handler("crm.normalise_request")
    def normalise_request(job: Job) -> Mapping[str, Value]:
        return {"email": str(job.variables.get("email") or "").strip().lower()}

*Local* handlers (the default) run inside the transaction that advances the process: exactly once, no input or output outside
the database. *Call* handlers (``kind="call"``) run outside any transaction, at least once, with `job.key` as idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Any, Literal, Protocol

Value = Any
Values = Mapping[str, Value]
"""FEEL values: None, bool, Decimal, str, date, time, datetime, durations, lists and dicts of them."""

HandlerKind = Literal["local", "call"]


class BpmnError(Exception):
    """Ends the job in a BPMN error that an error boundary event may catch."""

    def __init__(self, code: str, message: str = "", variables: Values | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.variables = dict(variables or {})


class JobFailure(Exception):
    """The work failed; it is tried again while there are retries, then it is an incident. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for (RFC 9110 §10.2.3: a number, or a date); None when it says nothing.

    For `JobFailure`: ``raise JobFailure("busy", retry_after=retry_after(answer.headers.get("Retry-After")))``.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())


class Denied(Exception):
    """Refuses that a user task is assigned or completed: for handlers that listen to that. The person is shown the `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Corrections:
    """What a handler that listens to a user task gives back to set attributes of the task.

    `values` may hold ``assignee``, ``candidate_groups``, ``candidate_users``, ``due_date``, ``follow_up_date``, ``priority``.
    """

    values: Values


class Records(Protocol):
    """Records as a local handler sees them, in the running transaction, with the process as actor.

    Records are plain dicts with ``id``.
    """

    def create(self, type: str, values: Values) -> dict[str, Value]: ...
    def get(self, type: str, id: str) -> dict[str, Value] | None: ...
    def update(self, type: str, id: str, values: Values) -> dict[str, Value]: ...
    def transition(
        self, type: str, id: str, stage: str, values: Values | None = None, reason: str | None = None
    ) -> dict[str, Value]: ...
    def assign(self, type: str, id: str, user: str | None) -> dict[str, Value]: ...
    def find(
        self, type: str, where: Values | None = None, order: Sequence[str] = (), limit: int = 100
    ) -> list[dict[str, Value]]:
        """`where` maps field to value (equality; a list means one of); `order` lists fields, ``-`` in front for descending."""
        ...

    def note(self, type: str, id: str, kind: str, text: str, data: Values | None = None) -> None:
        """Add a line to the record's timeline."""
        ...

    def users(self, role: str) -> list[dict[str, Value]]:
        """Active users with a role: ``id``, ``name``, ``language``; ordered by id."""
        ...


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of work of a running process. `key` is stable over retries.

    `listener` tells what a listener's job listens to: ``start``, ``end`` or ``beforeAll`` of the element, or ``creating``,
    ``assigning`` or ``completing`` of its user task, which `headers` describe then; "" for other work.
    `records` and `publish` exist for local handlers only.
    """

    type: str
    key: str
    instance: str
    element: str
    now: datetime
    variables: Values
    headers: Mapping[str, str] = field(default_factory=dict)
    listener: str = ""
    retries: int = 3
    language: str = "en"
    records: Records = None  # type: ignore[assignment]
    publish: Callable[[str, str, Values], None] = None  # type: ignore[assignment]
    """Publish a message: name, correlation key, variables."""


HandlerFunction = Callable[[Job], Values | Corrections | None]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A registered handler: the job type it serves and how it runs."""

    type: str
    kind: HandlerKind
    function: HandlerFunction
    owner: str = ""


_MARK = "_ringi_handler"


def handler(type: str, *, kind: HandlerKind = "local") -> Callable[[HandlerFunction], HandlerFunction]:
    """Declare the function as the handler of a job type."""

    def mark(function: HandlerFunction) -> HandlerFunction:
        setattr(function, _MARK, Handler(type=type, kind=kind, function=function))
        return function

    return mark


def handlers_in(module: ModuleType) -> list[Handler]:
    """The handlers a module declares, in order of definition."""
    marked = (getattr(value, _MARK, None) for value in vars(module).values())
    return [h for h in marked if isinstance(h, Handler)]
