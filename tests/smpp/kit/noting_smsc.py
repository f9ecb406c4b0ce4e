"""An SMSC on a socket that answers everything by the header alone and notes, octet by octet, what it is told."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from smpplib import command_codes

_HEADER = struct.Struct(">LLLL")
_RESPONSE = 0x80000000
_BINDS = {0x1, 0x2, 0x9}
_UNBIND = 0x6
_BODIES: Mapping[int, bytes] = {
    **dict.fromkeys(_BINDS, b"noting\0"),
    0x3: b"1\0\0\x02\0",  # query_sm_resp: message_id, no final date, DELIVERED, no error
    0x4: b"1\0",
    0x103: b"1\0",
}
"""What follows the header of a response: a message_id to submit_sm and data_sm."""


class NotingSmsc:
    """`says` are the PDUs that each system_id is told at its first bind."""

    def __init__(self, says: Mapping[str, Sequence[bytes]] | None = None) -> None:
        self._says = dict(says or {})
        self.heard: dict[int, list[bytes]] = defaultdict(list)
        """By the peer's port: each PDU as it came, oldest first."""
        self.ports: dict[str, list[int]] = defaultdict(list)
        """By system_id: the ports that it has bound from."""

    def commands(self) -> Counter[str]:
        """What was heard, by the standard's names."""
        names = {code: name for name, code in command_codes.commands.items()}
        return Counter(names[int.from_bytes(frame[4:8], "big")] for frames in self.heard.values() for frame in frames)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        port = writer.get_extra_info("peername")[1]
        try:
            while head := await reader.read(16):
                head += await reader.readexactly(16 - len(head))
                body = await reader.readexactly(int.from_bytes(head[:4], "big") - 16)
                self.heard[port].append(head + body)
                self._answer(port, head, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it has hung up
        finally:
            writer.close()

    def _answer(self, port: int, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        _, command, _, sequence = _HEADER.unpack(head)
        if command & _RESPONSE:
            return
        answer = _BODIES.get(command, b"")
        writer.write(_HEADER.pack(16 + len(answer), command | _RESPONSE, 0, sequence) + answer)
        if command in _BINDS:
            system_id = body[: body.index(0)].decode()
            self.ports[system_id].append(port)
            writer.write(b"".join(self._says.pop(system_id, ())))
        elif command == _UNBIND:
            writer.close()
