"""One message followed through all processes of a host: by its id in their logs, in its trace, and as counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from tests.house import Handsets, House, until
from tests.metrics.test_serving import get, own
from workers.journal import Database
from workers.ops.health import Health, look_around
from workers.tracing import ids_of

NUMBER, TONE = "8613800000021", "600902000004"
_LIFE = {
    "smpp": ["message_received", "answer_sent", "receipt"],
    "worker": ["message_claimed", "core_called", "message_finished"],
}
"""In each process's order.  Between two there is none: who has done a thing may tell of it once the next has begun."""
_PATIENT = {
    "bind": {"registered_delivery": "always", "ack_within_s": 60.0, "response_s": 240.0},
    "core": {"timeout_s": 240.0, "settle_s": 240.0},
    "worker": {"lease_s": 240.0},
}
"""Nothing is done or called twice because a process was late: each is to be counted once."""


class Collector:
    """Takes traces as OpenTelemetry's own collector does: protobuf by HTTP."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        self.spans += [
            span for resource in told.resource_spans for scope in resource.scope_spans for span in scope.spans
        ]
        return web.Response(content_type="application/x-protobuf")

    def names(self, transaction_id: str) -> set[str]:
        trace = ids_of(transaction_id)[0].to_bytes(16, "big")
        return {span.name for span in self.spans if span.trace_id == trace}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield collector
    finally:
        await runner.cleanup()


def told(house: House, transaction_id: str) -> dict[str, list[str]]:
    """By process, what it has said of a message, each once and in the order of time."""
    said = [line for process in house.processes for line in process.said() if transaction_id in line.values()]
    in_time = sorted(said, key=lambda one: one["timestamp"])
    return {
        process: [*dict.fromkeys(one["event"] for one in in_time if one["process"] == process and one["event"] in life)]
        for process, life in _LIFE.items()
    }


async def health(house: House) -> Health:
    database = Database(house.settings.journal.url)
    try:
        return await look_around(house.settings, database)
    finally:
        await asyncio.to_thread(database.close)


async def test_one_message_is_found_by_its_id_in_every_log_trace_and_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with collecting() as collector, Handsets() as handsets:
        environ = {
            "TONEGATE_LOG_LEVEL": "debug",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        async with House(tmp_path, handsets.port, _PATIENT, environ=environ) as house:
            await until(handsets.bound, "the listener is bound")
            handsets.text(NUMBER, TONE)
            await until(lambda: handsets.told(NUMBER, "is yours"), "the answer has come")
            (row,) = house.messages()
            transaction_id = row["transaction_id"]
            await until(
                lambda: _LIFE == told(house, transaction_id), lambda: f"its life is told: {told(house, transaction_id)}"
            )
            everything = "".join(process.log.read_text(errors="replace") for process in house.processes)
            assert not [secret for secret in (NUMBER, f'"{TONE}"', "Kornblume", "sesam") if secret in everything]

            spans = {"message", "work", "orderTone", "answer", "receipt"}
            await until(lambda: spans <= collector.names(transaction_id), lambda: collector.names(transaction_id))

            async with own(house.settings) as url:
                status, text = await get(f"{url}/metrics")
            counts = {
                sample.name: sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.name.endswith(("_total", "_count")) and sample.labels.get("operation") in (None, "orderTone")
            }
            assert 200 == status
            assert {
                "tonegate_messages_received_total": 1.0,
                "tonegate_outcomes_total": 1.0,
                "tonegate_core_calls_total": 1.0,
                "tonegate_answers_total": 1.0,
                "tonegate_answer_seconds_count": 1.0,
                "tonegate_receipts_total": 1.0,
                "tonegate_work_seconds_count": 1.0,
                "tonegate_core_call_seconds_count": 1.0,
                "tonegate_replayed_messages_total": 0.0,
            } == counts
            assert NUMBER not in text

            async def all_is_well() -> bool:
                return (0, {"well": True, "wrong": [], "waiting": []}) == await house.tonegate("health")

            await until(all_is_well, "health sees that all is well")
            house.listener.kill()

            async def found_out() -> bool:
                return not (await health(house)).well

            await until(found_out, "health sees that nobody tells of the bind")
            code, said = await house.tonegate("health")
            assert 1 == code
            assert "No listener tells of the bind main: no text arrives over it, no answer leaves." in [
                one["what"] for one in said["wrong"]
            ]
