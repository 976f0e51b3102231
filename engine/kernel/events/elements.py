"""Facts about tokens, element instances, variables and the instance as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from engine.feel import Value

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact

Variables = Mapping[str, Value]
Plain = Any
"""Plain JSON data."""


@fact(frozen=True, slots=True, kw_only=True)
class ElementActivated:
    """A token reached an element. Root and called processes are element instances too (`element` is the process id).

    `process` is the definition key; `variables` None means that it has none of its own (yet). `flow` is the
    sequence flow that brought the token. `loop_index` counts from 1 on the inner instances of a multi-instance body.
    `arrived` is set on joins: the tokens they have so far, by incoming flow.
    """

    key: int
    element: str
    process: str
    parent: int | None
    flow: str | None = None
    variables: Variables | None = None
    loop_index: int | None = None
    arrived: Mapping[str, int] | None = None


@fact(frozen=True, slots=True, kw_only=True)
class ElementEntered:
    """The behaviour of the element ran and the element now waits (for work, its contents, or other tokens)."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class ElementCompleted:
    """The element instance ended as it should."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class ElementTerminated:
    """The element instance was ended from outside: interrupted, or cancelled with its scope."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class FlowTaken:
    """`scope` is the element instance in which the flow lies."""

    flow: str
    scope: int


@fact(frozen=True, slots=True, kw_only=True)
class TokenJoined:
    """A further token reached a join that already waits as `key`."""

    key: int
    flow: str


@fact(frozen=True, slots=True, kw_only=True)
class StartQuantityReached:
    """As many tokens have come to the activity `key` as it needs: it begins, and the next token is the first of the next."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class GatewayActivated:
    """The activation condition of a complex gateway holds: it used up a token of each of the flows `consumed`.

    It waits for reset now: for the tokens that can still come by its other incoming flows.
    """

    key: int
    consumed: tuple[str, ...]


@fact(frozen=True, slots=True, kw_only=True)
class AdHocElementsChosen:
    """These elements of the ad-hoc sub-process `key` are to begin, in this order; a person chose them where `by` is given."""

    key: int
    elements: tuple[str, ...]
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class AdHocElementBegun:
    """The first of the chosen elements that had not begun gets a token."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class VariablesWritten:
    """`variables` were written to the scope of the element instance `key`; it is opened when there was none."""

    key: int
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class LoopStarted:
    """A multi-instance body knows its items (null for each turn of a cardinality).

    `collect` tells that outputs are to be kept.
    """

    key: int
    items: tuple[Value, ...]
    collect: bool = True


@fact(frozen=True, slots=True, kw_only=True)
class LoopItemCompleted:
    """`index` counts from 1; `output` is the value for the output collection."""

    key: int
    index: int
    output: Value = None


@fact(frozen=True, slots=True, kw_only=True)
class MessageThrown:
    """To be published by the runtime in the same transaction."""

    key: int
    element: str
    message: str
    correlation_key: str
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class SignalThrown:
    """What waits for it in this instance catches it next; the runtime tells all others."""

    key: int
    element: str
    signal: str
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    """A BPMN error left the element instance; what catches it, if anything, is activated next."""

    key: int
    element: str
    code: str
    message: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class EscalationThrown:
    """An escalation was thrown; `caught_by` is the event that caught it, None when nobody did."""

    key: int
    element: str
    code: str
    caught_by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class DecisionEvaluated:
    """`trace` is what `engine.dmn` recorded, as plain data.

    `inputs`, all that the decision could see, stay out of the journal.
    """

    key: int
    element: str
    decision: str
    result: Value
    inputs: Variables = field(default_factory=dict, compare=False, metadata={"journal": False})
    trace: Plain = None


@fact(frozen=True, slots=True, kw_only=True)
class ProcessCalled:
    """A call activity resolved which definition it calls."""

    key: int
    element: str
    process: str


@fact(frozen=True, slots=True, kw_only=True)
class StepBudgetUsedUp:
    """The runtime must send `ContinueInstance` in a next transaction."""

    steps: int


@fact(frozen=True, slots=True, kw_only=True)
class InstanceCompleted:
    """The root process ended; `variables` are those of its scope."""

    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class ElementMigrated:
    """The element instance is one of `element` in the definition `process` now.

    `renamed` are the elements of its waits, old to new; `arrived` and `consumed` the tokens of a join by the flows
    of the new version.
    """

    key: int
    element: str
    process: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    arrived: Mapping[str, int] | None = None
    consumed: tuple[str, ...] = ()


@fact(frozen=True, slots=True, kw_only=True)
class CompensationKept:
    """The element instance `instance` is about to complete; the scope `key` keeps what is needed to undo it."""

    key: int
    instance: int
    handler: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class CompensationTriggered:
    """The element instance `key` undoes what `scope` kept of the element instances `records`."""

    key: int
    scope: int
    records: tuple[int, ...]


@fact(frozen=True, slots=True, kw_only=True)
class CompensationStarted:
    """The last of what `key` has to undo is begun, in the sub-process `into` that was entered again, if in one."""

    key: int
    into: int | None = None


@fact(frozen=True, slots=True, kw_only=True)
class ExecutorStateChanged:
    """The state of an executor other than the kernel, kept at the root `key`, changed (`engine.kernel.deltas`)."""

    key: int
    changes: Plain


@fact(frozen=True, slots=True, kw_only=True)
class InstanceSuspended:
    """Somebody stopped the instance for a while: it takes no step until it is resumed."""

    reason: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class InstanceResumed:
    """The instance goes on where it was; what reached it meanwhile is taken up next."""


@fact(frozen=True, slots=True, kw_only=True)
class InstanceCancelled:
    """Somebody ended the instance; everything in it was terminated before."""

    reason: str = ""
