"""Answers from an ESME: shown whole on the handset, with a receipt where one was asked for."""

from __future__ import annotations

import itertools
import struct
from typing import Any

import pytest
import smpp34

from tests.simulator import wire
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import connect, until

UDHI = 0x40


def shown(sim: Running) -> list[tuple[str, str]]:
    """What the handsets show of answers: state and text."""
    return [(bubble.state, bubble.text) for bubble in sim.smsc.bubbles.all() if bubble.side == "service"]


@pytest.mark.parametrize(
    ("text", "octets", "data_coding"),
    [
        ("plain", b"plain", 0),
        ("@ and £", b"\x00 and \x01", 0),
        ("[5 €]", b"\x1b\x3c5 \x1b\x65\x1b\x3e", 0),
        ("caf\u00e9", b"caf\xe9", 3),
        ("彩铃", "彩铃".encode("utf-16-be"), 8),
        ("🎵", "🎵".encode("utf-16-be"), 8),
        ("class 0", b"class 0", 0x10),
        ("", b"", 0),
    ],
)
async def test_an_answer_is_decoded_for_display(start: Start, text: str, octets: bytes, data_coding: int) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        seen = await esme.submit(octets, data_coding=data_coding)
        assert seen.status == wire.ROK
    [bubble] = sim.smsc.bubbles.all()
    assert (bubble.text, bubble.number, bubble.short_code) == (text, "8613800000001", "5000")


async def test_each_answer_gets_a_message_id_of_its_own(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        ids = {(await esme.submit()).body for _ in range(5)}
    assert len(ids) == 5
    assert all(one.endswith(b"\0") and 1 < len(one) <= 65 for one in ids)


async def test_an_answer_to_nobody_is_refused(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        assert (await esme.submit(destination_addr="")).status == wire.RINVDSTADR
    assert (sim.counts("answers")["invalid"], shown(sim)) == (1, [])


def eight_bit(number: int, total: int, text: bytes) -> dict[str, Any]:
    return {"text": bytes((5, 0, 3, 77, total, number)) + text, "esm_class": UDHI}


def sixteen_bit(number: int, total: int, text: bytes) -> dict[str, Any]:
    return {"text": bytes((6, 8, 4, 1, 77, total, number)) + text, "esm_class": UDHI}


def after_a_port(number: int, total: int, text: bytes) -> dict[str, Any]:
    return {"text": bytes((11, 5, 4, 0, 9, 0, 9, 0, 3, 77, total, number)) + text, "esm_class": UDHI}


def by_tlvs(number: int, total: int, text: bytes) -> dict[str, Any]:
    tlvs = [
        smpp34.Tlv(smpp34.TLV_SAR_MSG_REF_NUM, b"\1\2"),
        smpp34.Tlv(smpp34.TLV_SAR_TOTAL_SEGMENTS, bytes((total,))),
        smpp34.Tlv(smpp34.TLV_SAR_SEGMENT_SEQNUM, bytes((number,))),
    ]
    return {"text": text, "tlvs": tlvs}


WAYS = [eight_bit, sixteen_bit, after_a_port, by_tlvs]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
async def test_parts_are_joined_in_whatever_order_they_come(start: Start, way: Any, order: tuple[int, ...]) -> None:
    sim = await start()
    texts = {1: b"one ", 2: b"two ", 3: b"three"}
    async with connect(sim.address) as esme:
        await esme.bind()
        for number in order[:2]:
            await esme.submit(**way(number, 3, texts[number]))
        [(state, text)] = shown(sim)
        assert (state, text.count("[…]")) == ("partial", 1)
        await esme.submit(**way(order[2], 3, texts[order[2]]))
    assert shown(sim) == [("received", "one two three")]
    assert (sim.counts("answers")["accepted"], sim.counts("answers")["shown"]) == (3, 1)


async def test_a_part_that_comes_twice_shows_once(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        for number in (1, 1, 2):
            await esme.submit(**eight_bit(number, 2, b"%d" % number))
    assert shown(sim) == [("received", "12")]


async def test_the_same_reference_to_another_handset_is_another_message(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(**eight_bit(1, 2, b"a"))
        await esme.submit(**eight_bit(1, 2, b"b"), destination_addr="8613800000002")
    assert [text for _, text in shown(sim)] == ["a[…]", "b[…]"]


@pytest.mark.parametrize(("number", "total"), [(0, 2), (3, 2), (1, 0), (1, 1)])
async def test_a_part_that_contradicts_itself_stands_alone(start: Start, number: int, total: int) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(**eight_bit(number, total, b"alone"))
    assert shown(sim) == [("received", "alone")]


async def test_a_payload_and_a_data_sm_are_shown_too(start: Start) -> None:
    sim = await start()
    payload = b"p" * 700
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(b"", tlvs=[smpp34.Tlv(smpp34.TLV_MESSAGE_PAYLOAD, payload)])
        data_sm = b"\0\0\0005000\0\1\0018613800000001\0\0\0\0" + struct.pack(">HH", 0x0424, 4) + b"data"
        seen = await esme.ask(wire.DATA_SM, data_sm)
        assert (seen.command, seen.status) == (wire.DATA_SM | wire.RESP, wire.ROK)
    assert [text for _, text in shown(sim)] == ["p" * 700, "data"]


async def test_a_receipt_comes_in_both_forms_to_the_account_that_asked(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        asked = await esme.submit(b"your tone", registered_delivery=1)
        seen = await esme.read_command(wire.DELIVER_SM)
        esme.acknowledge(seen)
        receipt = seen.message()
        message_id = asked.body[:-1].decode()
        assert (receipt.source_addr, receipt.destination_addr, receipt.esm_class) == ("8613800000001", "5000", 0x04)
        tlvs = {tlv.tag: tlv.value for tlv in receipt.tlvs}
        assert tlvs[smpp34.TLV_RECEIPTED_MESSAGE_ID] == message_id.encode() + b"\0"
        assert tlvs[smpp34.TLV_MESSAGE_STATE] == b"\x02"
        assert receipt.short_message.startswith(f"id:{message_id} sub:001 dlvrd:001 submit date:".encode())
        assert receipt.short_message.endswith(b" stat:DELIVRD err:000 text:your tone")
        await until(lambda: sim.counts("receipts")["acknowledged"] == 1)


@pytest.mark.parametrize(
    ("registered", "faults", "stat"),
    [
        (0, "", None),
        (1, "", b"DELIVRD"),
        (2, "", None),
        (0, "undelivered=1", None),
        (1, "undelivered=1", b"UNDELIV"),
        (2, "undelivered=1", b"UNDELIV"),
    ],
)
async def test_a_receipt_comes_only_where_it_was_asked_for(
    start: Start, registered: int, faults: str, stat: bytes | None
) -> None:
    sim = await start(faults)
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(registered_delivery=registered)
        assert sim.counts("receipts")["asked"] == (stat is not None)
        if stat is not None:
            seen = await esme.read_command(wire.DELIVER_SM)
            assert b"stat:" + stat in seen.text
    assert len(shown(sim)) == (faults == "")


async def test_a_transmitters_receipt_goes_to_the_receiver_of_the_same_account(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as sender, connect(sim.address) as stranger, connect(sim.address) as own:
        await sender.bind(wire.BIND_TRANSMITTER, system_id="shop")
        await stranger.bind(wire.BIND_RECEIVER, system_id="else")
        await sender.submit(registered_delivery=1)
        await own.bind(wire.BIND_RECEIVER, system_id="shop")
        assert b"stat:DELIVRD" in (await own.read_command(wire.DELIVER_SM)).text


async def test_a_receipt_nobody_takes_is_given_up_after_its_attempts(start: Start) -> None:
    sim = await start(receipt_attempts=3)
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(registered_delivery=1)
        for _ in range(3):
            esme.acknowledge(await esme.read_command(wire.DELIVER_SM), wire.RX_T_APPN)
        await until(lambda: sim.counts("receipts")["dropped"] == 1)
    assert sim.counts("receipts")["attempts"] == 3
