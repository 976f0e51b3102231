"""What became different between two JSON documents, so that a journal need not repeat what stayed the same.

A change is ``[path, value]``: there is this value now; or ``[path]``: nothing is there any more. A path is a list of keys
through nested objects; arrays are values as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Json = Any
Change = Sequence[Any]


def changes_between(before: Json, after: Json) -> list[Change]:
    """The changes that turn `before` into `after`, none when they are the same."""
    return list(_changes(before, after, []))


def changed(document: Json, changes: Sequence[Change]) -> Json:
    """The document after the changes. The one given stays as it is; what did not change is shared between both."""
    for path, *value in changes:
        document = _with(document, path, value)
    return document


def _changes(before: Json, after: Json, path: list[str]) -> Iterator[Change]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if not _same(before, after):
            yield [path, after]
        return
    yield from ([[*path, key]] for key in before if key not in after)
    for key, value in after.items():
        if key in before:
            yield from _changes(before[key], value, [*path, key])
        else:
            yield [[*path, key], value]


def _same(before: Json, after: Json) -> bool:
    """Equal, and of the same types: true is not 1, and 1 not 1.0."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(before[key], after[key]) for key in before)
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after)


def _with(document: Json, path: Sequence[str], value: Sequence[Json]) -> Json:
    if not path:
        return value[0]
    copy = dict(document)
    key, *rest = path
    if rest or value:
        copy[key] = _with(copy.get(key), rest, value)
    else:
        del copy[key]
    return copy
