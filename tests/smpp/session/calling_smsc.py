"""An SMSC that connects to us: a plain socket on loopback that speaks through smpplib's codec."""

from __future__ import annotations

import asyncio
import struct
from typing import Any, Self

from tests.smpp.kit.near_smsc import parsed

PATIENCE_S = 240.0


def said(system_id: bytes = b"smsc", password: bytes = b"theirs", command_id: int = 0x0B) -> bytes:
    body = system_id + b"\0" + password + b"\0"
    return struct.pack(">LLLL", 16 + len(body), command_id, 0, 1) + body


class Caller:
    """The SMSC's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def call(cls, port: int, *frames: bytes) -> Self:
        """Connects as soon as somebody listens."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    caller = cls(*await asyncio.open_connection("127.0.0.1", port))
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
                    continue
                caller.say(*frames)
                return caller

    def say(self, *frames: bytes) -> None:
        self._writer.write(b"".join(frames))

    async def hears(self) -> Any:
        """The next PDU, as smpplib reads it; None where we are hung up on."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                head = await self._reader.readexactly(4)
                return parsed(head + await self._reader.readexactly(int.from_bytes(head, "big") - 4))
            except (asyncio.IncompleteReadError, ConnectionError):
                return None

    def hang_up(self) -> None:
        self._writer.close()
