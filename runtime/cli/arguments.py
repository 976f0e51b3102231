"""Reading what was typed: JSON objects, files, and where the installation is."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine.api import Value, from_plain

DIAGRAM_SUFFIXES = (".bpmn", ".dmn", ".form")


class JsonObject(click.ParamType[dict[str, Value]]):
    """A JSON object, or ``@file`` that holds one, or ``-`` for standard input."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Value]:
        """Numbers become exact decimals. A wrong text is refused with line and column."""
        text = read_text(value) if isinstance(value, str) else value
        try:
            data = json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError as error:
            self.fail(
                f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}. Example: '{{\"amount\": 5}}'", param, ctx
            )
        if not isinstance(data, dict):
            self.fail("a JSON object is wanted, for example '{\"amount\": 5}'", param, ctx)
        return {str(name): from_plain(item) for name, item in data.items()}


class Assignment(click.ParamType[tuple[str, dict[str, Value]]]):
    """``NAME=JSON``, for example ``approve={"ok": true}``."""

    name = "name=json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, dict[str, Value]]:
        """The name and the object behind the first ``=``."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not NAME=JSON", param, ctx)
        return name, JsonObject().convert(text, param, ctx)


def read_text(value: str) -> str:
    """The text itself, that of the file behind ``@``, or standard input for ``-``."""
    if value == "-":
        return sys.stdin.read()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text(encoding="utf-8")
        except OSError as error:
            raise click.BadParameter(f"{value[1:]}: {error.strerror}") from error
    return value


def collect_resources(paths: tuple[Path, ...]) -> dict[str, bytes]:
    """The diagrams, decisions and forms at `paths`, with what is in folders. Files of one name are told apart by their path."""
    found: dict[str, bytes] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.suffix in DIAGRAM_SUFFIXES) if path.is_dir() else [path]
        for file in inside:
            name = file.name if file.name not in found else str(file)
            found[name] = file.read_bytes()
    return found
