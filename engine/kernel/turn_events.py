"""What a multi-instance throws when an inner instance completes (`behavior`, BPMN 2.0 §10.3.8).

It is thrown from the body, so its boundary events catch it; one that interrupts ends all turns (§13.5.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.kernel import evaluation
from engine.kernel.codes import Code, Failure
from engine.kernel.throwing import Thrower, Thrown
from engine.model.process import TurnEvents


def plan(thrower: Thrower, throws: Sequence[TurnEvents], ask: evaluation.Evaluator) -> list[Thrown] | Failure:
    """What the body throws now, seen from the inner instance that completes; `ask` knows the counters of the loop.

    A failure has a code with which the end of the turn is tried again, not its work.
    """
    plans: list[Thrown] = []
    for wanted in _wanted(thrower, throws, ask):
        if isinstance(wanted, Failure):
            return wanted
        planned = thrower.plan_all(wanted.definitions)
        if isinstance(planned, Failure):
            return Failure(Code.LOOP_EVENT_FAILED, planned.message)
        plans += planned
    return plans


def _wanted(thrower: Thrower, throws: Sequence[TurnEvents], ask: evaluation.Evaluator) -> Iterator[TurnEvents | Failure]:
    loop = thrower.instance.loop
    assert loop is not None, "only a body has turns"
    for events in throws:
        if events.first_only and loop.completed:
            continue
        holds = events.condition is None or ask.boolean(
            events.condition, f"The condition of an event that {thrower.label!r} throws"
        )
        if isinstance(holds, Failure):
            yield holds
        elif holds:
            yield events
