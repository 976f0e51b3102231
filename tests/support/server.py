"""Ringi as a real process, as its users start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = Path(sys.executable).with_name("ringi")


@dataclass(kw_only=True)
class Server:
    """One installation in `data`. `passwords` are those printed at the first start, by user."""

    data: Path
    options: tuple[str, ...] = ()
    address: str = ""
    passwords: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self, *, seconds: int = 90) -> Server:
        """Start (again); waits until it has said where it listens."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGI_")}
        self.process = subprocess.Popen(
            [str(COMMAND), "up", "--json", "--port", "0", "--data", str(self.data), *self.options],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        said = self._announcement()
        self.address = said["address"]
        self.passwords |= {one["user"]: one["password"] for one in said["sign_ins"]}
        with urllib.request.urlopen(f"{self.address}/readyz", timeout=seconds) as answer:
            assert answer.status == 200
        return self

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """SIGTERM, the ordinary way."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def _announcement(self) -> dict[str, object]:
        """The JSON object that ends with a closing brace on a line of its own."""
        assert self.process
        assert self.process.stdout
        text = ""
        for line in self.process.stdout:
            text += line
            if line.rstrip() == "}":
                return json.loads(text)
        raise AssertionError(f"the server ended before it was ready: {text}")
