"""JSON from outside, read strictly: RFC 8259 without NaN, without a property twice, not too deep (RFC 8259 §4, §6, §9)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

MAX_DEPTH = 32


class JsonFault(Exception):
    """Why the text cannot be used. `name` is the property that an object gives twice, None for other faults; lines from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, name: str | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.name = message, line, column, name


def read_json(data: bytes) -> Any:
    """The value of a UTF-8 text. Raises JsonFault."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise JsonFault(f"byte {error.start + 1} is not UTF-8 text", line) from None
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JsonFault(_plain(error.msg), error.lineno, error.colno) from None
    except RecursionError:
        raise JsonFault(f"it is nested deeper than {MAX_DEPTH}") from None
    except ValueError:
        raise JsonFault("it holds a number with thousands of digits") from None
    if _deeper_than(value, MAX_DEPTH):
        raise JsonFault(f"it is nested deeper than {MAX_DEPTH}")
    return value


def line_of_property(data: bytes, name: str, value: str) -> int | None:
    """The line of the first property of that name and text value. A look-up for messages: the parser keeps no places."""
    text = data.decode("utf-8", "replace")
    spellings = "|".join(re.escape(json.dumps(value, ensure_ascii=escaped)) for escaped in (False, True))
    found = re.search(rf"{re.escape(json.dumps(name))}\s*:\s*(?:{spellings})", text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise JsonFault(f"the property “{twice}” is there twice in one object", name=twice)
    return found


def _no_constant(name: str) -> NoReturn:
    raise JsonFault(f"{name} is no number of JSON")


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
