"""A text as the grammar reads it: upper case, plain digits, single spaces, and nothing that can't be seen.

Compatibility forms are folded (NFKC: full-width letters and digits become plain ones), every Unicode decimal
digit becomes 0-9, control, zero-width and bidirectional characters go, and whatever is neither letter, digit nor
plus parts two words: space, `*`, `#`, comma, full stop, hyphen, quotes, smileys.
"""

from __future__ import annotations

import unicodedata

LONGEST_CHARS = 1000
"""Of a text that is read; a command is far shorter, and folding may grow a text eighteenfold."""

_KEPT_SEPARATELY = 4096
"""Characters remembered; a stranger who sends all of Unicode must not fill the memory."""


def _becomes(char: str) -> str:
    """What one character, already folded, counts as; empty where it vanishes."""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Cf", "Cs", "Co", "Me"} or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    if category == "Cc":
        return " " if char.isspace() else ""
    # Marks belong to their letter: half of the vowels of Devanagari and Arabic are marks.
    return char if category[0] in "LM" or char == "+" else " "


class _Table(dict[int, str]):
    """For str.translate: filled as characters are met."""

    def __missing__(self, codepoint: int) -> str:
        becomes = _becomes(chr(codepoint))
        if len(self) < _KEPT_SEPARATELY:
            self[codepoint] = becomes
        return becomes


_TABLE = _Table({codepoint: _becomes(chr(codepoint)) for codepoint in range(128)})


def clean(text: str) -> str:
    """Fold a text for the grammar; never raises, idempotent on its own results."""
    text = text[:LONGEST_CHARS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:LONGEST_CHARS]
    return " ".join(text.upper().translate(_TABLE).split())
