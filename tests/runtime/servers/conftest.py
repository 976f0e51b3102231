"""The servers as real processes on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Start = Callable[..., "Process"]


class Process:
    """A command of ours that says in JSON when it is ready."""

    def __init__(self, words: tuple[str, ...], environment: dict[str, str]) -> None:
        command = [sys.executable, "-c", "from runtime.cli.main import main; main()", *words, "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.said: dict[str, Any] = json.loads(self._object())

    def stop(self, how: int, seconds: float = 30) -> int:
        """The exit code after a signal."""
        self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def _object(self) -> str:
        assert self.process.stdout
        text = ""
        for line in self.process.stdout:
            text += line
            if line == "}\n":
                return text
        raise AssertionError(f"{self.process.args} ended: {text}")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a command; none outlives the test."""
    started: list[Process] = []

    def begin(*words: str, **environment: str) -> Process:
        mine = {key: value for key, value in os.environ.items() if not key.startswith("RINGI_")}
        mine |= {"RINGI_INSTALLED_PACKAGES": "no", **environment}
        started.append(Process(words, mine))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
