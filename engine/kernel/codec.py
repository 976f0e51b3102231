"""Events and element instances as JSON, exactly: names of our own, FEEL values by `engine.feel.dump` and `load`.

What stands at its default is left out. A field's type decides how it is written; a type that is not in the table stops the
import, so no field can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime
from typing import Any, cast, get_args

from engine.feel import dump, load
from engine.kernel import few
from engine.kernel.events import (
    ConditionOpened,
    CoSigningStarted,
    Event,
    IncidentRaised,
    InputKept,
    JobCreated,
    MessageSubscriptionOpened,
    SignalSubscriptionOpened,
    StartHeld,
    TimerScheduled,
    TriggerKept,
    UserTaskChangeBegun,
    UserTaskCreated,
)
from engine.kernel.state import ElementInstance, Loop, Phase, Undo, Wait

Json = Any
"""What `json.dumps` takes: None, bool, int, float, str, lists and dicts with str keys."""

EVENT = "event"
"""The key under which the name of an event stands."""


def _same(found: Any) -> Any:
    return found


def _dump_variables(variables: Mapping[str, Any]) -> Json:
    return dump(dict(variables))


def _load_values(found: Json) -> tuple[Any, ...]:
    return tuple(load(found))


def _optional(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda found: None if found is None else convert(found)


def _loop_to_json(loop: Loop) -> Json:
    return _to_json(loop)


def _loop_from_json(found: Json) -> Loop:
    return cast(Loop, _from_json(Loop, found))


def _wait_from_json(found: Json) -> Wait:
    return cast(Wait, event_from_json(found))


def _undo_to_json(found: list[Undo] | None) -> Json:
    return None if found is None else [_to_json(undo) for undo in found]


def _undo_from_json(found: Json) -> list[Undo] | None:
    return None if found is None else [cast(Undo, _from_json(Undo, undo)) for undo in found]


_Pair = tuple[Callable[[Any], Json], Callable[[Json], Any]]

_TYPES: Mapping[str, _Pair] = {
    "int": (_same, _same),
    "int | None": (_same, _same),
    "str": (str, _same),
    "str | None": (_same, _same),
    "bool": (_same, _same),
    "Value": (dump, load),
    "Plain": (_same, _same),
    "Variables": (_dump_variables, load),
    "Variables | None": (_optional(_dump_variables), _optional(load)),
    "dict[str, Value] | None": (_optional(_dump_variables), _optional(load)),
    "tuple[Value, ...]": (lambda found: dump(list(found)), _load_values),
    "list[Value]": (dump, load),
    "tuple[str, ...]": (list, tuple),
    "tuple[str, ...] | None": (_optional(list), _optional(tuple)),
    "Mapping[str, str]": (dict, _same),
    "Mapping[str, int] | None": (_optional(dict), _same),
    "Mapping[str, int]": (dict, _same),
    "datetime": (datetime.isoformat, datetime.fromisoformat),
    "datetime | None": (_optional(datetime.isoformat), _optional(datetime.fromisoformat)),
    "Phase": (str, Phase),
    "tuple[int, ...]": (list, tuple),
    "list[Undo] | None": (_undo_to_json, _undo_from_json),
    "Loop | None": (_optional(_loop_to_json), _optional(_loop_from_json)),
    "Mapping[int, Wait]": (
        lambda found: [event_to_json(wait) for wait in found.values()],
        lambda found: few.of({wait_key(wait): wait for wait in map(_wait_from_json, found)}),
    ),
}

_WAIT_KEYS: Mapping[type, str] = {
    UserTaskCreated: "task",
    JobCreated: "job",
    TimerScheduled: "timer",
    MessageSubscriptionOpened: "subscription",
    SignalSubscriptionOpened: "subscription",
    ConditionOpened: "condition",
    IncidentRaised: "incident",
    InputKept: "kept",
    TriggerKept: "kept",
    StartHeld: "held",
    CoSigningStarted: "signing",
    UserTaskChangeBegun: "change",
}


def event_to_json(event: Event) -> dict[str, Json]:
    """The event as JSON, with its name under ``event``."""
    return {EVENT: type(event).__name__, **_to_json(event)}


def event_from_json(found: Mapping[str, Json]) -> Event:
    """The event again; raises KeyError for a name that is not an event of this release."""
    return cast(Event, _from_json(EVENTS[found[EVENT]], found))


def instance_to_json(instance: ElementInstance) -> dict[str, Json]:
    """The element instance as JSON."""
    return _to_json(instance)


def instance_from_json(found: Mapping[str, Json]) -> ElementInstance:
    """The element instance again."""
    return cast(ElementInstance, _from_json(ElementInstance, found))


def wait_key(wait: Wait) -> int:
    """The key of a wait by the event that opened it."""
    return cast(int, getattr(wait, _WAIT_KEYS[type(wait)]))


@dataclass(frozen=True, slots=True)
class _Slot:
    """How one field is written and read; a field at its `default` is left out."""

    name: str
    write: Callable[[Any], Json]
    read: Callable[[Json], Any]
    default: Any


def _slot(field: Field[Any]) -> _Slot:
    write, read = _TYPES[str(field.type)]
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return _Slot(field.name, write, read, default)


def _to_json(fact: Any) -> dict[str, Json]:
    written = {}
    for name, write, default in _WRITTEN[type(fact)]:
        found = getattr(fact, name)
        if found is not default and found != default:
            written[name] = found if write is _same else write(found)
    return written


def _from_json(cls: type, found: Mapping[str, Json]) -> Any:
    read = _READ[cls]
    return cls(**{name: read[name](value) for name, value in found.items() if name in read})


EVENTS: Mapping[str, type] = {cls.__name__: cls for cls in get_args(Event)}
"""Every event by the name it has in the journal."""

_SLOTS: Mapping[type, tuple[_Slot, ...]] = {
    cls: tuple(_slot(field) for field in fields(cls) if field.metadata.get("journal", True))
    for cls in (*EVENTS.values(), ElementInstance, Loop, Undo)
}

_WRITTEN: Mapping[type, tuple[tuple[str, Callable[[Any], Json], Any], ...]] = {
    cls: tuple((slot.name, slot.write, slot.default) for slot in slots) for cls, slots in _SLOTS.items()
}
"""What writing needs of the slots. `MISSING` is nobody's value, so what has no default is always written."""

_READ: Mapping[type, Mapping[str, Callable[[Json], Any]]] = {
    cls: {slot.name: slot.read for slot in slots} for cls, slots in _SLOTS.items()
}
"""What reading needs of the slots."""
