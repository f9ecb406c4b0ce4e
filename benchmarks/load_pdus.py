"""The few PDUs that the load needs, as bytes: built once, patched in two places, read by slices."""

from __future__ import annotations

import struct

# SMPP 3.4 §5.1.2.1
BIND = {0x00000001, 0x00000002, 0x00000009}
GENERIC_NACK, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x80000000, 0x4, 0x5, 0x6, 0x15
RESPONSE = 0x80000000

SHORT_CODE = b"10658830"
TONE_CODE = b"600902000001"
HEADER = struct.Struct(">IIII")


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


def receipt_body(source: bytes, identity: bytes) -> bytes:
    """A receipt's deliver_sm without its header."""
    text = b"id:%s sub:001 dlvrd:001 submit date:2501011200 done date:2501011200 stat:DELIVRD err:000 text:" % identity
    addresses = b"\x00\x01\x01" + source + b"\x00\x00\x01" + SHORT_CODE + b"\x00"
    return addresses + b"\x04\x00\x00\x00\x00" + bytes(4) + bytes([len(text)]) + text


def text_body(index: int) -> bytes:
    """A text from the subscriber of that index: a deliver_sm without its header."""
    return _TEXT_HEAD + number(index) + _TEXT_TAIL
