"""Each fault, read from its text and seen on the wire."""

from __future__ import annotations

import asyncio
import struct

import pytest
import smpp34

from channels.simulator import Faults
from channels.simulator.faults import Dice
from channels.simulator.malformed import FIRST_SEQUENCE, FRAME_BREAKING, HARMLESS, malformed
from channels.smpp import Malformed, decode
from tests.simulator import wire
from tests.simulator.conftest import Start
from tests.simulator.wire import connect, until

NUMBER = "8613800000001"


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        (Faults(), ""),
        (Faults(latency_s=0.2, throttle=0.1), "latency=0.2,throttle=0.1"),
        (Faults(latency_s=0.2), " latency_s = 0.2 , "),
        (Faults(throttle_per_s=50), "rate=50"),
        (Faults(disconnect_every=100, slow_drip_bytes=3, seed=7), "disconnect=100,slow_drip=3,seed=7"),
    ],
)
def test_faults_are_read_from_the_command_line(faults: Faults, text: str) -> None:
    assert faults == Faults.parse(text)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("no fault 'lag=1'", "lag=1"),
        ("no fault 'throttle'", "throttle"),
        ("fault throttle: input should be less than or equal to 1", "throttle=2"),
        ("fault latency_s: input should be greater than or equal to 0", "latency=-1"),
        ("fault latency_s: input should be a valid number", "latency=slow"),
        ("fault latency_s: input should be a finite number", "latency=nan"),
        ("fault disconnect_every: input should be a valid integer", "disconnect=now"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_its_name(reason: str, text: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Faults.parse(text)


def test_the_dice_fall_the_same_for_the_same_seed() -> None:
    def draws(seed: int) -> list[bool]:
        dice = Dice(Faults(seed=seed))
        return [dice.hits(0.5) for _ in range(64)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)


def test_new_faults_with_the_same_seed_do_not_start_the_dice_again() -> None:
    dice, other = Dice(Faults(seed=3)), Dice(Faults(seed=3))
    first = [dice.hits(0.5) for _ in range(32)]
    dice.set(Faults(seed=3, throttle=0.5))
    assert first + [dice.hits(0.5) for _ in range(32)] == [other.hits(0.5) for _ in range(64)]


def test_a_rate_limit_lets_through_its_rate_and_no_more() -> None:
    dice = Dice(Faults(throttle_per_s=20))
    dice.over_rate(0.0)
    passed = sum(not dice.over_rate(count / 1000) for count in range(1, 10_001))
    assert abs(passed - 200) <= 2


@pytest.mark.parametrize("kind", HARMLESS)
def test_no_malformed_pdu_can_be_taken_for_a_text(kind: str) -> None:
    for seed in range(50):
        octets = malformed(kind, Dice(Faults(seed=seed)), FIRST_SEQUENCE + 5)
        assert len(octets) == struct.unpack(">L", octets[:4])[0]
        read = decode(octets)
        assert isinstance(read, Malformed) or read.is_response


async def test_latency_holds_back_every_response_and_keeps_their_order(start: Start) -> None:
    sim = await start("latency=0.15")
    loop = asyncio.get_running_loop()
    async with connect(sim.address) as esme:
        await esme.bind()
        began = loop.time()
        sent = [esme.send(wire.SUBMIT_SM, wire.submit_body()) for _ in range(20)]
        came = [(await esme.read()).sequence for _ in range(20)]
        assert came == sent
        assert loop.time() - began >= 0.15


async def test_with_latency_no_text_overtakes_the_bind_response(start: Start) -> None:
    sim = await start("latency=0.1")
    sim.smsc.text(NUMBER, "5000", "LIST")
    async with connect(sim.address) as esme:
        esme.send(wire.BIND_TRANSCEIVER, wire.bind_body())
        assert [(await esme.read()).command for _ in range(2)] == [wire.BIND_TRANSCEIVER | wire.RESP, wire.DELIVER_SM]


async def test_with_latency_an_unbind_is_still_answered_before_the_end(start: Start) -> None:
    sim = await start("latency=0.05")
    async with connect(sim.address) as esme:
        await esme.bind()
        assert (await esme.ask(wire.UNBIND)).status == wire.ROK
        assert await esme.is_over()


@pytest.mark.parametrize(
    ("faults", "status", "count"),
    [
        ("throttle=0.5,seed=5", wire.RTHROTTLED, "throttled"),
        ("queue_full=0.5,seed=5", wire.RMSGQFUL, "queue_full"),
    ],
)
async def test_a_share_of_answers_is_turned_away(start: Start, faults: str, status: int, count: str) -> None:
    sim = await start(faults)
    async with connect(sim.address) as esme:
        await esme.bind()
        statuses = [(await esme.submit()).status for _ in range(100)]
    refused = statuses.count(status)
    assert 30 < refused < 70
    counts = sim.counts("answers")
    assert (counts[count], counts["accepted"], counts["shown"]) == (refused, 100 - refused, 100 - refused)


async def test_a_rate_limit_throttles_what_is_over_it(start: Start) -> None:
    sim = await start("rate=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(50):  # at once: were each waited for, a slow machine would keep to the rate by itself
            esme.send(wire.SUBMIT_SM, wire.submit_body())
        statuses = {(await esme.read_command(wire.SUBMIT_SM | wire.RESP)).status for _ in range(50)}
    assert statuses == {wire.ROK, wire.RTHROTTLED}


async def test_an_answer_without_response_was_taken_all_the_same(start: Start) -> None:
    sim = await start("no_resp=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        esme.send(wire.SUBMIT_SM, wire.submit_body())
        seen = await esme.ask(wire.ENQUIRE_LINK)
        assert seen.command == wire.ENQUIRE_LINK | wire.RESP
    assert (sim.counts("answers")["unanswered"], sim.counts("answers")["shown"]) == (1, 1)


async def test_a_text_delivered_twice_is_the_same_to_the_octet(start: Start) -> None:
    sim = await start("deliver_twice=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "LIST")
        bodies = set()
        for _ in range(2):
            seen = await esme.read_command(wire.DELIVER_SM)
            esme.acknowledge(seen)
            bodies.add(seen.body)
        assert len(bodies) == 1
        await until(lambda: sim.counts("deliveries")["acknowledged"] == 2)
    assert (sim.counts("texts")["accepted"], sim.counts("deliveries")["repeated"]) == (1, 1)


async def test_a_link_is_cut_after_so_many_pdus(start: Start) -> None:
    sim = await start("disconnect=5")
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(3):
            await esme.submit()
        esme.send(wire.SUBMIT_SM, wire.submit_body())
        assert await esme.is_over()
    assert (sim.counts("faults")["disconnect"], sim.counts("answers")["shown"]) == (1, 4)


async def test_all_links_can_be_cut_now(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as one, connect(sim.address) as other:
        await one.bind()
        await other.bind()
        assert sim.smsc.cut_links() == 2
        assert await one.is_over()
        assert await other.is_over()


async def test_slow_drip_slices_what_is_sent_and_loses_nothing(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sim.smsc.set_faults(Faults(slow_drip_bytes=7))
        esme.send(wire.SUBMIT_SM, wire.submit_body())
        esme.send(wire.ENQUIRE_LINK)
        slices = []
        while sum(map(len, slices)) < 16 + 15 + 16:
            slices.append(await esme.read_some())
        assert all(len(one) <= 14 for one in slices)
        assert len(slices) >= 4
        assert smpp34.decode(b"".join(slices)[31:]).command_id == wire.ENQUIRE_LINK | wire.RESP


async def test_slow_drip_can_be_ended_and_the_order_stays(start: Start) -> None:
    sim = await start("slow_drip=5")
    async with connect(sim.address) as esme:
        esme.send(wire.BIND_TRANSCEIVER, wire.bind_body())
        await until(sim.smsc.binds)
        sent = [esme.send(wire.ENQUIRE_LINK) for _ in range(3)]
        await until(lambda: sim.counts("pdus")["out"] == 4)
        sim.smsc.set_faults(Faults())
        sent.append(esme.send(wire.ENQUIRE_LINK))
        await esme.read()
        assert [(await esme.read()).sequence for _ in range(4)] == sent


async def test_malformed_pdus_follow_ours_and_the_session_goes_on(start: Start) -> None:
    sim = await start("malformed=1")
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(10):
            assert (await esme.submit()).status == wire.ROK
        sim.smsc.text(NUMBER, "5000", "LIST")
        while True:
            seen = await esme.read_command(wire.DELIVER_SM)
            if seen.sequence < FIRST_SEQUENCE:
                break
            esme.send(wire.GENERIC_NACK, status=wire.RINVCMDLEN, sequence=seen.sequence)
        esme.acknowledge(seen)
        await until(lambda: sim.smsc.waiting == 0)
    assert sim.counts("faults")["malformed"] >= 12
    assert (sim.counts("deliveries")["late"], sim.counts("texts")["accepted"]) == (0, 1)


@pytest.mark.parametrize("kind", FRAME_BREAKING)
async def test_a_frame_breaking_pdu_goes_out_only_on_demand(start: Start, kind: str) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        assert sim.smsc.inject(kind) == 1
        octets = await esme.read_some()
        assert struct.unpack(">L", octets[:4])[0] in (4, 0x7FFF_FFFF)
