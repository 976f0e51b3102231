"""What the reference interpreter runs on: threads of work in frames, which `reference_machine` advances and ends.

A thread is a Python generator that yields orders (`reference_orders`): wait for something, do several things at once, open a
frame, throw. A frame is the extent of an activity or scope: ending it ends all threads in it. The kernel has no part in this.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.reference_machine import Machine

Order = Callable[["Machine", "Thread"], None]
Work = Generator[Order, Any, Any]


@dataclass(eq=False)
class Frame:
    """An activity or scope. `keeper` is the frame that keeps what was done in this one for compensation."""

    outer: Frame | None = None
    variables: dict[str, Any] | None = None
    path: tuple[int, ...] = ()
    is_process: bool = False
    passes_on: bool = False
    opener: Thread | None = None
    threads: list[Thread] = field(default_factory=list)
    events: list[Beside] = field(default_factory=list)
    kept: list[Done] = field(default_factory=list)
    closed: bool = False

    @property
    def keeper(self) -> Frame:
        """The turns of a loop are kept by the scope around it."""
        return self.outer if self.passes_on and self.outer is not None else self

    def scopes(self) -> Iterable[dict[str, Any]]:
        """Variables from here outwards, up to the process."""
        frame: Frame | None = self
        while frame is not None:
            if frame.variables is not None:
                yield frame.variables
            frame = None if frame.is_process else frame.outer

    def visible(self) -> dict[str, Any]:
        """All variables, inner ones hiding outer ones."""
        found: dict[str, Any] = {}
        for variables in self.scopes():
            found = {**variables, **found}
        return found

    def read(self, name: str) -> Any:
        """The value, or None."""
        return self.visible().get(name)

    def write(self, name: str, value: Any) -> None:
        """Write where the name is, else to the process."""
        found: dict[str, Any] = {}
        for found in self.scopes():
            if name in found:
                break
        found[name] = value


@dataclass(eq=False)
class Done:
    """A completed activity that can be undone: by `handler`, or by undoing what was done `inside` it."""

    element: str
    variables: dict[str, Any]
    inside: list[Done]
    handler: Callable[[Frame, Done], Work] | None = None


@dataclass(eq=False)
class Needs:
    """What an event that needs several things to happen has, by kind: how often each happened since the event last did."""

    happened: dict[str, list[Wait]]

    def complete(self, kind: str) -> bool:
        """Whether all the others have happened."""
        return all(kept for other, kept in self.happened.items() if other != kind)


@dataclass(eq=False)
class Beside:
    """An event beside an activity (`boundary`) or in a scope; `handle` is what is done in the frame it is given."""

    kind: str
    element: str
    interrupting: bool
    boundary: bool
    code: str | None
    handle: Callable[[Frame], Work]
    needs: Needs | None = None
    frame: Frame = field(default_factory=Frame)
    wait: Wait | None = None


@dataclass(eq=False)
class Wait:
    """Something open: a thread that waits, or an event that may happen; `name` is that of a signal, or of a variable."""

    kind: str
    element: str
    name: str = ""
    left: int = 1
    holds: bool = False
    thread: Thread | None = None
    beside: Beside | None = None
    serial: int = 0
    answered: bool = False

    @property
    def frame(self) -> Frame:
        """Where it waits."""
        if self.beside is not None:
            return self.beside.frame
        assert self.thread is not None, "something waits"
        return self.thread.frame


@dataclass(eq=False)
class Thread:
    """Work that goes on in a frame; `joins` is called when it ends, `inside` is a frame it opened and waits for."""

    work: Work
    frame: Frame
    joins: Callable[[], None] | None = None
    inside: Frame | None = None
    alive: bool = True
