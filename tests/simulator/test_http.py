"""The JSON, the event stream and the page; and who is kept out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from channels.simulator import run
from tests.simulator import wire
from tests.simulator.wire import PATIENCE_S, connect, until

Serve = Callable[..., Any]
TEXT = {"number": "8613800000001", "short_code": "5000", "text": "LIST"}


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    """Read server-sent events."""
    name = ""
    async for line in response.content:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


async def test_a_text_posted_is_delivered_and_its_state_can_be_read(serve: Serve) -> None:
    sim = await serve()
    posted = await sim.text("LIST")
    assert posted["state"] == "waiting"
    assert (await sim.get("/api/health"))["waiting"] == 1
    async with connect(sim.at.smpp) as esme:
        await esme.bind(system_id="shop")
        seen = await esme.read_command(wire.DELIVER_SM)
        esme.acknowledge(seen)

        async def accepted() -> bool:
            return [(b["id"], b["state"]) for b in await sim.bubbles(side="handset")] == [(posted["id"], "accepted")]

        await until(accepted)
        health = await sim.get("/api/health")
        assert (health["status"], health["binds"], health["waiting"]) == (
            "ok",
            [{"system_id": "shop", "mode": "transceiver"}],
            0,
        )
    ledger = await sim.get("/api/ledger")
    assert ledger["texts"]["taken"] == ledger["texts"]["accepted"] == 1


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("number: ", TEXT | {"number": "abc"}),
        ("number: ", TEXT | {"number": "+8613800000001"}),
        ("short_code: ", TEXT | {"short_code": ""}),
        ("text: ", TEXT | {"text": ""}),
        ("text: ", TEXT | {"text": "x" * 1501}),
        ("text: ", {"number": "8613800000001", "short_code": "5000"}),
        ("extra: ", TEXT | {"extra": 1}),
        ("the body: ", [1]),
    ],
)
async def test_a_text_that_makes_no_sense_is_refused_with_what_is_wrong(serve: Serve, reason: str, body: Any) -> None:
    sim = await serve()
    async with sim.http.post("/api/texts", json=body) as response:
        assert response.status == 422
        assert (await response.json())["error"].startswith(reason)
    assert (await sim.get("/api/ledger"))["texts"]["taken"] == 0


async def test_a_body_without_end_is_not_read_to_its_end(serve: Serve) -> None:
    sim = await serve()
    headers = {"content-type": "application/json"}
    async with sim.http.post("/api/texts", data=b" " * 200_000, headers=headers) as response:
        assert response.status == 422


async def test_a_full_store_answers_503(serve: Serve) -> None:
    sim = await serve(store=1)
    await sim.text("one")
    async with sim.http.post("/api/texts", json=TEXT) as response:
        assert response.status == 503


async def test_faults_are_read_replaced_as_a_whole_and_checked(serve: Serve) -> None:
    sim = await serve("throttle=0.5,seed=4")
    faults = await sim.get("/api/faults")
    assert (faults["throttle"], faults["seed"]) == (0.5, 4)
    async with sim.http.put("/api/faults", json={"latency_s": 0.1}) as response:
        assert (await response.json())["latency_s"] == 0.1
    assert (await sim.get("/api/faults"))["throttle"] == 0
    async with sim.http.put("/api/faults", json={"throttle": 2}) as response:
        assert response.status == 422
    assert (await sim.get("/api/faults"))["latency_s"] == 0.1


async def test_links_are_cut_and_malformed_pdus_sent_on_demand(serve: Serve) -> None:
    sim = await serve()
    async with connect(sim.at.smpp) as esme:
        await esme.bind()
        async with sim.http.post(
            "/api/faults/once", json={"fault": "malformed", "kind": "unknown_command"}
        ) as response:
            assert await response.json() == {"links": 1}
        assert (await esme.read()).command == 0x0FFF
        async with sim.http.post("/api/faults/once", json={"fault": "disconnect"}) as response:
            assert await response.json() == {"links": 1}
        assert await esme.is_over()
    for body in ({"fault": "fire"}, {"fault": "malformed", "kind": "worse"}):
        async with sim.http.post("/api/faults/once", json=body) as response:
            assert response.status == 422


async def test_the_event_stream_tells_what_is_and_then_what_changes(serve: Serve) -> None:
    sim = await serve()
    await sim.text("before")
    async with sim.http.get("/api/events") as response, connect(sim.at.smpp) as esme:
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = events(response)
        assert (await anext(stream))[0] == "hello"
        name, bubbles = await anext(stream)
        assert (name, [b["text"] for b in bubbles]) == ("bubbles", ["before"])
        name, status = await anext(stream)
        assert (name, status["receiving"], status["ledger"]["texts"]["waiting"]) == ("status", 0, 1)
        await esme.bind()
        esme.acknowledge(await esme.read_command(wire.DELIVER_SM))
        await esme.submit(b"answer")
        seen: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_S):
            async for name, data in stream:
                if name == "bubbles":
                    seen |= {b["text"]: b["state"] for b in data}
                if seen == {"before": "accepted", "answer": "received"}:
                    break


async def test_stopping_ends_the_event_streams_at_once(serve: Serve) -> None:
    sim = await serve()
    async with sim.http.get("/api/events") as response:
        stream = events(response)
        await anext(stream)
        sim.stop.set()
        async with asyncio.timeout(PATIENCE_S):
            async for _ in stream:
                pass
            await sim.task


@pytest.mark.parametrize("side", ["smpp", "http"])
async def test_a_port_that_is_taken_stops_the_start(serve: Serve, side: str) -> None:
    sim = await serve()
    taken, free = getattr(sim.at, side), ("127.0.0.1", 0)
    listens = (taken, free) if side == "smpp" else (free, taken)
    with pytest.raises(OSError, match="in use"):
        await run(*listens, stop=asyncio.Event())


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (200, "GET", "/", {}),
        (200, "GET", "/", {"Host": "localhost:8090"}),
        (200, "GET", "/", {"Host": "[::1]:8090"}),
        (421, "GET", "/", {"Host": "rebound.example:8090"}),
        (421, "GET", "/api/texts", {"Host": "rebound.example"}),
        (421, "GET", "/api/texts", {"Host": "localhost.example"}),
        (403, "GET", "/api/events", {"Origin": "https://elsewhere.example"}),
        (403, "POST", "/api/texts", {"Origin": "https://elsewhere.example"}),
        (403, "POST", "/api/texts", {"Origin": "null"}),
        (403, "POST", "/api/texts", {"Sec-Fetch-Site": "cross-site"}),
        (403, "POST", "/api/texts", {"Sec-Fetch-Site": "same-site"}),
        (415, "POST", "/api/texts", {"Content-Type": "text/plain"}),
        (415, "POST", "/api/texts", {"Content-Type": "application/x-www-form-urlencoded"}),
        (415, "PUT", "/api/faults", {"Content-Type": "text/plain;application/json"}),
        (202, "POST", "/api/texts", {"Content-Type": "application/json; charset=utf-8"}),
    ],
)
async def test_only_this_page_on_this_machine_is_let_in(
    serve: Serve, status: int, method: str, path: str, headers: dict[str, str]
) -> None:
    sim = await serve()
    sent = {"Content-Type": "application/json"} | headers
    body = json.dumps(TEXT).encode() if method != "GET" else None
    async with sim.http.request(method, path, data=body, headers=sent) as response:
        assert response.status == status
        assert "access-control-allow-origin" not in response.headers
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert (await sim.get("/api/ledger"))["texts"]["taken"] == (status == 202)


async def test_the_page_has_a_labelled_input_for_every_fault_and_nothing_from_elsewhere(serve: Serve) -> None:
    sim = await serve("throttle=0.25")
    async with sim.http.get("/") as response:
        page = await response.text()
    for name in await sim.get("/api/faults"):
        assert f'<label for="fault-{name}">' in page
    assert 'value="0.25"' in page
    assert "//" not in page.replace("<!doctype", "").replace("http://www.w3.org", "")
    for asset in ("handset.js", "handset.css", "icon.svg"):
        assert f"/assets/{asset}" in page
        async with sim.http.get(f"/assets/{asset}") as response:
            assert response.status == 200


async def test_a_restarted_simulator_gives_its_texts_other_ids(serve: Serve) -> None:
    first, second = await serve(), await serve()
    assert (await first.text("LIST"))["id"] != (await second.text("LIST"))["id"]
