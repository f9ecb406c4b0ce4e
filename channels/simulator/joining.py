"""Parts of a long answer put together for a handset, in any order (3GPP 23.040 §9.2.3.24.1, SMPP 3.4 §5.3.2.22)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.text.alphabets import decode_text
from channels.smpp.text.udh import split_header

MISSING = "[…]"
_OPEN_AT_MOST = 2_000
_IE_8_BIT, _IE_16_BIT = 0x00, 0x08


@dataclass(frozen=True, slots=True)
class Piece:
    """What one submit_sm brought: its text, and which part of what it is (1 of 1 where it stands alone)."""

    text: str
    reference: int = 0
    total: int = 1
    number: int = 1


@dataclass(slots=True)
class Joined:
    """A message as far as it has come."""

    bubble_id: str
    total: int
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether no part is missing."""
        return len(self.texts) == self.total

    @property
    def text(self) -> str:
        """The text, with a mark where parts are missing."""
        return "".join(self.texts.get(number, MISSING) for number in range(1, self.total + 1))


def read_piece(pdu: Pdu) -> Piece:
    """Read a submit_sm's or data_sm's text; a part that contradicts itself stands alone."""
    body = pdu.tlvs.get("message_payload") or pdu.fields.get("short_message", b"")
    octets = body if isinstance(body, bytes) else b""
    elements, octets = split_header(octets, pdu.number("esm_class"))
    text = decode_text(octets, pdu.number("data_coding"))
    reference, total, number = _concatenation(elements) or (
        _tlv(pdu, "sar_msg_ref_num"),
        _tlv(pdu, "sar_total_segments"),
        _tlv(pdu, "sar_segment_seqnum"),
    )
    if total < 2 or not 1 <= number <= total:
        return Piece(text)
    return Piece(text, reference, total, number)


def _tlv(pdu: Pdu, name: str) -> int:
    value = pdu.tlvs.get(name, 0)
    return value if isinstance(value, int) else 0


def _concatenation(elements: bytes) -> tuple[int, int, int] | None:
    """Find reference, total and number in a user data header, wherever in it they stand."""
    rest = elements
    while len(rest) >= 2:
        identifier, length = rest[0], rest[1]
        value, rest = rest[2 : 2 + length], rest[2 + length :]
        if identifier == _IE_8_BIT and len(value) == 3:
            return value[0], value[1], value[2]
        if identifier == _IE_16_BIT and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
    return None


class Joiner:
    """Messages of which parts are still to come; when there are too many, the oldest stay as they are."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str, int, int], Joined] = OrderedDict()

    def add(self, source: str, destination: str, piece: Piece, bubble_id: str) -> tuple[Joined, bool]:
        """Add a part; return the message it belongs to, and whether this part had been there before.

        `bubble_id` becomes the message's, where this is its first part.
        """
        key = (source, destination, piece.reference, piece.total)
        joined = self._open.get(key)
        if joined is None:
            joined = Joined(bubble_id, piece.total)
        again = piece.number in joined.texts
        joined.texts[piece.number] = piece.text
        if joined.is_whole:
            self._open.pop(key, None)
        else:
            self._open[key] = joined
            if len(self._open) > _OPEN_AT_MOST:
                self._open.popitem(last=False)
        return joined, again
