"""The other end of a session, in memory: it speaks through smpplib's codec, so that ours isn't proved by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from smpplib import exceptions, smpp
from smpplib.client import SimpleSequenceGenerator


def made(command: str, sequence: int = 1, status: int = 0, **fields: Any) -> bytes:
    """A PDU as smpplib writes it."""
    pdu = smpp.make_pdu(command, status=status, sequence=sequence, **fields)
    pdu.sequence, pdu.status = sequence, status
    return bytes(pdu.generate())


def parsed(frame: bytes, allow_unknown_opt_params: bool = True) -> Any:
    """A PDU as smpplib reads it; it wants somebody to count for it."""
    client = SimpleSequenceGenerator()
    return smpp.parse_pdu(frame, client=client, allow_unknown_opt_params=allow_unknown_opt_params)


def deliver_sm(text: bytes, sequence: int = 1, source: str = "8613800000001", **fields: Any) -> bytes:
    """A subscriber's text to 8888."""
    return made(
        "deliver_sm",
        sequence,
        **{"source_addr": source, "destination_addr": "8888", "short_message": text, "source_addr_ton": 1} | fields,
    )


class Pipe(asyncio.Transport):
    """What the session writes goes to `heard`."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        super().__init__()
        self._heard = heard
        self.protocol: asyncio.Protocol | None = None
        self.closed = False
        self.reading = True
        self.writes = 0
        self.unread = 0
        """Octets that the SMSC leaves unread; a real transport tells of them with pause_writing."""

    def get_write_buffer_size(self) -> int:
        return self.unread

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if not self.closed:
            self.writes += 1
            self._heard(bytes(data))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self._lost, None)

    abort = close

    def _lost(self, error: Exception | None) -> None:
        if self.protocol is not None:
            self.protocol.connection_lost(error)


class NearSmsc:
    """Takes one connection at a time; answers binds by itself unless told otherwise, and nothing else."""

    def __init__(self, bind_status: int | None = 0) -> None:
        self.bind_status = bind_status
        self.heard: list[Any] = []
        """PDUs of the session, as smpplib reads them, oldest first."""
        self.pipes: list[Pipe] = []
        self.refuse: OSError | None = None
        self.answer_submits: Callable[[Any], bytes | None] | None = None
        self._buffer = b""

    async def connect(self, make: Callable[[], asyncio.Protocol]) -> None:
        if self.refuse is not None:
            raise self.refuse
        self._buffer = b""
        pipe = Pipe(self._hear)
        pipe.protocol = make()
        self.pipes.append(pipe)
        pipe.protocol.connection_made(pipe)

    @property
    def pipe(self) -> Pipe:
        return self.pipes[-1]

    def say(self, *frames: bytes) -> None:
        """All in one segment."""
        protocol = self.pipe.protocol
        assert protocol is not None
        protocol.data_received(b"".join(frames))

    def hang_up(self) -> None:
        self.pipe.close()

    def commands(self) -> list[str]:
        return [pdu.command for pdu in self.heard]

    def of(self, command: str) -> list[Any]:
        return [pdu for pdu in self.heard if pdu.command == command]

    def _hear(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 4 and len(self._buffer) >= int.from_bytes(self._buffer[:4], "big"):
            length = int.from_bytes(self._buffer[:4], "big")
            frame, self._buffer = self._buffer[:length], self._buffer[length:]
            try:
                pdu = parsed(frame)
            except exceptions.UnknownCommandError:  # smpplib has no replace_sm, cancel_sm, submit_multi
                continue
            self.heard.append(pdu)
            answer = self._answer(pdu)
            if answer is not None:
                asyncio.get_running_loop().call_soon(self._say_if_open, answer)

    def _say_if_open(self, frame: bytes) -> None:
        if not self.pipe.closed:
            self.say(frame)

    def _answer(self, pdu: Any) -> bytes | None:
        if pdu.command.startswith("bind_") and not pdu.is_response():
            if self.bind_status is None:
                return None
            return made(f"{pdu.command}_resp", pdu.sequence, self.bind_status, system_id="smsc")
        if pdu.command == "submit_sm" and self.answer_submits is not None:
            return self.answer_submits(pdu)
        return None
