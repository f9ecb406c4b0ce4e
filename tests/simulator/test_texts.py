"""Handset texts on their way to an ESME: delivered, in order, and again until acknowledged."""

from __future__ import annotations

import asyncio

import pytest
import smpp34

from channels.simulator import StoreFullError
from tests.simulator import wire
from tests.simulator.conftest import Start
from tests.simulator.wire import Esme, Seen, connect, until

NUMBER = "8613800000001"


async def deliveries(esme: Esme, count: int, status: int = wire.ROK) -> list[Seen]:
    """Read and answer so many deliver_sm."""
    seen = []
    for _ in range(count):
        seen.append(await esme.read_command(wire.DELIVER_SM))
        esme.acknowledge(seen[-1], status)
    return seen


async def answer_everything(esme: Esme) -> None:
    """Answer each deliver_sm as it comes, until cancelled."""
    while True:
        await deliveries(esme, 1)


async def test_a_text_arrives_as_typed_and_is_accepted_when_acknowledged(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        bubble = sim.smsc.text(NUMBER, "5000", "GET 600902000001")
        seen = await esme.read_command(wire.DELIVER_SM)
        message = seen.message()
        assert (message.source_addr, message.source_addr_ton, message.destination_addr) == (NUMBER, 1, "5000")
        assert (message.short_message, message.data_coding, message.esm_class) == (b"GET 600902000001", 0, 0)
        assert sim.smsc.bubbles.get(bubble.id).state == "waiting"
        esme.acknowledge(seen)
        await until(lambda: sim.smsc.bubbles.get(bubble.id).state == "accepted")
    assert sim.counts("texts") == {"taken": 1, "refused": 0, "accepted": 1, "rejected": 0, "waiting": 0}


async def test_texts_wait_while_nobody_is_bound_and_arrive_in_order_then(start: Start) -> None:
    sim = await start()
    for count in range(20):
        sim.smsc.text(NUMBER, "5000", f"text {count}")
    assert sim.smsc.waiting == 20
    async with connect(sim.address) as esme:
        await esme.bind(wire.BIND_RECEIVER)
        seen = await deliveries(esme, 20)
        assert [one.text for one in seen] == [b"text %d" % count for count in range(20)]
        await until(lambda: sim.smsc.waiting == 0)


async def test_a_transmitter_gets_no_texts(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as transmitter, connect(sim.address) as receiver:
        await transmitter.bind(wire.BIND_TRANSMITTER)
        sim.smsc.text(NUMBER, "5000", "LIST")
        await receiver.bind(wire.BIND_RECEIVER)
        await deliveries(receiver, 1)
        await until(lambda: sim.smsc.waiting == 0)


@pytest.mark.parametrize("status", [wire.RX_T_APPN, wire.RMSGQFUL, wire.RSYSERR, wire.RTHROTTLED, 0x0400])
async def test_a_refused_text_comes_again_the_same_to_the_octet(start: Start, status: int) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        bubble = sim.smsc.text(NUMBER, "5000", "LIST")
        refused = await deliveries(esme, 2, status)
        [taken] = await deliveries(esme, 1)
        assert {one.body for one in refused} == {taken.body}
        await until(lambda: sim.smsc.bubbles.get(bubble.id).state == "accepted")
        assert sim.smsc.bubbles.get(bubble.id).attempts == 3
    counts = sim.counts("deliveries")
    assert (counts["attempts"], counts["refused"], counts["repeated"], counts["acknowledged"]) == (3, 2, 2, 1)


@pytest.mark.parametrize("status", [wire.RX_P_APPN, wire.RX_R_APPN])
async def test_a_text_refused_for_good_is_not_sent_again(start: Start, status: int) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        bubble = sim.smsc.text(NUMBER, "5000", "LIST")
        sim.smsc.text(NUMBER, "5000", "the next")
        await deliveries(esme, 1, status)
        [following] = await deliveries(esme, 1)
        assert following.text == b"the next"
        assert sim.smsc.bubbles.get(bubble.id).state == "rejected"


async def test_a_text_without_a_response_comes_again_and_the_late_response_counts_for_nothing(start: Start) -> None:
    sim = await start(response_s=0.05)
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        first = await esme.read_command(wire.DELIVER_SM)
        second = await esme.read_command(wire.DELIVER_SM)
        esme.acknowledge(first)
        await until(lambda: sim.counts("deliveries")["late"] == 1)
        assert sim.smsc.waiting == 1
        assert first.body == second.body
        assert first.sequence != second.sequence
        answering = asyncio.create_task(answer_everything(esme))
        await until(lambda: sim.smsc.waiting == 0)
        answering.cancel()


async def test_a_text_whose_link_ends_goes_to_the_next_bind(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        await esme.read_command(wire.DELIVER_SM)
    async with connect(sim.address) as esme:
        await esme.bind()
        await deliveries(esme, 1)
        await until(lambda: sim.smsc.waiting == 0)
    assert sim.counts("deliveries")["cut"] == 1


async def test_a_generic_nack_to_a_text_is_a_refusal(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        seen = await esme.read_command(wire.DELIVER_SM)
        esme.send(wire.GENERIC_NACK, status=wire.RINVCMDLEN, sequence=seen.sequence)
        await deliveries(esme, 1)
        await until(lambda: sim.smsc.waiting == 0)
    assert sim.counts("pdus")["nacked"] == 1


async def test_one_numbers_texts_keep_their_order_through_refusals_and_others_pass_them(start: Start) -> None:
    sim = await start(retry_s=0.05)
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "first")
        sim.smsc.text(NUMBER, "5000", "second")
        [refused] = await deliveries(esme, 1, wire.RX_T_APPN)
        sim.smsc.text("8613800000002", "5000", "other")
        seen = await deliveries(esme, 3)
        assert [one.text for one in (refused, *seen)] == [b"first", b"other", b"first", b"second"]


async def test_binds_of_one_short_code_take_turns(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as one, connect(sim.address) as other:
        await one.bind()
        await other.bind()
        for count in range(10):
            sim.smsc.text(f"861380000000{count}", "5000", "LIST")
        await deliveries(one, 5)
        await deliveries(other, 5)
        await until(lambda: sim.smsc.waiting == 0)


@pytest.mark.parametrize("codes", ["5000", "^5000$", "50*", "^50.*$", "6000,5000", "6000|5000"])
async def test_a_bind_gets_the_short_codes_of_its_address_range_only(start: Start, codes: str) -> None:
    sim = await start()
    async with connect(sim.address) as named, connect(sim.address) as other:
        await named.bind(codes=codes)
        sim.smsc.text(NUMBER, "7000", "not for you")
        sim.smsc.text("8613800000002", "5000", "for you")
        [seen] = await deliveries(named, 1)
        assert seen.text == b"for you"
        await until(lambda: sim.smsc.waiting == 1)
        await other.bind(codes="7000")
        await deliveries(other, 1)


async def test_no_more_than_a_window_of_texts_is_unanswered_on_a_bind(start: Start) -> None:
    sim = await start(window=3)
    async with connect(sim.address) as esme:
        await esme.bind()
        for count in range(8):
            sim.smsc.text(f"861380000000{count}", "5000", "LIST")
        held = [await esme.read_command(wire.DELIVER_SM) for _ in range(3)]
        assert (await esme.ask(wire.ENQUIRE_LINK)).status == wire.ROK
        assert sim.counts("deliveries")["attempts"] == 3
        for seen in held:
            esme.acknowledge(seen)
        await deliveries(esme, 5)
        await until(lambda: sim.smsc.waiting == 0)


@pytest.mark.parametrize(
    ("text", "data_coding", "sizes"),
    [
        ("x" * 160, 0, [160]),
        ("x" * 161, 0, [6 + 153, 6 + 8]),
        ("彩" * 70, 8, [140]),
        ("彩" * 71, 8, [6 + 134, 6 + 8]),
    ],
)
async def test_a_long_text_comes_in_parts_as_a_phone_sends_it(
    start: Start, text: str, data_coding: int, sizes: list[int]
) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", text)
        messages = [one.message() for one in await deliveries(esme, len(sizes))]
        assert [len(one.short_message) for one in messages] == sizes
        assert {one.data_coding for one in messages} == {data_coding}
        if len(sizes) > 1:
            assert {one.esm_class for one in messages} == {0x40}
            heads = [one.short_message[:6] for one in messages]
            assert [head[4:] for head in heads] == [bytes((2, 1)), bytes((2, 2))]
            assert heads[0][:4] == heads[1][:4] == bytes((5, 0, 3)) + heads[0][3:4]


async def test_each_text_and_each_part_has_a_reference_of_its_own(start: Start) -> None:
    """One reference for all parts would make part two a redelivery of part one."""
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "x" * 300)
        sim.smsc.text(NUMBER, "5000", "LIST")
        messages = [one.message() for one in await deliveries(esme, 3)]
        references = [tlv.value for one in messages for tlv in one.tlvs if tlv.tag == smpp34.TLV_USER_MESSAGE_REFERENCE]
        assert len(set(references)) == 3


async def test_without_references_a_text_carries_no_tlv(start: Start) -> None:
    sim = await start(references=False)
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        [seen] = await deliveries(esme, 1)
        assert seen.message().tlvs == []


async def test_a_full_store_takes_no_more_and_says_so(start: Start) -> None:
    sim = await start(store=2)
    sim.smsc.text(NUMBER, "5000", "one")
    sim.smsc.text(NUMBER, "5000", "two")
    with pytest.raises(StoreFullError):
        sim.smsc.text(NUMBER, "5000", "three")
    assert sim.counts("texts")["refused"] == 1
