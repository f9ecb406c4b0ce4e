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
import struct
import sys
import time
from collections import deque
from dataclasses import dataclass, field

# SMPP 3.4 §5.1.2.1
BIND = {0x00000001, 0x00000002, 0x00000009}
GENERIC_NACK, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x80000000, 0x4, 0x5, 0x6, 0x15
RESPONSE = 0x80000000

SHORT_CODE = b"10658830"
TONE_CODE = b"600902000001"
_HEADER = struct.Struct(">IIII")
_TICK_S = 0.005


def number(index: int) -> bytes:
    """The subscriber of that index: a mobile number in China, 13 digits."""
    return b"86138%08d" % index


def _deliver_sm() -> tuple[bytes, int]:
    """A deliver_sm without its header (SMPP 3.4 §4.6.1), and where the 13 digits of its sender go."""
    source = b"\x00" + b"\x01\x01"  # service_type, source TON and NPI: international, E.164
    tail = b"\x00" + b"\x00\x01" + SHORT_CODE + b"\x00"  # end of source, destination TON and NPI, address
    tail += bytes(3) + b"\x00\x00" + bytes(4)  # esm_class … priority; schedule, validity; registered … default message
    return source + bytes(13) + tail + bytes([len(TONE_CODE)]) + TONE_CODE, len(source)


_TEXT, _NUMBER_AT = _deliver_sm()
_TEXT_HEAD, _TEXT_TAIL = _TEXT[:_NUMBER_AT], _TEXT[_NUMBER_AT + 13 :]


def submit_sm_fields(body: bytes) -> tuple[bytes, bytes, bool]:
    """Destination, text and whether a receipt is wanted, of a submit_sm's body (SMPP 3.4 §4.4.1)."""
    at = body.index(0) + 1  # service_type
    at = body.index(0, at + 2) + 1  # source
    end = body.index(0, at + 2)
    destination = body[at + 2 : end]
    at = end + 1 + 3  # esm_class, protocol_id, priority
    at = body.index(0, at) + 1  # schedule_delivery_time
    at = body.index(0, at) + 1  # validity_period
    return destination, body[at + 5 : at + 5 + body[at + 4]], body[at] & 0x03 == 1


_RECEIPT = -1
"""Instead of a number's index."""


def _receipt(source: bytes, identity: bytes) -> bytes:
    """A receipt's deliver_sm without its header."""
    text = b"id:%s sub:001 dlvrd:001 submit date:2501011200 done date:2501011200 stat:DELIVRD err:000 text:" % identity
    addresses = b"\x00\x01\x01" + source + b"\x00\x00\x01" + SHORT_CODE + b"\x00"
    return addresses + b"\x04\x00\x00\x00\x00" + bytes(4) + bytes([len(text)]) + text


@dataclass
class Phase:
    """One run's counts."""

    texts: int
    first_number: int = 0
    rate_per_s: float | None = None
    receipts: bool = False
    """Whether a receipt follows each answer that wants one, as it does in life."""
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    answers: int = 0
    double_answers: int = 0
    strange_answers: int = 0
    begun: float = 0.0
    last_answer: float = 0.0
    due: list[float] = field(default_factory=list)
    latency_s: dict[bytes, float] = field(default_factory=dict)
    acknowledged_s: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    waiting: deque[int] = field(default_factory=deque)
    """Numbers whose text was refused, to be sent again."""

    def answer(self, destination: bytes, text: bytes) -> None:
        now = time.monotonic()
        index = int(destination[5:]) - self.first_number if destination.isdigit() and len(destination) == 13 else -1
        if not 0 <= index < len(self.due) or TONE_CODE not in text:
            self.strange_answers += 1
        elif destination in self.latency_s:
            self.double_answers += 1
        else:
            self.latency_s[destination] = now - self.due[index]
            self.answers += 1
            self.answered_at.append(now)
            self.last_answer = now

    def result(self) -> dict[str, object]:
        """For the bench; seconds and texts per second."""
        latency, acknowledged = sorted(self.latency_s.values()), sorted(self.acknowledged_s)
        elapsed = (self.last_answer or time.monotonic()) - self.begun
        return {
            "texts": self.texts,
            "acknowledged": self.acknowledged,
            "refused": self.refused,
            "answers": self.answers,
            "double_answers": self.double_answers,
            "strange_answers": self.strange_answers,
            "elapsed_s": elapsed,
            "answers_per_s": self.answers / elapsed if elapsed else 0.0,
            "latency_s": {f"p{p}": _percentile(latency, p) for p in (50, 95, 99, 100)},
            "acknowledged_s": {f"p{p}": _percentile(acknowledged, p) for p in (50, 95, 99, 100)},
        }


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


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
            length, command, status, sequence = _HEADER.unpack_from(buffer, at)
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
            return _HEADER.pack(21, command | RESPONSE, 0, sequence) + b"load\x00"
        elif command in {UNBIND, ENQUIRE_LINK}:
            return _HEADER.pack(16, command | RESPONSE, 0, sequence)
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
        return self._deliver(_TEXT_HEAD + number(index) + _TEXT_TAIL, index, now)

    def _deliver(self, body: bytes, index: int, now: float) -> bytes:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        self._open[self._sequence] = (index, now)
        return _HEADER.pack(16 + len(body), DELIVER_SM, 0, self._sequence) + body

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
            self._receipts.append(_receipt(destination, identity[:-1]))
        return _HEADER.pack(16 + len(identity), SUBMIT_SM | RESPONSE, 0, sequence) + identity

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
