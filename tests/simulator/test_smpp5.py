"""SMPP 5.0 clients nobody here wrote: PyPI rusmppyc (Rust), and npm's smpp, which says 5.0 by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import rusmppyc
from rusmppyc import exceptions

from channels.simulator import Faults
from channels.smpp.text import Habits
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import PATIENCE_S, until
from tests.smpp.peers.npm_esme import NpmEsme

NUMBER = "8613800000001"
ADDRESSES = {"source_addr": "5000", "destination_addr": NUMBER}
LONG = "A long answer about a ringback tone, its price [€] and how to be rid of it. " * 4


class Bound:
    """A rusmppyc client and what it hears."""

    def __init__(self, client: rusmppyc.Client, events: Any, response: Any) -> None:
        self.client = client
        self.response = response
        self._events = events.__aiter__()

    async def next(self) -> Any:
        """The next command from the SMSC."""
        event = await asyncio.wait_for(self._events.__anext__(), PATIENCE_S)
        return event._0


@contextlib.asynccontextmanager
async def rusmppyc_bound(sim: Running, mode: str = "transceiver", **connect: Any) -> AsyncIterator[Bound]:
    url = f"smpp://127.0.0.1:{sim.address[1]}"
    client, events = await rusmppyc.Client.connect(url, response_timeout=int(PATIENCE_S * 1000), **connect)
    try:
        response = await getattr(client, f"bind_{mode}")(system_id="rust5", password="pw")
        yield Bound(client, events, response)
        await client.unbind()
    finally:
        with contextlib.suppress(exceptions.ConnectionClosedException):  # after an unbind the SMSC may be quicker
            await client.close()
        await client.closed()


def shown(sim: Running) -> list[str]:
    """The answers on the handset, once each is whole."""
    return [one.text for one in sim.smsc.bubbles.all() if one.side == "service" and one.state == "received"]


@pytest.mark.parametrize("mode", ["transmitter", "receiver", "transceiver"])
async def test_rusmppyc_binds_in_every_mode_and_is_told_version_5(start: Start, mode: str) -> None:
    sim = await start(version="5.0")
    async with rusmppyc_bound(sim, mode) as bound:
        assert sim.smsc.binds() == [{"system_id": "rust5", "mode": mode}]
        assert "ScInterfaceVersion(Smpp5_0)" in repr(bound.response.sc_interface_version)
    await until(lambda: sim.counts("binds")["unbound"] == 1)


async def test_rusmppyc_binds_to_an_smsc_of_version_3_4_and_is_told_no_congestion(start: Start) -> None:
    sim = await start("congestion=50")
    async with rusmppyc_bound(sim) as bound:
        assert "ScInterfaceVersion(Smpp3_4)" in repr(bound.response.sc_interface_version)
        assert (await bound.client.submit_sm(short_message=b"hello", **ADDRESSES)).tlvs == []


@pytest.mark.parametrize(
    ("load", "congestion"), [("Idle", 0), ("LowLoad(7)", 7), ("NearingCongestion(91)", 91), ("Congested", 100)]
)
async def test_rusmppyc_reads_how_congested_we_are(start: Start, load: str, congestion: int) -> None:
    sim = await start(version="5.0")
    async with rusmppyc_bound(sim) as bound:
        sim.smsc.set_faults(Faults(congestion=congestion))
        answer = await bound.client.submit_sm(short_message=b"hello", **ADDRESSES)
        assert f"CongestionState({load})" in repr(answer.tlvs)
    assert shown(sim) == ["hello"]


async def test_rusmppyc_submits_a_long_text_that_is_shown_whole(start: Start) -> None:
    sim = await start(version="5.0")
    async with rusmppyc_bound(sim) as bound:
        for part in rusmppyc.Client.submit_sm_multipart(LONG, reference=7, **ADDRESSES):
            await bound.client.submit_sm(part)
    assert shown(sim) == [LONG]


@pytest.mark.parametrize(
    ("text", "encoder"),
    [
        ("café §", rusmppyc.rusmppyc.Encoder.Latin1(rusmppyc.rusmppyc.Latin1())),
        ("彩铃", rusmppyc.rusmppyc.Encoder.Ucs2(rusmppyc.rusmppyc.Ucs2())),
        (
            "[5 €]",
            rusmppyc.rusmppyc.Encoder.Gsm7BitUnpacked(rusmppyc.rusmppyc.Gsm7BitUnpacked.default()),
        ),
    ],
)
async def test_rusmppyc_submits_texts_in_each_alphabet_it_has(start: Start, text: str, encoder: Any) -> None:
    sim = await start(version="5.0")
    async with rusmppyc_bound(sim) as bound:
        await bound.client.submit_sm(rusmppyc.Client.submit_sm_encode(text, encoder=encoder, **ADDRESSES))
    assert shown(sim) == [text]


@pytest.mark.parametrize(("parts", "method"), [(3, "udh"), (3, "udh16"), (3, "sar"), (1, "payload")])
async def test_rusmppyc_reads_a_handsets_long_text_in_every_method(start: Start, parts: int, method: Any) -> None:
    sim = await start(version="5.0", habits=Habits(long_texts=method))
    async with rusmppyc_bound(sim) as bound:
        sim.smsc.text(NUMBER, "5000", LONG)
        for _ in range(parts):
            command = await bound.next()
            assert "DeliverSm" in repr(command.pdu)
            await bound.client.deliver_sm_resp(command.sequence_number)
        await until(lambda: sim.smsc.waiting == 0)
    assert (sim.counts("texts")["accepted"], sim.counts("pdus")["nacked"]) == (1, 0)


async def test_rusmppyc_reads_data_sm_and_an_alert(start: Start) -> None:
    sim = await start(version="5.0", texts_by="data_sm", response_s=0.3)
    async with rusmppyc_bound(sim) as bound:
        assert sim.smsc.alert(NUMBER) == 1
        assert "AlertNotification" in repr((await bound.next()).pdu)
        sim.smsc.text(NUMBER, "5000", "LIST")
        assert "DataSm" in repr((await bound.next()).pdu)  # it has no data_sm_resp to answer with


@pytest.mark.node
async def test_npm_is_told_congestion_only_by_an_smsc_of_5_to_a_bind_of_5(start: Start) -> None:
    for version, interface_version, told in (("5.0", 0x50, 80), ("5.0", 0x34, None), ("3.4", 0x50, None)):
        sim = await start("congestion=80", version=version)
        async with NpmEsme(sim.address[1]) as esme:
            bound = await esme.bind(interface_version=interface_version)
            assert bound["sc_interface_version"] == {"5.0": 0x50, "3.4": 0x34}[version]
            answers = [
                await esme.ask("submit_sm", short_message="hello", **ADDRESSES),
                await esme.ask("data_sm", message_payload="hello", **ADDRESSES),
            ]
            assert [answer.get("congestion_state") for answer in answers] == [told, told]


@pytest.mark.node
async def test_npm_of_3_3_is_told_no_version(start: Start) -> None:
    sim = await start(version="5.0")
    async with NpmEsme(sim.address[1]) as esme:
        assert "sc_interface_version" not in await esme.bind(interface_version=0x33)
