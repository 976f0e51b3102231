"""The FEEL interpreter feelin (npm), as a peer: in a Node process of its own that is asked line by line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from designer.build import find_node
from engine.api import Value, to_plain

PEERS = Path(__file__).parents[1] / "peers"
_KINDS = {datetime: "date and time", date: "date", time: "time", timedelta: "duration"}


def install() -> None:
    """Install the peers by their lock file, unless they are there."""
    if not (PEERS / "node_modules/feelin/package.json").is_file():
        node = find_node()
        command = [str(node.program), str(node.npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=PEERS, check=True, timeout=300, stdout=subprocess.DEVNULL)


class Feelin:
    """A running interpreter; use it in a ``with`` statement."""

    def __enter__(self) -> Self:
        install()
        self._process = subprocess.Popen(
            [str(find_node().program), "feelin.mjs"],
            cwd=PEERS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def ask(self, kind: str, text: str, context: Mapping[str, Value]) -> dict[str, Any]:
        """What it makes of an expression or of unary tests: ``value`` and ``warnings``, or ``error`` and ``syntax``."""
        return self._answer({"kind": kind, "text": text, "context": _json(context)})

    def measure(self, kind: str, text: str, contexts: list[Mapping[str, Value]], times: int) -> tuple[float, int]:
        """CPU seconds for that many evaluations, and the process's peak memory in KiB."""
        said = self._answer({"kind": kind, "text": text, "contexts": [_json(one) for one in contexts], "times": times})
        return said["seconds"], said["memory"]

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


def _json(value: Any) -> Any:
    """As `read` in feelin.mjs wants it."""
    if isinstance(value, Mapping):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if type(value) in _KINDS:
        return {"@kind": _KINDS[type(value)], "@text": to_plain(value)}
    return value
