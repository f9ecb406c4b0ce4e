"""The TCP connection under a session: whole PDUs up, octets down, one write for each turn of the loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from channels.smpp.protocol.frames import FrameReader, Unframeable
from channels.smpp.session.tls import reason

_LINGER_S = 2.0
UNREAD_AT_MOST = 1_048_576
"""Octets that a peer may leave unread: more than a thousand responses and a full window ever are."""


class Wire(asyncio.Protocol):
    """Frames what is read, gathers what is written, and can stop reading in the middle of a segment."""

    def __init__(
        self,
        on_frame: Callable[[bytes], None],
        on_unframeable: Callable[[Unframeable], None],
        on_lost: Callable[[str], None],
        on_octets: Callable[[], None],
    ) -> None:
        self._on_frame = on_frame
        self._on_unframeable = on_unframeable
        self._on_lost = on_lost
        self._on_octets = on_octets
        self._reader = FrameReader()
        self._unwritten: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._unheard_tls = False
        self.reading_stopped = False
        self.peer_reads = True
        """False while the peer leaves so much unread that more must not be written."""

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._unheard_tls = transport.get_extra_info("sslcontext") is not None

    def data_received(self, data: bytes) -> None:
        self._unheard_tls = False
        self._on_octets()
        self._reader.feed(data)
        self._pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        why = "connection lost" if error is None else f"connection lost: {reason(error)}"
        if self._unheard_tls and not isinstance(error, ssl.SSLError):  # so fail certificates under TLS 1.3
            why = f"{why}, over TLS, before it said anything: it may want a certificate of ours, or another one"
        self._on_lost(why)

    def pause_writing(self) -> None:
        self.peer_reads = False

    def resume_writing(self) -> None:
        self.peer_reads = True

    # what the session calls

    def send(self, frame: bytes) -> None:
        """Write at the end of this turn of the loop, together with what else is sent in it."""
        if not self._unwritten:
            self._loop.call_soon(self._flush)
        self._unwritten.append(frame)

    def stop_reading(self) -> None:
        """Leave what comes to the kernel, and so to the peer."""
        self.reading_stopped = True
        if self._transport is not None:
            self._transport.pause_reading()

    def go_on_reading(self) -> None:
        if self.reading_stopped:
            self.reading_stopped = False
            if self._transport is not None:
                self._transport.resume_reading()
            self._loop.call_soon(self._pump)

    def close(self) -> None:
        """Write what is unwritten and close; a peer that reads no more doesn't hold us up for long."""
        self._flush()
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
            self._loop.call_later(_LINGER_S, transport.abort)

    def _flush(self) -> None:
        if self._unwritten and self._transport is not None:
            self._transport.write(b"".join(self._unwritten))
            if not self.peer_reads and self._transport.get_write_buffer_size() > UNREAD_AT_MOST:
                self._loop.call_soon(self._on_lost, "the SMSC goes on talking and reads nothing of what it is sent")
        self._unwritten.clear()

    def _pump(self) -> None:
        """Hand up whole PDUs until there are none, reading is stopped or the connection is closed."""
        try:
            while not self.reading_stopped and self._transport is not None:
                frame = self._reader.next_frame()
                if frame is None:
                    return
                self._on_frame(frame)
        except Unframeable as error:
            self._on_unframeable(error)
