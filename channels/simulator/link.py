"""One TCP link of an ESME: octets in and out, with the faults that live on the wire.

Reading stops while the ESME does not read what we send, so a peer that only talks can't fill our memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from channels.simulator.faults import Dice

_DRIP_PAUSE_S = 0.01


class Link(asyncio.Protocol):
    """A transport with latency and slow drip; what arrives goes to `received`, the end to `ended`."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._dripping = bytearray()
        self._to_come = 0
        self._due_s = 0.0
        self._closing = False
        self.opened: Callable[[], None] = lambda: None
        self.received: Callable[[bytes], None] = lambda _data: None
        self.ended: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The ESME connected."""
        self._transport = cast(asyncio.Transport, transport)
        self.opened()

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        self.received(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """The link ended, by whomever."""
        self._transport = None
        self._dripping.clear()
        self.ended()

    def pause_writing(self) -> None:
        """The ESME does not read: don't read from it either."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def respond(self, data: bytes, then: Callable[[], None] | None = None) -> None:
        """Send a response after the latency in force, then call `then`."""
        latency_s = self._dice.faults.latency_s
        if latency_s <= 0.0 and not self._to_come:
            self._respond_now(data, then)
            return
        self._to_come += 1
        self._due_s = max(self._due_s + 1e-6, self._loop.time() + latency_s)  # responses keep their order
        self._loop.call_at(self._due_s, self._respond_late, data, then)

    def _respond_late(self, data: bytes, then: Callable[[], None] | None) -> None:
        self._to_come -= 1
        self._respond_now(data, then)
        self._close_if_done()

    def _respond_now(self, data: bytes, then: Callable[[], None] | None) -> None:
        self.send(data)
        if then is not None:
            then()

    def send(self, data: bytes) -> None:
        """Send now, or in drips."""
        if self._transport is None or self._transport.is_closing():
            return
        if not self._dripping and not self._dice.faults.slow_drip_bytes:
            self._transport.write(data)
            return
        if not self._dripping:
            self._loop.call_later(_DRIP_PAUSE_S, self._drip)
        self._dripping += data

    def _drip(self) -> None:
        if self._transport is None:
            return
        size = self._dice.faults.slow_drip_bytes or len(self._dripping)
        self._transport.write(bytes(self._dripping[:size]))
        del self._dripping[:size]
        if self._dripping:
            self._loop.call_later(_DRIP_PAUSE_S, self._drip)
        else:
            self._close_if_done()

    def close(self) -> None:
        """Close once everything sent has left."""
        self._closing = True
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self._closing and not self._dripping and not self._to_come and self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """End the link at once, as a network does."""
        if self._transport is not None:
            self._transport.abort()
