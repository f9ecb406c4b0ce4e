"""`dnd add`, `remove` and `list`: numbers that are sent nothing they did not ask for."""

from __future__ import annotations

from collections.abc import Sequence

from workers.dialogue.numbers import e164_digits
from workers.journal.deeds import Deeds
from workers.journal.gifts import GiftBook
from workers.ops.look import opened
from workers.ops.prompt import author
from workers.ops.shown import as_json, as_table, moment, veiled
from workers.settings import Settings


def digits(written: str) -> str:
    """A number's E.164 digits; raises ValueError for what is none, country code included."""
    found = e164_digits("+" + written.lstrip("+"), "")
    if found is None:
        raise ValueError(f"{written} is no telephone number with its country code")
    return found


def add(settings: Settings, numbers: Sequence[str], *, reason: str = "") -> None:
    """Leave these numbers alone from now on."""
    with opened(settings) as database:
        GiftBook(database).leave_alone(numbers, author())
        Deeds(database).note("left alone", author(), numbers=len(set(numbers)), reason=reason)


def remove(settings: Settings, numbers: Sequence[str], *, reason: str = "") -> list[str]:
    """Take them off; return those that were not on the list."""
    with opened(settings) as database:
        book = GiftBook(database)
        missing = [number for number in numbers if not book.disturb(number)]
        if gone := len(set(numbers)) - len(set(missing)):
            Deeds(database).note("left alone no more", author(), numbers=gone, reason=reason)
        return missing


def show(settings: Settings, *, json: bool, reveal: bool) -> None:
    """The list, the oldest first."""
    with opened(settings) as database:
        rows = [veiled(dict(row._mapping), reveal=reveal) for row in GiftBook(database).undisturbed()]
    if json:
        as_json(rows)
        return
    shown = [[row["number"], moment(row["at"]), row["author"]] for row in rows]
    as_table(["number", "since", "by"], shown, "nobody")
