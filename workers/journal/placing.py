"""Where a part of a long text belongs, decided over what is there already.

A part belongs to the newest open long text of its bind, sender, receiver, reference and total.

open text has this part   with the same content     the SMSC repeats itself: nothing changes
                          with other content        the reference is used again: a new long text begins
open text lacks it                                  it joins
no open text, but one     has the same content      the SMSC repeats itself: the answer may have to be repeated
that was handed on less   lacks it                  it came too late: kept, told in the history, answered once
than `dedupe_s` ago
none of these                                       a new long text begins
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from workers.journal.arriving import StoredPart


class Place(Enum):
    """Where a part belongs."""

    BEGINS = auto()
    JOINS = auto()
    REPEATS = auto()
    REPEATS_DONE = auto()
    TOO_LATE = auto()


@dataclass(slots=True)
class Kept:
    """A long text, and the parts of it that are there."""

    id: int
    total: int
    open: bool
    transaction_id: str
    parts: dict[int, StoredPart] = field(default_factory=dict)

    def is_whole(self) -> bool:
        return len(self.parts) == self.total


def place(part: StoredPart, newest_first: Sequence[Kept]) -> tuple[Place, Kept | None]:
    """Decide where a part belongs among the long texts of its reference that it may be of."""
    still_open = [one for one in newest_first if one.open]
    for one in still_open:
        if one.parts.get(part.number) == part:
            return Place.REPEATS, one
    if still_open and part.number not in still_open[0].parts:
        return Place.JOINS, still_open[0]
    done = [one for one in newest_first if not one.open]
    for one in done:
        if one.parts.get(part.number) == part:
            return Place.REPEATS_DONE, one
    if not still_open:
        for one in done:
            if part.number not in one.parts:
                return Place.TOO_LATE, one
    return Place.BEGINS, None
