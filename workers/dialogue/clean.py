"""A text as the grammar reads it: upper case, plain digits, single spaces, and nothing that can't be seen.

Compatibility forms are folded (NFKD: full-width letters and digits become plain ones), every Unicode decimal
digit becomes 0-9, control, zero-width and bidirectional characters go, and whatever is neither letter, digit nor
plus parts two words: space, `*`, `#`, comma, full stop, hyphen, quotes, smileys.

What many keyboards leave out is left out of all: accents (ARRÊT is ARRET), and in Arabic the vowel marks, the
hamza on its seat, the two dots of teh marbuta, the tatweel; Persian kaf and yeh are the Arabic ones.
"""

from __future__ import annotations

import unicodedata

LONGEST_CHARS = 1000
"""Of a text that is read; a command is far shorter, and folding may grow a text eighteenfold."""

_KEPT_SEPARATELY = 4096
"""Characters remembered; a stranger who sends all of Unicode must not fill the memory."""

_LEFT_OUT = ((0x0300, 0x036F), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED))
"""Accents of Latin, Greek and Cyrillic; marks of Arabic.  Other scripts keep theirs: a Devanagari vowel is a mark."""

_SAME_LETTER = {
    **dict(zip("ٱىیےةہەھک", "ايييههههك", strict=True)),
    "ـ": "",  # tatweel only stretches a word
    "Œ": "OE",
    "Æ": "AE",
    "Ø": "O",
    "Ł": "L",
    "Đ": "D",
    "ʼ": " ",
}
"""What is typed for another letter, and has no decomposition that says so."""


def _becomes(char: str) -> str:
    """What one character, already decomposed, counts as; empty where it vanishes."""
    if char in _SAME_LETTER:
        return _SAME_LETTER[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Cf", "Cs", "Co", "Me"} or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    if category == "Mn" and any(first <= ord(char) <= last for first, last in _LEFT_OUT):
        return ""
    if category == "Cc":
        return " " if char.isspace() else ""
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
    """Fold a text for the grammar; never raises."""
    text = text[:LONGEST_CHARS]
    if text.isascii():
        return " ".join(text.upper().translate(_TABLE).split())
    decomposed = unicodedata.normalize("NFKD", text)[:LONGEST_CHARS].upper()
    plain = unicodedata.normalize("NFKD", decomposed).translate(_TABLE)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def seen(text: str) -> str:
    """A text as it is seen on a screen, on one line: letters stay as they were written, what can't be seen goes."""
    if text.isascii() and text.isprintable():
        return " ".join(text[:LONGEST_CHARS].split())
    spaced = ("" if unicodedata.category(char)[0] == "C" and not char.isspace() else char for char in text)
    return " ".join(unicodedata.normalize("NFKC", "".join(spaced)[:LONGEST_CHARS]).split())
