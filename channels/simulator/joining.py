"""Parts of a long answer put together for a handset, in any order (3GPP 23.040 §9.2.3.24.1, SMPP 3.4 §5.3.2.22)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.text import Habits, decode_text, join, read_header, split_header

_OPEN_AT_MOST = 2_000
_ORDINARY = Habits()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one submit_sm brought: octets to be read as text, and which part of what they are (1 of 1 alone)."""

    octets: bytes = field(repr=False)
    data_coding: int
    header: bytes = field(default=b"", repr=False)
    """The information elements of its user data header."""
    reference: int = 0
    total: int = 1
    number: int = 1

    def text(self, habits: Habits = _ORDINARY) -> str:
        """Return its text, read by itself."""
        return decode_text(self.octets, self.data_coding, self.header, habits)


@dataclass(slots=True)
class Joined:
    """A message as far as it has come."""

    bubble_id: str
    total: int
    pieces: dict[int, Piece] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether no part is missing."""
        return len(self.pieces) == self.total

    def text(self, habits: Habits = _ORDINARY) -> str:
        """Return the text, with a mark where parts are missing."""
        return join([piece for _, piece in sorted(self.pieces.items())], self.total, habits)


def read_piece(pdu: Pdu) -> Piece:
    """Read a submit_sm's or data_sm's text; a part that contradicts itself stands alone."""
    body = pdu.tlvs.get("message_payload") or pdu.fields.get("short_message", b"")
    octets = body if isinstance(body, bytes) else b""
    elements, octets = split_header(octets, pdu.number("esm_class"))
    concatenation = read_header(elements).concatenation
    if concatenation is not None:
        reference, total, number = concatenation.reference, concatenation.total, concatenation.number
    else:
        reference, total, number = (_tlv(pdu, name) for name in _SAR)
    if total < 2 or not 1 <= number <= total:
        reference, total, number = 0, 1, 1
    return Piece(octets, pdu.number("data_coding"), elements, reference, total, number)


_SAR = ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")


def _tlv(pdu: Pdu, name: str) -> int:
    value = pdu.tlvs.get(name, 0)
    return value if isinstance(value, int) else 0


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
        again = piece.number in joined.pieces
        joined.pieces[piece.number] = piece
        if joined.is_whole:
            self._open.pop(key, None)
        else:
            self._open[key] = joined
            if len(self._open) > _OPEN_AT_MOST:
                self._open.popitem(last=False)
        return joined, again
