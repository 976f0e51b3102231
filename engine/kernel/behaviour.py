"""What a BPMN element is to the kernel: a handful of functions with defaults, put together in one module per element.

The life of an element instance: a token *arrives* and activates it; *enter* runs its behaviour, which has finished at once
or waits; what it waits for *triggers* it, or the last token in it ends (*emptied*); then output mappings run and it leaves
by its *flows*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel import flows, lifecycle
from engine.kernel.codes import Failure
from engine.kernel.progress import FINISHED, Entered
from engine.kernel.state import ElementInstance
from engine.model.process import Element, SequenceFlow

if TYPE_CHECKING:
    from engine.kernel.step import Step

Variables = Mapping[str, Value]
Enter = Callable[["Step", ElementInstance, Element], Entered]
Arrive = Callable[["Step", ElementInstance, Element, SequenceFlow], None]
Trigger = Callable[["Step", ElementInstance, Element, Variables], None]
Emptied = Callable[["Step", ElementInstance, Element], None]
TurnEnded = Callable[["Step", ElementInstance, Element, ElementInstance], Failure | None]
LookAgain = Callable[["Step", ElementInstance, Element], None]
Leave = Callable[["Step", ElementInstance, Element], None]
ChooseFlows = Callable[["Step", ElementInstance, Element], Sequence[str] | Failure]


def pass_through(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Nothing to do here: the token goes on."""
    return FINISHED


def complete_itself(step: Step, instance: ElementInstance, caught: Element, variables: Variables) -> None:
    """What the element waited for is its completion."""
    lifecycle.complete(step, instance, caught, variables)


def _has_no_contents(step: Step, instance: ElementInstance, element: Element) -> None:
    raise AssertionError(f"{element.type} {element.id!r} has no contents that could end")


def _has_no_turns(step: Step, instance: ElementInstance, element: Element, inner: ElementInstance) -> Failure | None:
    raise AssertionError(f"{element.type} {element.id!r} has no turns")


def _waits_for_nobody(step: Step, instance: ElementInstance, element: Element) -> None:
    """What others do makes no difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One row of the element table. A function that fails returns `Failure` before it emits anything.

    `arrive` makes an element instance in a scope of a token on a flow. `enter` runs when the token is there and the inputs
    are mapped. `trigger` runs when the event `caught` (the element itself, a boundary event of it, or one behind it)
    happened. `emptied` runs when the last element instance inside ended, `turn_ended` when an inner instance of a
    multi-instance body did its work. `flows` chooses the outgoing flows; what is not left by flows ends itself in `leave`.
    `look_again` runs at an open join, when all is at rest and tokens of its scope have moved. Where it is `straight`, `enter`
    only reads variables and never waits, unless it fails.
    """

    enter: Enter = pass_through
    arrive: Arrive = flows.arrive
    trigger: Trigger = complete_itself
    emptied: Emptied = _has_no_contents
    turn_ended: TurnEnded = _has_no_turns
    flows: ChooseFlows = flows.all_that_hold
    leave: Leave | None = None
    look_again: LookAgain = _waits_for_nobody
    straight: bool = False
