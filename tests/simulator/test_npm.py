"""npm's smpp as an ESME of the simulator: texts both ways by each method it has, read by its own codec."""

from __future__ import annotations

from typing import Any

import pytest

from channels.smpp.text import Habits
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import until
from tests.smpp.peers.npm_esme import NpmEsme

pytestmark = pytest.mark.node
NUMBER = "8613800000001"
ADDRESSES = {"source_addr": "5000", "destination_addr": NUMBER}
LONG = "A long text from a handset, about its tones, and more of it. " * 7
LABELS_1 = Habits(gsm_data_coding=1)


def shown(sim: Running) -> list[tuple[str, str]]:
    """What the handset shows of answers."""
    return [(one.state, one.text) for one in sim.smsc.bubbles.all() if one.side == "service"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("hello [5 €]", {"short_message": "hello [5 €]"}),
        ("café ß", {"short_message": "café ß", "data_coding": 3}),
        ("彩铃 🎵", {"short_message": "彩铃 🎵", "data_coding": 8}),
        ("şık", {"short_message": "şık", "udh_hex": "03250101"}),
        ("p" * 700, {"message_payload": "p" * 700}),
        ("彩" * 300, {"message_payload": "彩" * 300, "data_coding": 8}),
    ],
)
async def test_npm_submits_texts_in_each_alphabet_it_has(start: Start, text: str, fields: dict[str, Any]) -> None:
    sim = await start(habits=LABELS_1)
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        assert (await esme.ask("submit_sm", **ADDRESSES, **fields))["command_status"] == 0
    assert shown(sim) == [("received", text)]


def by_header(number: int) -> dict[str, Any]:
    """One part of two, by an 8-bit reference behind ports."""
    return {"udh_hex": f"0b05040009000900034d02{number:02x}"}


def by_wide_header(number: int) -> dict[str, Any]:
    """By a 16-bit reference."""
    return {"udh_hex": f"060804014d02{number:02x}"}


def by_sar(number: int) -> dict[str, Any]:
    """By TLVs."""
    return {"sar_msg_ref_num": 333, "sar_total_segments": 2, "sar_segment_seqnum": number}


@pytest.mark.parametrize("way", [by_header, by_wide_header, by_sar])
@pytest.mark.parametrize("command", ["submit_sm", "data_sm"])
async def test_npm_submits_parts_that_are_joined(start: Start, command: str, way: Any) -> None:
    sim = await start(habits=LABELS_1)
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        for number, words in ((2, "other"), (1, "one and ")):
            part = way(number)
            if command == "data_sm":  # where a header is to stand before the words, the library takes octets only
                header = bytes.fromhex(part.pop("udh_hex", ""))
                body = {"message_payload_hex": (header + words.encode()).hex(), "esm_class": 0x40 if header else 0}
            else:
                body = {"short_message": words}
            assert (await esme.ask(command, **ADDRESSES, **part, **body))["command_status"] == 0
    assert shown(sim) == [("received", "one and other")]


@pytest.mark.parametrize(
    ("text", "habits"),
    [
        ("hello [5 €]", LABELS_1),
        ("彩铃 🎵", LABELS_1),
        ("café", Habits(alphabets=("latin-1",))),
        ("ş" * 80, Habits(gsm_data_coding=1, national=("tr",))),
    ],
)
async def test_npm_reads_a_handsets_text_in_each_alphabet(start: Start, text: str, habits: Habits) -> None:
    sim = await start(habits=habits)
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", text)
        assert (await esme.next("deliver_sm"))["short_message"] == text
        await until(lambda: sim.smsc.waiting == 0)


@pytest.mark.parametrize(("parts", "method"), [(3, "udh"), (3, "udh16"), (3, "sar"), (1, "payload")])
@pytest.mark.parametrize("command", ["deliver_sm", "data_sm"])
async def test_npm_reads_a_handsets_long_text_by_each_method(
    start: Start, command: Any, parts: int, method: Any
) -> None:
    sim = await start(habits=Habits(gsm_data_coding=1, long_texts=method), texts_by=command)
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", LONG)
        read = [await esme.next(command) for _ in range(parts)]
        assert "".join(one.get("short_message") or one["message_payload"] for one in read) == LONG
        await until(lambda: sim.smsc.waiting == 0)


async def test_npm_gets_its_receipt_by_data_sm(start: Start) -> None:
    sim = await start(texts_by="data_sm")
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        asked = await esme.ask("submit_sm", **ADDRESSES, short_message="hello", registered_delivery=1)
        receipt = await esme.next("data_sm")
        assert (receipt["esm_class"], receipt["receipted_message_id"], receipt["message_state"]) == (
            0x04,
            asked["message_id"],
            2,
        )
        assert f"id:{asked['message_id']} " in receipt["message_payload"]
