"""Facts about listeners; their jobs are `JobCreated` with a `listener`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from engine.feel import Value

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact

Variables = Mapping[str, Value]


@fact(frozen=True, slots=True, kw_only=True)
class ListenersCompleted:
    """All that listen to ``start``, ``end`` or ``beforeAll`` at the element instance are through; it goes on."""

    key: int
    listener: str


@fact(frozen=True, slots=True, kw_only=True)
class StartHeld:
    """The process or event sub-process `key` begins at the elements `at` as soon as its start listeners are through.

    `variables` are what its start event brought. `by_hand` tells that a person chose where it begins.
    """

    held: int
    key: int
    element: str
    at: tuple[str, ...]
    variables: Variables = field(default_factory=dict)
    by_hand: bool = False


@fact(frozen=True, slots=True, kw_only=True)
class StartReleased:
    """The scope begins now, or is gone."""

    held: int


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskChangeBegun:
    """The user task is about to change, and its listeners to that are asked first. It is a wait, of the element `element`.

    `listener` is ``creating``, ``assigning`` or ``completing``; a task that is created has no `task` yet. `changes` are its
    attributes after the change (assignee, candidate_groups, candidate_users, due_date, follow_up_date, priority), those that
    listeners corrected included, which are named in `corrected`; `variables` are the values of who completes it. `handed_over`
    tells that `by` gives it to somebody else.
    """

    change: int
    key: int
    element: str
    listener: str
    task: int | None = None
    changes: Variables = field(default_factory=dict)
    corrected: tuple[str, ...] = ()
    variables: Variables = field(default_factory=dict)
    by: str | None = None
    on_behalf_of: str | None = None
    handed_over: bool = False


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCorrected:
    """A listener set attributes of the user task that is about to change."""

    change: int
    corrections: Variables


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskDenied:
    """A listener refused the change, and says why: the user task stays as it was."""

    change: int
    task: int
    listener: str
    reason: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskChangeEnded:
    """All listeners agreed, and the change follows; or the user task ended before."""

    change: int
    task: int | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskUpdated:
    """These attributes of the user task have other values, named as in `UserTaskChangeBegun`."""

    task: int
    changes: Variables
