"""An SMSC that does nothing but send texts and count answers, so that the product is measured and not it.

PDUs are built once and patched in two places; reading is struct and slices.  Each text comes from a number of its
own, so an answer is matched to its text by its destination.  Commands come as JSON lines on stdin, and each is
answered by one JSON line on stdout:

    {"texts": 20000, "first_number": 0}                        flat out: as fast as the window allows
    {"texts": 9000, "first_number": 20000, "rate_per_s": 600}  steady: latency counts from when a text was due
    {"texts": 9000, "first_number": 40000, "receipts": true}   with a delivery receipt for each answer

    python benchmarks/load_smsc.py --listen 127.0.0.1:2775
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import deque

from load_pdus import (
    BIND,
    DELIVER_SM,
    ENQUIRE_LINK,
    GENERIC_NACK,
    HEADER,
    RESPONSE,
    SUBMIT_SM,
    UNBIND,
    receipt_body,
    submit_sm_fields,
    text_body,
)
from load_phase import Phase

_TICK_S = 0.005
_RECEIPT = -1
"""Instead of a number's index."""


class LoadSmsc(asyncio.Protocol):
    """The one bind that the product has with us."""

    def __init__(self, smsc: Smsc) -> None:
        self._smsc = smsc
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        self._smsc.lost(self)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at, out = 0, []
        while len(buffer) - at >= 16:
            length, command, status, sequence = HEADER.unpack_from(buffer, at)
            if len(buffer) - at < length:
                break
            out.append(self._answer(command, status, sequence, bytes(buffer[at + 16 : at + length])))
            at += length
        del buffer[:at]
        if reply := b"".join(out):
            self.transport.write(reply)
        self._smsc.fill()

    def _answer(self, command: int, status: int, sequence: int, body: bytes) -> bytes:
        if command == SUBMIT_SM:
            return self._smsc.submitted(sequence, body)
        if command == DELIVER_SM | RESPONSE:
            self._smsc.acknowledged(sequence, status)
        elif command in BIND:
            self._smsc.bound(self)
            return HEADER.pack(21, command | RESPONSE, 0, sequence) + b"load\x00"
        elif command in {UNBIND, ENQUIRE_LINK}:
            return HEADER.pack(16, command | RESPONSE, 0, sequence)
        elif command == GENERIC_NACK:
            self._smsc.acknowledged(sequence, status or 1)
        return b""


class Smsc:
    """Sends a phase's texts over whatever bind there is, and counts."""

    def __init__(self, window: int) -> None:
        self.link: LoadSmsc | None = None
        self.phase: Phase | None = None
        self.is_bound = asyncio.Event()
        self._window = window
        self._sequence = 0
        self._open: dict[int, tuple[int, float]] = {}
        """deliver_sm without a response: sequence → number and when it went out."""
        self._message_id = 0
        self._receipts_wanted = 0
        self._receipts: deque[bytes] = deque()
        """Delivery receipts to send (SMPP 3.4 appendix B): what to put after the header."""
        self._receipts_sent = 0

    def bound(self, link: LoadSmsc) -> None:
        self.link = link
        self.is_bound.set()

    def lost(self, link: LoadSmsc) -> None:
        if self.link is link:
            self.link = None
            self.is_bound.clear()

    def fill(self) -> None:
        """Send what is due and has room in the window."""
        phase, link = self.phase, self.link
        if phase is None or link is None:
            return
        now = time.monotonic()
        room = self._window - len(self._open)
        out = []
        while room > 0 and self._receipts:
            out.append(self._deliver(self._receipts.popleft(), _RECEIPT, now))
            self._receipts_sent += 1
            room -= 1
        while room > 0 and phase.waiting:
            out.append(self._text(phase.first_number + phase.waiting.popleft(), now))
            room -= 1
        while room > 0 and phase.sent < phase.texts:
            if phase.rate_per_s is None:
                due = now
            elif (due := phase.begun + phase.sent / phase.rate_per_s) > now:
                break
            phase.due.append(due)
            out.append(self._text(phase.first_number + phase.sent, now))
            phase.sent += 1
            room -= 1
        if out:
            link.transport.write(b"".join(out))

    def _text(self, index: int, now: float) -> bytes:
        return self._deliver(text_body(index), index, now)

    def _deliver(self, body: bytes, index: int, now: float) -> bytes:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        self._open[self._sequence] = (index, now)
        return HEADER.pack(16 + len(body), DELIVER_SM, 0, self._sequence) + body

    def acknowledged(self, sequence: int, status: int) -> None:
        found, phase = self._open.pop(sequence, None), self.phase
        if found is None or phase is None:
            return
        index, sent_at = found
        if index == _RECEIPT:
            return
        if status == 0:
            phase.acknowledged += 1
            phase.acknowledged_s.append(time.monotonic() - sent_at)
        else:
            # An SMSC keeps what was refused and sends it again.
            phase.refused += 1
            phase.waiting.append(index - phase.first_number)

    def submitted(self, sequence: int, body: bytes) -> bytes:
        self._message_id += 1
        destination, text, receipt = submit_sm_fields(body)
        self._receipts_wanted += receipt
        if self.phase is not None:
            self.phase.answer(destination, text)
        identity = b"%08x\x00" % self._message_id
        if receipt and self.phase is not None and self.phase.receipts:
            self._receipts.append(receipt_body(destination, identity[:-1]))
        return HEADER.pack(16 + len(identity), SUBMIT_SM | RESPONSE, 0, sequence) + identity

    async def run(self, phase: Phase, patience_s: float) -> dict[str, object]:
        """Run a phase to its last answer, or until nothing has moved for `patience_s`."""
        await asyncio.wait_for(self.is_bound.wait(), 60)
        self.phase = phase
        self._receipts_wanted = self._receipts_sent = 0
        phase.begun = moved = time.monotonic()
        progress = (0, 0)
        while time.monotonic() - moved < patience_s:
            self.fill()
            if phase.acknowledged >= phase.texts and phase.answers >= phase.texts and not self._receipts:
                break
            await asyncio.sleep(_TICK_S)
            if progress != (progress := (phase.acknowledged, phase.answers)):
                moved = time.monotonic()
        await asyncio.sleep(1.0)  # a double would come late
        result = phase.result() | {"receipts_wanted": self._receipts_wanted, "receipts_sent": self._receipts_sent}
        self.phase = None
        self._open.clear()
        return result


async def serve(host: str, port: int, window: int, patience_s: float) -> None:
    """Serve until stdin ends; the first line printed is the port."""
    loop = asyncio.get_running_loop()
    smsc = Smsc(window)
    server = await loop.create_server(lambda: LoadSmsc(smsc), host, port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        asked = json.loads(line)
        phase = Phase(**asked)
        print(json.dumps(await smsc.run(phase, patience_s)), flush=True)
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--window", type=int, default=200, help="deliver_sm that may wait for their response")
    parser.add_argument("--patience", type=float, default=20.0, help="seconds without progress that end a phase")
    asked = parser.parse_args()
    host, _, port = asked.listen.rpartition(":")
    asyncio.run(serve(host, int(port), asked.window, asked.patience))


if __name__ == "__main__":
    main()
