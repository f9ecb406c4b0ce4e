"""What we say on a link: requests and who waits for their response, responses, and the odd malformed PDU."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from channels.simulator.faults import Dice
from channels.simulator.ledger import Count, Ledger
from channels.simulator.link import Link
from channels.simulator.malformed import FIRST_SEQUENCE, HARMLESS, malformed
from channels.smpp.protocol.codec import encode
from channels.smpp.protocol.pdu import NOTHING, Pdu, Value


class UnansweredError(Exception):
    """No response came in time."""


class CutError(Exception):
    """The link ended before the response came."""


class Speech:
    """Our side of one link."""

    def __init__(self, link: Link, dice: Dice, ledger: Ledger) -> None:
        self._link = link
        self._dice = dice
        self._ledger = ledger
        self._pending: dict[int, asyncio.Future[int]] = {}
        self._sequence = 0
        self._injected = FIRST_SEQUENCE
        self._over = False

    async def ask(self, command: str, fields: Mapping[str, Value], tlvs: Mapping[str, Value], within_s: float) -> int:
        """Send a request, return its response's status.  Raises UnansweredError, CutError."""
        if self._over:
            raise CutError
        sequence = self._next_sequence()
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pending[sequence] = answer
        self._send(Pdu(command, sequence, 0, fields, tlvs))
        try:
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            raise UnansweredError from None
        finally:
            self._pending.pop(sequence, None)

    def say(self, command: str, fields: Mapping[str, Value] = NOTHING) -> None:
        """Send a request whose response is nobody's to wait for."""
        self._send(Pdu(command, self._next_sequence(), 0, fields))

    def respond(self, answer: Pdu, then: Callable[[], None] | None = None) -> None:
        """Send a response, after the latency in force; `then` is called when it has left."""
        self._ledger.add(Count.PDUS_OUT)
        self._link.respond(encode(answer), then)
        self._perhaps_inject()

    def inject(self, kind: str) -> None:
        """Send a malformed PDU of a kind."""
        self._ledger.add(Count.FAULTS_MALFORMED)
        self._link.send(malformed(kind, self._dice, self._injected))
        self._injected = FIRST_SEQUENCE + (self._injected + 1 - FIRST_SEQUENCE) % 0x0FFF_FFFF

    def answered(self, sequence: int, status: int) -> None:
        """A response came: tell who waits for it, count it where it is too late."""
        answer = self._pending.pop(sequence, None)
        if answer is not None and not answer.done():
            answer.set_result(status)
        elif 0 < sequence <= self._sequence:
            self._ledger.add(Count.DELIVERIES_LATE)

    def end(self) -> None:
        """The link ended: whoever waits learns it."""
        self._over = True
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(CutError())
        self._pending.clear()

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % (FIRST_SEQUENCE - 1) + 1
        return self._sequence

    def _send(self, pdu: Pdu) -> None:
        self._ledger.add(Count.PDUS_OUT)
        self._link.send(encode(pdu))
        self._perhaps_inject()

    def _perhaps_inject(self) -> None:
        if self._dice.hits(self._dice.faults.malformed):
            self.inject(self._dice.pick(HARMLESS))
