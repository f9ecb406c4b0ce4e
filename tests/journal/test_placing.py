"""Where a part of a long text belongs: SMSCs repeat parts, and handsets use their references again."""

from __future__ import annotations

import pytest

from workers.journal.arriving import StoredPart
from workers.journal.placing import Kept, Place, place


def stored(number: int, octets: bytes = b"text") -> StoredPart:
    return StoredPart(number, octets, b"", 0)


def kept(id_: int, *parts: StoredPart, is_open: bool = True, total: int = 3) -> Kept:
    return Kept(id_, total, is_open, "" if is_open else f"transaction {id_}", {part.number: part for part in parts})


def done(id_: int, *parts: StoredPart) -> Kept:
    return kept(id_, *parts, is_open=False)


CASES: dict[str, tuple[Place, int | None, StoredPart, list[Kept]]] = {
    "the first of all": (Place.BEGINS, None, stored(1), []),
    "a missing one": (Place.JOINS, 1, stored(2), [kept(1, stored(1))]),
    "one before those that came": (Place.JOINS, 1, stored(1), [kept(1, stored(3))]),
    "the same again": (Place.REPEATS, 1, stored(1), [kept(1, stored(1))]),
    "the same number with another text": (Place.BEGINS, None, stored(1, b"other"), [kept(1, stored(1))]),
    "the same of an older open text": (
        Place.REPEATS, 1, stored(1), [kept(2, stored(1, b"other")), kept(1, stored(1))],
    ),
    "a missing one of two open texts": (
        Place.JOINS, 2, stored(2), [kept(2, stored(1, b"other")), kept(1, stored(1))],
    ),
    "the same as of a text handed on": (
        Place.REPEATS_DONE, 1, stored(2), [done(1, stored(1), stored(2), stored(3))],
    ),
    "another than of a text handed on": (
        Place.BEGINS, None, stored(2, b"other"), [done(1, stored(1), stored(2), stored(3))],
    ),
    "missing in a text handed on": (Place.TOO_LATE, 1, stored(3), [done(1, stored(1), stored(2))]),
    "missing in an open text and in one handed on": (
        Place.JOINS, 2, stored(3), [kept(2, stored(1, b"other")), done(1, stored(1), stored(2))],
    ),
    "the same as of a text handed on, beside an open one that has another": (
        Place.REPEATS_DONE, 1, stored(1), [kept(2, stored(1, b"other")), done(1, stored(1), stored(2))],
    ),
    "in another coding": (Place.BEGINS, None, StoredPart(1, b"text", b"", 8), [kept(1, stored(1))]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_part_has_one_place(case: str) -> None:
    where, expected, part, newest_first = CASES[case]
    found, text = place(part, newest_first)
    assert (where, expected) == (found, text and text.id)
