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
    """A transaction of the signed-in person that only reads."""
    with platform().database.read(actor()) as work:
        yield work


@contextmanager
def writing(why: str = "") -> Iterator[Work]:
    """A transaction of the signed-in person; everything in the block is committed at its end, or nothing."""
    with platform().database.write(actor(), why) as work:
        yield work
