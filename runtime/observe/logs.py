"""The log: one JSON object a line for programs, coloured lines on a terminal. Who and what it is about comes from the context.

Only members that are listed here are written, and texts are cleaned of what looks like a person's or a secret: names, addresses
and variables of processes never reach the log. The text of an exception can hold any of them, so it is not written either, but
for the type and the place; LOG_LEVEL=DEBUG writes it all.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from runtime.errors import RingiError

Entry = MutableMapping[str, Any]

MEMBERS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "process", "error", "exception"),
        *("request", "trace", "user", "instance", "job", "kind", "method", "route", "status", "ms"),
    }
)
"""What an entry may consist of. `user` is the id of an account, never a name."""

_CLEANED = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 [secret]"),
    (re.compile(r"\bringi_[\w-]{8,}"), "[secret]"),
    (re.compile(r"://[^/\s:@]*:[^/\s@]*@"), "://[secret]@"),
    (re.compile(r"(?i)\b(password|passwd|secret|token)(['\"]?\s*[=:]\s*)\S+"), r"\1\2[secret]"),
)


def set_up(*, as_json: bool, level: str) -> None:
    """Let everything that this process logs, libraries' records too, go to standard error in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(as_json=as_json, whole=level == "DEBUG"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def formatter(*, as_json: bool, whole: bool) -> logging.Formatter:
    """What makes a line of a record. `whole` keeps everything, for who looks for a fault."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=MEMBERS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    careful = [] if whole else [_without_text_of_errors, without_personal_data]
    shown: list[Any] = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    if as_json:
        shown = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *careful, *shown]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)


def without_personal_data(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Drop what is not listed, and clean the texts of what is."""
    return {name: cleaned(value) for name, value in entry.items() if name in MEMBERS}


def cleaned(value: Any) -> Any:
    """The value without what looks like an e-mail address or a secret; also inside lists."""
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if not isinstance(value, str):
        return value
    for pattern, instead in _CLEANED:
        value = pattern.sub(instead, value)
    return value


def _without_text_of_errors(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Of an exception keep the type, a stable code where it has one, and where it came from."""
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if error is not None:
        code = f" {error.code}" if isinstance(error, RingiError) else ""
        entry["error"] = f"{type(error).__name__}{code}"
        entry["exception"] = list(_places(error.__traceback__))
    return entry


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}"
        traceback = traceback.tb_next


@contextmanager
def about(**members: Any) -> Iterator[None]:
    """In the block, entries say what they are about: `job`, `instance`, `user`. None is left out."""
    tokens = bind_contextvars(**{name: value for name, value in members.items() if value is not None})
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**tokens)


def say_from_now(**members: Any) -> None:
    """As `about`, until `forget`."""
    bind_contextvars(**members)


def forget() -> None:
    """Entries of this thread are about nothing any more."""
    clear_contextvars()
