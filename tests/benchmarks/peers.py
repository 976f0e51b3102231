"""Peers that do not fit into this environment have one of their own under `.cache`, pinned by requirements/peers.lock."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".cache" / "peers"
LOCK = ROOT / "requirements" / "peers.lock"


@cache
def python() -> Path | str:
    """The interpreter that has the peers, or why there is none.

    camunda-python asks for Python 3.12, and runs on 3.11.
    """
    interpreter = HOME / "bin" / "python"
    if not (HOME / "lock").exists() or (HOME / "lock").read_bytes() != LOCK.read_bytes():
        venv.create(HOME, with_pip=True, clear=True)
        install = [str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--ignore-requires-python"]
        done = subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"it cannot be installed: {done.stderr.strip().splitlines()[-1][:200]}"
        (HOME / "lock").write_bytes(LOCK.read_bytes())
    return interpreter


def camunda(diagram: bytes, variables: Mapping[str, int], units: int, instances: int) -> float | str:
    """Microseconds of CPU for one unit of work, or why it is not known."""
    return _told("camunda_run.py", diagram, json.dumps(dict(variables)), str(units), str(instances))


def camunda_durable(diagram: bytes, instances: int) -> float | str:
    """As `camunda` for one completion of a user task of W2, kept in SQLite by its own store."""
    return _told("camunda_durable.py", diagram, str(instances))


def _told(script: str, diagram: bytes, *order: str) -> float | str:
    interpreter = python()
    if isinstance(interpreter, str):
        return interpreter
    with tempfile.NamedTemporaryFile(suffix=".bpmn") as file:
        file.write(diagram)
        file.flush()
        whole = [str(interpreter), str(Path(__file__).with_name(script)), file.name, *order]
        done = subprocess.run(whole, capture_output=True, text=True, timeout=300, check=False)
    return float(done.stdout) if not done.returncode else done.stderr.strip().splitlines()[-1][:200]


def say(reason: str) -> None:
    """Tell on the error channel why a peer is missing from the table."""
    sys.stderr.write(f"camunda-python 0.1.2 is left out: {reason}\n")
