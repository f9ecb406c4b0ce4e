"""What was typed, as a keypad would have it."""

from __future__ import annotations

import unicodedata

from workers.dialogue.clean import seen

_LONGEST_CHARS = 200


def typed_as(text: str) -> str:
    """An input on one line, any script's digits as 0-9, full-width letters as plain ones; never raises."""
    shown = seen(text[:_LONGEST_CHARS])
    if shown.isascii():
        return shown
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown)
