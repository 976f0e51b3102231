"""A state of which only a part is in memory: the rest of a crowd is read when the kernel asks for it.

Completing one of ten thousand tasks that wait side by side then costs what completing one of ten costs. The mappings below
stand in the `State` in place of plain ones and answer as those would: what is asked for is there, or is read first. What can
only be answered by looking at everything (going through all element instances) reads everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from engine.kernel.events import ConditionOpened, SignalSubscriptionOpened
from engine.kernel.state import ElementInstance, InstanceStatus, State, restore

V = TypeVar("V")

SPAN = 16
"""An element instance in a crowd has its waits so near to each other that its first one finds all of them."""


class Crowd(Protocol):
    """The stored element instances that were not given to `restore_part`; those that ended meanwhile may be among them."""

    def one(self, key: int) -> ElementInstance | None:
        """The one with this key."""

    def waiting_for(self, wait: int) -> Iterable[ElementInstance]:
        """At least the one that has the wait, if there is one: its first wait lies fewer than `SPAN` keys before."""

    def inside(self, scope: int, limit: int | None) -> Iterable[ElementInstance]:
        """Direct contents of a scope in order of their keys: all, or the first ones."""

    def waiting(self, limit: int) -> Iterable[ElementInstance]:
        """Some that wait for anything, as many as there are up to the limit."""

    def everybody(self) -> Iterable[ElementInstance]:
        """All."""


def may_be_left(instance: ElementInstance) -> bool:
    """True for an element instance that need not be in memory until it is asked for.

    Joins, and whoever waits for signals and conditions, are found by other things than their keys.
    """
    if instance.parent is None or instance.is_join:
        return False
    keys = instance.waits.keys()
    if keys and max(keys) - min(keys) >= SPAN:
        return False
    return not any(isinstance(wait, SignalSubscriptionOpened | ConditionOpened) for wait in instance.waits.values())


def restore_part(elements: Iterable[ElementInstance], crowd: Crowd, *, status: InstanceStatus, next_key: int) -> State:
    """As `restore`, from `elements`, which have the root and all that may not be left, and a `crowd` with all the others."""
    state = restore(elements, status=status, next_key=next_key)
    part = _Part(state, crowd)
    known, waits, children = state.elements, state.waits, state.children
    state.elements = part.elements
    state.waits = part.waits
    state.children = part.children
    dict.update(part.elements, known)
    dict.update(part.waits, waits)
    for scope, contents in children.items():
        dict.update(part.contents(scope), contents)
    return state


def is_part(state: State) -> bool:
    """True for a state that `restore_part` made."""
    return isinstance(state.elements, _Elements)


class _Part:
    """What is in memory of one state. `gone` were there and ended; keys from `first_new` on are not stored yet."""

    def __init__(self, state: State, crowd: Crowd) -> None:
        self.crowd = crowd
        self.first_new = state.next_key
        self.gone: set[int] = set()
        self.known: set[int] = set()
        self.whole = False
        self.elements = _Elements(self)
        self.waits = _Waits(self)
        self.children = _Children(self)

    def contents(self, scope: int) -> _Contents:
        """The loaded contents of a scope, to be added to."""
        before: Mapping[int, None] = dict.get(self.children, scope, {})
        if isinstance(before, _Contents):
            return before
        contents = _Contents(self, scope)
        dict.update(contents, before)
        dict.__setitem__(self.children, scope, contents)
        return contents

    def take(self, found: Iterable[ElementInstance]) -> bool:
        """Take what was read into the state, but for what is there or has ended; whether anything was."""
        new = [one for one in found if one.key not in self.gone and not dict.__contains__(self.elements, one.key)]
        for one in new:
            dict.__setitem__(self.elements, one.key, one)
            if one.parent is not None:
                dict.__setitem__(self.contents(one.parent), one.key, None)
            dict.update(self.waits, dict.fromkeys(one.waits, one.key))
        return bool(new)

    def find(self, key: int) -> ElementInstance | None:
        """The element instance with this key, if it is stored."""
        if self.whole or key >= self.first_new or key in self.gone:
            return None
        one = self.crowd.one(key)
        self.take(() if one is None else (one,))
        return one

    def find_wait(self, wait: int) -> int | None:
        """The key of the stored element instance that has the wait."""
        if self.whole or wait >= self.first_new:
            return None
        self.take(self.crowd.waiting_for(wait))
        return dict.get(self.waits, wait)

    def has_more(self, scope: int) -> bool:
        """Whether the scope holds something that is not loaded; some of it is then."""
        if self.is_known(scope):
            return False
        limit = len(self.gone) + 1
        found = list(self.crowd.inside(scope, limit))
        if len(found) < limit:
            self.known.add(scope)
        return self.take(found)

    def is_known(self, scope: int) -> bool:
        """All that is in the scope is loaded."""
        return self.whole or scope >= self.first_new or scope in self.known

    def load_contents(self, scope: int) -> None:
        """Read all that is in the scope."""
        if not self.is_known(scope):
            self.take(self.crowd.inside(scope, None))
            self.known.add(scope)
            _sort(self.contents(scope))

    def more_wait(self) -> bool:
        """Whether anything that is not loaded waits; some of it is loaded then."""
        seen = len(self.gone) + dict.__len__(self.elements)
        return not self.whole and self.take(self.crowd.waiting(seen + 1))

    def load(self) -> None:
        """Read everything."""
        if self.whole:
            return
        self.take(self.crowd.everybody())
        self.whole = True
        _sort(self.elements)
        for contents in dict.values(self.children):
            if isinstance(contents, _Contents):
                _sort(contents)


def _sort(mapping: dict[int, Any]) -> None:
    entries = sorted(dict.items(mapping))
    dict.clear(mapping)
    dict.update(mapping, entries)


class _Partly(dict[int, V]):
    """A dict that knows what to read. Going through it, or counting it, reads everything that belongs into it."""

    __slots__ = ("part",)

    def __init__(self, part: _Part) -> None:
        super().__init__()
        self.part = part

    def complete(self) -> None:
        """Read everything that belongs into it."""
        self.part.load()

    def __len__(self) -> int:
        self.complete()
        return dict.__len__(self)

    def __iter__(self) -> Iterator[int]:
        self.complete()
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[int]:
        self.complete()
        return dict.__reversed__(self)

    def __eq__(self, other: object) -> bool:
        self.complete()
        return dict.__eq__(self, other)

    __hash__ = None

    def keys(self) -> Any:
        self.complete()
        return dict.keys(self)

    def values(self) -> Any:
        self.complete()
        return dict.values(self)

    def items(self) -> Any:
        self.complete()
        return dict.items(self)


class _Elements(_Partly[ElementInstance]):
    """Element instances by key."""

    __slots__ = ()

    def __missing__(self, key: int) -> ElementInstance:
        found = self.part.find(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: int, default: Any = None) -> Any:
        found = dict.get(self, key)
        if found is None:
            found = self.part.find(key)
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or (isinstance(key, int) and self.part.find(key) is not None)

    def pop(self, key: int, *default: Any) -> Any:
        """As of a dict; `KeyError` cannot be avoided by a default for what is not loaded, so nothing else asks."""
        found = self[key]
        self.part.gone.add(key)
        return dict.pop(self, found.key)

    def __bool__(self) -> bool:
        return dict.__len__(self) > 0 or len(self) > 0

    def __iter__(self) -> Iterator[int]:
        """The root comes first, and is mostly all that is asked for."""
        yield from (one.key for one in self.values())

    def values(self) -> Any:
        return dict.values(self) if self.part.whole else self._from_the_root()

    def _from_the_root(self) -> Iterator[ElementInstance]:
        root = next(iter(dict.values(self)), None)
        if root is not None and root.parent is None:
            yield root
        self.part.load()
        yield from [one for one in dict.values(self) if one is not root]


class _Waits(_Partly[int]):
    """The element instance of each open wait."""

    __slots__ = ()

    def __missing__(self, wait: int) -> int:
        found = self.part.find_wait(wait)
        if found is None:
            raise KeyError(wait)
        return found

    def get(self, wait: int, default: Any = None) -> Any:
        found = dict.get(self, wait)
        if found is None:
            found = self.part.find_wait(wait)
        return default if found is None else found

    def __contains__(self, wait: object) -> bool:
        return dict.__contains__(self, wait) or (isinstance(wait, int) and self.part.find_wait(wait) is not None)

    def __bool__(self) -> bool:
        return dict.__len__(self) > 0 or self.part.more_wait()


class _Contents(_Partly[None]):
    """What one scope holds."""

    __slots__ = ("scope",)

    def __init__(self, part: _Part, scope: int) -> None:
        super().__init__(part)
        self.scope = scope

    def complete(self) -> None:
        self.part.load_contents(self.scope)

    def __contains__(self, key: object) -> bool:
        if dict.__contains__(self, key):
            return True
        found = self.part.elements.get(key) if isinstance(key, int) else None
        return found is not None and found.parent == self.scope

    def __bool__(self) -> bool:
        return dict.__len__(self) > 0 or self.part.has_more(self.scope)


class _Children(_Partly[Mapping[int, None]]):
    """What each scope holds that holds anything."""

    __slots__ = ()

    def __missing__(self, scope: int) -> Mapping[int, None]:
        found = self.get(scope)
        if found is None:
            raise KeyError(scope)
        contents: Mapping[int, None] = found
        return contents

    def get(self, scope: int, default: Any = None) -> Any:
        found = dict.get(self, scope)
        if not found and not self.part.has_more(scope):
            return default
        return self.part.contents(scope)

    def __contains__(self, scope: object) -> bool:
        return isinstance(scope, int) and self.get(scope) is not None

    def __delitem__(self, scope: int) -> None:
        """The scope is empty now."""
        self.part.known.add(scope)
        dict.pop(self, scope, None)

    def __bool__(self) -> bool:
        return True
