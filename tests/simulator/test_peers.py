"""Clients nobody here wrote bind to the simulator: PyPI smpp34 (Rust) and aiosmpplib."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import smpp34
from aiosmpplib import ESME, DeliverSm, PhoneNumber, SmppMessage, SubmitSm, SubmitSmResp
from aiosmpplib.hook import AbstractHook
from aiosmpplib.state import BindMode

from channels.smpp.text import Habits
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import PATIENCE_S, until

NUMBER = "8613800000001"


@asynccontextmanager
async def smpp34_bound(sim: Running, bind_type: str = "TRX") -> AsyncIterator[smpp34.Smsc]:
    client = smpp34.Client(host="127.0.0.1", port=sim.address[1], system_id="rust", password="pw", bind_type=bind_type)
    smsc = await client.connect()
    yield smsc
    await smsc.unbind()
    await client.stop()


class Heard(AbstractHook):
    """What an aiosmpplib ESME received."""

    def __init__(self) -> None:
        self.messages: list[SmppMessage] = []

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        pass

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        if smpp_message is not None:
            self.messages.append(smpp_message)

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        raise error

    def of(self, kind: type[SmppMessage]) -> list[SmppMessage]:
        return [one for one in self.messages if isinstance(one, kind)]


@asynccontextmanager
async def aiosmpplib_bound(sim: Running, mode: BindMode = BindMode.TRANSCEIVER) -> AsyncIterator[tuple[ESME, Heard]]:
    heard = Heard()
    esme = ESME("127.0.0.1", sim.address[1], "python", "pw", bind_mode=mode, hook=heard, log_level=logging.CRITICAL)
    task = asyncio.create_task(esme.start())
    await until(sim.smsc.binds)
    yield esme, heard
    await esme.stop()
    await asyncio.wait_for(task, PATIENCE_S)


@pytest.mark.parametrize(("bind_type", "mode"), [("TX", "transmitter"), ("RX", "receiver"), ("TRX", "transceiver")])
async def test_smpp34_binds_in_every_mode_and_unbinds(start: Start, bind_type: str, mode: str) -> None:
    sim = await start()
    async with smpp34_bound(sim, bind_type):
        assert sim.smsc.binds() == [{"system_id": "rust", "mode": mode}]
    await until(lambda: sim.counts("binds")["unbound"] == 1)


async def test_smpp34_receives_texts_and_they_are_accepted(start: Start) -> None:
    sim = await start()
    async with smpp34_bound(sim) as smsc:
        texts = ["GET 600902000001", "彩铃", "§ and €"]
        for text in texts:
            sim.smsc.text(NUMBER, "5000", text)
        events = [await asyncio.wait_for(smsc.next(), PATIENCE_S) for _ in texts]
        assert [(one.source_addr, one.data_coding) for one in events] == [(NUMBER, 0), (NUMBER, 8), (NUMBER, 0)]
        assert [one.short_message for one in events] == [
            b"GET 600902000001",
            "彩铃".encode("utf-16-be"),
            b"\x5f and \x1b\x65",
        ]
        await until(lambda: sim.smsc.waiting == 0)


async def test_smpp34_submits_and_gets_its_receipt(start: Start) -> None:
    sim = await start()
    async with smpp34_bound(sim) as smsc:
        sent = await smsc.submit_sm(NUMBER, b"Your tone is set.", source_addr="5000", registered_delivery=1)
        receipt = await asyncio.wait_for(smsc.next(), PATIENCE_S)
        tlvs = {tlv.tag: tlv for tlv in receipt.tlvs}
        assert sent.is_success
        assert tlvs[smpp34.TLV_RECEIPTED_MESSAGE_ID].as_string() == sent.message_id
        assert tlvs[smpp34.TLV_MESSAGE_STATE].as_int() == 2
    assert [bubble.text for bubble in sim.smsc.bubbles.all()] == ["Your tone is set."]


@pytest.mark.parametrize(
    ("fault", "status"), [("throttle=1", smpp34.ESME_RTHROTTLED), ("queue_full=1", smpp34.ESME_RMSGQFUL)]
)
async def test_smpp34_is_told_that_it_is_turned_away(start: Start, fault: str, status: int) -> None:
    sim = await start(fault)
    async with smpp34_bound(sim) as smsc:
        assert (await smsc.submit_sm(NUMBER, b"hello", source_addr="5000")).command_status == status


async def test_smpp34_reads_what_drips(start: Start) -> None:
    sim = await start("slow_drip=3")
    async with smpp34_bound(sim) as smsc:
        sim.smsc.text(NUMBER, "5000", "LIST")
        assert (await asyncio.wait_for(smsc.next(), PATIENCE_S)).short_message == b"LIST"


async def test_smpp34_sees_its_link_cut(start: Start) -> None:
    sim = await start()
    async with smpp34_bound(sim) as smsc:
        sim.smsc.cut_links()
        assert isinstance(await asyncio.wait_for(smsc.next(), PATIENCE_S), smpp34.Disconnected)


async def test_aiosmpplib_receives_a_text_and_it_is_accepted(start: Start) -> None:
    sim = await start()
    async with aiosmpplib_bound(sim) as (_, heard):
        sim.smsc.text(NUMBER, "5000", "GET 600902000001")
        await until(lambda: sim.smsc.waiting == 0)
        [text] = await until(lambda: heard.of(DeliverSm))
        assert isinstance(text, DeliverSm)
        assert (text.short_message, text.source.number) == ("GET 600902000001", NUMBER)


async def test_aiosmpplib_submits_a_long_text_that_is_shown_whole_with_its_receipts(start: Start) -> None:
    sim = await start()
    words = "A long answer about a tone. " * 10
    async with aiosmpplib_bound(sim) as (esme, heard):
        await esme.broker.enqueue(
            SubmitSm(
                short_message=words,
                source=PhoneNumber("5000"),
                destination=PhoneNumber(NUMBER),
                registered_delivery=1,
                log_id="1",
            )
        )
        await until(lambda: sim.counts("answers")["shown"] == 1 and sim.counts("receipts")["acknowledged"] >= 1)
        assert [bubble.text for bubble in sim.smsc.bubbles.all()] == [words]
        assert await until(lambda: heard.of(SubmitSmResp))


@pytest.mark.parametrize(
    ("text", "encoding"), [("[5 €]", "gsm0338"), ("café", "latin_1"), ("彩铃", "ucs2"), ("彩铃", None)]
)
async def test_aiosmpplib_submits_in_each_alphabet_it_has(start: Start, text: str, encoding: str | None) -> None:
    sim = await start()
    async with aiosmpplib_bound(sim) as (esme, _):
        await esme.broker.enqueue(
            SubmitSm(
                short_message=text,
                source=PhoneNumber("5000"),
                destination=PhoneNumber(NUMBER),
                encoding=encoding,
                log_id="1",
            )
        )
        await until(lambda: sim.counts("answers")["shown"] == 1)
    assert [bubble.text for bubble in sim.smsc.bubbles.all()] == [text]


async def test_aiosmpplibs_long_text_in_parts_is_joined(start: Start) -> None:
    sim = await start()
    words = "A long answer about a tone. " * 20
    async with aiosmpplib_bound(sim) as (esme, _):
        await esme.broker.enqueue(
            SubmitSm(
                short_message=words,
                source=PhoneNumber("5000"),
                destination=PhoneNumber(NUMBER),
                esm_class=0x40,  # by header; by SAR the library trips over itself
                auto_message_payload=False,
                log_id="1",
            )
        )
        await until(lambda: sim.counts("answers")["shown"] == 1)
    assert [bubble.text for bubble in sim.smsc.bubbles.all()] == [words]
    assert sim.counts("answers")["submits"] > 1


@pytest.mark.parametrize("method", ["udh", "sar", "payload"])  # of a 16-bit reference it reads four octets
async def test_aiosmpplib_joins_a_handsets_long_text(start: Start, method: Any) -> None:
    sim = await start(habits=Habits(long_texts=method))
    words = "A long text about a tone. " * 15
    async with aiosmpplib_bound(sim) as (_, heard):
        sim.smsc.text(NUMBER, "5000", words)
        await until(lambda: sim.smsc.waiting == 0)
        [text] = await until(lambda: heard.of(DeliverSm))
        assert isinstance(text, DeliverSm)
        assert (text.short_message or text.message_payload) == words


async def test_smpp34_submits_parts_by_sar_and_a_payload(start: Start) -> None:
    sim = await start()
    async with smpp34_bound(sim) as smsc:
        for number in (3, 1, 2):
            values = {
                smpp34.TLV_SAR_MSG_REF_NUM: b"\1\2",
                smpp34.TLV_SAR_TOTAL_SEGMENTS: b"\3",
                smpp34.TLV_SAR_SEGMENT_SEQNUM: bytes((number,)),
            }
            tlvs = [smpp34.Tlv(tag, value) for tag, value in values.items()]
            await smsc.submit_sm(NUMBER, b"part %d " % number, source_addr="5000", tlvs=tlvs)
        payload = smpp34.Tlv(smpp34.TLV_MESSAGE_PAYLOAD, "彩铃".encode("utf-16-be") * 100)
        await smsc.submit_sm(NUMBER, b"", source_addr="5000", data_coding=8, tlvs=[payload])
    assert [bubble.text for bubble in sim.smsc.bubbles.all()] == ["part 1 part 2 part 3 ", "彩铃" * 100]


async def test_peers_of_two_makes_share_a_short_code_in_turn(start: Start) -> None:
    sim = await start()
    async with aiosmpplib_bound(sim) as (_, heard), smpp34_bound(sim) as smsc:
        for count in range(6):
            sim.smsc.text(f"861380000000{count}", "5000", "LIST")
        for _ in range(3):
            await asyncio.wait_for(smsc.next(), PATIENCE_S)
        await until(lambda: sim.smsc.waiting == 0)
        assert len(heard.of(DeliverSm)) == 3
