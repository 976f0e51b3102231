"""Who asks, through what, and the transactions in which the answer is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from runtime.access.actor import Actor
from runtime.errors import Unauthenticated
from runtime.store.work import Work

if TYPE_CHECKING:
    from runtime.platform import Platform

EXTENSION = "ringi"


def platform() -> Platform:
    """The platform that this app serves."""
    return cast("Platform", current_app.extensions[EXTENSION])


def current_actor() -> Actor | None:
    """Who is signed in, or None on a public page."""
    return cast("Actor | None", g.get("actor"))


def actor() -> Actor:
    """Who is signed in. Raises Unauthenticated when nobody is."""
    found = current_actor()
    if found is None:
        raise Unauthenticated("HTTP-1001", "Sign in to go on.")
    return found


@contextmanager
def reading() -> Iterator[Work]:
    """A transaction of the signed-in person that only reads; inside `transaction` it is that one."""
    outer = _outer()
    if outer is not None:
        yield outer
        return
    with platform().database.read(actor()) as work:
        yield work


@contextmanager
def writing(why: str = "") -> Iterator[Work]:
    """A transaction of the signed-in person; everything in the block is committed at its end, or nothing.

    Inside `transaction` the commit is at the end of that one; what a block did that raised is undone all the same.
    """
    outer = _outer()
    if outer is None:
        with platform().database.write(actor(), why) as work:
            yield work
        return
    outer.why = why or outer.why
    with outer.connection.begin_nested():
        yield outer


@contextmanager
def transaction() -> Iterator[Work]:
    """One transaction for the whole request: `reading` and `writing` in the block take part in it."""
    with platform().database.write(actor()) as work:
        g.transaction = work
        try:
            yield work
        finally:
            g.transaction = None


def _outer() -> Work | None:
    return cast("Work | None", g.get("transaction"))
