"""Debian's Kannel binds to the simulator as it would to an operator's SMSC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from channels.smpp.text import Habits
from tests.simulator.conftest import Served
from tests.simulator.kannel import kannel_for
from tests.simulator.wire import until

pytestmark = pytest.mark.kannel

Serve = Callable[..., Any]
NUMBER = "8613800000001"
LONG = "A long answer about a ringback tone, its price and how to be rid of it. " * 4


async def texts_shown(sim: Served, count: int) -> list[str]:
    """Wait for so many whole answers on the handset, and return them."""

    async def shown() -> list[str] | None:
        texts = [b["text"] for b in await sim.bubbles() if b["state"] == "received"]
        return texts if len(texts) >= count else None

    return list(await until(shown))


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
        await until(lambda: kannel.receipts)
        assert set(kannel.receipts) == {"1"}


@pytest.mark.parametrize("method", ["udh", "udh16", "sar", "payload"])
async def test_kannel_joins_a_handsets_long_text_whose_parts_come_in_disorder(
    serve: Serve, tmp_path: Path, method: Any
) -> None:
    sim = await serve("parts_shuffled=1,parts_repeated=1,seed=3", habits=Habits(long_texts=method))
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await sim.text(LONG.strip())
        await until(lambda: kannel.texts)
        assert kannel.texts == [(NUMBER, "5000", LONG.strip())]


@pytest.mark.parametrize(
    ("response_id", "receipt_id", "msg_id_type"),
    [("hex", "decimal", 1), ("decimal", "hex_upper", 2), ("hex", "hex_upper", 3), ("decimal", "decimal_zeros", 0)],
)
async def test_kannel_finds_the_message_of_a_receipt_whose_id_is_in_the_other_base(
    serve: Serve, tmp_path: Path, response_id: str, receipt_id: str, msg_id_type: int
) -> None:
    sim = await serve(response_id=response_id, receipt_id=receipt_id, receipt_form="text")
    async with kannel_for(sim.at.smpp[1], tmp_path, f"msg-id-type = {msg_id_type}") as kannel:
        receipt = f"{kannel.app_url}/receipt?status=%d"
        await kannel.send(NUMBER, "hello", **{"dlr-mask": "3", "dlr-url": receipt, "from": "5000"})
        await until(lambda: kannel.receipts)
        assert kannel.receipts == ["1"]


@pytest.mark.parametrize("form", ["tlvs", "seconds"])
async def test_kannel_reads_a_receipt_of_another_form(serve: Serve, tmp_path: Path, form: str) -> None:
    sim = await serve("undelivered=1", receipt_form=form)
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        receipt = f"{kannel.app_url}/receipt?status=%d"
        await kannel.send(NUMBER, "hello", **{"dlr-mask": "3", "dlr-url": receipt, "from": "5000"})
        await until(lambda: kannel.receipts)
        assert kannel.receipts == ["2"]


async def test_kannel_that_says_5_goes_on_beside_a_congestion_state(serve: Serve, tmp_path: Path) -> None:
    sim = await serve("congestion=95", version="5.0")
    async with kannel_for(sim.at.smpp[1], tmp_path, "interface-version = 50") as kannel:
        for words in ("one", "two"):
            await kannel.send(NUMBER, words)
        assert sorted(await texts_shown(sim, 2)) == ["one", "two"]


async def test_latin_1_goes_both_ways_where_the_smsc_means_it_by_0(serve: Serve, tmp_path: Path) -> None:
    sim = await serve(habits=Habits(default_alphabet="latin-1", alphabets=("latin-1", "ucs2")))
    async with kannel_for(sim.at.smpp[1], tmp_path, "alt-charset = ISO-8859-1") as kannel:
        await kannel.send(NUMBER, "l'été à 5 £", charset="UTF-8")
        assert await texts_shown(sim, 1) == ["l'été à 5 £"]
        await sim.text("déjà [vu]")
        await until(lambda: kannel.texts)
        assert kannel.texts == [(NUMBER, "5000", "déjà [vu]")]


async def test_chinese_goes_both_ways(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await kannel.send(NUMBER, "彩铃已设置", coding="2", charset="UTF-8")
        assert await texts_shown(sim, 1) == ["彩铃已设置"]
        await sim.text("订购 600902000001")
        await until(lambda: kannel.texts)
        assert kannel.texts == [(NUMBER, "5000", "订购 600902000001")]


async def test_kannel_stays_bound_through_malformed_pdus_and_slow_drip(serve: Serve, tmp_path: Path) -> None:
    sim = await serve("slow_drip=40")
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        async with sim.http.post(
            "/api/faults/once", json={"fault": "malformed", "kind": "unknown_command"}
        ) as response:
            assert (await response.json())["links"] == 1
        await sim.text("LIST")
        await until(lambda: kannel.texts)
        assert [text for _, _, text in kannel.texts] == ["LIST"]


async def test_kannel_finds_a_restarted_simulator_and_texts_go_on(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await sim.text("before")
        await until(lambda: kannel.texts)
        sim.stop.set()
        await sim.task
        again = await serve(smpp_port=sim.at.smpp[1])
        await again.text("after")
        await until(lambda: len(kannel.texts) == 2)
        assert [text for _, _, text in kannel.texts] == ["before", "after"]


async def test_a_text_waits_for_a_kannel_that_starts_later_and_survives_a_cut(serve: Serve, tmp_path: Path) -> None:
    sim = await serve()
    await sim.text("early")
    async with kannel_for(sim.at.smpp[1], tmp_path) as kannel:
        await until(lambda: kannel.texts)
        async with sim.http.post("/api/faults/once", json={"fault": "disconnect"}) as response:
            assert (await response.json())["links"] == 1
        await sim.text("after the cut")
        await until(lambda: len(kannel.texts) == 2)
        assert [text for _, _, text in kannel.texts] == ["early", "after the cut"]
