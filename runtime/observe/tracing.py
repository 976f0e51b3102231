"""Spans of OpenTelemetry: a request, the commands in it, the jobs that come of them. Without configuration they cost nothing.

A job carries the ``traceparent`` (W3C Trace Context) of whatever made it, and its span is linked with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from runtime.errors import Invalid

_propagator = TraceContextTextMapPropagator()
_HEADER = "traceparent"


class _Sending:
    """Whether spans go somewhere."""

    on = False


def set_up(endpoint: str) -> None:
    """Send spans to an OTLP/HTTP endpoint from now on. Raises Invalid when the exporter is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as missing:
        raise Invalid("CFG-1004", "RINGI_TRACES needs the exporter. Install it: pip install 'ringi[otel]'.") from missing
    provider = TracerProvider(resource=Resource.create({"service.name": "ringi"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    _Sending.on = True


def inside(name: str, **what: Any) -> AbstractContextManager[object]:
    """A span around the block when spans go somewhere, and nothing when not: for what happens often."""
    return span(name, **what) if _Sending.on else nullcontext()


@contextmanager
def span(
    name: str, *, kind: SpanKind = SpanKind.INTERNAL, headers: Mapping[str, str] | None = None, **what: Any
) -> Iterator[Span]:
    """A span around the block, under that of the caller in `headers`. `what` are attributes under ``ringi.``."""
    parent = _propagator.extract(dict(headers)) if headers else None
    attributes = {f"ringi.{key}": value for key, value in what.items() if value is not None}
    tracer = trace.get_tracer("ringi")
    with tracer.start_as_current_span(name, context=parent, kind=kind, attributes=attributes) as made:
        yield made


def carried() -> str | None:
    """The ``traceparent`` of the span around, for a job to keep; None when nothing is traced."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(_HEADER)


def came_from(traceparent: str | None) -> None:
    """Link the span around with the one that a job kept."""
    if traceparent:
        context = trace.get_current_span(_propagator.extract({_HEADER: traceparent})).get_span_context()
        if context.is_valid:
            trace.get_current_span().add_link(context)


def trace_id() -> str | None:
    """The id of the trace around, 32 hexadecimal digits; None when there is none."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
