"""`ringi up`: what it says, and what it refuses before it touches anything."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def test_a_port_in_use_is_told_with_the_way_out_and_makes_no_installation(ringi: Ringi, taken: int, tmp_path: Path) -> None:
    said = ringi("up", "--port", taken)
    assert said.code == 1
    assert f"Cannot listen on 127.0.0.1:{taken}" in said.err
    assert "choose another port with --port" in said.err
    assert not (tmp_path / ".ringi").exists()


def test_the_port_of_the_environment_is_taken_and_refused_alike(
    ringi: Ringi, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGI_PORT", str(taken))
    assert ringi("up", "--json").data["code"] == "CLI-1010"


def test_a_host_that_is_not_here_is_told(ringi: Ringi) -> None:
    said = ringi("up", "--host", "198.51.100.1", "--port", "0")
    assert (said.code, "Choose another address with --host" in said.err) == (1, True)


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_wrong_usage(ringi: Ringi, port: str) -> None:
    said = ringi("up", "--port", port)
    assert (said.code, "Invalid value for '--port'" in said.err) == (2, True)


def test_it_serves_says_the_sign_in_once_and_stops_when_told(data: Path) -> None:
    def start() -> subprocess.Popen[str]:
        words = [sys.executable, "-c", "from runtime.cli.main import main; main()", "up", "--port", "0", "--json"]
        environment = {**os.environ, "RINGI_INSTALLED_PACKAGES": "no"}
        return subprocess.Popen([*words, "--data", str(data)], stdout=subprocess.PIPE, text=True, env=environment)

    announced = []
    for _time in range(2):
        server = start()
        assert server.stdout is not None
        announced.append(json.loads(_object(server.stdout)))
        with urllib.request.urlopen(f"{announced[-1]['address']}/readyz", timeout=30) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        server.stdout.close()
        assert server.returncode in {0, 130}
    assert [one["user"] for one in announced[0]["sign_ins"]] == ["admin"]
    assert announced[1]["sign_ins"] == []


def _object(lines: Iterator[str]) -> str:
    """The JSON object that ends with a closing brace on a line of its own."""
    text = ""
    for line in lines:
        text += line
        if line == "}\n":
            return text
    raise AssertionError(f"the server ended: {text}")
