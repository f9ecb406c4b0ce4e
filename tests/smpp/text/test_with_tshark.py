"""Packed parts, header and all, are read by Wireshark's dissector of short messages as they were written."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from channels.smpp.text import Habits, decode_text, split, split_header
from tests.parts import require

pytestmark = pytest.mark.tshark

_OPTIONS = (
    *("-o", 'uat:user_dlts:"User 0 (DLT=147)","gsm_sms","0","","0",""'),
    *("-o", "gsm_sms.reassemble:FALSE"),
    *("-T", "fields", "-e", "gsm_sms.sms_text"),
)
_TEXTS = ["1234567", "a" * 159 + "@", "Done@" * 40, "Hello [world] €5 @" * 12, "[a" * 151]


def capture(user_data: list[tuple[bytes, bool]]) -> bytes:
    """Each user data, with or without header, in an SMS-DELIVER (3GPP 23.040 §9.2.2.1) in a capture file."""
    file = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 147)
    for octets, has_header in user_data:
        head = bytes([0x44 if has_header else 0x04, 4, 0x91, 0x21, 0x43, 0, 0]) + bytes.fromhex("62113011450000")
        frame = head + bytes([len(octets) * 8 // 7]) + octets
        file += struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    return file


@pytest.mark.parametrize("long_texts", ["udh", "udh16"])
def test_packed_parts_are_read_as_they_were_written(tmp_path: Path, long_texts: str) -> None:
    habits = Habits(gsm_packed=True, long_texts=long_texts)  # type: ignore[arg-type]
    parts = [part for text in _TEXTS for part in split(text, habits, lambda: 0x1207).parts]
    file = tmp_path / "parts.pcap"
    file.write_bytes(capture([(part.octets, bool(part.esm_class)) for part in parts]))
    read = subprocess.run(
        [require("tshark"), "-r", file, *_OPTIONS], capture_output=True, encoding="utf-8", check=True, timeout=240
    ).stdout.splitlines()
    bodies = [split_header(part.octets, part.esm_class) for part in parts]
    # a CR that fills spare bits is shown as one: the number of septets is more than SMPP can say
    assert [decode_text(body, 0, header, habits) for header, body in bodies] == [
        line.removesuffix(r"\r") for line in read
    ]
