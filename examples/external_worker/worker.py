"""Prints labels for parcels: a program of its own that does the jobs of the type `demo.print_label`.

``RINGI_TOKEN=… python examples/external_worker/worker.py http://127.0.0.1:8080 labels/``
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.sdk.worker_client import BpmnError, ExternalJob, JobFailure, Worker


def print_label(job: ExternalJob, printer: Path) -> Mapping[str, Any]:
    """Write the label into the folder that stands for a printer; the same job again writes the same label."""
    address = str(job.variables.get("address") or "").strip()
    if not address:
        raise BpmnError("no_address", "The parcel has no address.")
    if not printer.is_dir():
        raise JobFailure("The printer is off.", retry_after=30)
    label = printer / f"{job.id}.txt"
    label.write_text(f"{job.headers['size']}\n{address}\n", encoding="utf-8")
    return {"label": label.name}


def labels(address: str, token: str, printer: Path) -> Worker:
    """A worker that prints."""
    worker = Worker(address, token, name="label-printer", threads=2, variables=["address"])
    worker.handles("demo.print_label")(lambda job: print_label(job, printer))
    return worker


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    labels(sys.argv[1], os.environ["RINGI_TOKEN"], Path(sys.argv[2])).run()
