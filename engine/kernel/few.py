"""Mappings that are mostly empty or hold one entry: a dict for each would be most of what a waiting instance needs.

They are read as any mapping; `put` and `drop` give the mapping that is to be kept from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class One(Mapping[K, V]):
    """A mapping with one entry."""

    __slots__ = ("key", "value")

    def __init__(self, key: K, value: V) -> None:
        self.key, self.value = key, value

    def __getitem__(self, key: K) -> V:
        if key == self.key:
            return self.value
        raise KeyError(key)

    def __iter__(self) -> Iterator[K]:
        yield self.key

    def __reversed__(self) -> Iterator[K]:
        yield self.key

    def __len__(self) -> int:
        return 1

    def __contains__(self, key: object) -> bool:
        return key == self.key

    def get(self, key: K, default: Any = None) -> Any:
        return self.value if key == self.key else default

    def values(self) -> Any:
        return (self.value,)

    def items(self) -> Any:
        return ((self.key, self.value),)

    def __repr__(self) -> str:
        return repr({self.key: self.value})


class Nothing(Mapping[K, V]):
    """A mapping without entries."""

    __slots__ = ()

    def __getitem__(self, key: K) -> V:
        raise KeyError(key)

    def __iter__(self) -> Iterator[K]:
        return iter(())

    def __reversed__(self) -> Iterator[K]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, key: object) -> bool:
        return False

    def get(self, key: K, default: Any = None) -> Any:
        return default

    def values(self) -> Any:
        return ()

    def items(self) -> Any:
        return ()

    def __repr__(self) -> str:
        return "{}"


_NOTHING: Nothing[object, object] = Nothing()


def nothing() -> Mapping[K, V]:
    """The mapping without entries."""
    return _NOTHING  # type: ignore[return-value]  # it has no key and no value that could be of another type


def put(few: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """With the entry, in the place that it had or as the last; `few` itself may have been changed."""
    if isinstance(few, dict):
        few[key] = value
        return few
    if not few or key in few:
        return One(key, value)
    return {**few, key: value}


def drop(few: Mapping[K, V], key: K) -> Mapping[K, V]:
    """Without the entry; `few` itself may have been changed. Raises KeyError when there is none."""
    if isinstance(few, dict):
        del few[key]
        return few or nothing()
    few[key]
    return nothing()


def of(entries: Mapping[K, V]) -> Mapping[K, V]:
    """The same entries, as few as they are."""
    if len(entries) > 1:
        return entries
    return next((One(key, value) for key, value in entries.items()), nothing())
