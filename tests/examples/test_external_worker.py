"""The client for external workers, and the example that uses it, against a real server on a free port."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from runtime.platform import Config, Platform, build
from runtime.processes.views import InstanceDetail
from runtime.sdk.worker_client import ExternalJob, JobFailure, Refused, Worker

EXAMPLE = Path(__file__).parents[2] / "examples/external_worker"
Start = Callable[..., str]


@pytest.fixture
def platform(sqlite_url: str, tmp_path: Path) -> Iterator[Platform]:
    built = build(Config(database=sqlite_url, data_dir=tmp_path), packages=[EXAMPLE])
    built.prepare()
    yield built
    built.database.close()


@pytest.fixture
def address(platform: Platform) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(platform), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture
def token(platform: Platform) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.access.add_user(work, "label-printer", name="Label Printer (demo)", roles=["worker"])
        return platform.access.create_token(work, "label-printer", "test")[1]


@pytest.fixture
def worker(address: str, token: str) -> Worker:
    return Worker(address, token, name="test", threads=2, wait=1)


@pytest.fixture
def start(platform: Platform) -> Start:
    def begin(**variables: Any) -> str:
        with platform.database.write(SYSTEM, "test") as work:
            return platform.processes.start(work, "parcel", variables)

    return begin


def _look(platform: Platform, instance: str) -> InstanceDetail:
    with platform.database.read() as work:
        return platform.processes.instance(work, instance)


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _handle(worker: Worker, function: Callable[[ExternalJob], Any]) -> None:
    worker.handles("demo.print_label")(function)


def _example() -> Any:
    spec = importlib.util.spec_from_file_location("example_worker", EXAMPLE / "worker.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_prints_labels_and_returns_parcels_without_address(
    platform: Platform, address: str, token: str, start: Start, tmp_path: Path
) -> None:
    printer = tmp_path / "labels"
    printer.mkdir()
    good, bad = start(address="1 Example Street"), start()
    example = _example().labels(address, token, printer)
    assert example.work_once() == 2
    detail = _look(platform, good)
    assert detail.instance.status == "completed"
    assert (printer / str(detail.variables["label"])).read_text() == "A6\n1 Example Street\n"
    with platform.database.read() as work:
        events = [e for row in platform.processes.journal(work, bad) for e in row.events]
    assert "returned" in [e["element"] for e in events if e["event"] == "ElementActivated"]


def test_a_printer_that_is_off_is_asked_again_after_the_time_it_needs(
    platform: Platform, address: str, token: str, start: Start, tmp_path: Path
) -> None:
    instance = start(address="1 Example Street")
    example = _example().labels(address, token, tmp_path / "off")
    assert example.work_once() == 1
    (job,) = _look(platform, instance).jobs
    assert job.last_error == "The printer is off."
    platform.database.clock.advance(timedelta(seconds=29))
    assert example.work_once() == 0
    platform.database.clock.advance(timedelta(seconds=2))
    (tmp_path / "off").mkdir()
    assert example.work_once() == 1
    assert _look(platform, instance).instance.status == "completed"


def test_the_diagram_of_the_example_is_deployed_without_a_warning(platform: Platform) -> None:
    with platform.database.read() as work:
        resources = {"parcel.bpmn": (EXAMPLE / "parcel.bpmn").read_bytes()}
        assert platform.processes.check(work, resources).problems == ()


def test_a_running_worker_gets_jobs_as_they_come_and_finishes_what_is_in_hand(
    platform: Platform, worker: Worker, start: Start
) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(job: ExternalJob) -> dict[str, Any]:
        begun.set()
        assert gate.wait(30)
        return {"weight": Decimal("1.5")}

    _handle(worker, slow)
    thread = threading.Thread(target=lambda: worker.run(signals=False))
    thread.start()
    instance = start()
    assert begun.wait(30)
    worker.stop()
    gate.set()
    thread.join(30)
    assert not thread.is_alive()
    detail = _look(platform, instance)
    assert detail.instance.status == "completed"
    assert detail.variables["weight"] == Decimal("1.5")


def test_the_lock_is_extended_while_work_goes_on(platform: Platform, address: str, token: str, start: Start) -> None:
    worker = Worker(address, token, name="test", threads=1, lock=1, wait=1)
    gate = threading.Event()
    _handle(worker, lambda job: {"done": gate.wait(30)})
    instance = start()
    thread = threading.Thread(target=lambda: worker.run(signals=False))
    thread.start()
    _until(lambda: _look(platform, instance).jobs[0].attempts == 1)
    first = _look(platform, instance).jobs[0].due
    _until(lambda: _look(platform, instance).jobs[0].due > first + timedelta(seconds=1))
    gate.set()
    worker.stop()
    thread.join(30)
    assert _look(platform, instance).instance.status == "completed"


@pytest.mark.parametrize("problem", [JobFailure("no ink"), ValueError("no ink"), KeyError("x")])
def test_a_handler_that_fails_leaves_the_job_to_be_tried_again(
    platform: Platform, worker: Worker, start: Start, problem: Exception
) -> None:
    def fail(job: ExternalJob) -> None:
        raise problem

    _handle(worker, fail)
    instance = start()
    worker.work_once()
    (job,) = _look(platform, instance).jobs
    assert (job.attempts, job.status) == (1, "open")
    assert job.last_error


@pytest.mark.parametrize("result", [{"x": [[[1]] * 3] * 3, "y": "z" * 1_100_000}, {"x": object()}])
def test_a_result_that_cannot_be_taken_fails_the_job_instead_of_being_lost(
    platform: Platform, worker: Worker, start: Start, result: dict[str, Any]
) -> None:
    _handle(worker, lambda job: result)
    instance = start()
    worker.work_once()
    (job,) = _look(platform, instance).jobs
    assert job.last_error


def test_a_result_that_comes_too_late_is_dropped_without_harm(platform: Platform, worker: Worker, start: Start) -> None:
    instance = start()

    def cancelled(job: ExternalJob) -> dict[str, Any]:
        with platform.database.write(SYSTEM) as work:
            platform.processes.cancel(work, instance, "test")
        return {}

    _handle(worker, cancelled)
    assert worker.work_once() == 1
    assert _look(platform, instance).instance.status == "cancelled"


def test_an_answer_that_was_lost_is_asked_for_again(
    platform: Platform, worker: Worker, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, lost = worker._http.request, []

    def lose(method: str, url: str, **more: Any) -> Any:
        answer = send(method, url, **more)
        if url.endswith("/complete") and not lost:
            lost.append(1)
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(worker._http, "request", lose)
    _handle(worker, lambda job: {"by": "worker"})
    instance = start()
    worker.work_once()
    assert lost
    assert _look(platform, instance).instance.status == "completed"


def test_a_worker_without_rights_is_told_so_at_once(address: str) -> None:
    worker = Worker(address, "ringi_nobody", name="test")
    _handle(worker, lambda job: None)
    with pytest.raises(Refused, match="HTTP-1004"):
        worker.run(signals=False)


def test_the_client_needs_nothing_else_of_the_platform() -> None:
    program = (
        "import sys, runtime.sdk.worker_client\n"
        "print([name for name in sys.modules if name.startswith(('runtime.', 'engine', 'flask', 'sqlalchemy'))])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "['runtime.sdk', 'runtime.sdk.worker_client']"
