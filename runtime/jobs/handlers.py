"""Which function does the work of which job type. The platform's own handlers come through the same door as a package's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

from runtime.errors import Conflict
from runtime.sdk import Handler, handlers_in


class Handlers:
    """Handlers by job type, each with its owner: the package that brought it."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self.external: set[str] = set()
        """Job types that are meant for external workers."""

    def __iter__(self) -> Iterator[Handler]:
        return iter(sorted(self._by_type.values(), key=lambda h: h.type))

    def add(self, handler: Handler, owner: str) -> None:
        """Register a handler. Raises Conflict (PKG-1030) when its job type has one already, with both owners named."""
        known = self._by_type.get(handler.type)
        if known is not None:
            detail = (
                f"The job type {handler.type!r} is served by {known.owner!r} and by {owner!r}. Rename one or remove a package."
            )
            raise Conflict("PKG-1030", detail)
        self._by_type[handler.type] = replace(handler, owner=owner)

    def add_module(self, module: ModuleType, owner: str) -> None:
        """Register every handler that a module declares."""
        for handler in handlers_in(module):
            self.add(handler, owner)

    def find(self, type: str) -> Handler | None:
        """The handler of a job type, if any package brought one."""
        return self._by_type.get(type)

    @property
    def types(self) -> frozenset[str]:
        """All job types that have a handler, or are meant for external workers."""
        return frozenset(self._by_type) | self.external
