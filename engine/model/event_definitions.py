"""What events wait for and throw (BPMN 2.0 §10.5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.model.expression import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDefinition:
    """`kind` is date, duration or cycle (BPMN 2.0 §10.5.5); the text is ISO 8601, or cron for a cycle.

    `missed` tells what becomes of firings of a cycle that nobody was there for: ``once`` (one for all), ``skip``, or ``all``,
    each after a `pause`. `calendar` names the calendar whose working time counts, None for the clock.
    """

    kind: str
    expression: Expression
    missed: str = "once"
    pause: timedelta = timedelta(seconds=1)
    calendar: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDefinition:
    """`correlation_key` is absent at process start events, which start an instance for every message."""

    name: Expression
    correlation_key: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition:
    """`code` None catches every error; at an end event it is required."""

    code: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDefinition:
    """`code` None catches every escalation; where one is thrown it is required."""

    code: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDefinition:
    """A signal reaches everybody who waits for its name."""

    name: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalDefinition:
    """Happens when the condition becomes true, asked when it is reached and whenever a variable in it is written.

    `variables`, where there are any, are those whose writing has it asked instead (`zeebe:conditionalFilter`).
    """

    condition: Expression
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDefinition:
    """A jump inside a scope; `target` is the catching link event of the same name, None at that event itself."""

    name: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition:
    """Ends the enclosing scope and everything in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationDefinition:
    """Undo `activity`, or with None all of the scope; `wait` for that to end. Events that catch have neither."""

    activity: str | None = None
    wait: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDefinition:
    """Fails a transaction, or catches that."""


SingleDefinition = (
    CompensationDefinition
    | CancelDefinition
    | TimerDefinition
    | MessageDefinition
    | ErrorDefinition
    | EscalationDefinition
    | SignalDefinition
    | ConditionalDefinition
    | LinkDefinition
    | TerminateDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleDefinition:
    """Several definitions of one event (BPMN 2.0 §10.5.1): one that catches waits for any of them, or `parallel` for all.

    One that throws throws them all.
    """

    definitions: tuple[SingleDefinition, ...]
    parallel: bool = False


EventDefinition = SingleDefinition | MultipleDefinition
DefinitionKind = type[SingleDefinition]
