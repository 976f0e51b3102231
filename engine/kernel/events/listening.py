"""Facts about listeners; their jobs are `JobCreated` with a `listener`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from engine.feel import Value

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact

Variables = Mapping[str, Value]


@fact(frozen=True, slots=True, kw_only=True)
class ListenersCompleted:
    """All that listen to ``start``, ``end`` or ``beforeAll`` at the element instance are through; it goes on."""

    key: int
    listener: str


@fact(frozen=True, slots=True, kw_only=True)
class StartHeld:
    """The process or event sub-process `key` begins at the elements `at` as soon as its start listeners are through.

    `variables` are what its start event brought. `by_hand` tells that a person chose where it begins.
    """

    held: int
    key: int
    element: str
    at: tuple[str, ...]
    variables: Variables = field(default_factory=dict)
    by_hand: bool = False


@fact(frozen=True, slots=True, kw_only=True)
class StartReleased:
    """The scope begins now, or is gone."""

    held: int
