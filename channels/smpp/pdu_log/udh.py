"""The user data header in words: it is what an operator's support asks about first (3GPP 23.040 §9.2.3.24)."""

from __future__ import annotations

from collections.abc import Mapping

_CONCATENATED = {(0x00, 3), (0x08, 4)}
_PORTS = {(0x04, 2), (0x05, 4)}
_SHIFTS: Mapping[tuple[int, int], str] = {(0x24, 1): "single shift", (0x25, 1): "locking shift"}
_LANGUAGES: Mapping[int, str] = {
    1: "Turkish",
    2: "Spanish",
    3: "Portuguese",
    4: "Bengali",
    5: "Gujarati",
    6: "Hindi",
    7: "Kannada",
    8: "Malayalam",
    9: "Oriya",
    10: "Punjabi",
    11: "Tamil",
    12: "Telugu",
    13: "Urdu",
}
"""National language identifiers (3GPP 23.038 §6.2.1.2.4)."""


def header_words(message: bytes) -> str:
    """What the information elements say; of those we don't know the identifier and the length, never the content."""
    if not message or message[0] >= len(message):
        return "UDH can't be read: it is longer than the message"
    header, said, at = message[1 : 1 + message[0]], [], 0
    while at < len(header):
        length = header[at + 1] if at + 1 < len(header) else -1
        value = header[at + 2 : at + 2 + length]
        if length < 0 or len(value) < length:
            said.append("the rest can't be read")
            break
        said.append(_element(header[at], value))
        at += 2 + length
    return f"UDH: {', '.join(said) or 'empty'}"


def _element(identifier: int, value: bytes) -> str:
    kind = (identifier, len(value))
    if kind in _CONCATENATED:
        return f"part {value[-1]} of {value[-2]}, reference {int.from_bytes(value[:-2], 'big')}"
    if kind in _PORTS:
        half = len(value) // 2
        return f"port {int.from_bytes(value[half:], 'big')} to {int.from_bytes(value[:half], 'big')}"
    if kind in _SHIFTS:
        return f"{_SHIFTS[kind]} {_LANGUAGES.get(value[0], value[0])}"
    return f"element 0x{identifier:02x} of {len(value)} octets"
