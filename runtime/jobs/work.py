"""Run a handler and say what came of it, in the words of the kernel's commands."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.api import FeelError, Value, commands, dump, from_plain
from runtime.errors import Forbidden, Invalid, NotFound, RingiError
from runtime.sdk import BpmnError, Corrections, Denied, Handler, Job, JobFailure
from runtime.store.trouble import is_fatal
from runtime.store.types import dump_json

_log = logging.getLogger(__name__)

LARGEST_RESULT = 1_000_000
"""Bytes of JSON that the result of a job, or the variables of one command, may have."""

DEEPEST = 64
"""Levels of lists and contexts within each other that a variable may have."""

_HOPELESS = (Invalid, NotFound, Forbidden)
"""Refusals that a second try with the same values would only repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The work was done in vain. `retry_after` is in seconds; `hopeless` tells that trying again cannot help.

    `retries` says how often it may be tried again; None leaves that to the count of the job.
    """

    message: str
    retry_after: float | None = None
    retries: int | None = None
    hopeless: bool = False


Result = commands.CompleteJob | commands.ThrowError | Failed


def perform(handler: Handler, job: Job, key: int) -> Result:
    """Run the handler's function. `key` is the kernel's key of the job.

    Whatever the function raises is an answer, for a package's mistake must not stop the platform. Only from a local handler an
    error is passed on after which the transaction cannot go on.
    """
    try:
        found = handler.function(job)
        if isinstance(found, Corrections):
            return commands.CompleteJob(job=key, corrections=checked(found.values))
        return commands.CompleteJob(job=key, variables=checked(found or {}))
    except Denied as error:
        return commands.CompleteJob(job=key, denied=True, reason=error.reason)
    except BpmnError as error:
        return commands.ThrowError(job=key, code=error.code, message=error.message, variables=checked(error.variables))
    except JobFailure as error:
        return Failed(message=error.message, retry_after=error.retry_after)
    except RingiError as error:
        return Failed(message=f"{error.code}: {error.detail}", hopeless=isinstance(error, _HOPELESS))
    except Exception as error:
        if handler.kind == "local" and is_fatal(error):
            raise
        _log.exception("the handler of %s failed in %s", job.type, job.key)
        return Failed(message=f"{type(error).__name__}: {error}"[:2000])


def checked(variables: Mapping[str, Any]) -> dict[str, Value]:
    """Variables from outside as FEEL values. Raises Invalid (VAR-1001 to VAR-1004) for what cannot be stored."""
    if not isinstance(variables, Mapping):
        raise Invalid("VAR-1001", f"Variables must be a mapping of names to values, not {type(variables).__name__}.")
    if not _is_shallow(variables):
        raise Invalid("VAR-1004", f"A variable is nested deeper than {DEEPEST} levels.")
    try:
        values: dict[str, Value] = from_plain(variables)
        size = len(dump_json(dump(values)).encode())
    except (TypeError, FeelError) as error:
        raise Invalid("VAR-1002", f"A variable cannot be stored: {error}") from error
    except UnicodeEncodeError as error:
        raise Invalid("VAR-1002", "A text holds half of a surrogate pair, which is no character.") from error
    if size > LARGEST_RESULT:
        raise Invalid("VAR-1003", f"The variables are too large: at most {LARGEST_RESULT:,} bytes of JSON at once.")
    return values


def _is_shallow(value: Any) -> bool:
    """At most `DEEPEST` lists and mappings within each other; level by level, for recursion is what is to be avoided."""
    level = [value]
    for _ in range(DEEPEST + 1):
        nested = [item for item in level if isinstance(item, Mapping | list | tuple)]
        level = [inner for item in nested for inner in (item.values() if isinstance(item, Mapping) else item)]
        if not level:
            return True
    return False
