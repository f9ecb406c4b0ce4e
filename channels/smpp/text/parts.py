"""An outgoing text as the messages that carry it.

smpplib's `make_parts` cuts between an escape and its character and inside surrogate pairs, and picks the
reference by chance, so that two texts to one handset may share it and be mixed up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from smpplib import consts

from channels.smpp.text import gsm
from channels.smpp.text.udh import UDHI, concatenation_header

PARTS_AT_MOST = 255
_REMEMBERED_DESTINATIONS = 50_000


@dataclass(frozen=True, slots=True)
class _Room:
    data_coding: int
    alone_octets: int
    part_octets: int
    """What is left beside a 6-octet header: 153 septets or 67 UCS2 units (23.040 §9.2.3.24.1)."""


_GSM = _Room(consts.SMPP_ENCODING_DEFAULT, 160, 153)
_UCS2 = _Room(consts.SMPP_ENCODING_ISO10646, 140, 134)


@dataclass(frozen=True, slots=True)
class Part:
    """What one submit_sm carries."""

    short_message: bytes = field(repr=False)
    data_coding: int
    esm_class: int


class TooLong(ValueError):
    """The text needs more than 255 parts."""


def split(text: str, next_reference: Callable[[], int]) -> tuple[Part, ...]:
    """The text's parts, in the GSM alphabet where that holds it, else in UCS2.

    A reference is taken only where there is more than one part.  Raises TooLong.
    """
    if gsm.can_encode(text):
        room, characters = _GSM, [gsm.SEPTETS[character] for character in text]
    else:
        room, characters = _UCS2, [character.encode("utf-16-be", "surrogatepass") for character in text]
    whole = b"".join(characters)
    if len(whole) <= room.alone_octets:
        return (Part(whole, room.data_coding, consts.SMPP_MSGMODE_DEFAULT),)
    bodies = _fill(characters, room.part_octets)
    if len(bodies) > PARTS_AT_MOST:
        raise TooLong(f"a text of {len(text)} characters needs more than {PARTS_AT_MOST} parts")
    reference = next_reference()
    return tuple(
        Part(concatenation_header(reference, len(bodies), number) + body, room.data_coding, UDHI)
        for number, body in enumerate(bodies, start=1)
    )


def _fill(characters: list[bytes], part_octets: int) -> list[bytes]:
    """Whole characters, as many as fit, to each part."""
    bodies, body = [], bytearray()
    for character in characters:
        if len(body) + len(character) > part_octets:
            bodies.append(bytes(body))
            body.clear()
        body += character
    bodies.append(bytes(body))
    return bodies


class References:
    """8-bit references in sequence for each destination, so that 256 texts pass before one recurs."""

    def __init__(self, first: Callable[[], int]) -> None:
        """`first()` gives where a destination's sequence begins: by chance, so that a restart seldom repeats."""
        self._first = first
        self._last: OrderedDict[str, int] = OrderedDict()

    def next(self, destination: str) -> int:
        last = self._last.pop(destination, None)
        reference = (self._first() if last is None else last + 1) & 0xFF
        self._last[destination] = reference
        if len(self._last) > _REMEMBERED_DESTINATIONS:
            self._last.popitem(last=False)
        return reference
