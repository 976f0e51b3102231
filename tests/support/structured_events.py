"""The definitions of the events in random processes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    EventDefinition,
    SingleDefinition,
    TerminateDefinition,
)
from tests.support import structured_process as s
from tests.support.process_builder import any_of, conditional, error, escalation, message, signal, these, timer


def several(kinds: Sequence[str], name: str, *, parallel: bool = False, code: str | None = None) -> EventDefinition:
    """An event called `name` that waits for any of several things, or, `parallel`, for all of them."""
    definitions = [definition(kind, name, code=code_of(kind, code)) for kind in kinds]
    return these(*definitions) if parallel else any_of(*definitions)


def code_of(kind: str, signal: str | None) -> str | None:
    """The code of one of several definitions: events that wait for several things name one signal, and one of each code."""
    return {"signal": signal or "s0", "escalation": "x0", "error": s.ERROR}.get(kind)


def beside(event: s.Event, name: str) -> EventDefinition:
    """What an event beside an activity waits for."""
    if event.kinds:
        return several(event.kinds, name, parallel=event.parallel, code=event.code)
    return definition(event.kind, name, code=event.code)


def thrown(main: SingleDefinition, also: Sequence[str], name: str) -> EventDefinition:
    """What an event called `name` throws: `main`, and what has the codes `also`."""
    return any_of(main, *(_of_code(code, name) for code in also)) if also else main


def _of_code(code: str, name: str) -> SingleDefinition:
    if code == "m":
        return message(f"told{name}", "=1")
    return signal(code) if code.startswith("s") else escalation(code)


def definition(kind: str, name: str, *, code: str | None = None) -> SingleDefinition:
    """What an event called `name` waits for or throws."""
    match kind:
        case "message" | "receive":
            return message(f"m{name}", "=1")
        case "signal":
            return signal(code or "s0")
        case "timer":
            return timer("duration", "PT1H")
        case "cycle":
            return timer("cycle", "R3/PT1H")
        case "conditional":
            return conditional(f"=c{name} = true")
        case "escalation":
            return escalation(code)
        case "terminate":
            return TerminateDefinition()
        case "compensate":
            return CompensationDefinition()
        case "cancel":
            return CancelDefinition()
    return error(code)
