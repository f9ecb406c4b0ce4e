"""Binding and parting, seen from a bare socket."""

from __future__ import annotations

import asyncio
import random
import struct

import pytest

from tests.simulator import wire
from tests.simulator.conftest import Start
from tests.simulator.wire import connect, until

MODES = {
    wire.BIND_RECEIVER: "receiver",
    wire.BIND_TRANSMITTER: "transmitter",
    wire.BIND_TRANSCEIVER: "transceiver",
}


@pytest.mark.parametrize(("command", "mode"), MODES.items())
async def test_each_kind_of_bind_is_accepted_and_answered_with_our_version(
    start: Start, command: int, mode: str
) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        seen = await esme.bind(command, system_id="shop")
        assert (seen.command, seen.status) == (command | wire.RESP, wire.ROK)
        assert seen.body == b"tonegate-sim\0" + struct.pack(">HHB", 0x0210, 1, 0x34)
        assert sim.smsc.binds() == [{"system_id": "shop", "mode": mode}]


async def test_a_peer_older_than_3_4_is_sent_no_tlv(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        seen = await esme.ask(wire.BIND_TRANSCEIVER, wire.bind_body(version=0x33))
        assert seen.body == b"tonegate-sim\0"


@pytest.mark.parametrize(
    ("system_id", "password", "status"),
    [
        ("shop", "right", wire.ROK),
        ("shop", "wrong", wire.RINVPASWD),
        ("else", "right", wire.RINVSYSID),
    ],
)
async def test_a_bind_is_refused_for_a_wrong_account_or_password(
    start: Start, system_id: str, password: str, status: int
) -> None:
    sim = await start(system_id="shop", password="right")
    async with connect(sim.address) as esme:
        seen = await esme.bind(system_id=system_id, password=password)
        assert seen.status == status
        if status != wire.ROK:
            assert await esme.is_over()
    assert sim.counts("binds")["refused"] == (status != wire.ROK)


async def test_a_second_bind_on_one_link_is_refused_and_the_first_stands(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        assert (await esme.bind()).status == wire.RALYBND
        assert (await esme.submit()).status == wire.ROK


@pytest.mark.parametrize("command", [None, wire.BIND_RECEIVER])
async def test_submitting_without_a_bind_that_may_is_refused(start: Start, command: int | None) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        if command is not None:
            await esme.bind(command)
        assert (await esme.submit()).status == wire.RINVBNDSTS
    assert sim.counts("answers")["submits"] == 0


@pytest.mark.parametrize("bound", [True, False])
async def test_enquire_link_is_answered(start: Start, bound: bool) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        if bound:
            await esme.bind()
        seen = await esme.ask(wire.ENQUIRE_LINK)
        assert (seen.command, seen.status, seen.body) == (wire.ENQUIRE_LINK | wire.RESP, wire.ROK, b"")


async def test_a_silent_esme_is_asked_and_stays_when_it_answers(start: Start) -> None:
    sim = await start(enquire_link_s=0.03, enquire_answer_s=5.0)
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(3):
            seen = await esme.read_command(wire.ENQUIRE_LINK)
            esme.send(wire.ENQUIRE_LINK | wire.RESP, sequence=seen.sequence)
        assert sim.smsc.binds()


async def test_an_esme_that_does_not_answer_is_cut(start: Start) -> None:
    sim = await start(enquire_link_s=0.03, enquire_answer_s=0.05)
    async with connect(sim.address) as esme:
        await esme.bind()
        assert await esme.is_over()
    await until(lambda: sim.counts("binds")["lost"] == 1)


async def test_a_link_that_never_binds_is_closed(start: Start) -> None:
    sim = await start(bind_within_s=0.03)
    async with connect(sim.address) as esme:
        assert await esme.is_over()


async def test_an_esmes_unbind_is_answered_and_the_link_closed(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        seen = await esme.ask(wire.UNBIND)
        assert (seen.command, seen.status) == (wire.UNBIND | wire.RESP, wire.ROK)
        assert await esme.is_over()
    await until(lambda: sim.counts("binds")["unbound"] == 1)
    assert sim.counts("binds")["lost"] == 0


async def test_stopping_unbinds_and_waits_for_the_answer(start: Start) -> None:
    sim = await start(unbind_s=wire.PATIENCE_S)
    async with connect(sim.address) as esme:
        await esme.bind()
        stopping = asyncio.create_task(sim.smsc.stop())
        seen = await esme.read_command(wire.UNBIND)
        assert not stopping.done()
        esme.send(wire.UNBIND | wire.RESP, sequence=seen.sequence)
        assert await esme.is_over()
        await stopping
    assert sim.counts("binds")["unbound"] == 1


async def test_stopping_does_not_wait_for_ever_for_an_esme_that_is_deaf(start: Start) -> None:
    sim = await start(unbind_s=0.05)
    async with connect(sim.address) as esme:
        await esme.bind()
        await sim.smsc.stop()
        assert await esme.is_over()


async def test_an_unknown_command_gets_a_generic_nack_and_the_bind_stays(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        sequence = esme.send(0x0FFF, b"what is this")
        seen = await esme.read()
        assert (seen.command, seen.status, seen.sequence) == (wire.GENERIC_NACK, wire.RINVCMDID, sequence)
        assert (await esme.submit()).status == wire.ROK
    assert sim.counts("pdus")["unknown"] == 1


async def test_a_known_command_that_is_not_served_is_nacked(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        seen = await esme.ask(0x21, b"\0" * 12)  # submit_multi
        assert (seen.command, seen.status) == (wire.GENERIC_NACK, wire.RINVCMDID)


async def test_a_submit_that_ends_too_soon_is_refused_and_the_bind_stays(start: Start) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        seen = await esme.ask(wire.SUBMIT_SM, wire.submit_body()[:9])
        assert (seen.command, seen.status != wire.ROK) == (wire.SUBMIT_SM | wire.RESP, True)
        assert (await esme.submit()).status == wire.ROK
    assert sim.counts("pdus")["broken"] == 1


@pytest.mark.parametrize("length", [0, 4, 15, 65_537, 0x7FFF_FFFF])
async def test_a_length_that_cannot_be_right_is_nacked_and_ends_the_link(start: Start, length: int) -> None:
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        esme.send_raw(struct.pack(">LLLL", length, wire.SUBMIT_SM, 0, 9))
        seen = await esme.read()
        assert (seen.command, seen.status) == (wire.GENERIC_NACK, wire.RINVCMDLEN)
        assert await esme.is_over()


async def test_a_thousand_random_pdus_do_not_end_a_bind(start: Start) -> None:
    dice = random.Random(34)
    kinds = [c for c in (*range(0x0A), 0x15, 0x21, 0x102, 0x103) if c != wire.UNBIND]
    sim = await start()
    async with connect(sim.address) as esme:
        await esme.bind()
        for _ in range(1000):
            command = dice.choice(kinds) | dice.choice((0, wire.RESP))
            esme.send(command, dice.randbytes(dice.randrange(80)), status=dice.randrange(256), sequence=7_000_000)
        answer = await esme.ask(wire.ENQUIRE_LINK)
        assert answer.status == wire.ROK
        assert len(sim.smsc.binds()) == 1
