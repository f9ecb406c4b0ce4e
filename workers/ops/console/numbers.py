"""A number as somebody pastes it, out of a contact or a ticket, as the journal keeps it.  Pure."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[\s().\-/\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
"""What stands between digits, marks of direction that a copied number brings along included."""


def as_kept(text: str) -> str:
    """`+86 138-0013-8001` and `0086 138 0013 8001` → `8613800138001`; what is no number stays as it is, stripped."""
    number = _BETWEEN.sub("", text).removeprefix("+").removeprefix("00")
    return number if number.isascii() and number.isdecimal() else text.strip()
