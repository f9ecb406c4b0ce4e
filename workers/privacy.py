"""Telephone numbers made unreadable, for everything that is logged, measured or shown to who needn't know."""

from __future__ import annotations

import re

_HEAD, _TAIL = 5, 3
_LONGEST_CLEAR = 6
"""Short codes and small counts have at most 6 digits; E.164 numbers in use have at least 7."""
_NUMBER = re.compile(rf"\d{{{_LONGEST_CLEAR + 1},}}")


def mask(number: str) -> str:
    """`8613800000001` → `86138*****001`: country and operator stay, the person doesn't.

    Of a number of fewer than 11 digits only the last three stay: five more would give most of it away.
    """
    head = _HEAD if len(number) >= 11 else 0
    hidden = len(number) - head - _TAIL
    return f"{number[:head]}{'*' * hidden}{number[-_TAIL:]}" if hidden > 0 else "*" * len(number)


def mask_text(text: str) -> str:
    """Any text with each run of 7 or more digits masked; tone codes go the same way, which harms nobody."""
    return _NUMBER.sub(lambda found: mask(found[0]), text)
