"""Debian's Kannel binds to the simulator as it would to an operator's SMSC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.conftest import Served
from tests.simulator.kannel import kannel_for
from tests.simulator.wire import until

pytestmark = [pytest.mark.kannel, pytest.mark.timeout(180)]

Serve = Callable[..., Any]
NUMBER = "8613800000001"
LONG = "A long answer about a ringback tone, its price and how to be rid of it. " * 4


async def texts_shown(sim: Served, count: int, within_s: float = 30.0) -> list[str]:
    """Wait for so many whole answers on the handset, and return them."""

    async def shown() -> list[str] | None:
        texts = [b["text"] for b in await sim.bubbles() if b["state"] == "received"]
        return texts if len(texts) >= count else None

    return list(await until(shown, within_s))


async def test_a_handsets_text_reaches_kannels_application_and_its_reply_comes_back(
    serve: Serve, tmp_path: Path
) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await sim.text("GET 600902000001")
        assert await texts_shown(sim, 1) == ["You said GET 600902000001"]
        assert kannel.texts == [(NUMBER, "5000", "GET 600902000001")]
        ledger = await sim.get("/api/ledger")
        assert ledger["texts"]["accepted"] == ledger["deliveries"]["attempts"] == 1
        assert ledger["pdus"]["broken"] == ledger["pdus"]["unknown"] == 0


async def test_a_long_text_sent_by_kannel_is_joined_and_its_receipt_comes_back(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await kannel.send(
            NUMBER, LONG, **{"dlr-mask": "3", "dlr-url": f"{kannel.app_url}/receipt?status=%d", "from": "5000"}
        )
        assert [text.strip() for text in await texts_shown(sim, 1)] == [LONG.strip()]
        await until(lambda: kannel.receipts, 30)
        assert set(kannel.receipts) == {"1"}


async def test_chinese_goes_both_ways(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await kannel.send(NUMBER, "彩铃已设置", coding="2", charset="UTF-8")
        assert await texts_shown(sim, 1) == ["彩铃已设置"]
        await sim.text("订购 600902000001")
        await until(lambda: kannel.texts, 30)
        assert kannel.texts == [(NUMBER, "5000", "订购 600902000001")]


async def test_kannel_stays_bound_through_malformed_pdus_and_slow_drip(serve: Serve, tmp_path: Path) -> None:
    sim = await serve("slow_drip=40")
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        async with sim.http.post(
            "/api/faults/once", json={"fault": "malformed", "kind": "unknown_command"}
        ) as response:
            assert (await response.json())["links"] == 1
        await sim.text("LIST")
        await until(lambda: kannel.texts, 30)
        assert [text for _, _, text in kannel.texts] == ["LIST"]


async def test_kannel_finds_a_restarted_simulator_and_texts_go_on(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await sim.text("before")
        await until(lambda: kannel.texts, 30)
        sim.stop.set()
        await sim.task
        again = await serve(smpp_port=sim.at.smpp[1])
        await again.text("after")
        await until(lambda: len(kannel.texts) == 2, 60)
        assert [text for _, _, text in kannel.texts] == ["before", "after"]


async def test_a_text_waits_for_a_kannel_that_starts_later_and_survives_a_cut(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    await sim.text("early")
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await until(lambda: kannel.texts, 30)
        async with sim.http.post("/api/faults/once", json={"fault": "disconnect"}) as response:
            assert (await response.json())["links"] == 1
        await sim.text("after the cut")
        await until(lambda: len(kannel.texts) == 2, 60)
        assert [text for _, _, text in kannel.texts] == ["early", "after the cut"]
