"""Long texts from handsets in every method, whole and as networks spoil them; answers in every alphabet.

What goes over the wire is read with smpp34 and put together by this file, not by ours.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest
import smpp34

from channels.smpp.text import Habits
from tests.simulator import wire
from tests.simulator.conftest import Running, Start
from tests.simulator.wire import Esme, Seen, connect, until

NUMBER = "8613800000001"
LONG = "A long text from a handset, about its tones, and more of it. " * 7
PARTS = 3


async def deliveries(esme: Esme, count: int, command: int = wire.DELIVER_SM) -> list[Seen]:
    """Read and acknowledge so many requests."""
    seen = []
    for _ in range(count):
        seen.append(await esme.read_command(command))
        esme.send(command | wire.RESP, b"\0", sequence=seen[-1].sequence)
    return seen


def part_of(seen: Seen) -> tuple[int, int, int, bytes]:
    """Reference, total, number and text of a deliver_sm, by 3GPP 23.040 or SAR."""
    message = seen.message()
    tlvs = {tlv.tag: tlv.as_int() for tlv in message.tlvs if len(tlv.value) <= 2}
    octets = message.short_message
    if smpp34.TLV_SAR_TOTAL_SEGMENTS in tlvs:
        reference, total = tlvs[smpp34.TLV_SAR_MSG_REF_NUM], tlvs[smpp34.TLV_SAR_TOTAL_SEGMENTS]
        return reference, total, tlvs[smpp34.TLV_SAR_SEGMENT_SEQNUM], octets
    form = {(5, 0, 3): ">BBB", (6, 8, 4): ">HBB"}[tuple(octets[:3])]
    return (*struct.unpack(form, octets[3 : 1 + octets[0]]), octets[1 + octets[0] :])


@pytest.mark.parametrize(("esm_class", "method"), [(0x40, "udh"), (0x40, "udh16"), (0, "sar")])
async def test_a_long_text_comes_in_parts_that_join(start: Start, esm_class: int, method: Any) -> None:
    sim = await start(habits=Habits(long_texts=method))
    async with connect(sim.address) as esme:
        await esme.bind()
        bubble = sim.smsc.text(NUMBER, "5000", LONG)
        seen = await deliveries(esme, PARTS)
        await until(lambda: sim.smsc.waiting == 0)
    parts = [part_of(one) for one in seen]
    assert {one.message().esm_class for one in seen} == {esm_class}
    assert ({one[0] for one in parts}, [one[1:3] for one in parts]) == ({parts[0][0]}, [(3, 1), (3, 2), (3, 3)])
    assert b"".join(one[3] for one in parts) == LONG.encode()
    assert (sim.smsc.bubbles.get(bubble.id).parts, sim.counts("texts")["accepted"]) == (PARTS, 1)


async def test_a_long_text_comes_whole_in_a_payload(start: Start) -> None:
    sim = await start(habits=Habits(long_texts="payload"))
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", LONG)
        [seen] = await deliveries(esme, 1)
        payloads = [tlv.value for tlv in seen.message().tlvs if tlv.tag == smpp34.TLV_MESSAGE_PAYLOAD]
        assert (seen.message().short_message, payloads) == (b"", [LONG.encode()])


async def test_texts_come_by_data_sm_where_the_smsc_does_so(start: Start) -> None:
    sim = await start(texts_by="data_sm")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        [seen] = await deliveries(esme, 1, wire.DATA_SM)
        assert struct.pack(">HH", smpp34.TLV_MESSAGE_PAYLOAD, 4) + b"LIST" in seen.body
        await until(lambda: sim.counts("texts")["accepted"] == 1)


@pytest.mark.parametrize("seed", range(4))
async def test_parts_come_in_another_order_and_none_is_missing(start: Start, seed: int) -> None:
    sim = await start(f"parts_shuffled=1,seed={seed}")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", LONG * 4)
        numbers = [part_of(one)[2] for one in await deliveries(esme, 12)]
    assert (sorted(numbers), numbers != sorted(numbers)) == (list(range(1, 13)), True)


async def test_a_part_comes_twice_the_same_to_the_octet(start: Start) -> None:
    sim = await start("parts_repeated=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", LONG)
        bodies = [one.body for one in await deliveries(esme, PARTS + 1)]
        await until(lambda: sim.counts("texts")["accepted"] == 1)
    assert (len(set(bodies)), sim.counts("deliveries")["repeated"]) == (PARTS, 1)


async def test_a_part_never_comes(start: Start) -> None:
    sim = await start("parts_missing=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", LONG)
        parts = [part_of(one) for one in await deliveries(esme, PARTS - 1)]
        await until(lambda: sim.counts("texts")["accepted"] == 1)
    assert ({total for _, total, _, _ in parts}, sim.counts("deliveries")["withheld"]) == ({PARTS}, 1)


async def test_a_short_text_has_no_parts_to_spoil(start: Start) -> None:
    sim = await start("parts_missing=1,parts_repeated=1,parts_shuffled=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        assert [one.text for one in await deliveries(esme, 1)] == [b"LIST"]
        await until(lambda: sim.smsc.waiting == 0)
    assert sim.counts("deliveries")["attempts"] == 1


@pytest.mark.parametrize(
    ("octets", "data_coding", "text", "habits"),
    [
        (b"\x1b\x65 5", 1, "€ 5", Habits(gsm_data_coding=1)),
        (b"caf\xe9", 0, "café", Habits(default_alphabet="latin-1", alphabets=("latin-1", "ucs2"))),
        (bytes.fromhex("e8329bfd06"), 0, "hello", Habits(gsm_packed=True)),
        ("彩铃".encode("utf-16-be"), 8, "彩铃", Habits()),
        (b"LIST", 0xF0, "LIST", Habits(message_class=0)),
    ],
)
async def test_texts_go_as_this_smsc_labels_and_packs_them(
    start: Start, octets: bytes, data_coding: int, text: str, habits: Habits
) -> None:
    sim = await start(habits=habits)
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", text)
        [seen] = await deliveries(esme, 1)
        assert (seen.text, seen.message().data_coding) == (octets, data_coding)


@pytest.mark.parametrize(
    ("text", "octets", "data_coding", "habits"),
    [
        ("€ 5", b"\x1b\x65 5", 1, Habits(gsm_data_coding=1)),
        ("café", b"caf\xe9", 0, Habits(default_alphabet="latin-1")),
        ("hello", bytes.fromhex("e8329bfd06"), 0, Habits(gsm_packed=True)),
    ],
)
async def test_answers_are_read_as_this_smsc_means_its_labels(
    start: Start, text: str, octets: bytes, data_coding: int, habits: Habits
) -> None:
    sim = await start(habits=habits)
    async with connect(sim.address) as esme:
        await esme.bind()
        assert (await esme.submit(octets, data_coding=data_coding)).status == wire.ROK
    assert [bubble.text for bubble in sim.smsc.bubbles.all()] == [text]


def shown(sim: Running) -> list[str]:
    """The answers on the handset."""
    return [bubble.text for bubble in sim.smsc.bubbles.all()]


TURKISH_SINGLE, TURKISH_LOCKING = b"\x24\1\1", b"\x25\1\1"


@pytest.mark.parametrize(
    ("text", "header", "octets"),
    [
        ("ışık", TURKISH_SINGLE, b"\x1b\x69\x1b\x73\x1b\x69k"),
        ("ışık", TURKISH_LOCKING, b"\x07\x1d\x07k"),
        ("ış [5]", TURKISH_LOCKING + TURKISH_SINGLE, b"\x07\x1d \x1b\x3c5\x1b\x3e"),
    ],
)
async def test_answers_in_national_tables_are_shown(start: Start, text: str, header: bytes, octets: bytes) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        await esme.submit(bytes((len(header),)) + header + octets, esm_class=0x40)
    assert shown(sim) == [text]


@pytest.mark.parametrize(
    ("data_coding", "one", "other", "text"),
    [
        (8, "ab🎵".encode("utf-16-be")[:-2], "🎵cd".encode("utf-16-be")[2:], "ab🎵cd"),
        (0, b"price \x1b", b"\x65 5", "price € 5"),
    ],
)
async def test_a_character_cut_between_two_parts_is_whole_on_the_handset(
    start: Start, data_coding: int, one: bytes, other: bytes, text: str
) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        for number, octets in ((2, other), (1, one)):
            header = bytes((5, 0, 3, 9, 2, number))
            await esme.submit(header + octets, esm_class=0x40, data_coding=data_coding)
    assert shown(sim) == [text]


async def test_two_handsets_long_texts_are_interleaved(start: Start) -> None:
    sim = await start(window=1)
    async with connect(sim.address) as esme:
        await esme.bind()
        for number in (NUMBER, "8613800000002"):
            sim.smsc.text(number, "5000", LONG)
        senders = [one.message().source_addr for one in await deliveries(esme, 2 * PARTS)]
        await until(lambda: sim.smsc.waiting == 0)
    assert senders != sorted(senders)
    assert senders.count(NUMBER) == PARTS
