"""Facts about what people do with user tasks among themselves: hand over, take back, sign together."""

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
class UserTaskSentBack:
    """`by` gave the task back to `element`, an earlier one; what that means follows in other events."""

    task: int
    element: str
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskWithdrawn:
    """`by`, who had completed the task of `element`, takes it back; what that means follows in other events."""

    task: int
    element: str
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskHandedOver:
    """`by` gave the task to a person (`assignee`) or to the groups, in place of its candidates (None: those stay)."""

    task: int
    assignee: str | None = None
    candidate_groups: tuple[str, ...] | None = None
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class CoSigningStarted:
    """The user task is completed only when everybody has signed. It is a wait, which gathers what they say.

    `waiting` has a context (user, by, comment) for each who signs in turn and has not been asked yet. `result` are the values
    of the task itself once `done_by` has completed it. `signatures` has a context for each who signed or refused: by,
    approved, comment, result.
    """

    signing: int
    key: int
    element: str
    waiting: tuple[Value, ...] = ()
    done_by: str | None = None
    result: Variables = field(default_factory=dict)
    signatures: tuple[Value, ...] = ()


@fact(frozen=True, slots=True, kw_only=True)
class CoSignerAdded:
    """`by` wants `user` to sign, too, and says why: `together` with the others, or else in turn, when all before are done."""

    signing: int
    user: str
    together: bool = False
    by: str | None = None
    comment: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class CoSignerAsked:
    """It is the turn of `user`; `by` and `comment` are those of the one who wants it."""

    signing: int
    user: str
    by: str | None = None
    comment: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class TaskResultKept:
    """`by` completed the task itself; its values wait for the co-signers."""

    signing: int
    variables: Variables
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class CoSignatureGiven:
    """`by` approved with the co-signer's `task`, or refused: then nobody else is asked, and the task itself is open again."""

    signing: int
    task: int
    approved: bool
    by: str | None = None
    comment: str = ""
    variables: Variables = field(default_factory=dict)


@fact(frozen=True, slots=True, kw_only=True)
class CoSigningEnded:
    """Everybody has signed, or the task closed without being done."""

    signing: int
