"""Stopping a server as its user does is no failure, and it answers what it was asked."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("faults")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_ends_without_an_error(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(data=tmp_path, options=("--no-demo",)).start()
    assert server.process
    server.process.send_signal(how)
    assert server.process.wait(timeout=30) == 0
