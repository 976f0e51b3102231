"""How facts are declared: frozen for the type checker, with the plain constructor at run time.

A frozen dataclass sets every field through `object.__setattr__`, which makes it four times as dear to construct, and an engine
constructs little else than facts. So the type checker sees `dataclasses.dataclass` and refuses assignments, while at run time
`frozen` is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def fact(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """The run-time stand-in of `dataclass(frozen=True, slots=True)`; `frozen` and `slots` must be."""
    if not (frozen and slots):
        raise ValueError("A fact is frozen and has slots.")
    options: dict[str, Any] = {"slots": slots, "kw_only": kw_only}

    def declare(cls: type[T]) -> type[T]:
        declared: type[T] = dataclass(**options)(cls)
        return declared

    return declare
