"""A message's trace: its ids come out of the transaction id, so that processes pass nothing on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from core_client import ResultCodes
from core_client.door import Call
from tests.journal.kit.messages import message
from tests.metrics.test_moments import ANSWER, ROW
from workers import moments, tracing
from workers.core_calls import observer
from workers.journal import Accepted
from workers.metrics import store
from workers.settings import load

core_called = observer(ResultCodes.shipped())


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.trace_with(SimpleSpanProcessor(exporter), "test")
    yield exporter
    tracing.end()


def whole_life() -> None:
    """As listener, worker and sender tell it."""
    moments.received(message(ROW.text, ROW.number), Accepted(ROW.transaction_id, duplicate=False), 0.01)
    with moments.in_work(ROW):
        core_called(Call("orderTone", "000000", 0.02, f"{ROW.transaction_id}01"))
        core_called(Call("query", "timeout", 1.0))
    moments.tried(ANSWER, "main", "sent", 1002.0)
    moments.receipt(ROW.transaction_id, "main", "delivered")


def named(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def parent(spans: dict[str, ReadableSpan], name: str) -> str:
    above = spans[name].parent
    ids = {span.context.span_id: other for other, span in spans.items() if span.context}
    return ids[above.span_id] if above else ""


def test_one_message_is_one_trace_from_its_text_to_its_receipt(exporter: InMemorySpanExporter) -> None:
    whole_life()
    spans = named(exporter)
    assert {
        "message": "",
        "work": "message",
        "orderTone": "work",
        "query": "work",
        "answer": "message",
        "receipt": "message",
    } == {name: parent(spans, name) for name in spans}
    assert {tracing.ids_of(ROW.transaction_id)[0]} == {span.context.trace_id for span in spans.values() if span.context}


def test_a_span_lasts_as_long_as_what_it_tells_of(exporter: InMemorySpanExporter) -> None:
    whole_life()
    spans = named(exporter)

    def lasted_s(name: str) -> float:
        span = spans[name]
        return round(((span.end_time or 0) - (span.start_time or 0)) / 1e9, 3)

    assert [0.01, 0.02, 1.0] == [lasted_s(name) for name in ("message", "orderTone", "answer")]


def test_a_call_without_an_answer_is_an_error(exporter: InMemorySpanExporter) -> None:
    whole_life()
    assert {"query"} == {name for name, span in named(exporter).items() if not span.status.is_unset}


def test_no_span_has_a_number_or_a_text(exporter: InMemorySpanExporter) -> None:
    """Promise 6 for what leaves the host as a trace."""
    whole_life()
    told = " ".join(span.to_json() for span in exporter.get_finished_spans())
    assert ROW.transaction_id in told
    assert not [word for word in (ROW.number, "600902000001", "GET") if word in told]


def test_a_fault_of_ours_is_an_error_that_quotes_nothing(exporter: InMemorySpanExporter) -> None:
    """Promise 6: what an exception says may be a row with its number."""
    with pytest.raises(ValueError, match=ROW.number), moments.in_work(ROW):
        raise ValueError(f"no such row: {ROW.number} {ROW.text}")
    (span,) = exporter.get_finished_spans()
    assert StatusCode.ERROR is span.status.status_code
    assert not [word for word in (ROW.number, ROW.text) if word in span.to_json()]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("310001", "310001"),
        ("timeout", "timeout"),
        ("http_502", "http_502"),
        (ROW.number, "other"),
        (f"x{ROW.number}", "other"),
        (ROW.text, "other"),
    ],
)
def test_no_code_that_a_core_makes_up_leaves_the_host(exporter: InMemorySpanExporter, told: str, said: str) -> None:
    """Promise 6: a result code is whatever a core writes there."""
    with moments.in_work(ROW):
        core_called(Call("query", told, 0.02))
    attributes = named(exporter)["query"].attributes
    assert attributes
    assert said == attributes["code"]


def test_a_collector_that_answers_nobody_holds_no_process_back_at_its_end() -> None:
    """Promise 1: a listener that is to be started again must not wait for its traces."""
    answers, asked = threading.Event(), threading.Event()

    class Silent(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            asked.set()
            answers.wait()
            return SpanExportResult.SUCCESS

    tracing.trace_with(BatchSpanProcessor(Silent(), schedule_delay_millis=1), "test")
    moments.received(message(), Accepted(ROW.transaction_id, duplicate=False), 0.01)
    assert asked.wait(30)
    ending = threading.Thread(target=tracing.end, daemon=True)
    ending.start()
    try:
        ending.join(30)
        assert not ending.is_alive()
        assert tracing._tracer is None
    finally:
        answers.set()


def test_a_wrong_variable_costs_the_traces_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Promise 1: nobody's text stays with its SMSC for a variable of OpenTelemetry's."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100")  # less than a batch
    monkeypatch.setattr(store, "open_in", lambda _: None)
    before = moments.watch(None)
    try:
        with capture_logs() as lines:
            moments.begin(load(None, {}), "test")
    finally:
        moments.watch(before)
    assert tracing._tracer is None
    assert ["nothing_is_traced"] == [line["event"] for line in lines]


def test_a_redelivery_and_a_call_of_nobodys_message_begin_no_trace(exporter: InMemorySpanExporter) -> None:
    moments.received(message(), Accepted(ROW.transaction_id, duplicate=True), 0.01)
    core_called(Call("query", "000000", 0.02))
    assert () == exporter.get_finished_spans()


def test_nothing_is_traced_where_nobody_says_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    tracing.begin("test")
    assert tracing._tracer is None
