"""The user data header in front of a message's text (3GPP 23.040 §9.2.3.24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from smpplib import consts

UDHI = consts.SMPP_GSMFEAT_UDHI
_CONCATENATED_8_BIT, _PORTS_8_BIT, _PORTS_16_BIT, _CONCATENATED_16_BIT = 0x00, 0x04, 0x05, 0x08
_NATIONAL_SINGLE, _NATIONAL_LOCKING = 0x24, 0x25
Kind = Literal["udh8", "udh16"]
_CONCATENATED: tuple[tuple[int, int, Kind], ...] = (
    (_CONCATENATED_16_BIT, 4, "udh16"),
    (_CONCATENATED_8_BIT, 3, "udh8"),
)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of which long text a message is."""

    kind: Kind
    """Whose reference it is: an 8-bit and a 16-bit one may be the same number and mean two texts."""
    reference: int
    total: int
    number: int
    """From 1 to `total`; a header that says otherwise is read as if it said nothing (§9.2.3.24.1)."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says that we can use."""

    concatenation: Concatenation | None = None
    locking: int = 0
    """National language identifier of the locking shift table; 0 is the default alphabet (§9.2.3.24.16)."""
    single: int = 0
    """Likewise of the single shift table (§9.2.3.24.15)."""
    source_port: int | None = None
    destination_port: int | None = None


def read_header(header: bytes) -> Header:
    """What the information elements say, without the length octet; never fails.

    They may come in any order; unknown ones and those of a wrong length are passed over, of two alike the last counts
    (§9.2.3.24), and what is behind a length that can't be is not read.
    """
    said = {(identifier, len(value)): value for identifier, value in _elements(header)}
    ports = said.get((_PORTS_16_BIT, 4)) or said.get((_PORTS_8_BIT, 2)) or b""
    half = len(ports) // 2
    return Header(
        _concatenation(said),
        locking=said.get((_NATIONAL_LOCKING, 1), b"\0")[0],
        single=said.get((_NATIONAL_SINGLE, 1), b"\0")[0],
        source_port=int.from_bytes(ports[half:], "big") if ports else None,
        destination_port=int.from_bytes(ports[:half], "big") if ports else None,
    )


def _concatenation(said: Mapping[tuple[int, int], bytes]) -> Concatenation | None:
    for identifier, length, kind in _CONCATENATED:
        value = said.get((identifier, length))
        if value and 1 <= value[-1] <= value[-2]:
            return Concatenation(kind, int.from_bytes(value[:-2], "big"), value[-2], value[-1])
    return None


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(header):
        end = at + 2 + header[at + 1]
        if end > len(header):
            return
        yield header[at], header[at + 2 : end]
        at = end


def split_header(octets: bytes, esm_class: int) -> tuple[bytes, bytes]:
    """The information elements and the text behind them.

    Without the UDHI bit, or where the header claims to be longer than the message, all of it is text.
    """
    if not esm_class & UDHI or not octets or octets[0] >= len(octets):
        return b"", octets
    end = 1 + octets[0]
    return octets[1:end], octets[end:]


def concatenation_element(reference: int, total: int, number: int, *, wide: bool) -> bytes:
    """Which part this is; `wide` for a reference of 16 bits (§9.2.3.24.8)."""
    if wide:
        return bytes((_CONCATENATED_16_BIT, 4, reference >> 8, reference & 0xFF, total, number))
    return bytes((_CONCATENATED_8_BIT, 3, reference, total, number))


def national_elements(locking: int, single: int) -> bytes:
    """Which national tables the text is in, by national language identifier; none for 0."""
    return (bytes((_NATIONAL_SINGLE, 1, single)) if single else b"") + (
        bytes((_NATIONAL_LOCKING, 1, locking)) if locking else b""
    )
