"""Read YAML so that every complaint can name the line."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runtime.errors import Invalid
from runtime.packages.problems import problem

LARGEST_BYTES = 2_000_000

_LoaderBase: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML mapping: `name` is the file as shown to people, `data` its plain content, `lines` the line of each key path."""

    name: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(repr=False, compare=False, default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """The line (from 1) of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Loader(_LoaderBase):  # type: ignore[misc]  # the C loader has no type of its own
    """Safe loading that refuses a key given twice, which YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(path: Path, name: str | None = None) -> YamlFile:
    """The mapping in a UTF-8 YAML file. Raises Invalid (PKG-1001 to PKG-1003), naming the line where it can."""
    return parse_yaml(_read(path, name or path.name), name or path.name)


def parse_yaml(raw: bytes, name: str) -> YamlFile:
    """As `read_yaml`, for content that is already in memory."""
    loader = _Loader(raw)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        raise _not_yaml(error, name) from error
    except ValueError as error:  # a date such as 2026-02-30
        raise _failure("PKG-1002", f"A value cannot be: {error}. Put texts in quotes.", name, None) from error
    except RecursionError as error:
        raise Invalid("PKG-1002", f"{name} is nested too deep.") from error
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise _failure("PKG-1003", "The file must hold keys with values (a YAML mapping).", name, 1)
    lines: dict[KeyPath, int] = {}
    _note_lines(node, (), lines, set())
    return YamlFile(name, data, lines)


def _read(path: Path, name: str) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _failure("PKG-1001", f"The file cannot be read: {error.strerror}.", name, None) from error
    if len(raw) > LARGEST_BYTES:
        raise _failure("PKG-1001", f"The file is larger than {LARGEST_BYTES:,} bytes.", name, None)
    return raw


def _not_yaml(error: yaml.YAMLError, name: str) -> Invalid:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return _failure("PKG-1002", f"This is not YAML: {reason}.", name, mark.line + 1 if mark else None)


def _failure(code: str, message: str, name: str, line: int | None) -> Invalid:
    found = problem(code, message, name, line=line)
    return Invalid(code, str(found), problems=[found])


def _note_lines(node: Any, path: KeyPath, lines: dict[KeyPath, int], seen: set[int]) -> None:
    """Record where each value stands. What an alias repeats is noted once, so a bomb of aliases is harmless."""
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*path, key.value)] = key.start_mark.line + 1
            _note_lines(value, (*path, key.value), lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*path, index), lines, seen)
