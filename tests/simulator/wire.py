"""An ESME made of a bare socket, so that a test sees and says exactly what goes over the wire.

PDUs are built and read with `struct` and PyPI smpp34's codec, never with ours: a mistake of ours must show.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import smpp34

from tests.house.until import PATIENCE_S

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, DATA_SM = 0x04, 0x05, 0x06, 0x15, 0x103
GENERIC_NACK = 0x8000_0000
RESP = 0x8000_0000


ROK, RINVCMDLEN, RINVCMDID, RINVBNDSTS, RALYBND, RSYSERR = 0x00, 0x02, 0x03, 0x04, 0x05, 0x08
RINVDSTADR, RINVPASWD, RINVSYSID, RMSGQFUL = 0x0B, 0x0E, 0x0F, 0x14
RTHROTTLED, RX_T_APPN, RX_P_APPN, RX_R_APPN = 0x58, 0x64, 0x65, 0x66


@dataclass(frozen=True)
class Seen:
    """One PDU as it came."""

    command: int
    status: int
    sequence: int
    body: bytes
    octets: bytes

    def message(self) -> Any:
        """The same, read by smpp34."""
        return smpp34.decode(self.octets)

    @property
    def text(self) -> bytes:
        """The short_message of a deliver_sm."""
        octets: bytes = self.message().short_message
        return octets


class Esme:
    """A socket that speaks SMPP as it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sequence = 0

    def send(self, command: int, body: bytes = b"", *, status: int = 0, sequence: int | None = None) -> int:
        """Send a PDU, return its sequence number."""
        if sequence is None:
            self._sequence += 1
            sequence = self._sequence
        self._writer.write(struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body)
        return sequence

    def send_raw(self, octets: bytes) -> None:
        """Send octets, whatever they are."""
        self._writer.write(octets)

    async def read(self, within_s: float = PATIENCE_S) -> Seen:
        """Return the next PDU.  Raises IncompleteReadError or ConnectionError when the link has ended."""
        async with asyncio.timeout(within_s):
            header = await self._reader.readexactly(16)
            length, command, status, sequence = struct.unpack(">LLLL", header)
            body = await self._reader.readexactly(length - 16)
        return Seen(command, status, sequence, body, header + body)

    async def read_some(self, within_s: float = PATIENCE_S) -> bytes:
        """Return whatever octets come next; none when the link has ended."""
        async with asyncio.timeout(within_s):
            return await self._reader.read(65_536)

    async def read_command(self, *commands: int, within_s: float = PATIENCE_S) -> Seen:
        """Return the next PDU of these commands; others are passed over."""
        while True:
            seen = await self.read(within_s)
            if seen.command in commands:
                return seen

    async def ask(self, command: int, body: bytes = b"", within_s: float = PATIENCE_S) -> Seen:
        """Send a request and return its response."""
        sequence = self.send(command, body)
        while True:
            seen = await self.read(within_s)
            if seen.sequence == sequence and seen.command & RESP:
                return seen

    async def bind(
        self, command: int = BIND_TRANSCEIVER, *, system_id: str = "esme", password: str = "secret", codes: str = ""
    ) -> Seen:
        """Bind and return the response."""
        return await self.ask(command, bind_body(system_id, password, codes))

    async def submit(self, text: bytes = b"hello", **fields: Any) -> Seen:
        """Submit a text to a handset and return the response."""
        return await self.ask(SUBMIT_SM, submit_body(text, **fields))

    def acknowledge(self, seen: Seen, status: int = ROK) -> None:
        """Answer a deliver_sm."""
        self.send(DELIVER_SM | RESP, b"\0", status=status, sequence=seen.sequence)

    async def is_over(self, within_s: float = PATIENCE_S) -> bool:
        """Read until the link ends; say so."""
        try:
            while await self.read_some(within_s):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """End the link from this side."""
        self._writer.close()


def bind_body(system_id: str = "esme", password: str = "secret", codes: str = "", version: int = 0x34) -> bytes:
    """The body of a bind request."""
    return b"\0".join((system_id.encode(), password.encode(), b"", bytes((version, 0, 0)) + codes.encode(), b""))


def submit_body(text: bytes = b"hello", **fields: Any) -> bytes:
    """The body of a submit_sm, from short code to handset, by smpp34."""
    return smpp34.SubmitSm(
        **{"source_addr": "5000", "destination_addr": "8613800000001", "short_message": text, **fields}
    ).encode()[16:]


@asynccontextmanager
async def connect(address: tuple[str, int]) -> AsyncIterator[Esme]:
    """A socket to the SMSC, closed at the end."""
    reader, writer = await asyncio.open_connection(*address)
    esme = Esme(reader, writer)
    try:
        yield esme
    finally:
        writer.close()


async def until(condition: Callable[[], Any | Awaitable[Any]], within_s: float = PATIENCE_S) -> Any:
    """Wait for a condition, plain or awaitable, and return what it gave; fails with TimeoutError."""
    async with asyncio.timeout(within_s):
        while True:
            got = condition()
            if isinstance(got, Awaitable):
                got = await got
            if got:
                return got
            await asyncio.sleep(0.005)
