"""What Wireshark makes of our octets: a capture on loopback, or octets put into a capture file; and its reading of it.

Nobody who wrote Tonegate wrote its SMPP dissector.  What it doesn't understand it says: a malformed PDU, an expert's
remark, a TLV that no standard names.
"""

from __future__ import annotations

import re
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.parts import lacking, require

_WITHIN_S = 240.0
_CONTROLS = bytes.maketrans(bytes(set(range(32)) - set(b"\t\n")), b"?" * 30)
_UNKNOWN = re.compile(r"\b(unknown|reserved(?! \(should be zero\): 0$))\b", re.IGNORECASE)
_MAY_BE_UNKNOWN = re.compile(r"_(ton|npi)$")
"""Type of number and numbering plan 0 are called so by the standard."""
_STRANGE_FIELDS = {
    "smpp.vendor_op": "a TLV in the vendors' range",
    "smpp.reserved_op": "a TLV that no standard names",
    "_ws.expert": "an expert's remark",
    "_ws.malformed": "malformed",
}


@dataclass(frozen=True)
class Dissected:
    """One PDU as tshark reads it: its fields in their order, and what it finds strange."""

    fields: tuple[tuple[str, str], ...]
    """Name, and value as tshark shows it."""
    labels: tuple[str, ...] = field(repr=False)
    """Each field in words: `Data coding: UCS2 (ISO/IEC-10646) (0x08)`."""
    source_port: int
    strange: tuple[str, ...] = ()

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for known, value in self.fields if known == name]

    def one(self, name: str) -> str:
        """The value of a field that is there once."""
        (value,) = self.all(name)
        return value

    def text(self, name: str) -> str:
        """The value of a field that tshark leaves out where it is empty."""
        return "".join(self.all(name))

    def number(self, name: str) -> int:
        return int(self.one(name), 0)

    @property
    def head(self) -> tuple[int, int, int, int]:
        """command_length, command_id, command_status and sequence_number; tshark shows no status of a request."""
        status = self.all("smpp.command_status") or ["0"]
        return (
            self.number("smpp.command_length"),
            self.number("smpp.command_id"),
            int(status[0], 0),
            self.number("smpp.sequence_number"),
        )


class Capture:
    """What passes a TCP port on loopback, written to a file from the moment that `begin` returns."""

    def __init__(self, file: Path, port: int) -> None:
        self.file = file
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Returns once packets arrive in the file; ends the test where capturing isn't permitted."""
        words = [str(require("dumpcap")), "-q", "-i", "lo", "-f", f"tcp port {self.port}", "-w", str(self.file)]
        require("tshark")
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        knocks: list[bytes] = []
        for _ in _looks("dumpcap captures"):
            if self._process.poll() is not None:
                assert self._process.stderr is not None
                said = self._process.stderr.read().decode().splitlines()
                why = [line for line in said if line.startswith("dumpcap:")]  # the rest is advice
                lacking(f"capturing on loopback isn't permitted: {(why or said)[-1]}")
            knocks.append(self._knock())
            if any(map(self._holds, knocks)):
                return

    def catch_up(self) -> None:
        """Return once all that was said until now is in the file."""
        knock = self._knock()
        for _ in _looks("what was said last is captured"):
            if self._holds(knock):
                return

    def _knock(self) -> bytes:
        """Connect and hang up; the ports that its packets bear in their TCP header."""
        with socket.socket() as knocking:
            knocking.connect_ex(("127.0.0.1", self.port))
            return struct.pack(">HH", knocking.getsockname()[1], self.port)

    def _holds(self, octets: bytes) -> bool:
        return self.file.exists() and octets in self.file.read_bytes()

    def stop(self) -> None:
        """Stop, whatever is in the file."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            assert self._process.stderr is not None
            self._process.stderr.close()
            self._process = None


@contextmanager
def capturing(file: Path, port: int) -> Iterator[Capture]:
    """A capture that doesn't outlive the test."""
    capture = Capture(file, port)
    try:
        capture.begin()
        yield capture
    finally:
        capture.stop()


def _looks(what: str) -> Iterator[None]:
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)
    raise AssertionError(f"not within {_WITHIN_S:g} s: {what}")


def written(file: Path, frames: Iterable[bytes], port: int) -> Path:
    """A capture file in which each frame went to that port, made with Wireshark's text2pcap."""
    text = file.with_suffix(".txt")
    text.write_text("".join(f"000000 {frame.hex(' ')}\n" for frame in frames))
    subprocess.run([require("text2pcap"), "-q", "-T", f"40000,{port}", text, file], check=True, capture_output=True)
    return file


def dissect(file: Path, port: int, *, default_alphabet: str = "GSM 7-bit") -> list[Dissected]:
    """Every PDU that went to that port, in order.

    `default_alphabet` is what data_coding 0 means, in tshark's words: `GSM 7-bit (packed)`, `ISO-8859-1`, …
    """
    words = ["-r", str(file), "-d", f"tcp.port=={port},smpp", "-o", f"smpp.decode_sms_over_smpp:{default_alphabet}"]
    words += ["-Y", f"smpp && tcp.dstport == {port}", "-T", "pdml"]
    done = subprocess.run([require("tshark"), *words], capture_output=True, timeout=_WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    document = ElementTree.fromstring(_mended(done.stdout))
    return [pdu for packet in document.iter("packet") for pdu in _pdus(packet)]


def _mended(pdml: bytes) -> str:
    """Its XML as it should be: tshark writes control characters as they are, and surrogates each by itself."""
    text = pdml.translate(_CONTROLS).decode("utf-8", "surrogatepass")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _pdus(packet: ElementTree.Element) -> Iterator[Dissected]:
    """A packet's PDUs; what stands behind one and before the next, such as its user data header, belongs to it."""
    protocols = list(packet)
    (source_port,) = (int(element.get("show", "")) for element in packet.iter() if element.get("name") == "tcp.srcport")
    starts = [at for at, protocol in enumerate(protocols) if protocol.get("name") == "smpp"]
    for start, end in zip(starts, [*starts[1:], len(protocols)], strict=True):
        elements = [element for protocol in protocols[start:end] for element in protocol.iter()]
        yield Dissected(
            tuple((element.get("name", ""), element.get("show", "")) for element in elements),
            tuple(element.get("showname", "") for element in elements),
            source_port,
            tuple(filter(None, map(_strange, elements))),
        )


def _strange(element: ElementTree.Element) -> str:
    name, label = element.get("name", ""), element.get("showname", "")
    if name in _STRANGE_FIELDS:
        return f"{_STRANGE_FIELDS[name]}: {label}"
    return label if _UNKNOWN.search(label) and not _MAY_BE_UNKNOWN.search(name) else ""
