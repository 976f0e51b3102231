"""What the runtime answers when it cannot do what was asked. The REST API turns each into RFC 9457 problem details.

`code` is stable; `detail` says what is wrong and what to do; `fields` maps a field path to its messages;
`problems` are findings in files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from engine.api import Problem


class RingiError(Exception):
    """Base of all expected failures; `status` is the HTTP status it becomes."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be done"

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})
        self.problems = tuple(problems)


class Invalid(RingiError):
    """The input breaks a rule; `fields` or `problems` say which and where."""

    status = 422
    title = "The input is not valid"


class NotFound(RingiError):
    """There is no such thing, or the actor may not know that there is."""

    status = 404
    title = "Not found"


class Forbidden(RingiError):
    """The actor may see it but not do this."""

    status = 403
    title = "Not allowed"


class Unauthenticated(RingiError):
    """Nobody is signed in, or the token is not valid."""

    status = 401
    title = "Sign in first"


class Conflict(RingiError):
    """Somebody was first: the thing changed, is done, or belongs to another."""

    status = 409
    title = "It has changed meanwhile"


class Unavailable(RingiError):
    """The database cannot take this now (busy, full, or gone). Nothing was changed; the same request may be sent again."""

    status = 503
    title = "Try again soon"
    retry_after = 5


class _Later(RingiError):
    """Not now: `retry_after` is the number of seconds after which to try again."""

    def __init__(self, code: str, detail: str, *, retry_after: int) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class TooOften(_Later):
    """One client asks for more than its share."""

    status = 429
    title = "Too often"


class Overloaded(_Later):
    """All clients together ask for more than can be done."""

    status = 503
    title = "Try again in a moment"
