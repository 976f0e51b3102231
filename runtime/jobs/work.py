"""Run a handler and say what came of it, in the words of the kernel's commands."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.api import FeelError, Value, commands, dump, from_plain
from runtime.errors import Forbidden, Invalid, NotFound, RingiError
from runtime.sdk import BpmnError, Handler, Job, JobFailure
from runtime.store.database import is_fatal

_log = logging.getLogger(__name__)

LARGEST_RESULT = 1_000_000
"""Characters of JSON that the result of a job, or the variables of one command, may have."""

_HOPELESS = (Invalid, NotFound, Forbidden)
"""Refusals that a second try with the same values would only repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The work was done in vain. `retry_after` is in seconds; `hopeless` tells that trying again cannot help."""

    message: str
    retry_after: float | None = None
    hopeless: bool = False


Result = commands.CompleteJob | commands.ThrowError | Failed


def perform(handler: Handler, job: Job, key: int) -> Result:
    """Run the handler's function. `key` is the kernel's key of the job.

    Whatever the function raises is an answer, for a package's mistake must not stop the platform. Only from a local handler an
    error is passed on after which the transaction cannot go on.
    """
    try:
        return commands.CompleteJob(job=key, variables=checked(handler.function(job) or {}))
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
    """Variables from outside as FEEL values. Raises Invalid (VAR-1001 to VAR-1003) for what cannot be stored."""
    if not isinstance(variables, Mapping):
        raise Invalid("VAR-1001", f"Variables must be a mapping of names to values, not {type(variables).__name__}.")
    try:
        values: dict[str, Value] = from_plain(variables)
        size = _size(dump(values))
    except (TypeError, FeelError) as error:
        raise Invalid("VAR-1002", f"A variable cannot be stored: {error}") from error
    except RecursionError as error:
        raise Invalid("VAR-1002", "A variable is nested too deep to be stored.") from error
    if size > LARGEST_RESULT:
        raise Invalid("VAR-1003", f"The variables are too large: at most {LARGEST_RESULT:,} characters of JSON at once.")
    return values


def _size(data: Any) -> int:
    """About how long the JSON is; cheaper than writing it."""
    if isinstance(data, str):
        return len(data) + 2
    if isinstance(data, list):
        return 2 + sum(_size(item) + 1 for item in data)
    if isinstance(data, dict):
        return 2 + sum(len(key) + 4 + _size(item) for key, item in data.items())
    return 8
