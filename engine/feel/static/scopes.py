"""Which names are in reach, and of which type: bound in the expression, entries of filtered items, variables from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.feel import syntax as s
from engine.feel.functions import TABLE
from engine.feel.static.kinds import bare, kinds_of
from engine.feel.types import ANY, Types
from engine.feel.values import Kind


@dataclass
class Scope:
    """`names` are the variables that are surely read from outside, `possible` those that an item may have instead."""

    outside: Mapping[str, s.TypeNode]
    types: Types
    names: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    _bound: list[tuple[str | None, s.TypeNode]] = field(default_factory=list)

    @contextmanager
    def bound(self, *names: tuple[str | None, s.TypeNode]) -> Iterator[None]:
        """Names in reach for a while; the name None stands for `item` and all entries of an item of the type."""
        self._bound.extend(names)
        yield
        del self._bound[len(self._bound) - len(names) :]

    def is_bound(self, name: str) -> bool:
        """Whether the expression itself gives the name a meaning."""
        return any(bound == name for bound, _ in self._bound)

    def resolve(self, name: str) -> s.TypeNode | None:
        """The type of a name; Any when an item of unknown entries may have it; None when nothing has it."""
        doubtful = False
        for bound, kind in reversed(self._bound):
            if bound == name:
                return ANY if doubtful else kind
            if bound is None:
                entry = entry_of(kind, name, self.types)
                if entry is not None:
                    self.possible.add(name)
                    return ANY if doubtful else entry
                if name == "item":
                    return kind
                doubtful = doubtful or _may_have_more(kind, self.types)
        certain = not doubtful and (name in self.outside or name not in TABLE)
        (self.names if certain else self.possible).add(name)
        return ANY if doubtful else self.outside.get(name)

    def known(self) -> Iterable[str]:
        """All names that could have been meant."""
        for bound, kind in self._bound:
            if bound is not None:
                yield bound
                continue
            inner = bare(kind, self.types)
            yield from (key for key, _ in inner.entries) if isinstance(inner, s.ContextType) else ()
        yield from self.outside


def entry_of(kind: s.TypeNode, name: str, types: Types) -> s.TypeNode | None:
    """The declared type of a context's entry; None when no such entry is declared."""
    inner = bare(kind, types)
    return next((entry for key, entry in inner.entries if key == name), None) if isinstance(inner, s.ContextType) else None


def _may_have_more(kind: s.TypeNode, types: Types) -> bool:
    """Whether an item may be a context of which not all entries are declared."""
    inner = bare(kind, types)
    kinds = kinds_of(inner, types)
    return not isinstance(inner, s.ContextType) and (kinds is None or Kind.CONTEXT in kinds)
