"""Facts about what an element instance hears of: messages, signals and conditions, and what is kept of them for later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.feel import Value

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact

Variables = Mapping[str, Value]


@fact(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionOpened:
    """`repeatable` stays open after a message (non-interrupting boundary event). `definition` as in `TimerScheduled`."""

    subscription: int
    key: int
    element: str
    message: str
    correlation_key: str
    repeatable: bool = False
    definition: int = 0


@fact(frozen=True, slots=True, kw_only=True)
class MessageCorrelated:
    """A message was received; the subscription is closed unless it is repeatable."""

    subscription: int
    variables: Variables
    message_id: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionClosed:
    """No message is expected any more."""

    subscription: int


@fact(frozen=True, slots=True, kw_only=True)
class InputKept:
    """Something reached a suspended instance and is kept until it is resumed; `wait` is the wait that it is for.

    `kind` is ``message``, ``signal``, ``job`` (its result), ``error`` (a BPMN error of the job, with `code` and `message`),
    or what a listener answered: ``denial``, ``corrections``.
    `together` is the first that one signal left at several waits; it reaches all of them before anything goes on.
    """

    kept: int
    key: int
    element: str
    wait: int
    kind: str
    variables: Variables
    message_id: str | None = None
    code: str = ""
    message: str = ""
    together: int | None = None


@fact(frozen=True, slots=True, kw_only=True)
class InputReleased:
    """What was kept is taken up now, or nobody waits for it any more."""

    kept: int


@fact(frozen=True, slots=True, kw_only=True)
class SignalSubscriptionOpened:
    """`repeatable` stays open after a signal (events that do not interrupt). `definition` as in `TimerScheduled`."""

    subscription: int
    key: int
    element: str
    signal: str
    repeatable: bool = False
    definition: int = 0


@fact(frozen=True, slots=True, kw_only=True)
class SignalCaught:
    """A signal was received; the subscription is closed unless it is repeatable."""

    subscription: int
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class SignalSubscriptionClosed:
    """No signal is expected any more."""

    subscription: int


@fact(frozen=True, slots=True, kw_only=True)
class ConditionOpened:
    """The condition of the event `element` is watched. `holds` is what it was when last looked at.

    `repeatable` stays open when it became true (events that do not interrupt). `definition` as in `TimerScheduled`.
    """

    condition: int
    key: int
    element: str
    repeatable: bool = False
    holds: bool = False
    definition: int = 0


@fact(frozen=True, slots=True, kw_only=True)
class ConditionTriggered:
    """The condition became true; it is closed unless it is repeatable."""

    condition: int


@fact(frozen=True, slots=True, kw_only=True)
class ConditionChanged:
    """The condition changed, and nothing happens because of that."""

    condition: int
    holds: bool


@fact(frozen=True, slots=True, kw_only=True)
class ConditionClosed:
    """The condition is watched no more."""

    condition: int


@fact(frozen=True, slots=True, kw_only=True)
class TriggerKept:
    """One of the definitions of the parallel multiple event `element` happened; it is kept until all the others have."""

    kept: int
    key: int
    element: str
    definition: int
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class TriggerReleased:
    """All have happened and the event goes on with what was kept, or nobody waits for it any more."""

    kept: int
