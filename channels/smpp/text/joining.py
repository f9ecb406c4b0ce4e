"""A long text from its parts, whole where a sender cut inside a character."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from channels.smpp.text.alphabets import GSM, alphabet_of, read_units, units
from channels.smpp.text.habits import ORDINARY, Habits
from channels.smpp.text.udh import Header, read_header

MISSING = "[…]"
"""Stands for parts that did not come, however many in a row."""


class ReceivedPart(Protocol):
    """One part as it came."""

    @property
    def number(self) -> int:
        """From 1."""

    @property
    def octets(self) -> bytes:
        """What stood behind its header."""

    @property
    def header(self) -> bytes:
        """Its header's information elements."""

    @property
    def data_coding(self) -> int: ...


def join(parts: Iterable[ReceivedPart], total: int, habits: Habits = ORDINARY) -> str:
    """The text of `total` parts, in any order, of one number the first; never fails.

    Neighbours in the same alphabet and tables are read as one, so that an escape or a surrogate pair that was cut
    between them is whole again.
    """
    by_number: dict[int, ReceivedPart] = {}
    for part in parts:
        by_number.setdefault(part.number, part)
    pieces = (_piece(by_number.get(number), habits) for number in range(1, total + 1))
    return "".join(_read(key, (octets for _, octets in run)) for key, run in groupby(pieces, lambda piece: piece[0]))


_Key = tuple[str, int, int] | None
"""Alphabet, locking and single shift table; None where the part is missing."""


def _piece(part: ReceivedPart | None, habits: Habits) -> tuple[_Key, bytes]:
    if part is None:
        return None, b""
    alphabet = alphabet_of(part.data_coding, habits)
    said = read_header(part.header) if alphabet == GSM else Header()
    return (alphabet, said.locking, said.single), units(part.octets, alphabet, part.header, habits)


def _read(key: _Key, octets: Iterator[bytes]) -> str:
    if key is None:
        return MISSING
    alphabet, locking, single = key
    return read_units(b"".join(octets), alphabet, Header(locking=locking, single=single))
