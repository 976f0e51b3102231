"""Fields whose value is one of a list, points to another record, or has parts of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import fields

from engine.api import FeelError, Value, from_plain, to_plain
from runtime.records.fields import RecordField
from runtime.records.text import clean_json

MAX_JSON_DEPTH = 32
MAX_JSON_ITEMS = 10_000


class Choice(RecordField, fields.String):
    """One of the declared keys."""

    def __init__(self, *, choices: Mapping[str, Any], **settings: Any) -> None:
        super().__init__(**settings)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> str:
        if isinstance(value, str) and value in self.choices:
            return value
        near = get_close_matches(str(value)[:100], self.choices, n=1)
        shown = str(value)[:100]
        if near:
            raise self.make_error("choice_near", value=shown, near=near[0])
        raise self.make_error("choice", value=shown, known=", ".join(self.choices))


class MultiChoice(RecordField, fields.List[Any]):
    """Some of the declared keys, each once, in the declared order."""

    def __init__(self, *, choices: Mapping[str, Any], **settings: Any) -> None:
        super().__init__(fields.String(metadata={"enum": list(choices)}), **settings)
        self.choice = Choice(choices=choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            value = [value]
        chosen = {self.choice.deserialize(item) for item in value}
        return [key for key in self.choice.choices if key in chosen]


class Reference(RecordField, fields.String):
    """The id of a record; a record as a context stands for its id."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> str:
        found = value.get("id") if isinstance(value, Mapping) else value
        if not isinstance(found, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found):
            raise self.make_error("reference")
        return found


class Json(RecordField, fields.Raw):
    """Any JSON value, as FEEL sees it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> Value:
        if not _fits(value):
            raise self.make_error("json")
        try:
            return from_plain(clean_json(value))
        except (TypeError, ValueError, FeelError) as error:
            raise self.make_error("json") from error

    def _serialize(self, value: Value, attr: str | None, obj: Any, **_settings: Any) -> Any:
        return to_plain(value)


class Children(fields.List[Any]):
    """Records of the child type to be created together with their parent; their fields are checked when they are."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(fields.Dict(keys=fields.String()), **settings)


def _fits(value: Any) -> bool:
    """Whether nested values stay within depth and number, and all numbers are some; looks at no more than the limit."""
    left = MAX_JSON_ITEMS
    level = [value]
    for _depth in range(MAX_JSON_DEPTH + 1):
        left -= len(level)
        if left < 0 or any(isinstance(item, float) and not math.isfinite(item) for item in level):
            return False
        level = [child for item in level for child in _inside(item)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
