"""A request, its commands, and the jobs that come of it are spans that belong together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from runtime.observe import tracing
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, message, named_message, timer, wait_for

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NAP = diagram("nap", line(wait_for("doze", timer("duration", "PT0S")), start=message("M")), outside=named_message("M", "go"))


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans that were sent."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr(tracing._Sending, "on", True)
    yield exporter
    provider.shutdown()


def test_a_job_is_linked_with_the_request_that_it_came_from(platform: Platform, spans: InMemorySpanExporter) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"nap.bpmn": NAP})
        platform.access.add_user(work, "boss", name="Boss", password="correct horse battery", roles=["administrator"])
        token = platform.access.create_token(work, "boss", "test")[1]
    headers = {"Authorization": f"Bearer {token}", "traceparent": PARENT}
    assert create_app(platform).test_client().post("/api/v1/messages/go", json={}, headers=headers).status_code == 200
    platform.jobs.run_due()
    found = {one.name: one for one in spans.get_finished_spans()}
    request, command, job = (found[name] for name in ("POST /api/v1/messages/<name>", "StartInstance", "job timer"))
    assert f"{request.context.trace_id:032x}" == PARENT.split("-")[1]
    assert command.parent
    assert command.parent.span_id == request.context.span_id
    assert [f"{link.context.trace_id:032x}" for link in job.links] == [PARENT.split("-")[1]]
