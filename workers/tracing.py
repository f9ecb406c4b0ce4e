"""Traces of OpenTelemetry, where the extra `otel` is installed and OTEL_EXPORTER_OTLP_ENDPOINT says where they go.

    message (from reception)
      ├── work (a worker's stay)
      │     └── orderTone … (each call to the core)
      ├── answer (from its commit to the SMSC's response)
      └── receipt

A trace's id, and that of its first span, come out of the transaction id, so that processes pass nothing on: each adds
its spans to a trace it can name by itself.  Spans hold words of ours alone: no number, no text.  What samples, batches
and sends is the library's own, set by its OTEL_… variables; a collector that is gone costs its spans.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Thread
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

_WHERE = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_LAST_WORDS_S = 2.0

log = structlog.get_logger(__name__)

_provider: TracerProvider | None = None
_tracer: Tracer | None = None
_inside: ContextVar[Context | None] = ContextVar("span", default=None)
"""The span that calls to the core belong to."""
_given: ContextVar[tuple[int, int] | None] = ContextVar("given_ids", default=None)
"""The ids of the next span, where it is a trace's first."""


def begin(process: str) -> None:
    """Trace from now on, if that is wanted here; after a fork."""
    if not any(map(os.environ.get, _WHERE)) or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        log.warning("nothing_is_traced", mend="pip install 'tonegate[otel]'")
        return
    trace_with(BatchSpanProcessor(OTLPSpanExporter()), process)


def trace_with(processor: SpanProcessor, process: str) -> None:
    """Give spans to a processor from now on."""
    global _provider, _tracer  # noqa: PLW0603 - one process, one life
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415

    class Ids(RandomIdGenerator):
        """Random ones, but for a trace's first span."""

        def generate_trace_id(self) -> int:
            given = _given.get()
            return given[0] if given else super().generate_trace_id()

        def generate_span_id(self) -> int:
            given = _given.get()
            return given[1] if given else super().generate_span_id()

    resource = Resource.create({"service.name": "tonegate", "service.instance.id": f"{process}-{os.getpid()}"})
    _provider = TracerProvider(
        resource=resource, id_generator=Ids(), shutdown_on_exit=False
    )  # that waits half a minute
    _provider.add_span_processor(processor)
    _tracer = _provider.get_tracer("tonegate")
    atexit.register(end)


def end() -> None:
    """Send what is left, within two seconds, and trace no more."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        ending = Thread(target=provider.shutdown, daemon=True)  # the library's own time limits hold for no export
        ending.start()
        ending.join(_LAST_WORDS_S)


def ids_of(transaction_id: str) -> tuple[int, int]:
    """A trace's id and that of its first span."""
    digest = hashlib.blake2b(transaction_id.encode(), digest_size=24, person=b"tonegate").digest()
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big")


def begun(transaction_id: str, took_s: float, **attributes: str) -> None:
    """A message has come: its trace's first span, which has just ended."""
    if _tracer is None:
        return
    from opentelemetry.context import Context  # noqa: PLC0415

    now = time.time_ns()
    before = _given.set(ids_of(transaction_id))
    try:
        first = _tracer.start_span(
            "message",
            Context(),
            attributes={"transaction_id": transaction_id} | attributes,
            start_time=_back(now, took_s),
        )
    finally:
        _given.reset(before)
    first.end(now)


@contextmanager
def span(transaction_id: str, name: str, **attributes: str) -> Iterator[None]:
    """A span of a message's trace, while the block lasts; what ends inside belongs to it."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode, set_span_in_context  # noqa: PLC0415

    one = _tracer.start_span(name, _under(transaction_id), attributes=attributes)
    before = _inside.set(set_span_in_context(one))
    try:
        yield
    except BaseException:
        one.set_status(Status(StatusCode.ERROR))  # and not what it says, which may quote a row
        raise
    finally:
        _inside.reset(before)
        one.end()


def ended(name: str, took_s: float, *, failed: bool = False, **attributes: str) -> None:
    """Something inside of the span of this task has just ended; outside of any it is nobody's."""
    inside = _inside.get()
    if _tracer is None or inside is None:
        return
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

    now = time.time_ns()
    one = _tracer.start_span(name, inside, attributes=attributes, start_time=_back(now, took_s))
    if failed:
        one.set_status(Status(StatusCode.ERROR))
    one.end(now)


def after(transaction_id: str, name: str, took_s: float, **attributes: str) -> None:
    """Something of a message's trace has just ended, in any process."""
    if _tracer is None:
        return
    now = time.time_ns()
    _tracer.start_span(name, _under(transaction_id), attributes=attributes, start_time=_back(now, took_s)).end(now)


def _under(transaction_id: str) -> Context:
    from opentelemetry.context import Context  # noqa: PLC0415
    from opentelemetry.trace import (  # noqa: PLC0415
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    trace, first = ids_of(transaction_id)
    parent = SpanContext(trace, first, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _back(now_ns: int, took_s: float) -> int:
    return now_ns - int(took_s * 1e9)
