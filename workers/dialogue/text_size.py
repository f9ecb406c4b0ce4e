"""How many parts of a short message a text needs (3GPP 23.038 §6.2.1, 23.040 §9.2.3.24.1)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each is an escape and a letter: two septets."""

PARTS_AT_MOST = 3
"""Of any answer."""

_ALLOWED = {"gsm": {1: 1, 2: 2, 3: 3}, "ucs2": {1: 2, 2: 3, 3: 3}}
"""Parts that say in an alphabet of 160 letters → in this one.  70 letters are few for a price, a period and how to
stop, also where each letter is a word; two parts of 67 are about what English says in one."""

ALPHABETS = tuple(_ALLOWED)
"""What a language may be written in: the default alphabet, or all of Unicode's first plane."""


def allowed(parts: int, alphabet: str) -> int:
    """Parts that a text may need which is declared with `parts`, in a language of that alphabet."""
    return _ALLOWED[alphabet][parts]


def septets(text: str) -> int | None:
    """Septets in the default alphabet, or None where it lacks one of the letters."""
    letters = set(text)
    if letters <= _BASIC:
        return len(text)
    if letters <= _BASIC | _EXTENDED:
        return len(text) + sum(text.count(letter) for letter in _EXTENDED & letters)
    return None


def not_basic(text: str) -> str:
    """The letters that the default alphabet lacks, each once."""
    return "".join(sorted(set(text) - _BASIC - _EXTENDED))


def parts_needed(text: str) -> int:
    """Parts of one short message; a little above the truth where an escape pair falls on a border."""
    size = septets(text)
    if size is not None:
        # A part of several has room for 153, 152 where an escape pair would be cut.
        return 1 if size <= 160 else -(-size // (153 if size == len(text) else 152))
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    return 1 if units <= 70 else -(-units // (67 if units == len(text) else 66))
