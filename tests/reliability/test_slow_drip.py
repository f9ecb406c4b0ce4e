"""slow_drip_smsc: texts that come in slices, with pauses longer than any time the reader waits; all of them arrive.

Promise 1: no text is lost.  smpplib's client throws away what it has read of a PDU when a read times out, and reads
lengths out of the middle of texts from then on.  Here a pause may be longer than enquire_link_s, response_s (the
deadline of an enquire_link's answer and of a bind's) and ack_within_s, each.  An SMSC in the middle of a PDU can't
answer an enquire_link before that PDU is whole: the octets themselves must say that it lives.
"""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Callable

import pytest

from channels.smpp import Pdu
from channels.smpp.listener import run
from channels.smpp.session.session import Session
from channels.smpp.session.terms import terms_of
from tests.smpp.kit.memory import MemoryPostbox, MemoryReception
from tests.smpp.kit.near_smsc import Pipe, deliver_sm, made
from tests.smpp.kit.turned_clock import TurnedClock, settled
from tests.smpp.kit.until import until
from workers.settings import BindSettings

TEXTS = 10_000
REAL_TEXTS = 100
_BIND, _BIND_RESP = 0x00000009, "bind_transceiver_resp"
_DELIVER_SM_RESP, _ENQUIRE_LINK, _UNBIND = 0x80000005, 0x00000015, 0x00000006
_SHORT_S = 1.0
"""Every time-out of the real links: a machine that lets us stand for longer than half of it ends some of them."""


def sender(index: int) -> str:
    return f"86138{index:08d}"


def slices(octets: bytes, chance: random.Random) -> list[bytes]:
    """Cut into 1 to 7 octets each."""
    cut, at = [], 0
    while at < len(octets):
        length = chance.randint(1, 7)
        cut.append(octets[at : at + length])
        at += length
    return cut


def heads(octets: bytes) -> list[tuple[int, int, int]]:
    """Command id, status and sequence number of each PDU in what was written at once."""
    found, at = [], 0
    while at < len(octets):
        length, *head = (int.from_bytes(octets[at + n : at + n + 4], "big") for n in (0, 4, 8, 12))
        found.append((head[0], head[1], head[2]))
        at += length
    return found


class LeapingClock(TurnedClock):
    """Leaps to the end of each pause: ten thousand texts are weeks, and each tick in them would be waited for."""

    async def leap(self, seconds: float) -> None:
        self._now += seconds
        due = [wakes for at, wakes in self._sleepers if at <= self._now]
        self._sleepers = [(at, wakes) for at, wakes in self._sleepers if at > self._now]
        for wakes in due:
            if not wakes.done():
                wakes.set_result(None)
        for _ in range(4):
            await asyncio.sleep(0)


class DrippingSmsc:
    """In memory: answers the bind, notes what else is heard; it answers enquire_link only between two PDUs."""

    def __init__(self) -> None:
        self._pipe: Pipe | None = None
        self.acknowledged: list[tuple[int, int]] = []
        """Status and sequence number of each deliver_sm_resp."""
        self.asked: list[int] = []

    async def connect(self, make: Callable[[], asyncio.Protocol]) -> None:
        self._pipe = pipe = Pipe(self._hear)
        pipe.protocol = make()
        pipe.protocol.connection_made(pipe)

    def say(self, octets: bytes) -> None:
        assert self._pipe is not None
        assert self._pipe.protocol is not None
        self._pipe.protocol.data_received(octets)

    def answer_the_last_enquire_link(self) -> None:
        if self.asked:
            self.say(made("enquire_link_resp", self.asked.pop()))
            self.asked.clear()

    def _hear(self, octets: bytes) -> None:
        for command, status, sequence in heads(octets):
            if command == _BIND:
                asyncio.get_running_loop().call_soon(self.say, made(_BIND_RESP, sequence, system_id="drip"))
            elif command == _DELIVER_SM_RESP:
                self.acknowledged.append((status, sequence))
            elif command == _ENQUIRE_LINK:
                self.asked.append(sequence)


@pytest.mark.timeout(600)
async def test_ten_thousand_texts_in_slices_with_pauses_beyond_every_time_out_all_arrive(
    chance: random.Random,
) -> None:
    bind = BindSettings(name="main", system_id="tonegate")
    longest_s = max(bind.enquire_link_s, bind.response_s, bind.ack_within_s)
    smsc, clock, arrived = DrippingSmsc(), LeapingClock(), []

    async def take(pdu: Pdu) -> int:
        arrived.append((pdu.text("source_addr"), pdu.fields["short_message"]))
        return 0

    session = Session(terms_of(bind), clock)
    await session.open(smsc.connect)
    await session.bind("tonegate", "secret", "", take)
    for index in range(TEXTS):
        for slice_ in slices(deliver_sm(b"LIST", index + 1, sender(index)), chance):
            # in two steps, so that the enquire_link goes out within the pause, and its deadline runs in what is left
            await clock.leap(longest_s + 0.3)
            await clock.leap(chance.uniform(0.8, bind.response_s - 1.0))
            assert not session.ended.done(), f"text {index + 1}: {session.ended.result()}"
            smsc.say(slice_)
        smsc.answer_the_last_enquire_link()
    await settled()
    assert [(sender(index), b"LIST") for index in range(TEXTS)] == arrived
    assert [(0, index + 1) for index in range(TEXTS)] == smsc.acknowledged
    session.close("over")
    await clock.turn(1)


class DrippingServer:
    """An SMSC on a socket with one text for each system_id; it drips until it is acknowledged, over any connections."""

    def __init__(self, chance: random.Random, longest_s: float) -> None:
        self._chance = chance
        self._longest_s = longest_s
        self.acknowledged: list[int] = []
        """Which text, at each deliver_sm_resp ESME_ROK."""
        self.links = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.links += 1
        dripping: asyncio.Task[None] | None = None
        try:
            while head := await reader.read(16):
                head += await reader.readexactly(16 - len(head))
                length, command, status, sequence = struct.unpack(">LLLL", head)
                body = await reader.readexactly(length - 16)
                if command == _BIND:
                    index = int(body[: body.index(0)])
                    writer.write(made(_BIND_RESP, sequence, system_id="drip"))
                    dripping = asyncio.create_task(self._drip(index, writer))
                elif command == _DELIVER_SM_RESP and status == 0:
                    self.acknowledged.append(sequence - 1)
                elif command == _UNBIND:
                    writer.write(made("unbind_resp", sequence))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the ESME has hung up
        finally:
            if dripping is not None:
                dripping.cancel()
            writer.close()

    async def _drip(self, index: int, writer: asyncio.StreamWriter) -> None:
        if index in self.acknowledged:
            return
        for slice_ in slices(deliver_sm(b"LIST", index + 1, sender(index)), self._chance):
            await asyncio.sleep(self._longest_s * self._chance.uniform(1.1, 1.4))  # the pause is what is tested
            writer.write(slice_)


@pytest.mark.timeout(600)
async def test_a_hundred_texts_in_slices_with_real_pauses_beyond_every_time_out_arrive_over_sockets(
    chance: random.Random,
) -> None:
    """A hundred links at once, of a text each, since each takes its seconds."""
    reception, stop = MemoryReception(), asyncio.Event()
    smsc = DrippingServer(chance, _SHORT_S)
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", 0)
    binds = [
        BindSettings(
            name=f"link-{index}",
            port=server.sockets[0].getsockname()[1],
            system_id=str(index),
            enquire_link_s=_SHORT_S,
            response_s=_SHORT_S,
            ack_within_s=_SHORT_S,
        )
        for index in range(REAL_TEXTS)
    ]
    async with server:
        running = asyncio.create_task(run(binds, reception, MemoryPostbox(), stop=stop))
        await until(lambda: len(set(smsc.acknowledged)) == REAL_TEXTS, within_s=500)
        # as sets: where the machine itself stalls, a link may end after all, and its text is delivered again
        assert {(sender(index), "LIST") for index in range(REAL_TEXTS)} == {
            (text.number, text.text) for text in reception.texts
        }
        stop.set()
        await running
    print(f"{smsc.links} links for {REAL_TEXTS} texts")
