"""Named points at which a process can be killed: around each named statement, the commit and the call, and before the answer.

Nothing of this is in the product. A process that is forked for a test wraps its own copy of one function before it begins.
"""

from __future__ import annotations

import inspect
import os
import signal
from collections.abc import Callable
from functools import cache, partial, wraps
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from runtime.store import database as store
from tests.faults import shapes

if TYPE_CHECKING:
    from runtime.platform import Platform

MODULES = (
    "runtime.processes.statements",
    "runtime.jobs.statements",
    "runtime.messages.statements",
    "runtime.signals.statements",
)
COMMIT = ("before commit", "after commit")
CALL = ("before call", "after call")
ANSWER = ("before answer",)


def die() -> None:
    """As kill -9: no chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)


@cache
def points() -> tuple[str, ...]:
    """Every point by name."""
    names = [f"{module.__name__}.{name}" for module in _modules() for name in _statements(module)]
    around = [f"{when} {name}" for name in names for when in ("before", "after")]
    return (*around, *COMMIT, *CALL, *ANSWER)


def arm(platform: Platform, point: str, nth: int) -> None:
    """Let this process die when it comes to the point for the `nth` time."""
    fuse = _Fuse(nth)
    if point == "before commit":
        event.listen(platform.database.engine, "commit", lambda connection: fuse())
    elif point == "after commit":
        store._run_after_commit = _before(store._run_after_commit, fuse)  # type: ignore[assignment]
    elif point in CALL:
        _arm_calls(platform, point, fuse)
    elif point not in ANSWER:
        _arm_statement(point, fuse)


def dying_answer(app: Any, nth: int) -> Any:
    """The web application that dies when its `nth` answer is ready and all is committed, before a byte of it is sent."""
    fuse = _Fuse(nth)

    def serve(environ: Any, start_response: Any) -> Any:
        body = app(environ, start_response)
        fuse()
        return body

    return serve


class _Fuse:
    def __init__(self, nth: int) -> None:
        self._left = nth

    def __call__(self) -> None:
        self._left -= 1
        if self._left <= 0:
            die()


def _modules() -> list[ModuleType]:
    return [import_module(name) for name in MODULES]


def _statements(module: ModuleType) -> list[str]:
    """Functions of the module that take a connection."""
    own = [(name, found) for name, found in vars(module).items() if inspect.isfunction(found) and not name.startswith("_")]
    return sorted(
        name
        for name, found in own
        if found.__module__ == module.__name__ and "connection" in inspect.signature(found).parameters
    )


def _arm_statement(point: str, fuse: Callable[[], None]) -> None:
    when, _, path = point.partition(" ")
    place, _, name = path.rpartition(".")
    module = import_module(place)
    wrap = _before if when == "before" else _after
    setattr(module, name, wrap(getattr(module, name), fuse))


def _arm_calls(platform: Platform, point: str, fuse: Callable[[], None]) -> None:
    wrap = _before if point == "before call" else _after
    for handler in platform.handlers:
        if handler.type == shapes.CALL:
            object.__setattr__(handler, "function", wrap(handler.function, fuse))


def _before(function: Callable[..., Any], fuse: Callable[[], None]) -> Callable[..., Any]:
    @wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        fuse()
        return function(*given, **named)

    return run


def _after(function: Callable[..., Any], fuse: Callable[[], None]) -> Callable[..., Any]:
    @wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        found = partial(function, *given, **named)()
        fuse()
        return found

    return run
