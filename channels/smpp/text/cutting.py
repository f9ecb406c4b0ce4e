"""A text cut to the room of its parts, never inside a character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.smpp.text import packing
from channels.smpp.text.codings import Coding
from channels.smpp.text.habits import LongTexts
from channels.smpp.text.plans import Method

_OF_OURS: Mapping[Method, int] = {"one": 0, "udh": 5, "udh16": 6, "sar": 0, "payload": 0}
"""Octets of the element that says which part it is, where we write it (3GPP 23.040 §9.2.3.24.1 and .8)."""
_ON_AIR: Mapping[Method, int] = {**_OF_OURS, "sar": 6, "payload": 6}
"""Likewise where the SMSC writes it for us: it may take the longer one."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in one coding, cut for one method."""

    coding: Coding
    method: Method
    bodies: tuple[bytes, ...]
    """Of each part without its header: octets, or septets that are not packed yet."""
    parts_on_air: int
    """More than there are bodies where the SMSC splits for us."""

    @property
    def octets(self) -> int:
        """Of all parts, with their headers."""
        header = header_octets(self.coding, self.method)
        if not self.coding.packed:
            return sum(map(len, self.bodies)) + header * len(self.bodies)
        return sum(header + packing.octets(body, header) for body in self.bodies)


def cut(text: str, coding: Coding, long_texts: LongTexts) -> Cut | None:
    """The text in this coding, in one part if it fits; None where the coding does not hold it."""
    characters = coding.characters(text)
    if characters is None:
        return None
    whole = bodies(characters, coding, "one")
    if fits_alone(whole[0], coding) and (long_texts == "payload" or reads_back(whole[0], coding)):
        return Cut(coding, "one", whole, 1)
    parts = _cut_to(characters, coding, long_texts)
    return Cut(coding, long_texts, whole if long_texts == "payload" else parts, len(parts))


def bodies(characters: Sequence[bytes], coding: Coding, method: Method) -> tuple[bytes, ...]:
    """The characters in as few parts as can be; all in one by the methods that have but one."""
    if method in ("one", "payload"):
        return (b"".join(characters),)
    return _cut_to(characters, coding, method)


def fits_alone(whole: bytes, coding: Coding) -> bool:
    """Whether one message carries it all."""
    header = header_octets(coding, "one")
    return len(packing.fill(whole, header) if coding.packed else whole) <= coding.room(header)


def reads_back(body: bytes, coding: Coding) -> bool:
    """Whether nothing at its end would be taken for what fills up packed septets."""
    return not coding.packed or packing.reads_back(body, header_octets(coding, "one"))


def header_octets(coding: Coding, method: Method) -> int:
    """Of the user data header that we write, with its length octet; 0 for none."""
    return _with_length(len(coding.elements) + _OF_OURS[method])


def _with_length(elements_octets: int) -> int:
    return 1 + elements_octets if elements_octets else 0


def _cut_to(characters: Sequence[bytes], coding: Coding, method: Method) -> tuple[bytes, ...]:
    room = coding.room(_with_length(len(coding.elements) + _ON_AIR[method]))
    if coding.packed:
        return _fill_packed(characters, room, header_octets(coding, method))
    whole = b"".join(characters)
    if len(whole) == len(characters) * coding.unit:  # none is longer than another: the cuts are where they fall
        return tuple(whole[at : at + room] for at in range(0, len(whole), room)) or (b"",)
    parts, part = [], bytearray()
    for character in characters:
        if len(part) + len(character) > room:
            parts.append(bytes(part))
            part.clear()
        part += character
    return (*parts, bytes(part))


def _fill_packed(characters: Sequence[bytes], room: int, header: int) -> tuple[bytes, ...]:
    """Each part as full as can be, less what at its end would be taken for filling."""
    parts: list[bytes] = []
    part: list[bytes] = []
    septets = 0
    for character in characters:
        if septets + len(character) > room:
            part = _close(parts, part, room, header)
            septets = sum(map(len, part))
        part.append(character)
        septets += len(character)
    while part:
        part = _close(parts, part, room, header)
    return tuple(parts)


def _close(parts: list[bytes], part: list[bytes], room: int, header: int) -> list[bytes]:
    """Add the part to the parts; what is left over for the next."""
    end = len(part)
    while end > 1:
        body = b"".join(part[:end])
        if packing.reads_back(body, header) and len(packing.fill(body, header)) <= room:
            break
        end -= 1
    parts.append(b"".join(part[:end]))
    return part[end:]
