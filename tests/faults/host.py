"""One host of an installation, as a command: `python -m tests.faults.host worker|web …`. See test_two_hosts.py."""

from __future__ import annotations

import argparse
import logging
import socket
from datetime import timedelta
from pathlib import Path

from runtime.clock import Clock
from runtime.http.app import create_app
from tests.faults.postgres import die_with_parent
from tests.faults.world import installation, serve, work_for_ever


def main() -> None:
    """Work, or serve, until killed."""
    die_with_parent()
    parser = argparse.ArgumentParser(prog="python -m tests.faults.host")
    parser.add_argument("role", choices=("worker", "web"))
    parser.add_argument("--url", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--peer", required=True, help="host:port")
    parser.add_argument("--lease", type=float, required=True)
    parser.add_argument("--listen", default="", help="host:port")
    options = parser.parse_args()
    logging.basicConfig(filename=options.folder / f"{options.role}.log", level=logging.WARNING)
    peer = _address(options.peer)
    platform = installation(options.url, options.folder, lease=timedelta(seconds=options.lease), clock=Clock(), peer=peer)
    if options.role == "worker":
        work_for_ever(platform)
    serve(create_app(platform), socket.create_server(_address(options.listen)))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    main()
