"""What becomes of an outgoing text: its parts, and the references that hold them together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

PARTS_AT_MOST = 255
_REMEMBERED_DESTINATIONS = 50_000


class Sar(NamedTuple):
    """sar_msg_ref_num, sar_total_segments and sar_segment_seqnum (SMPP 3.4 §5.3.2.22 to 24)."""

    reference: int
    total: int
    number: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one submit_sm carries."""

    octets: bytes = field(repr=False)
    """Its user data header, where it has one, and its text."""
    data_coding: int
    esm_class: int
    """UDHI or 0."""
    sar: Sar | None = None
    """The TLVs that say which part this is, where no header does."""
    is_payload: bool = False
    """It goes into message_payload and is split by the SMSC (SMPP 3.4 §5.3.2.32)."""


@dataclass(frozen=True, slots=True)
class Split:
    """A text in parts, and how to split it so again."""

    plan: str
    """At most 64 characters: `split_as` makes the same parts of it, whatever the habits have become."""
    parts: tuple[Part, ...]


class TooLong(ValueError):
    """The text needs more than 255 parts."""


class NoAlphabet(ValueError):
    """No alphabet that may be used holds the text."""


class References:
    """References in sequence for each destination: 65,536 texts pass before one recurs, 256 where 8 bits are used."""

    def __init__(self, first: Callable[[], int]) -> None:
        """`first()` gives where a destination's sequence begins: by chance, so that a restart seldom repeats."""
        self._first = first
        self._last: OrderedDict[str, int] = OrderedDict()

    def next(self, destination: str) -> int:
        """16 bits; who needs 8 takes the low ones, which follow one another as well."""
        last = self._last.pop(destination, None)
        reference = (self._first() if last is None else last + 1) & 0xFFFF
        self._last[destination] = reference
        if len(self._last) > _REMEMBERED_DESTINATIONS:
            self._last.popitem(last=False)
        return reference
